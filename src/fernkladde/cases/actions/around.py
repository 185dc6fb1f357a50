"""What stands around a case: priority, tags, watchers, links to other cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from fernkladde.cases.models import Case, CaseLink, CaseTag, LinkKind, Priority, Watcher
from fernkladde.customers import records
from fernkladde.customers.folding import fold
from fernkladde.journal import actions as journal
from fernkladde.values.refusal import Refusal

from .targets import due_values
from .writing import locked_case, subject

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from fernkladde.accounts.models import User

MOST_TAGS = 12


class LinkedAlready(Refusal):
    def __init__(self, other: Case) -> None:
        sentence = _("Mit Fall %(number)s ist dieser Fall schon verknüpft.")
        super().__init__(sentence % {"number": other.number}, field="other")


class LinkedToItself(Refusal):
    def __init__(self) -> None:
        sentence = _("Ein Fall wird nur mit einem anderen Fall verknüpft.")
        super().__init__(sentence, field="other")


@transaction.atomic
def set_priority(
    *, case: Case, priority: int, by: User | None, at: datetime, reason: str = ""
) -> bool:
    """Say how urgent the case is; its target times follow."""
    if priority not in Priority.values:
        sentence = _("Bitte eine Dringlichkeit aus der Liste wählen.")
        raise records.invalid("priority", sentence)
    current = locked_case(case)
    before = current.priority
    if before == priority:
        return False
    current.priority = priority
    values = {"priority": priority, **due_values(current)}
    Case.objects.filter(pk=case.pk).update(**values)
    for name, value in values.items():
        setattr(case, name, value)
    journal.record(
        kind="cases.priority-set",
        subject=subject(case),
        by=by,
        at=at,
        facts={"priority": [before, priority], "reason": reason.strip()},
    )
    return True


@transaction.atomic
def set_tags(
    *, case: Case, words: Iterable[str], by: User | None, at: datetime
) -> bool:
    """Let the case have exactly these tags; spelling is that of the first use."""
    locked_case(case)
    wanted = _known_spelling(words)
    if len(wanted) > MOST_TAGS:
        sentence = _("Höchstens %(most)d Schlagwörter je Fall.")
        raise records.invalid("words", sentence % {"most": MOST_TAGS})
    before = set(case.tags.values_list("word", flat=True))
    if before == wanted:
        return False
    case.tags.exclude(word__in=wanted).delete()
    for word in sorted(wanted - before):
        records.check(CaseTag(case=case, word=word))
        CaseTag.objects.create(case=case, word=word)
    journal.record(
        kind="cases.tags-set",
        subject=subject(case),
        by=by,
        at=at,
        facts={"tags": [sorted(before), sorted(wanted)]},
    )
    return True


def _known_spelling(words: Iterable[str]) -> set[str]:
    """Return each word as the firm has written it before, if it has."""
    typed = {fold(word): " ".join(word.split()) for word in reversed([*words])}
    known = CaseTag.objects.order_by("word").values_list("word", flat=True).distinct()
    spelled = {fold(word): word for word in known}
    return {spelled.get(key, word) for key, word in typed.items() if key}


@transaction.atomic
def watch_case(
    *, case: Case, person: User, by: User | None, at: datetime, on: bool = True
) -> bool:
    """Let a person watch the case, or not any more; return whether that is new."""
    if on:
        _row, is_new = Watcher.objects.get_or_create(case=case, person=person)
    else:
        is_new = bool(Watcher.objects.filter(case=case, person=person).delete()[0])
    if is_new:
        journal.record(
            kind="cases.watch-begun" if on else "cases.watch-ended",
            subject=subject(case),
            by=by,
            at=at,
            facts={"person": journal.label_of(person)},
        )
    return is_new


@transaction.atomic
def link_cases(
    *, case: Case, other: Case, kind: str, by: User | None, at: datetime
) -> CaseLink:
    """Say that the case has to do with another one; told in the Kladde of both."""
    if case.pk == other.pk:
        raise LinkedToItself
    locked_case(case)
    if _links_between(case, other).exists():
        raise LinkedAlready(other)
    link = CaseLink.objects.create(one=case, other=other, kind=LinkKind(kind))
    _tell_both(case, other, "linked", kind, by=by, at=at)
    return link


@transaction.atomic
def unlink_cases(*, case: Case, other: Case, by: User | None, at: datetime) -> bool:
    """Take a link away; return whether there was one."""
    links = _links_between(case, other)
    kinds = list(links.values_list("kind", flat=True))
    if not links.delete()[0]:
        return False
    _tell_both(case, other, "unlinked", kinds[0], by=by, at=at)
    return True


def _links_between(case: Case, other: Case) -> models.QuerySet[CaseLink]:
    return CaseLink.objects.filter(Q(one=case, other=other) | Q(one=other, other=case))


def _tell_both(
    case: Case, other: Case, what: str, kind: str, *, by: User | None, at: datetime
) -> None:
    facts = {"case": case.number, "other": other.number, "kind": str(kind)}
    journal.record_many(
        journal.Note(
            kind=f"cases.case-{what}", subject=subject(one), by=by, at=at, facts=facts
        )
        for one in (case, other)
    )
