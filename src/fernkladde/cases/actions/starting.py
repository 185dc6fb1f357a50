"""How a timer begins: once per key of the page, never two of one technician."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypedDict

from django.db import transaction

from fernkladde.cases.clock import CLOCK_TOLERANCE, whole_second
from fernkladde.cases.models import Case, Connection, Service, Session
from fernkladde.cases.numbers import session_number
from fernkladde.journal.actions import Note, record_many
from fernkladde.values.refusal import Refusal

from .ending import end
from .writing import TimerRuns, insert_session, session_facts, subject, take_up

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from decimal import Decimal

    from fernkladde.accounts.models import User


class WorkFields(TypedDict, total=False):
    service: str
    skill: str
    connection: str
    parallel: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What kind of work is begun, and how it was decided beforehand."""

    service: str = Service.REMOTE
    skill: str = "*"
    connection: str = Connection.NONE
    parallel: bool = False
    billable: bool = True
    goodwill_percent: Decimal | None = None
    goodwill_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """All that is known when somebody starts the clock.

    `since` is when it really began, if not `at`: what is paused for it ended then.
    `takes_over` is a colleague's running session, which ends with the start. `more`
    goes into the Kladde.
    """

    case: Case
    technician: User
    work: Work
    by: User | None
    at: datetime
    client_key: str | None = None
    pause_running: bool = False
    kind: str = "cases.timer-started"
    since: datetime | None = None
    takes_over: Session | None = None
    more: Mapping[str, Any] = field(default_factory=dict)


def like(session: Session) -> Work:
    """Return the kind of work that a session was, for another one that goes on."""
    return Work(
        service=session.service,
        skill=session.skill,
        connection=session.connection,
        parallel=session.parallel,
        billable=session.billable,
        goodwill_percent=session.goodwill_percent,
        goodwill_reason=session.goodwill_reason,
    )


def once(
    client_key: str | None, technician: User, act: Callable[[], Session]
) -> Session:
    """Act in one transaction, but only once with the same key of a page."""
    try:
        with transaction.atomic():
            return started_with(client_key, technician) or act()
    except Refusal:
        # The first of two clicks may have committed only while this one waited.
        if earlier := started_with(client_key, technician):
            return earlier
        raise


def started_with(client_key: str | None, technician: User) -> Session | None:
    """Return what an earlier click with the same key has started."""
    if not client_key:
        return None
    for session in Session.objects.filter(client_key=client_key):  # one or none
        return session if session.technician_id == technician.pk else None
    return None


def begun(start: Start) -> Session:
    """Start the clock and tell the Kladde."""
    session, notes = begin(start)
    record_many(notes)
    return session


def begin(start: Start) -> tuple[Session, list[Note]]:
    """Start the clock, after pausing what runs if that is wished.

    Return the session and what the Kladde shall say.
    """
    number = session_number(start.at)
    # Where it must not be paused, the database refuses the second timer.
    running = _running_of(start.technician) if start.pause_running else None
    if running and running.case_id == start.case.pk:
        raise TimerRuns(running)
    notes, since = [], start.since
    if start.takes_over:
        notes.append(end(start.takes_over, by=start.by, at=start.at, paused=False))
        since = start.takes_over.ended_at
    if running:
        # One that began later ends now; the database says that the two overlap.
        then = since if since and since > running.started_at else None
        notes.append(end(running, by=start.by, at=start.at, paused=True, ended_at=then))
    session = _insert(start, number, since or start.at)
    more = take_up(start.case, at=start.at, also=[running.case] if running else [])
    return session, [*notes, _note(start, session, more)]


def _running_of(technician: User) -> Session | None:
    rows = Session.objects.running().select_related("case", "technician")
    return rows.filter(technician=technician).first()


def _insert(start: Start, number: str, since: datetime) -> Session:
    """Insert the running session; earlier pauses of this work are over with it."""
    session = Session(
        number=number,
        case=start.case,
        technician=start.technician,
        service=start.work.service,
        skill=start.work.skill,
        connection=start.work.connection,
        parallel=start.work.parallel,
        billable=start.work.billable,
        goodwill_percent=start.work.goodwill_percent,
        goodwill_reason=start.work.goodwill_reason,
        started_at=_earliest_start(start.technician, since),
        client_key=start.client_key or None,
    )
    insert_session(session)
    mine = Session.objects.paused().filter(technician=start.technician)
    mine.filter(case=start.case).update(is_paused=False)
    return session


def _earliest_start(technician: User, at: datetime) -> datetime:
    """Return `at`, or a moment later where the last session ends just after it.

    A stop in its first second ends a second after its start, and clocks that are
    set right may go back a little. More than a minute is a person's to settle.
    """
    at = whole_second(at)
    mine = Session.objects.valid().filter(technician=technician, parallel=False)
    before = mine.filter(started_at__lte=at).order_by("-started_at")
    for busy_until in before.values_list("ended_at", flat=True)[:1]:
        if busy_until and at < busy_until <= at + CLOCK_TOLERANCE:
            return busy_until
    return at


def _note(start: Start, session: Session, more: dict[str, object]) -> Note:
    facts = session_facts(session)
    facts |= {
        "service": session.service,
        "skill": session.skill,
        "connection": session.connection,
    }
    return Note(
        kind=start.kind,
        subject=subject(session.case),
        by=start.by,
        at=start.at,
        facts=facts | more | dict(start.more),
    )
