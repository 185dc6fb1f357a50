"""What the pages ask about cases and the clock: in bulk, no query in a row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from fernkladde.values.once import once

from .limits import longest_timer
from .models import Case, CaseState, Consent, Session

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from django.db import models

    from fernkladde.accounts.models import User
    from fernkladde.plants.models import Plant

    from .models import CaseQuerySet, NoteQuerySet, SessionQuerySet


# What a list shows of a case.
LISTED = (
    "number", "subject", "state", "priority", "due_at", "opened_at",
    "customer__number", "customer__name", "plant__number", "plant__name",
    "plant__control", "assigned_to__username",
    "assigned_to__full_name",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilters:
    """What a list of cases is narrowed by; None and empty mean everything."""

    text: str = ""
    state: str = ""
    only_open: bool = True
    customer_id: int | None = None
    plant_id: int | None = None
    assigned_to_id: int | None = None
    unassigned: bool = False
    cause: str = ""


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case in a list; `worked_seconds` of ended sessions, `running` ones beside."""

    case: Case
    worked_seconds: int
    running: Sequence[Session]

    def worked_at(self, at: datetime) -> int:
        """Return all seconds worked up to an instant, running timers included."""
        run = sum(session.seconds_at(at) for session in self.running)
        return self.worked_seconds + run


@dataclass(frozen=True, slots=True)
class Timers:
    """A person's clocks; `unconfirmed` are over, but nobody has said so yet."""

    running: Session | None
    paused: Sequence[Session]
    unconfirmed: Sequence[Session] = ()


@dataclass(frozen=True, slots=True)
class PlantHistory:
    """What is open at a plant, and how the last matters were solved."""

    open: Sequence[Case]
    solved: Sequence[Case]


def open_cases(filters: CaseFilters, *, user: User) -> CaseQuerySet:
    """Return the cases that fit, the newest first; slice it, then ask `case_rows`."""
    cases = Case.objects.visible_to(user).matching(filters.text)
    if filters.state:
        cases = cases.filter(state=filters.state)
    elif filters.only_open:
        cases = cases.open()
    wanted = {
        "customer_id": filters.customer_id,
        "plant_id": filters.plant_id,
        "assigned_to_id": filters.assigned_to_id,
        "cause": filters.cause,
    }
    cases = cases.filter(**{name: value for name, value in wanted.items() if value})
    if filters.unassigned:
        cases = cases.filter(assigned_to=None)
    return cases.order_by("-opened_at", "-pk")


def case_rows(cases: CaseQuerySet, *, also: Sequence[str] = ()) -> list[CaseRow]:
    """Return the rows of a page: four queries, however many cases it shows.

    `also` names columns that are wanted besides the usual ones.
    """
    shown = _shown(cases, also)
    worked = dict.fromkeys((case.pk for case in shown), 0)
    running: dict[int, list[Session]] = {case.pk: [] for case in shown}
    sessions = Session.objects.valid().filter(case__in=worked)
    clocks = []
    for case, start, end, key in sessions.values_list(
        "case_id", "started_at", "ended_at", "pk"
    ):
        if end is None:
            clocks.append(key)
        else:
            worked[case] += int((end - start).total_seconds())
    if clocks:
        with_person = sessions.running().select_related("technician").order_by("pk")
        for session in with_person.filter(pk__in=clocks):
            running[session.case_id].append(session)
    return [CaseRow(case, worked[case.pk], running[case.pk]) for case in shown]


def _shown(cases: CaseQuerySet, also: Sequence[str]) -> list[Case]:
    """Read rows only of what is shown: sorting needs no more than their keys."""
    if not cases.query.is_sliced:
        return list(_listed(cases, also))
    keys = list(cases.values_list("pk", flat=True))
    rows = _listed(Case.objects.all(), also).in_bulk(keys)
    return [rows[key] for key in keys if key in rows]


def _listed(cases: CaseQuerySet, also: Sequence[str]) -> CaseQuerySet:
    rows = cases.select_related("customer", "plant", "assigned_to")
    return rows.only(*LISTED, *also)


@once
def timers_of(user: User) -> Timers:
    """Return what the person's clock shows: one running, any number paused."""
    # Each half names the technician: so that each finds its own small index. What
    # runs is not confirmed either.
    running = Q(technician=user, confirmed_at=None, voided_at=None)
    paused = Q(technician=user, is_paused=True, voided_at=None)
    mine = Session.objects.visible_to(user).filter(running | paused)
    rows = list(
        mine.select_related("case__customer", "case__plant").order_by(
            "-ended_at", "-pk"
        )
    )
    return Timers(
        running=next((row for row in rows if row.ended_at is None), None),
        paused=[row for row in rows if row.is_paused],
        unconfirmed=[row for row in rows if row.ended_at and not row.confirmed_at],
    )


def running_timers() -> SessionQuerySet:
    """Return all running timers, the longest first."""
    rows = Session.objects.running()
    return rows.select_related("case__customer", "technician").order_by(
        "started_at", "pk"
    )


def forgotten_timers(at: datetime) -> SessionQuerySet:
    """Return timers that have run longer than the firm believes a timer."""
    rows = Session.objects.running().filter(started_at__lt=at - longest_timer())
    return rows.order_by("started_at", "pk")


def unconfirmed_sessions() -> SessionQuerySet:
    """Return ended sessions whose end a person still has to confirm."""
    rows = Session.objects.valid().filter(confirmed_at=None, ended_at__isnull=False)
    return rows.select_related("case__customer", "technician").order_by(
        "started_at", "pk"
    )


def sessions_of(case: Case) -> SessionQuerySet:
    """Return a case's sessions in the order of work, struck out ones included."""
    rows = Session.objects.filter(case=case).select_related("technician", "came_from")
    return rows.order_by("started_at", "number")


def conversation(case: Case) -> NoteQuerySet:
    return case.notes.select_related("author", "came_from").order_by("written_at", "pk")


def consents_of(case: Case) -> models.QuerySet[Consent]:
    """Return the answers to prices, those of the cases merged into this one too.

    A consent is never changed, so it stays with the case at which it was given.
    """
    # Asked by keys: over a join SQLite would go through all consents.
    merged = Case.objects.filter(merged_into=case).values("pk")
    rows = Consent.objects.filter(Q(case=case) | Q(case__in=merged)).select_related(
        "case", "came_from"
    )
    return rows.order_by("-asked_at", "-pk")


def plant_history(plant: Plant, *, user: User, solved: int = 3) -> PlantHistory:
    cases = Case.objects.visible_to(user).filter(plant=plant)
    newest_first = cases.select_related("assigned_to").order_by("-opened_at", "-pk")
    done = newest_first.filter(state__in=(CaseState.SOLVED, CaseState.CLOSED))
    return PlantHistory(
        open=list(newest_first.open()), solved=list(done.exclude(solution="")[:solved])
    )


def worked_seconds(sessions: Iterable[Session], *, at: datetime) -> int:
    """Return the seconds of valid sessions, a running one counted up to `at`."""
    return sum(session.seconds_at(at) for session in sessions if not session.voided_at)
