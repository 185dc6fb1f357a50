"""Target times by contract: counted in business hours, paused while waiting."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from fernkladde.cases import actions
from fernkladde.cases.models import Case, CaseState, Priority
from tests import make

if TYPE_CHECKING:
    from fernkladde.accounts.models import User

pytestmark = pytest.mark.django_db

# Tuesday; the office is open from 8 to 17 in Berlin, which is 6 to 15 in UTC.
NOW = make.NOW


def tuesday(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 10, 6, hour, minute, tzinfo=UTC)


def wednesday(hour: int, minute: int = 0) -> datetime:
    return tuesday(hour, minute) + timedelta(days=1)


@pytest.fixture
def petra() -> User:
    return make.user()


def opened(petra: User, *, at: datetime = NOW, **agreed: Any) -> Case:
    contract = make.contract(**agreed)
    return actions.open_case(
        customer=contract.customer, subject="Störung", by=petra, at=at
    )


def test_answer_and_solution_are_due_by_the_contract_in_business_hours(
    petra: User,
) -> None:
    case = opened(petra, at=tuesday(14), respond_minutes=90, solve_minutes=480)

    case.refresh_from_db()
    assert case.respond_by == wednesday(6, 30)
    assert case.solve_by == wednesday(13)
    assert case.due_at == case.respond_by


def test_holidays_and_own_days_are_not_counted(petra: User) -> None:
    make.special_day(date=date(2026, 10, 7), label="holiday")

    case = opened(petra, at=tuesday(14), respond_minutes=90)

    assert case.respond_by == wednesday(6, 30) + timedelta(days=1)


def test_the_firms_own_hours_count(petra: User) -> None:
    make.policy(business_hours={"tue": ["00:00", "24:00"]})

    case = opened(petra, at=tuesday(20), respond_minutes=60)

    assert case.respond_by == tuesday(21)


def test_without_target_times_nothing_is_due(petra: User) -> None:
    case = opened(petra)

    assert (case.respond_by, case.solve_by, case.due_at) == (None, None, None)


def test_the_first_contract_with_target_times_counts(petra: User) -> None:
    contract = make.contract(priority=1)
    make.contract(customer=contract.customer, priority=2, respond_minutes=60)

    case = actions.open_case(
        customer=contract.customer, subject="Störung", by=petra, at=NOW
    )

    assert case.respond_by == NOW + timedelta(hours=1)


def test_where_production_stands_still_its_own_target_times_count(
    petra: User,
) -> None:
    case = opened(petra, respond_minutes=240, respond_minutes_down=60)

    actions.set_priority(
        case=case, priority=Priority.DOWN, by=petra, at=NOW + timedelta(minutes=5)
    )

    case.refresh_from_db()
    assert case.respond_by == NOW + timedelta(hours=1)
    assert case.due_at == case.respond_by


def test_who_begins_to_work_has_answered(petra: User) -> None:
    case = opened(petra, respond_minutes=60, solve_minutes=480)
    began = NOW + timedelta(minutes=10)

    actions.start_timer(case=case, technician=petra, by=petra, at=began)

    case.refresh_from_db()
    assert case.responded_at == began
    assert (
        case.due_at
        == case.solve_by
        == NOW + timedelta(hours=8, days=0) + timedelta(hours=15)
    )


def test_nothing_is_due_while_the_customer_is_waited_for(petra: User) -> None:
    case = opened(petra, respond_minutes=60, solve_minutes=240)

    actions.change_state(case=case, state=CaseState.WAITING_CUSTOMER, by=petra, at=NOW)

    case.refresh_from_db()
    assert (case.due_at, case.waiting_since) == (None, NOW)


def test_after_waiting_the_solution_has_as_much_time_left_as_before(
    petra: User,
) -> None:
    case = opened(petra, at=tuesday(8), solve_minutes=240)
    actions.change_state(
        case=case, state=CaseState.WAITING_CUSTOMER, by=petra, at=tuesday(9)
    )

    actions.change_state(
        case=case, state=CaseState.WAITING_US, by=petra, at=wednesday(13)
    )

    case.refresh_from_db()
    two_hours_more = wednesday(6) + timedelta(days=1, hours=1)
    assert case.due_at == case.solve_by == two_hours_more
    assert case.waiting_since is None


def test_what_was_overdue_before_the_waiting_stays_overdue(petra: User) -> None:
    case = opened(petra, at=tuesday(7), solve_minutes=30)
    actions.change_state(
        case=case, state=CaseState.WAITING_CUSTOMER, by=petra, at=tuesday(9)
    )

    actions.change_state(
        case=case, state=CaseState.WAITING_US, by=petra, at=tuesday(12)
    )

    case.refresh_from_db()
    assert case.due_at == tuesday(7, 30)


def test_a_done_case_has_nothing_due_and_a_reopened_one_again(petra: User) -> None:
    case = opened(petra, solve_minutes=60)
    actions.change_state(case=case, state=CaseState.SOLVED, by=petra, at=NOW)
    assert case.due_at is None

    actions.change_state(
        case=case, state=CaseState.REOPENED, by=petra, at=NOW + timedelta(days=1)
    )

    assert case.due_at == NOW + timedelta(hours=1)


def test_another_plant_has_the_target_times_of_its_contract(petra: User) -> None:
    case = opened(petra)
    plant = make.plant(customer=case.customer)
    make.contract(customer=case.customer, plants=[plant], respond_minutes=30)

    actions.change_case(case=case, plant=plant, by=petra, at=NOW)

    case.refresh_from_db()
    assert case.respond_by == NOW + timedelta(minutes=30)


def test_a_case_done_for_longer_than_the_firm_says_is_not_taken_up_again(
    petra: User,
) -> None:
    closed = NOW - timedelta(days=14, seconds=1)
    case = make.case(state=CaseState.CLOSED, closed_at=closed)

    with pytest.raises(actions.DoneTooLong):
        actions.change_state(case=case, state=CaseState.REOPENED, by=petra, at=NOW)
    with pytest.raises(actions.DoneTooLong):
        actions.start_timer(case=case, technician=petra, by=petra, at=NOW)

    actions.set_rules(by=petra, at=NOW, reopen_days=15)
    actions.change_state(case=case, state=CaseState.REOPENED, by=petra, at=NOW)
    case.refresh_from_db()
    assert (case.state, case.closed_at) == (CaseState.REOPENED, None)


def test_what_comes_back_too_late_is_a_new_case_linked_to_the_old(
    petra: User,
) -> None:
    old = make.case(state=CaseState.CLOSED, closed_at=NOW - timedelta(days=90))

    new = actions.follow_up(case=old, by=petra, at=NOW, client_key="page-1")
    again = actions.follow_up(case=old, by=petra, at=NOW, client_key="page-1")

    assert again == new
    assert (new.customer, new.subject) == (old.customer, old.subject)
    [link] = new.links_to.all()
    assert (link.other, link.kind) == (old, "follows")


def test_only_what_is_done_is_reopened(petra: User) -> None:
    case = make.case(state=CaseState.IN_PROGRESS)

    with pytest.raises(actions.NotDone):
        actions.change_state(case=case, state=CaseState.REOPENED, by=petra, at=NOW)

    case.refresh_from_db()
    assert case.state == CaseState.IN_PROGRESS
