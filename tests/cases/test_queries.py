"""Lists of cases and the clock: right sums, and no query in a row."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import AnonymousUser

from fernkladde.cases.models import Case, CaseState, Session
from fernkladde.cases.queries import (
    CaseFilters,
    case_rows,
    open_cases,
    plant_history,
    running_timers,
    timers_of,
    unconfirmed_sessions,
    worked_seconds,
)
from tests import make

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.django_db

NOW = make.NOW


def found(**filters: Any) -> list[Case]:
    return list(open_cases(CaseFilters(**filters), user=make.user()))


def test_a_row_sums_what_was_worked_and_names_who_is_at_it() -> None:
    case = make.case()
    make.session(case=case)
    make.session(case=case)
    make.session(case=case, voided_at=NOW)
    make.session()
    running = make.running(case=case, confirmed_at=None)

    [row] = case_rows(Case.objects.filter(pk=case.pk))

    assert row.worked_seconds == 3600
    assert list(row.running) == [running]
    assert row.worked_at(NOW + timedelta(minutes=1)) == 3660
    sessions = Session.objects.filter(case=case)
    assert worked_seconds(sessions, at=NOW + timedelta(minutes=1)) == 3660


def test_more_rows_cost_no_more_queries(
    django_assert_num_queries: Callable[[int], Any],
) -> None:
    for _ in range(10):
        case = make.case(plant=make.plant(), assigned_to=make.user())
        make.session(case=case)
        make.running(case=case, confirmed_at=None)
    user = make.user()

    with django_assert_num_queries(4):
        for row in case_rows(open_cases(CaseFilters(), user=user)[:50]):
            assert row.case.customer.name
            assert row.case.plant
            assert row.case.assigned_to
            assert row.running[0].technician.full_name


def test_a_row_reads_only_the_cases_that_are_shown() -> None:
    for _ in range(3):
        make.session()

    rows = case_rows(open_cases(CaseFilters(), user=make.user())[1:2])

    assert len(rows) == 1
    assert rows[0].worked_seconds == 1800


def test_open_cases_come_newest_first() -> None:
    old = make.case(opened_at=NOW - timedelta(days=2))
    new = make.case(opened_at=NOW)
    make.case(state=CaseState.SOLVED)
    make.case(state=CaseState.CLOSED)

    assert found() == [new, old]


def test_filters_narrow_the_list() -> None:
    jonas, plant = make.user(), make.plant()
    mine = make.case(plant=plant, assigned_to=jonas, subject="Störung Förderband")
    waiting = make.case(state=CaseState.WAITING_CUSTOMER)
    solved = make.case(state=CaseState.SOLVED)

    assert found(customer_id=plant.customer.pk) == [mine]
    assert found(plant_id=plant.pk) == [mine]
    assert found(assigned_to_id=jonas.pk) == [mine]
    assert found(unassigned=True) == [waiting]
    assert found(state="solved") == [solved]
    assert found(text="foerderband stoer") == [mine]
    assert found(text="förderband presse") == []
    assert len(found(only_open=False)) == 3


def test_who_has_left_sees_nothing() -> None:
    make.running(confirmed_at=None)
    gone = make.user(is_active=False)

    assert not Case.objects.visible_to(gone).exists()
    assert not Session.objects.visible_to(gone).exists()
    assert not Case.objects.visible_to(AnonymousUser()).exists()
    assert not open_cases(CaseFilters(), user=gone).exists()
    assert timers_of(gone).running is None
    assert Case.objects.visible_to(make.user()).exists()


def test_the_clock_needs_one_query_however_many_timers_are_paused(
    django_assert_num_queries: Callable[[int], Any],
) -> None:
    jonas = make.user()
    for hour in range(5):
        make.session(
            technician=jonas,
            case=make.case(plant=make.plant()),
            started_at=NOW + timedelta(hours=hour),
            is_paused=True,
        )
    make.running(
        technician=jonas, started_at=NOW + timedelta(hours=9), confirmed_at=None
    )

    with django_assert_num_queries(1):
        timers = timers_of(jonas)
        assert timers.running
        assert timers.running.case.customer.name
        assert [
            session.case.plant.name for session in timers.paused if session.case.plant
        ]

    hours = [session.started_at.hour for session in timers.paused]
    assert hours == sorted(hours, reverse=True)


def test_a_plant_shows_what_is_open_and_how_the_last_were_solved() -> None:
    plant = make.plant()
    now_open = make.case(plant=plant)
    make.case(customer=plant.customer)
    solved = [
        make.case(
            plant=plant,
            state=CaseState.CLOSED,
            solution=f"Lösung {day}",
            opened_at=NOW - timedelta(days=day),
        )
        for day in range(1, 6)
    ]
    make.case(plant=plant, state=CaseState.SOLVED, opened_at=NOW)

    history = plant_history(plant, user=make.user())

    assert history.open == [now_open]
    assert history.solved == solved[:3]


def test_what_waits_for_a_person_is_listed() -> None:
    waiting = make.session(confirmed_at=None)
    make.session()
    running = make.running(confirmed_at=None)
    make.session(confirmed_at=None, voided_at=NOW)

    assert list(unconfirmed_sessions()) == [waiting]
    assert list(running_timers()) == [running]
