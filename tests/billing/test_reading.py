"""Facts read past the ORM are the facts that it would read."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fernkladde.billing import reading
from fernkladde.billing.preview import preview_month
from fernkladde.rating import facts
from tests import make

from . import month
from .month import AT, OCTOBER, local, work

pytestmark = pytest.mark.django_db

START = datetime(2026, 10, 6, 8, 30, 15, tzinfo=UTC)


def test_a_session_is_read_with_whole_seconds_and_exact_goodwill() -> None:
    end = START + timedelta(minutes=20, microseconds=999_999)
    row = make.session(
        started_at=START, ended_at=end, goodwill_percent=Decimal("33.333333333333")
    )

    [(key, *read)] = reading.CONFIRMED_SESSIONS.rows([row.number])

    assert key == row.pk
    assert reading.session(tuple(read)) == facts.Session(
        row.number,
        row.case.number,
        "remote",
        int(START.timestamp()),
        int(START.timestamp()) + 1200,
        "*",
        row.technician.username,
        "none",
        billable=True,
        goodwill_percent=Decimal("33.333333333333"),
    )


def test_what_waits_for_its_confirmation_is_not_read() -> None:
    waiting = make.session(confirmed_at=None)

    assert not list(reading.CONFIRMED_SESSIONS.rows([waiting.number]))


def test_a_case_without_plant_goodwill_and_consent_has_none() -> None:
    row = make.case(subject="Presse steht")

    [(_key, *read)] = reading.CASES.rows([row.number])

    assert reading.case(tuple(read)) == facts.Case(
        row.number,
        row.customer.number,
        date(2026, 10, 6),
        None,
        "unknown",
        None,
        None,
        "Presse steht",
    )


def test_a_call_keeps_the_twelve_decimals_of_its_cost() -> None:
    row = make.call(cost=Decimal("0.123456789012"))

    [(_key, *read)] = reading.CALLS_OF_SESSIONS.rows([row.session.pk])

    assert reading.call(tuple(read)).cost == Decimal("0.123456789012")


def test_more_names_than_one_statement_takes_are_all_read() -> None:
    numbers = [make.customer().number for _ in range(2)]
    unknown = [f"X{n}" for n in range(1200)]

    read = map(reading.customer, reading.CUSTOMERS.rows([*numbers, *unknown]))

    assert sorted(customer.id for customer in read) == sorted(numbers)


def statements(make_month: Any) -> int:
    with CaptureQueriesContext(connection) as asked:
        make_month()
    return len(asked)


def test_twice_the_work_of_a_customer_takes_no_more_statements_to_issue() -> None:
    month.firm()
    work(month.customer())
    month.bill()  # the first one also begins the series of numbers
    little, much = month.customer(), month.customer()
    work(little)
    for day in range(1, 21):
        work(much, local(day))

    month.approve(customers=[little.number])
    one = statements(month.issue)
    month.approve(customers=[much.number])
    other = statements(month.issue)

    assert one == other


def test_more_customers_take_no_more_statements_to_preview() -> None:
    month.firm()
    work(month.customer())
    few = statements(lambda: preview_month(month=OCTOBER, by=None, at=AT))
    for _ in range(10):
        work(month.customer())

    many = statements(lambda: preview_month(month=OCTOBER, by=None, at=AT))

    assert many <= few + 1  # the second one takes the first one's place
