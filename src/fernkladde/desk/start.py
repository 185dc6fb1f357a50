"""The start page: what is mine, and what waits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from fernkladde.cases.models import Case, CaseState, Session
from fernkladde.cases.queries import (
    CaseFilters,
    CaseRow,
    case_rows,
    open_cases,
    timers_of,
    unconfirmed_sessions,
)

from .access import needs
from .ends import SuggestedEnd, suggested_ends
from .moments import moment_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.http import HttpResponse

    from fernkladde.accounts.models import User
    from fernkladde.cases.models import CaseQuerySet

    from .access import StaffRequest

# One screen: what does not fit is one click away in the list of cases.
SHOWN = 8


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A session whose end a person has to confirm, and what may have been its end."""

    session: Session
    ends: list[SuggestedEnd]


@dataclass(frozen=True, slots=True)
class Heap:
    """Cases of one kind: how many there are, and the first of them."""

    count: int
    rows: Sequence[CaseRow]

    @property
    def more(self) -> int:
        return self.count - len(self.rows)


@needs("read")
@require_safe
def start(request: StaffRequest) -> HttpResponse:
    user, now = request.user, moment_of(request)
    context = {
        "paused": timers_of(user).paused if user.may("work") else (),
        "mine": _heap(open_cases(CaseFilters(assigned_to_id=user.pk), user=user)),
        "new": _heap(_new_and_unassigned(user)),
        "waiting": _heap(_waiting_for_us(user)),
        "doubtful": _doubtful(user, at=now),
        "open_count": Case.objects.visible_to(user).open().count(),
        "now": now,
    }
    return render(request, "desk/start/start.html", context)


def _heap(cases: CaseQuerySet) -> Heap:
    rows = case_rows(cases[:SHOWN])
    count = len(rows) if len(rows) < SHOWN else cases.count()
    return Heap(count, rows)


def _new_and_unassigned(user: User) -> CaseQuerySet:
    return open_cases(CaseFilters(state=CaseState.NEW, unassigned=True), user=user)


def _waiting_for_us(user: User) -> CaseQuerySet:
    """Keep what waits for us at others; one's own stands above already."""
    waiting = open_cases(CaseFilters(state=CaseState.WAITING_US), user=user)
    return waiting.exclude(assigned_to=user)


def _doubtful(user: User, *, at: datetime) -> list[Doubtful]:
    """Return what the person has to confirm; who decides sees those of all."""
    if not user.may("work"):
        return []
    sessions = unconfirmed_sessions()
    if not user.may("decide"):
        sessions = sessions.filter(technician=user)
    shown = list(sessions[:SHOWN])
    ends = suggested_ends(shown, at=at)
    return [Doubtful(session, ends[session.pk]) for session in shown]


urlpatterns = [path("", start, name="start")]
