"""The clock: one running timer per technician, any number paused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from fernkladde.cases.limits import longest_timer
from fernkladde.cases.models import Case, Session
from fernkladde.cases.queries import forgotten_timers
from fernkladde.journal import actions as journal
from fernkladde.values.refusal import Refusal

from .ending import end
from .starting import Start, Work, WorkFields, begun, like, once
from .writing import session_facts, subject, touch

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from fernkladde.accounts.models import User


class NotPaused(Refusal):
    """The session was taken up again or dropped meanwhile."""

    def __init__(self, session: Session) -> None:
        self.session = session
        sentence = _("Einsatz %(number)s ist nicht mehr angehalten.")
        super().__init__(sentence % {"number": session.number})


def start_timer(
    *,
    case: Case,
    technician: User,
    by: User | None,
    at: datetime,
    client_key: str | None = None,
    **work: Unpack[WorkFields],
) -> Session:
    """Start the clock; the same `client_key` gives the session of the first start."""
    start = Start(
        case=case,
        technician=technician,
        work=Work(**work),
        by=by,
        at=at,
        client_key=client_key,
    )
    return once(client_key, technician, lambda: begun(start))


@transaction.atomic
def stop_timer(*, session: Session, by: User | None, at: datetime) -> Session:
    """End the work and confirm it, unless the end is doubtful."""
    return _stop(session, by=by, at=at, paused=False)


@transaction.atomic
def pause_timer(*, session: Session, by: User | None, at: datetime) -> Session:
    """End the stretch of work and remember that it will be taken up again."""
    return _stop(session, by=by, at=at, paused=True)


def resume_timer(
    *,
    session: Session,
    by: User | None,
    at: datetime,
    client_key: str | None = None,
    pause_running: bool = False,
) -> Session:
    """Take paused work up again: a new session like the paused one."""

    def resumed() -> Session:
        return begun(
            Start(
                case=session.case,
                technician=session.technician,
                work=_work_of(session),
                by=by,
                at=at,
                client_key=client_key,
                pause_running=pause_running,
                kind="cases.timer-resumed",
            )
        )

    return once(client_key, session.technician, resumed)


def switch_timer(
    *,
    technician: User,
    to: Session | Case,
    by: User | None,
    at: datetime,
    work: Work | None = None,
    client_key: str | None = None,
) -> Session:
    """Pause what runs and start the other, a paused session or a case, at once."""
    if isinstance(to, Session):
        return resume_timer(
            session=to, by=by, at=at, client_key=client_key, pause_running=True
        )
    start = Start(
        case=to,
        technician=technician,
        work=work or Work(),
        by=by,
        at=at,
        client_key=client_key,
        pause_running=True,
    )
    return once(client_key, technician, lambda: begun(start))


@transaction.atomic
def finish_paused(*, session: Session, by: User | None, at: datetime) -> None:
    """Drop a paused timer: what was worked stays, nothing more will come."""
    if not Session.objects.paused().filter(pk=session.pk).update(is_paused=False):
        raise NotPaused(session)
    session.is_paused = False
    journal.record(
        kind="cases.timer-dropped",
        subject=subject(session.case),
        by=by,
        at=at,
        facts=session_facts(session),
    )


@transaction.atomic
def stop_forgotten_timers(*, at: datetime, by: User | None = None) -> list[Session]:
    """End timers that nobody stopped in time; a person must confirm them."""
    longest = longest_timer()
    stopped = [
        session
        for session in forgotten_timers(at).select_related("case", "technician")
        if _expired(session, longest)
    ]
    touch(*(session.case for session in stopped))
    journal.record_many(
        journal.Note(
            kind="cases.timer-expired",
            subject=subject(session.case),
            by=by,
            at=at,
            facts=session_facts(session),
        )
        for session in stopped
    )
    return stopped


def _expired(session: Session, longest: timedelta) -> bool:
    """End the session at its longest; somebody may just have stopped it."""
    running = Session.objects.running().filter(
        pk=session.pk, started_at=session.started_at
    )
    session.ended_at = session.started_at + longest
    return bool(running.update(ended_at=session.ended_at))


def _stop(session: Session, *, by: User | None, at: datetime, paused: bool) -> Session:
    note = end(session, by=by, at=at, paused=paused)
    touch(session.case)
    journal.record_many([note])
    return session


def _work_of(paused: Session) -> Work:
    """Return the kind of work as it is now; refuse what is no longer paused."""
    current = Session.objects.paused().filter(pk=paused.pk).first()
    if current is None:
        raise NotPaused(paused)
    return like(current)
