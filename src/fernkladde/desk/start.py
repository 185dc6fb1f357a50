"""The start page: what is mine, and what waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from fernkladde.accounts.roles import Role
from fernkladde.billing.live.gifts import summed_up
from fernkladde.billing.live.standing import figures
from fernkladde.billing.period import Month
from fernkladde.cases.models import Case, CaseState, Session
from fernkladde.cases.queries import (
    CaseFilters,
    CaseRow,
    case_rows,
    open_cases,
    timers_of,
    unconfirmed_sessions,
)
from fernkladde.contracts.models import Contract
from fernkladde.integrity.backup.age import DUE_AFTER, age_in_words
from fernkladde.integrity.backup.record import last_backup

from .access import needs
from .ends import SuggestedEnd, suggested_ends
from .looks_at import Agreed
from .moments import moment_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.http import HttpResponse

    from fernkladde.accounts.models import User
    from fernkladde.billing.live.standing import Figures
    from fernkladde.cases.models import CaseQuerySet

    from .access import StaffRequest

# One screen: what does not fit is one click away in the list of cases.
SHOWN = 8
A_DAY = timedelta(days=1)
ANSWER_FOR_BACKUPS = {Role.ADMINISTRATOR, Role.MANAGER}


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


@dataclass(frozen=True, slots=True)
class BackupAge:
    """How long ago the last backup was made, in words; empty if never."""

    words: str
    is_late: bool


@needs("read")
@require_safe
def start(request: StaffRequest) -> HttpResponse:
    user, now = request.user, moment_of(request)
    context = {
        "paused": timers_of(user).paused if user.may("work") else (),
        "mine": _heap(open_cases(CaseFilters(assigned_to_id=user.pk), user=user)),
        "new": _heap(_new_and_unassigned(user)),
        "waiting": _heap(_waiting_for_us(user)),
        "due": _due(user, at=now),
        "doubtful": _doubtful(user, at=now),
        "backup": _backup(user, at=now),
        "open_count": Case.objects.visible_to(user).open().count(),
        "now": now,
    }
    return render(request, "desk/start/start.html", context)


def _heap(cases: CaseQuerySet) -> Heap:
    rows = case_rows(cases[:SHOWN])
    count = len(rows) if len(rows) < SHOWN else cases.count()
    return Heap(count, rows)


def _due(user: User, *, at: datetime) -> list[Case]:
    """Return what is overdue or due within a day, the first first.

    Their keys come from the index of what is due; joined with customers at once
    SQLite would go through all customers.
    """
    cases = Case.objects.visible_to(user).filter(due_at__lt=at + A_DAY)
    first = cases.order_by("due_at", "pk").values_list("pk", flat=True)[:SHOWN]
    rows = Case.objects.filter(pk__in=list(first)).select_related("customer")
    return list(rows.order_by("due_at", "pk"))


def _new_and_unassigned(user: User) -> CaseQuerySet:
    return open_cases(CaseFilters(state=CaseState.NEW, unassigned=True), user=user)


def _waiting_for_us(user: User) -> CaseQuerySet:
    """Keep what waits for us at others; one's own stands above already."""
    waiting = open_cases(CaseFilters(state=CaseState.WAITING_US), user=user)
    return waiting.exclude(assigned_to=user)


def _doubtful(user: User, *, at: datetime) -> list[Doubtful]:
    """Return the colleagues' sessions to be confirmed by who decides.

    One's own are asked after on every page.
    """
    if not (user.may("work") and user.may("decide")):
        return []
    shown = list(unconfirmed_sessions().exclude(technician=user)[:SHOWN])
    ends = suggested_ends(shown, at=at)
    return [Doubtful(session, ends[session.pk]) for session in shown]


def _backup(user: User, *, at: datetime) -> BackupAge | None:
    """Tell those who answer for the whole of it; one query, no file is read."""
    if user.role not in ANSWER_FOR_BACKUPS:
        return None
    last = last_backup()
    if last is None:
        return BackupAge("", is_late=True)
    age = at - last.made_at
    return BackupAge(age_in_words(age), is_late=age > DUE_AFTER)


@needs("read")
@require_safe
def start_sums(request: StaffRequest) -> HttpResponse:
    """Show what needs a rating of the month: the start page fetches it afterwards."""
    found = figures(at=moment_of(request))
    may_read = request.user.may("read_money") and found.gifts is not None
    context = {
        "month": Month.of(found.day),
        "empty": _running_empty(request.user, found),
        "given_away": summed_up(found.gifts or {}) if may_read else None,
        "kept_at": found.kept_at,
    }
    return render(request, "desk/start/sums.html", context)


def _running_empty(user: User, found: Figures) -> list[Agreed]:
    """Return allowances with a fifth or less of their period left, least first."""
    periods = found.scarce
    least = sorted(periods, key=lambda number: (periods[number].share_left, number))
    contracts = Contract.objects.visible_to(user).filter(number__in=least[:SHOWN])
    rows = {row.number: row for row in contracts.select_related("customer")}
    return [Agreed(rows[n], periods[n]) for n in least[:SHOWN] if n in rows]


urlpatterns = [
    path("", start, name="start"),
    path("zahlen/", start_sums, name="start-sums"),
]
