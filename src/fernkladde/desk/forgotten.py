"""Clocks that somebody forgot: asked after on the next page, whichever it is.

The question costs no query; the ends that the day suggests are fetched for it. One
click on one of them answers. Who still works says so, and is asked again when the
firm's rules remind of a clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from fernkladde.accounts.models import User
from fernkladde.cases.limits import is_forgotten, rules
from fernkladde.cases.queries import timers_of

from .access import needs
from .addresses import next_address
from .ends import SuggestedEnd, suggested_ends
from .moments import moment_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from fernkladde.cases.models import Session

    from .access import StaffRequest

GOES_ON = "clock-goes-on"


@dataclass(frozen=True, slots=True)
class Asked:
    """A clock whose end nobody has said, and what may have been its end."""

    session: Session
    ends: list[SuggestedEnd]


def forgotten_of(request: HttpRequest) -> list[Session]:
    """Return the person's own clocks without a believable end."""
    user = request.user
    if not isinstance(user, User) or not user.may("work"):
        return []
    mine, now = timers_of(user), moment_of(request)
    asked = list(mine.unconfirmed)
    running = mine.running
    if (
        running
        and is_forgotten(running, at=now)
        and not _goes_on(request, running, at=now)
    ):
        asked.append(running)
    return asked


@needs("work")
@require_safe
def forgotten(request: StaffRequest) -> HttpResponse:
    """Ask when the work was over; every page of the desk fetches this."""
    sessions = forgotten_of(request)
    ends = suggested_ends(sessions, at=moment_of(request))
    context = {
        "asked": [Asked(session, ends[session.pk]) for session in sessions],
        "next_page": next_address(request),
    }
    return render(request, "desk/timers/forgotten.html", context)


def say_that_it_goes_on(
    request: HttpRequest, session: Session, *, at: datetime
) -> None:
    request.session[GOES_ON] = {session.number: at.isoformat()}


def _goes_on(request: HttpRequest, session: Session, *, at: datetime) -> bool:
    said = request.session.get(GOES_ON, {}).get(session.number)
    if said is None:
        return False
    again = timedelta(minutes=rules().remind_minutes)
    return at - datetime.fromisoformat(said) < again


urlpatterns = [path("uhr/vergessen/", forgotten, name="forgotten")]
