"""Sessions written down, corrected, confirmed and struck out by hand.

Recorded times are truth: a correction keeps what stood there before, with who and
why, and nothing that is billed is touched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NotRequired, TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from fernkladde.cases.clock import check_span, whole_second
from fernkladde.cases.models import Case, Session
from fernkladde.cases.numbers import session_number
from fernkladde.customers import records
from fernkladde.journal import actions as journal
from fernkladde.journal.actions import label_of
from fernkladde.values.refusal import Refusal

from .starting import once
from .writing import (
    editable,
    insert_session,
    keep_version,
    locked_case,
    locked_cases,
    reason_given,
    save_session,
    session_facts,
    subject,
    touch,
)

if TYPE_CHECKING:
    from datetime import datetime

    from fernkladde.accounts.models import User


class SessionRuns(Refusal):
    """The timer still runs: an end comes from stopping or confirming it."""

    def __init__(self, session: Session) -> None:
        self.session = session
        sentence = _("Die Uhr läuft noch. Bitte erst beenden.")
        super().__init__(sentence, field="ended_at")


class SessionAlreadyConfirmed(Refusal):
    def __init__(self, session: Session) -> None:
        self.session = session
        sentence = _("Einsatz %(number)s ist schon bestätigt.")
        super().__init__(sentence % {"number": session.number})


class SessionChanges(TypedDict, total=False):
    case: Case
    technician: User
    started_at: datetime
    ended_at: datetime
    service: str
    skill: str
    connection: str
    billable: bool
    parallel: bool
    note: str


class WrittenWork(TypedDict):
    case: Case
    technician: User
    started_at: datetime
    ended_at: datetime
    service: NotRequired[str]
    skill: NotRequired[str]
    connection: NotRequired[str]
    billable: NotRequired[bool]
    parallel: NotRequired[bool]
    note: NotRequired[str]


def record_session(
    *,
    reason: str,
    by: User | None,
    at: datetime,
    number: str | None = None,
    source: str = "manual",
    client_key: str | None = None,
    **work: Unpack[WrittenWork],
) -> Session:
    """Write down work that no timer saw, and why none did."""
    values = records.strip(work)
    technician = work["technician"]
    values |= {
        "started_at": whole_second(work["started_at"]),
        "ended_at": whole_second(work["ended_at"]),
        "confirmed_at": whole_second(at),
    }
    session = Session(**values, source=source, client_key=client_key or None)
    reason = reason_given(reason)
    check_span(session.started_at, session.ended_at, at=at)

    def recorded() -> Session:
        session.number = number or session_number(at)
        return _recorded(session, reason=reason, by=by, at=at)

    return once(client_key, technician, recorded)


def _recorded(
    session: Session, *, reason: str, by: User | None, at: datetime
) -> Session:
    insert_session(session)
    locked_case(session.case)
    touch(session.case)
    facts = session_facts(session) | {
        "service": session.service,
        "skill": session.skill,
        "connection": session.connection,
        "billable": session.billable,
        "parallel": session.parallel,
        "source": session.source,
        "reason": reason,
    }
    journal.record(
        kind="cases.session-recorded",
        subject=subject(session.case),
        by=by,
        at=at,
        facts=facts,
        personal={"note": session.note} if session.note else None,
    )
    return session


@transaction.atomic
def correct_session(
    *,
    session: Session,
    reason: str,
    by: User | None,
    at: datetime,
    **changes: Unpack[SessionChanges],
) -> bool:
    """Change what a session says, keep what it said; return whether it differs.

    A running timer keeps running: only its end cannot be set here.
    """
    reason = reason_given(reason)
    current = editable(session)
    if current.ended_at is None and "ended_at" in changes:
        raise SessionRuns(current)
    values = _new_values(current, changes)
    differences: dict[str, list[Any]] = {
        name: [_fact(getattr(current, name)), _fact(value)]
        for name, value in values.items()
    }
    if not differences:
        return False
    cases = [current.case, values.get("case", current.case)]
    kept = keep_version(current, reason=reason, by=by, at=at)
    for name, value in values.items():
        setattr(current, name, value)
    if {"started_at", "ended_at"} & values.keys():
        check_span(current.started_at, current.ended_at, at=at)
    save_session(current, [*values, "revision"])
    if "case" in values:
        locked_cases(*cases)
    touch(*cases)
    records.copy_to(session, current, {**values, "revision": 0})
    note = differences.pop("note", None)
    facts = session_facts(current) | {
        "changes": differences,
        "reason": reason,
        "versions": [kept],
    }
    journal.record_many(
        journal.Note(
            kind="cases.session-corrected",
            subject=name,
            by=by,
            at=at,
            facts=facts,
            personal={"note_before": note[0], "note": note[1]} if note else {},
        )
        # Work moved to another case is told in the Kladde of both.
        for name in dict.fromkeys(map(subject, cases))
    )
    return True


def _new_values(session: Session, changes: SessionChanges) -> dict[str, Any]:
    """Return what differs from the session, instants cut to whole seconds."""
    values = records.strip(changes)
    for name in ("started_at", "ended_at"):
        if name in values:
            values[name] = whole_second(values[name])
    return {
        name: value for name, value in values.items() if value != getattr(session, name)
    }


def _fact(value: object) -> object:
    if isinstance(value, Case):
        return value.number
    if hasattr(value, "username"):
        return label_of(value)  # type: ignore[arg-type]
    return value


@transaction.atomic
def confirm_session(
    *,
    session: Session,
    by: User | None,
    at: datetime,
    ended_at: datetime | None = None,
) -> Session:
    """Say that the end is right, or set the right one; only then is it billed.

    A forgotten timer that still runs is ended by it.
    """
    current = editable(session)
    end = whole_second(ended_at) if ended_at else current.ended_at
    if end is None:
        raise SessionRuns(current)
    if current.confirmed_at and end == current.ended_at:
        raise SessionAlreadyConfirmed(current)
    check_span(current.started_at, end, at=at)
    before, more = current.ended_at, {}
    if end != before:
        kept = keep_version(current, reason=_("Ende bestätigt"), by=by, at=at)
        more = {"ended_at_before": before, "versions": [kept]}
    current.ended_at, current.confirmed_at = end, whole_second(at)
    save_session(current, ["ended_at", "confirmed_at", "revision"])
    touch(current.case)
    records.copy_to(session, current, dict.fromkeys(_CONFIRMED))
    journal.record(
        kind="cases.session-confirmed",
        subject=subject(current.case),
        by=by,
        at=at,
        facts=session_facts(current) | more,
    )
    return session


_CONFIRMED = ("ended_at", "confirmed_at", "revision", "started_at")


@transaction.atomic
def void_session(
    *, session: Session, reason: str, by: User | None, at: datetime
) -> Session:
    """Strike a session out: it stays readable and counts nowhere."""
    reason = reason_given(reason)
    current = editable(session)
    kept = keep_version(current, reason=reason, by=by, at=at)
    current.voided_at, current.is_paused = whole_second(at), False
    save_session(current, ["voided_at", "is_paused", "revision"])
    touch(current.case)
    records.copy_to(session, current, dict.fromkeys(("voided_at", "is_paused")))
    session.revision = current.revision
    journal.record(
        kind="cases.session-voided",
        subject=subject(current.case),
        by=by,
        at=at,
        facts=session_facts(current) | {"reason": reason, "versions": [kept]},
    )
    return session
