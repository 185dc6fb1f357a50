"""How a timer ends: once, and confirmed unless its end is doubtful."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from fernkladde.cases.clock import A_SECOND, told, whole_second
from fernkladde.cases.limits import longest_timer
from fernkladde.cases.models import Session
from fernkladde.journal.actions import Note
from fernkladde.values.refusal import Refusal

from .writing import SessionVoided, session_facts, subject

if TYPE_CHECKING:
    from datetime import datetime

    from fernkladde.accounts.models import User


class SessionAlreadyStopped(Refusal):
    """The first stop counts; `session` has its end."""

    def __init__(self, session: Session) -> None:
        self.session = session
        ended = told(session.ended_at) if session.ended_at else ""
        sentence = _("Diese Uhr wurde schon angehalten: %(ended)s.")
        super().__init__(sentence % {"ended": ended})


def end(
    session: Session,
    *,
    by: User | None,
    at: datetime,
    paused: bool,
    ended_at: datetime | None = None,
) -> Note:
    """End a running session once, now or when it really ended; tell the Kladde.

    An end at or before the start (the clock was set back) becomes start + 1 s. That,
    and an end after longer than a timer is believed, waits for a person to confirm it.
    """
    moment = whole_second(ended_at or at)
    worked = moment - session.started_at
    doubtful = not A_SECOND <= worked <= longest_timer()
    ended = {
        "ended_at": max(moment, session.started_at + A_SECOND),
        "confirmed_at": None if doubtful else moment,
        "is_paused": paused,
    }
    # The WHERE clause is the lock: of two clicks only one finds the timer running,
    # on SQLite as on PostgreSQL, and none after its start was corrected.
    running = Session.objects.running().filter(
        pk=session.pk, started_at=session.started_at
    )
    if not running.update(**ended):
        return _end_again(session, by=by, at=at, paused=paused, ended_at=ended_at)
    for name, value in ended.items():
        setattr(session, name, value)
    facts = session_facts(session) | {"confirmed": not doubtful}
    if moment < session.started_at:
        facts["clock_regression"] = True
    kind = "cases.timer-paused" if paused else "cases.session-stopped"
    return Note(kind=kind, subject=subject(session.case), by=by, at=at, facts=facts)


def _end_again(
    session: Session,
    *,
    by: User | None,
    at: datetime,
    paused: bool,
    ended_at: datetime | None,
) -> Note:
    """Refuse to end what is over; if only the start was corrected, end it now."""
    session.refresh_from_db(
        fields=["started_at", "ended_at", "is_paused", "confirmed_at", "voided_at"]
    )
    if session.voided_at:
        raise SessionVoided(session)
    if session.ended_at:
        raise SessionAlreadyStopped(session)
    return end(session, by=by, at=at, paused=paused, ended_at=ended_at)
