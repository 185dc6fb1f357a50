"""A technician's clocks as the frame shows them, with the meter of the running one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from fernkladde.cases.limits import is_long
from fernkladde.cases.queries import timers_of
from fernkladde.contracts.queries import local_date

from . import meters
from .frame import PausedTimer, RunningTimer, Timer
from .templatetags.formats import hours

if TYPE_CHECKING:
    from datetime import datetime

    from fernkladde.accounts.models import User
    from fernkladde.cases.models import Session


def timer_of(user: User, *, at: datetime) -> Timer | None:
    """Return the person's clocks; None for whoever never works with one."""
    if not user.may("work"):
        return None
    mine = timers_of(user)
    return Timer(
        running=_running(mine.running, at=at) if mine.running else None,
        paused=tuple(_paused(session) for session in mine.paused),
        refresh_url=_address("timer"),
    )


def _running(session: Session, *, at: datetime) -> RunningTimer:
    case = session.case
    reading = meters.read(session, at=at)
    long = _reminder(session, at=at)
    return RunningTimer(
        number=case.number,
        subject=case.subject,
        url=_address("case", case.number),
        customer=case.customer.name,
        plant=case.plant.name if case.plant else "",
        seconds=int((at - session.started_at).total_seconds()),
        pause_url=_address("pause-timer", session.number),
        stop_url=_address("stop-timer", session.number),
        meter=reading.parts,
        level=reading.level or ("near" if long else ""),
        notice=reading.notice or long,
    )


def _reminder(session: Session, *, at: datetime) -> str:
    """Ask after a clock that has run for as long as the firm's rules say.

    One of an earlier day was forgotten: that is asked elsewhere.
    """
    earlier_day = local_date(session.started_at) < local_date(at)
    if earlier_day or not is_long(session, at=at):
        return ""
    length = hours(at - session.started_at)
    return _("Läuft seit %(length)s. Noch dabei?") % {"length": length}


def _paused(session: Session) -> PausedTimer:
    worked = session.ended_at - session.started_at if session.ended_at else None
    return PausedTimer(
        number=session.case.number,
        subject=session.case.subject,
        url=_address("case", session.case.number),
        seconds=int(worked.total_seconds()) if worked else 0,
        switch_url=_address("switch-timer", session.number),
    )


def _address(name: str, *arguments: str) -> str:
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""
