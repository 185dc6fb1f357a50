"""Facts read past the ORM are the facts that it would read."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fernkladde.billing import reading
from fernkladde.billing.agreed import load_terms
from fernkladde.billing.preview import preview_month
from fernkladde.contracts.models import SpecialDay
from fernkladde.rating import facts, terms
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


def test_the_matters_of_cases_are_read_each_once_with_the_terms_of_their_own() -> None:
    tariff = make.tariff()
    payer = make.customer(tariff=tariff, charging_from=date(2026, 2, 1))
    keeper = make.customer(consent_from=date(2026, 3, 1))
    plant = make.plant(customer=keeper, warranty_until=date(2027, 1, 31), tariff=tariff)
    cases = [
        make.case(customer=payer, plant=plant),
        make.case(customer=payer),
        make.case(customer=keeper, plant=plant),
    ]

    found = reading.matters({case.number for case in cases})

    assert found.cases.keys() == {case.number for case in cases}
    assert found.cases[cases[1].number].plant is None
    assert found.customers == {
        payer.number: facts.Customer(
            payer.number, payer.name, tariff.code, date(2026, 2, 1), None
        ),
        keeper.number: facts.Customer(
            keeper.number, keeper.name, None, None, date(2026, 3, 1)
        ),
    }
    assert found.plants == {
        plant.number: facts.Plant(
            plant.number, keeper.number, plant.name, date(2027, 1, 31), tariff.code
        )
    }


def test_a_contract_is_read_with_all_that_was_agreed() -> None:
    make.policy()
    partner, plant = make.customer(), make.plant()
    row = make.contract(
        covers="allowance",
        allowance_period="quarter",
        allowance_minutes=90,
        carry_over_term=True,
        carry_over_minutes=30,
        surcharge_on_covered="weight",
        services=["remote", "phone"],
        shared_with=[partner],
        plants=[plant],
        tariff=make.tariff(),
        valid_until=date(2026, 12, 31),
        includes_connection=True,
        priority=7,
    )

    [read] = load_terms().contracts

    assert read == terms.Contract(
        id=row.number,
        customer=row.customer.number,
        valid_from=date(2026, 1, 1),
        covers="allowance",
        name=row.name,
        shared_with=(partner.number,),
        plants=(plant.number,),
        services=("remote", "phone"),
        valid_until=date(2026, 12, 31),
        priority=7,
        tariff=row.tariff.code if row.tariff else None,
        allowance=terms.Allowance(
            period="quarter",
            minutes=90,
            cases=None,
            carry_over_periods="term",
            carry_over_minutes=30,
            surcharge_on_covered="weight",
        ),
        includes_connection=True,
    )


def test_what_the_firm_laid_down_is_read_in_order_and_anew_when_it_changes() -> None:
    older = make.terms("90.00", valid_from="2026-01-01")
    newer = make.terms("95.00", valid_from="2026-06-01")
    tariff = make.tariff(newer, older)
    make.policy(default_tariff=tariff)
    day = make.special_day(date=date(2026, 12, 24), label="half_day")
    before = load_terms()
    SpecialDay.objects.filter(pk=day.pk).update(label="holiday")
    last = tariff.versions.get(valid_from=date(2026, 6, 1))
    last.terms = make.terms("99.00", valid_from="2026-06-01")
    last.save()

    after = load_terms()

    [read] = before.tariffs
    assert [v.valid_from for v in read.versions] == [date(2026, 1, 1), date(2026, 6, 1)]
    assert before.special_days == {date(2026, 12, 24): "half_day"}
    assert after.special_days == {date(2026, 12, 24): "holiday"}
    assert after.tariffs[0].versions[0] == read.versions[0]
    assert after.tariffs[0].versions[1] != read.versions[1]
