"""The clock is wrong (F-13): set ahead, or back to 1970. T6, T8.

No timer is ended because of a clock that jumped; what is ended by one that is wrong
waits for a person; and what is out of order in the Kladde says so.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from fernkladde.cases import actions
from fernkladde.cases.models import Session
from fernkladde.commands.steps import Steps
from fernkladde.journal.models import Entry
from fernkladde.journal.queries import verify
from tests import make
from tests.billing import month
from tests.billing.month import OCTOBER, local

from .survival import insist_on_invariants

NOW = make.NOW
A_YEAR = timedelta(days=365)
IN_1970 = datetime(1970, 1, 1, 0, 0, 7, tzinfo=UTC)
JUMPS = [timedelta(hours=1), A_YEAR, IN_1970 - NOW]


class Steady:
    """A clock that nobody can set, moved on by the test."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.mark.parametrize("jump", JUMPS, ids=["an hour", "a year", "to 1970"])
def test_a_clock_that_jumped_is_not_believed_for_an_hour(
    jump: timedelta, capsys: pytest.CaptureFixture[str]
) -> None:
    steady = Steady()
    steps = Steps(steady)
    before = steps.may_be_believed(NOW)

    steady.seconds += 1
    jumped = steps.may_be_believed(NOW + jump)
    steady.seconds += 3598
    within = steps.may_be_believed(NOW + jump + timedelta(seconds=3598))
    said = capsys.readouterr().err
    steady.seconds += 3
    afterwards = steps.may_be_believed(NOW + jump + timedelta(seconds=3601))

    assert (before, jumped, within, afterwards) == (True, False, False, True)
    assert said.count("Die Systemzeit sprang") == 1


def test_a_clock_that_goes_a_little_wrong_is_believed() -> None:
    steady = Steady()
    steps = Steps(steady)
    steps.may_be_believed(NOW)

    steady.seconds += 5
    believed = steps.may_be_believed(NOW + timedelta(seconds=45))

    assert believed


def test_a_clock_that_was_set_right_again_is_doubted_for_an_hour_more() -> None:
    steady = Steady()
    steps = Steps(steady)
    steps.may_be_believed(NOW)
    steps.may_be_believed(NOW + A_YEAR)

    steady.seconds += 600
    right_again = steps.may_be_believed(NOW + timedelta(seconds=600))
    steady.seconds += 3601
    afterwards = steps.may_be_believed(NOW + timedelta(seconds=4201))

    assert (right_again, afterwards) == (False, True)


def running_timers(count: int) -> list[Session]:
    return [
        actions.start_timer(
            case=make.case(customer=month.customer()),
            technician=jonas,
            by=jonas,
            at=NOW,
        )
        for jonas in (make.user() for _ in range(count))
    ]


@pytest.mark.django_db
def test_timers_ended_by_a_clock_a_year_ahead_all_wait_for_a_person() -> None:
    month.firm()
    timers = running_timers(3)

    actions.stop_forgotten_timers(at=NOW + A_YEAR)

    for timer in timers:
        timer.refresh_from_db()
        assert timer.ended_at == NOW + timedelta(hours=12)
        assert timer.confirmed_at is None
    month.approve()
    assert month.issue(OCTOBER).settled == []
    insist_on_invariants()


@pytest.mark.django_db
def test_a_timer_stopped_in_1970_has_a_second_and_waits_for_a_person() -> None:
    [timer] = running_timers(1)

    actions.stop_timer(session=timer, by=timer.technician, at=IN_1970)

    timer.refresh_from_db()
    assert timer.ended_at == timer.started_at + timedelta(seconds=1)
    assert timer.confirmed_at is None
    newest = Entry.objects.newest_first()[0]
    assert newest.clock_regression
    assert verify().holds
    insist_on_invariants()


@pytest.mark.django_db
def test_work_of_1970_finds_no_tariff_and_is_never_billed() -> None:
    month.firm()
    jonas = make.user()
    case = make.case(customer=month.customer())
    timer = actions.start_timer(case=case, technician=jonas, by=jonas, at=IN_1970)
    actions.stop_timer(session=timer, by=jonas, at=IN_1970 + timedelta(minutes=9))

    month.approve()
    done = month.issue()

    assert done.settled == []
    [[reason]] = done.parked.values()
    assert "Tarif" in str(reason)
    insist_on_invariants()


@pytest.mark.django_db
def test_after_an_hour_set_back_the_order_of_the_kladde_is_kept() -> None:
    [timer] = running_timers(1)

    an_hour_back = NOW - timedelta(hours=1)
    actions.stop_timer(session=timer, by=timer.technician, at=an_hour_back)

    sequences = list(Entry.objects.in_order().values_list("sequence", flat=True))
    assert sequences == sorted(sequences)
    flags = list(Entry.objects.in_order().values_list("clock_regression", flat=True))
    assert flags == [False, True]
    insist_on_invariants()


@pytest.mark.django_db
def test_work_around_a_month_that_a_clock_ahead_began_is_not_lost() -> None:
    month.firm()
    jonas = make.user()
    case = make.case(customer=month.customer())
    ahead = local(6) + A_YEAR
    timer = actions.start_timer(case=case, technician=jonas, by=jonas, at=ahead)

    actions.stop_timer(session=timer, by=jonas, at=local(6))

    timer.refresh_from_db()
    assert timer.confirmed_at is None
    assert Session.objects.valid().filter(pk=timer.pk).exists()
    insist_on_invariants()
