"""Two cases that are one matter, and one case that is two.

What moves keeps where it came from. Billed work stays with the case that its invoice
names; the merged case remains as a pointer. What the cases came to before and after
stands in the Kladde, for groups of work are rounded case by case.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from fernkladde.cases.models import (
    DONE,
    Attachment,
    Case,
    CaseLink,
    CaseState,
    CaseTag,
    LinkKind,
    Note,
    Session,
    Watcher,
)
from fernkladde.cases.queries import consents_of
from fernkladde.customers import records
from fernkladde.journal import actions as journal
from fernkladde.values.refusal import Refusal

from .around import link_cases
from .cases import NewCase, open_case, opened
from .rearranging import moved
from .targets import moved_on
from .writing import editable, locked_cases, reason_given, subject, touch

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from datetime import datetime

    from fernkladde.accounts.models import User

    # What cases come to right now, by number: told in the Kladde before and after.
    Valued = Callable[[Sequence[Case]], Mapping[str, Any]]


class OtherCustomer(Refusal):
    """Work of one customer never comes to another by a merging."""

    def __init__(self, case: Case, into: Case) -> None:
        sentence = _(
            "Die Fälle %(number)s und %(into)s gehören verschiedenen Kunden. Einzelne"
            " Einsätze lassen sich verschieben."
        )
        names = {"number": case.number, "into": into.number}
        super().__init__(sentence % names, field="into")


class SameMatter(Refusal):
    def __init__(self) -> None:
        sentence = _("Ein Fall geht nur in einem anderen Fall auf.")
        super().__init__(sentence, field="into")


class NothingChosen(Refusal):
    def __init__(self) -> None:
        sentence = _("Bitte mindestens einen Einsatz oder eine Notiz auswählen.")
        super().__init__(sentence)


@transaction.atomic
def merge_cases(
    *,
    case: Case,
    into: Case,
    reason: str,
    by: User | None,
    at: datetime,
    valued: Valued | None = None,
) -> Case:
    """Let a case go over into another one of the same customer; return that one.

    Work keeps the goodwill that it had; cause, day of report and contract are those
    of the other case. The earliest consent of both counts for all.
    """
    reason = reason_given(reason)
    if case.pk == into.pk:
        raise SameMatter
    sessions, gone, stays = _locked(case, into)
    if gone.customer_id != stays.customer_id:
        raise OtherCustomer(gone, stays)
    before = valued([gone, stays]) if valued else {}
    versions = []
    for session in sessions:
        versions.append(moved(session, stays, reason=reason, by=by, at=at))
        _keep_goodwill(session, gone, stays)
    told = _move_rest(gone, stays)
    _write_both(gone, stays, runs=_any_runs(sessions), at=at)
    touch(gone, stays)
    facts = {
        "case": gone.number,
        "into": stays.number,
        "sessions": [session.number for session in sessions],
        "stayed": list(
            gone.sessions.order_by("number").values_list("number", flat=True)
        ),
        **told,
        "value_before": before,
        "value_after": valued([gone, stays]) if valued else {},
        "reason": reason,
        "versions": versions,
    }
    _tell("cases.case-merged", [gone, stays], facts, by=by, at=at)
    case.refresh_from_db()
    into.refresh_from_db()
    return into


def _locked(case: Case, into: Case) -> tuple[list[Session], Case, Case]:
    """Lock the work and then both cases, and leave out nothing begun in between.

    A start that was quicker than the lock on the case has left a session that is not
    among the locked ones: all locks are given back and taken anew, in their order.
    """
    while True:
        before = transaction.savepoint()
        known = _keys(case)
        sessions = _unbilled(case)
        gone, stays = locked_cases(case, into)
        if _keys(case) == known:
            transaction.savepoint_commit(before)
            return sessions, gone, stays
        transaction.savepoint_rollback(before)


def _keys(case: Case) -> set[int]:
    return set(case.sessions.values_list("pk", flat=True))


def _unbilled(case: Case) -> list[Session]:
    """Lock and return the sessions that no settlement has dealt with."""
    rows = Session.objects.select_for_update(of=("self",), no_key=True)
    mine = rows.filter(case=case).select_related("case", "technician").order_by("pk")
    billed = set(
        Session.objects.billed().filter(case=case).values_list("pk", flat=True)
    )
    return [session for session in mine if session.pk not in billed]


def _any_runs(sessions: Collection[Session]) -> bool:
    return any(one.ended_at is None and one.voided_at is None for one in sessions)


def _keep_goodwill(session: Session, before: Case, after: Case) -> None:
    """Pin what was given away, or was not: a merging takes nothing back."""
    if session.goodwill_percent is not None:
        return
    if before.goodwill_percent != after.goodwill_percent:
        session.goodwill_percent = before.goodwill_percent or 0
        session.goodwill_reason = before.goodwill_reason or _(
            "So war es in Fall %(number)s."
        ) % {"number": before.number}
        session.save(update_fields=["goodwill_percent", "goodwill_reason"])


def _move_rest(gone: Case, stays: Case) -> dict[str, Any]:
    """Move notes, files, tags, watchers and links; return how many as facts."""
    came_from = Coalesce(F("came_from_id"), gone.pk)
    notes = Note.objects.filter(case=gone).update(case=stays, came_from=came_from)
    files = Attachment.objects.filter(case=gone).update(case=stays, came_from=came_from)
    for tag in gone.tags.exclude(word__in=stays.tags.values("word")):
        CaseTag.objects.create(case=stays, word=tag.word)
    for watcher in gone.watchers.exclude(person__in=stays.watchers.values("person")):
        Watcher.objects.create(case=stays, person_id=watcher.person_id)
    _move_links(gone, stays)
    CaseLink.objects.filter(one=stays, other=gone).delete()
    CaseLink.objects.update_or_create(
        one=gone, other=stays, defaults={"kind": LinkKind.MERGED}
    )
    Case.objects.filter(merged_into=gone).update(merged_into=stays)
    return {"notes": notes, "files": files}


def _move_links(gone: Case, stays: Case) -> None:
    """Let links of the merged case lead to and from the other, each pair once."""
    known = set(stays.links_to.values_list("other", flat=True))
    known |= set(stays.links_from.values_list("one", flat=True)) | {stays.pk}
    for link in CaseLink.objects.filter(one=gone).exclude(other__in=known):
        CaseLink.objects.filter(pk=link.pk).update(one=stays)
        known.add(link.other_id)
    for link in CaseLink.objects.filter(other=gone).exclude(one__in=known):
        CaseLink.objects.filter(pk=link.pk).update(other=stays)
        known.add(link.one_id)


def _write_both(gone: Case, stays: Case, *, runs: bool, at: datetime) -> None:
    consents = [one for one in (gone.consented_at, stays.consented_at) if one]
    records.update(
        stays,
        {
            "consented_at": min(consents, default=None),
            "cost_cap": stays.cost_cap or gone.cost_cap,
            "solution": stays.solution or gone.solution,
            "priority": max(gone.priority, stays.priority),
        },
    )
    if runs and stays.state != CaseState.IN_PROGRESS:
        goes_on = moved_on(stays, CaseState.IN_PROGRESS, at=at)
        records.update(
            stays, {"state": CaseState.IN_PROGRESS, "closed_at": None, **goes_on}
        )
    closed = {
        "closed_at": gone.closed_at or at,
        **moved_on(gone, CaseState.CLOSED, at=at),
    }
    records.update(gone, {"state": CaseState.CLOSED, "merged_into": stays, **closed})


@transaction.atomic
def split_case(
    *,
    case: Case,
    sessions: Collection[Session],
    notes: Collection[Note],
    new_subject: str,
    reason: str,
    by: User | None,
    at: datetime,
    valued: Valued | None = None,
) -> Case:
    """Put chosen work and notes into a new case of its own; return it.

    It is of the same customer and plant, reported on the same day; cause, goodwill
    and consent hold for it as they did. Nothing that is billed can be chosen.
    """
    reason = reason_given(reason)
    if not sessions and not notes:
        raise NothingChosen
    new = _like(case, new_subject, at=at)
    new, note = opened(new, by=by, at=at)
    chosen = [editable(one) for one in sorted(sessions, key=lambda one: one.pk)]
    old, new = locked_cases(case, new)
    before = valued([old, new]) if valued else {}
    versions = [moved(session, new, reason=reason, by=by, at=at) for session in chosen]
    of_old = Note.objects.filter(case=old, pk__in=[one.pk for one in notes])
    count = of_old.update(case=new, came_from=Coalesce(F("came_from_id"), old.pk))
    _copy_consent(old, new)
    CaseLink.objects.create(one=new, other=old, kind=LinkKind.SPLIT)
    touch(old, new)
    facts = {
        "case": old.number,
        "new": new.number,
        "sessions": [session.number for session in chosen],
        "notes": count,
        "value_before": before,
        "value_after": valued([old, new]) if valued else {},
        "reason": reason,
        "versions": versions,
    }
    journal.record_many([note])
    _tell("cases.case-split", [old, new], facts, by=by, at=at)
    return new


def _like(case: Case, new_subject: str, *, at: datetime) -> Case:
    """Return a row for the new case, with the decisions of the old one."""
    about = NewCase(
        customer=case.customer,
        subject=new_subject,
        plant=case.plant,
        reported_by=case.reported_by,
        reported_on=case.reported_on,
        cause=case.cause,
        assigned_to=case.assigned_to,
    )
    new = about.row(at=at, client_key=None)
    new.goodwill_percent = case.goodwill_percent
    new.goodwill_reason = case.goodwill_reason
    new.priority = case.priority
    if case.state not in {*DONE, CaseState.NEW}:
        new.state = case.state
        new.responded_at = case.responded_at
    return new


def _copy_consent(old: Case, new: Case) -> None:
    """Let the consent that counts for the old case hold for the new one."""
    if old.consented_at is None:
        return
    Case.objects.filter(pk=new.pk).update(consented_at=old.consented_at)
    new.consented_at = old.consented_at
    given = consents_of(old).filter(given=True, asked_at=old.consented_at).first()
    if given:
        given.pk, given.case, given.came_from = None, new, given.came_from or old
        given.save(force_insert=True)


def _tell(
    kind: str,
    cases: Sequence[Case],
    facts: Mapping[str, Any],
    *,
    by: User | None,
    at: datetime,
) -> None:
    journal.record_many(
        journal.Note(kind=kind, subject=subject(case), by=by, at=at, facts=facts)
        for case in cases
    )


def follow_up(
    *, case: Case, by: User | None, at: datetime, client_key: str | None = None
) -> Case:
    """Open a new case about what came back after too long, linked to the old one."""
    with transaction.atomic():
        new = open_case(
            customer=case.customer,
            plant=case.plant,
            subject=case.subject,
            assigned_to=by,
            by=by,
            at=at,
            client_key=client_key,
        )
        if not new.links_to.filter(other=case).exists():
            link_cases(case=new, other=case, kind=LinkKind.FOLLOWS, by=by, at=at)
    return new
