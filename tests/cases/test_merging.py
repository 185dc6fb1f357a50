"""Two cases that are one matter, and one that is two: what moves, what stays."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from fernkladde.cases import actions
from fernkladde.cases.models import Case, CaseState, Priority
from fernkladde.cases.queries import consents_of
from fernkladde.integrity.invariants import check_invariants
from fernkladde.journal.models import Entry
from tests import make

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fernkladde.accounts.models import User

pytestmark = pytest.mark.django_db

NOW = make.NOW
LATER = NOW + timedelta(hours=3)


@pytest.fixture
def petra() -> User:
    return make.user()


@pytest.fixture
def two() -> tuple[Case, Case]:
    customer = make.customer()
    return make.case(customer=customer), make.case(customer=customer)


def merge(case: Case, into: Case, by: User, **more: Any) -> Case:
    return actions.merge_cases(
        case=case, into=into, reason="Dasselbe", by=by, at=LATER, **more
    )


def split(case: Case, by: User, **more: Any) -> Case:
    return actions.split_case(
        case=case,
        sessions=more.pop("sessions", ()),
        notes=more.pop("notes", ()),
        new_subject="Zweite Sache",
        reason="Zwei Sachen",
        by=by,
        at=LATER,
        **more,
    )


def test_everything_moves_along_and_says_where_it_came_from(
    petra: User, two: tuple[Case, Case]
) -> None:
    case, into = two
    session, note = make.session(case=case), make.note(case=case)
    call, file = make.call(session=session), make.attachment(case=case)
    make.case_tag(case=case, word="SPS")
    make.case_tag(case=into, word="SPS")
    make.watcher(case=case, person=petra)

    merge(case, into, petra)

    for row in (session, note, file):
        row.refresh_from_db()
        assert (row.case, row.came_from) == (into, case)
    call.refresh_from_db()
    assert call.session.case == into
    assert list(into.tags.values_list("word", flat=True)) == ["SPS"]
    assert into.watchers.get().person == petra
    [version] = session.versions.all()
    assert version.values["case"] == case.number


def test_the_merged_case_stays_as_a_pointer_and_takes_nothing_more(
    petra: User, two: tuple[Case, Case]
) -> None:
    case, into = two

    merge(case, into, petra)

    assert (case.merged_into, case.state) == (into, CaseState.CLOSED)
    with pytest.raises(actions.CaseMerged):
        actions.start_timer(case=case, technician=petra, by=petra, at=LATER)
    with pytest.raises(actions.CaseMerged):
        actions.add_note(case=case, text="Rückruf", by=petra, at=LATER)
    with pytest.raises(actions.CaseMerged):
        actions.change_state(case=case, state=CaseState.NEW, by=petra, at=LATER)
    with pytest.raises(actions.CaseMerged):
        actions.move_session(
            session=make.session(), to=case, reason="Dorthin", by=petra, at=LATER
        )
    with pytest.raises(actions.CaseMerged):
        merge(case, into, petra)


def test_cases_of_different_customers_are_never_merged(petra: User) -> None:
    case, into = make.case(), make.case()
    session = make.session(case=case)

    with pytest.raises(actions.OtherCustomer):
        merge(case, into, petra)

    session.refresh_from_db()
    assert session.case == case
    assert not Entry.objects.exists()


def test_billed_work_stays_where_its_invoice_says_it_is(
    petra: User, two: tuple[Case, Case]
) -> None:
    case, into = two
    billed, open_work = make.session(case=case), make.session(case=case)
    make.claim(session=billed)

    merge(case, into, petra)

    billed.refresh_from_db()
    open_work.refresh_from_db()
    assert (billed.case, billed.revision) == (case, 1)
    assert open_work.case == into
    assert Entry.objects.in_order()[0].facts["stayed"] == [billed.number]


def test_the_earliest_consent_counts_and_both_answers_stay_readable(
    petra: User, two: tuple[Case, Case]
) -> None:
    case, into = two
    for one, hour, who in ((case, 1, "Frau Schulz"), (into, 2, "Herr Bauer")):
        actions.record_consent(
            case=one,
            given=True,
            person=who,
            channel="phone",
            sentence="28,00 €",
            by=petra,
            at=LATER,
            asked_at=NOW + timedelta(hours=hour),
        )

    merge(case, into, petra)

    assert into.consented_at == NOW + timedelta(hours=1)
    people = [(one.person, one.case) for one in consents_of(into)]
    assert people == [("Herr Bauer", into), ("Frau Schulz", case)]


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [
        pytest.param(100, None, Decimal(100), id="what was given stays given"),
        pytest.param(None, 100, Decimal(0), id="what was not given is not given now"),
        pytest.param(None, None, None, id="nothing to keep"),
        pytest.param(50, 50, None, id="the same on both sides"),
    ],
)
def test_a_merging_neither_gives_away_nor_takes_back(
    petra: User, before: int | None, after: int | None, kept: Decimal | None
) -> None:
    customer = make.customer()
    case = make.case(customer=customer, goodwill_percent=before)
    into = make.case(customer=customer, goodwill_percent=after)
    session = make.session(case=case)

    merge(case, into, petra)

    session.refresh_from_db()
    assert session.goodwill_percent == kept


def test_a_running_clock_goes_on_at_the_other_case(
    petra: User, two: tuple[Case, Case]
) -> None:
    case, into = two
    running = make.running(case=case, technician=petra)

    merge(case, into, petra)

    running.refresh_from_db()
    assert (running.case, running.ended_at) == (into, None)
    assert into.state == CaseState.IN_PROGRESS


def test_links_lead_to_the_other_case_and_never_to_itself(
    petra: User, two: tuple[Case, Case]
) -> None:
    case, into = two
    third = make.case()
    make.case_link(one=case, other=third)
    make.case_link(one=into, other=case)

    merge(case, into, petra)

    assert [link.other for link in into.links_to.all()] == [third]
    [pointer] = into.links_from.all()
    assert (pointer.one, pointer.kind) == (case, "merged")


def test_a_chain_of_merged_cases_points_to_its_end(
    petra: User, two: tuple[Case, Case]
) -> None:
    first, second = two
    last = make.case(customer=first.customer)
    merge(first, second, petra)

    merge(second, last, petra)

    first.refresh_from_db()
    assert first.merged_into == last


def test_the_kladde_of_both_says_what_it_came_to_before_and_after(
    petra: User, two: tuple[Case, Case]
) -> None:
    case, into = two
    make.session(case=case)

    def valued(cases: Sequence[Case]) -> dict[str, Any]:
        return {one.number: one.sessions.count() for one in cases}

    merge(case, into, petra, valued=valued)

    entries = Entry.objects.of_kind("cases.case-merged").in_order()
    assert [entry.subject for entry in entries] == [
        f"case/{case.number}",
        f"case/{into.number}",
    ]
    assert entries[0].facts["value_before"] == {case.number: 1, into.number: 0}
    assert entries[0].facts["value_after"] == {case.number: 0, into.number: 1}


def test_merging_outdates_previews_and_keeps_the_greater_urgency(
    petra: User, two: tuple[Case, Case]
) -> None:
    case, into = two
    Case.objects.filter(pk=case.pk).update(priority=Priority.DOWN)

    merge(case, into, petra)

    assert (case.revision, into.revision) == (2, 2)
    assert into.priority == Priority.DOWN


def test_all_invariants_hold_after_merging_and_splitting(
    petra: User, two: tuple[Case, Case]
) -> None:
    case, into = two
    session = make.session(case=case)

    merge(case, into, petra)
    session.refresh_from_db()
    split(into, petra, sessions=[session])

    assert check_invariants() == []


def test_chosen_work_and_notes_become_a_case_of_their_own(
    petra: User, two: tuple[Case, Case]
) -> None:
    case, _other = two
    moves, stays = make.session(case=case), make.session(case=case)
    note = make.note(case=case)

    new = split(case, petra, sessions=[moves], notes=[note])

    for row in (moves, note):
        row.refresh_from_db()
        assert (row.case, row.came_from) == (new, case)
    stays.refresh_from_db()
    assert stays.case == case
    assert (new.customer, new.subject) == (case.customer, "Zweite Sache")
    [link] = new.links_to.all()
    assert (link.other, link.kind) == (case, "split")


def test_what_was_decided_holds_for_the_new_case_too(petra: User) -> None:
    case = make.case(
        cause="wear", goodwill_percent=Decimal(50), goodwill_reason="Anlauf"
    )
    actions.record_consent(
        case=case,
        given=True,
        person="Frau Schulz",
        channel="phone",
        sentence="28,00 €",
        by=petra,
        at=NOW,
    )
    session = make.session(case=case)

    new = split(case, petra, sessions=[session])

    new.refresh_from_db()
    assert (new.cause, new.goodwill_percent) == ("wear", Decimal(50))
    assert new.consented_at == NOW
    [consent] = consents_of(new)
    assert (consent.person, consent.came_from) == ("Frau Schulz", case)
    assert case.consents.count() == 1


def test_a_case_is_split_only_along_something_chosen(petra: User) -> None:
    with pytest.raises(actions.NothingChosen):
        split(make.case(), petra)


def test_billed_work_is_not_split_off(petra: User) -> None:
    billed = make.session()
    make.claim(session=billed)

    with pytest.raises(actions.SessionBilled):
        split(billed.case, petra, sessions=[billed])

    assert Case.objects.count() == 1
