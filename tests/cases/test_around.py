"""Priority, tags, watchers and links of a case."""

from __future__ import annotations

import pytest

from fernkladde.cases import actions
from fernkladde.cases.models import CaseTag, LinkKind, Priority
from fernkladde.journal.models import Entry
from fernkladde.values.refusal import Refusal
from tests import make

pytestmark = pytest.mark.django_db

NOW = make.NOW


def kinds() -> list[str]:
    return list(Entry.objects.in_order().values_list("kind", flat=True))


def test_a_priority_is_told_with_what_it_was() -> None:
    petra, case = make.user(), make.case()

    actions.set_priority(case=case, priority=Priority.HIGH, by=petra, at=NOW)
    actions.set_priority(case=case, priority=Priority.HIGH, by=petra, at=NOW)

    case.refresh_from_db()
    assert case.priority == Priority.HIGH
    assert Entry.objects.get().facts["priority"] == [20, 30]


def test_an_unknown_priority_is_refused() -> None:
    with pytest.raises(Refusal, match="Dringlichkeit"):
        actions.set_priority(case=make.case(), priority=99, by=None, at=NOW)


def test_tags_are_set_and_taken_away_and_keep_the_spelling_they_had() -> None:
    petra, case, other = make.user(), make.case(), make.case()
    actions.set_tags(case=other, words=["SPS"], by=petra, at=NOW)

    actions.set_tags(case=case, words=["sps", " Anlauf "], by=petra, at=NOW)
    actions.set_tags(case=case, words=["Anlauf"], by=petra, at=NOW)

    assert list(case.tags.values_list("word", flat=True)) == ["Anlauf"]
    assert CaseTag.objects.get(case=other).word == "SPS"
    assert Entry.objects.in_order().last().facts["tags"] == [  # type: ignore[union-attr]
        ["Anlauf", "SPS"],
        ["Anlauf"],
    ]


def test_more_tags_than_anybody_reads_are_refused() -> None:
    words = [f"Wort {n}" for n in range(13)]

    with pytest.raises(Refusal, match="12 Schlagwörter"):
        actions.set_tags(case=make.case(), words=words, by=None, at=NOW)


def test_a_person_watches_a_case_once_and_no_more() -> None:
    petra, case = make.user(), make.case()

    assert actions.watch_case(case=case, person=petra, by=petra, at=NOW)
    assert not actions.watch_case(case=case, person=petra, by=petra, at=NOW)
    assert actions.watch_case(case=case, person=petra, by=petra, at=NOW, on=False)

    assert not case.watchers.exists()
    assert kinds() == ["cases.watch-begun", "cases.watch-ended"]


def test_a_link_is_told_in_the_kladde_of_both_cases() -> None:
    petra, case, other = make.user(), make.case(), make.case()

    link = actions.link_cases(
        case=case, other=other, kind=LinkKind.DUPLICATE, by=petra, at=NOW
    )

    assert (link.one, link.other, link.kind) == (case, other, "duplicate")
    subjects = {entry.subject for entry in Entry.objects.all()}
    assert subjects == {f"case/{case.number}", f"case/{other.number}"}


def test_two_cases_are_linked_once_whichever_is_named_first() -> None:
    case, other = make.case(), make.case()
    actions.link_cases(case=case, other=other, kind="relates", by=None, at=NOW)

    with pytest.raises(actions.LinkedAlready):
        actions.link_cases(case=other, other=case, kind="follows", by=None, at=NOW)
    with pytest.raises(actions.LinkedToItself):
        actions.link_cases(case=case, other=case, kind="relates", by=None, at=NOW)


def test_a_link_is_taken_away_from_either_side() -> None:
    case, other = make.case(), make.case()
    actions.link_cases(case=case, other=other, kind="relates", by=None, at=NOW)

    assert actions.unlink_cases(case=other, other=case, by=None, at=NOW)
    assert not actions.unlink_cases(case=other, other=case, by=None, at=NOW)

    assert not case.links_to.exists()
