"""What is left of allowances, period by period, unbilled work included."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from fernkladde.billing.live.balances import Period, balances_of
from fernkladde.billing.models import AllowancePosting
from fernkladde.desk.templatetags.periods import forecast
from tests import make

if TYPE_CHECKING:
    from fernkladde.contracts.models import Contract

pytestmark = pytest.mark.django_db

HOUR = 3600
AUGUST, SEPTEMBER, OCTOBER = (date(2026, month, 1) for month in (8, 9, 10))


def monthly(hours: int, **fields: object) -> Contract:
    made = {
        "covers": "allowance",
        "allowance_period": "month",
        "allowance_minutes": hours * 60,
        "valid_from": AUGUST,
    }
    return make.contract(**made | fields)


def work(contract: Contract, on: date, hours: float, **fields: object) -> None:
    start = datetime(on.year, on.month, on.day, 9, tzinfo=UTC)
    fields.setdefault("customer", contract.customer)
    case = make.case(reported_on=on, **fields)
    make.session(case=case, started_at=start, ended_at=start + timedelta(hours=hours))


def periods(contract: Contract, on: date = date(2026, 10, 6)) -> tuple[Period, ...]:
    return balances_of([contract], on=on)[contract.number].periods


def told(period: Period) -> tuple[int, ...]:
    amounts = (
        period.granted,
        period.carried,
        period.used,
        period.handed_on,
        period.expired,
        period.left,
    )
    return tuple(amount // HOUR for amount in amounts)


def test_a_rest_that_is_not_carried_over_expires() -> None:
    make.policy()
    contract = monthly(10)
    work(contract, AUGUST, 4)
    work(contract, OCTOBER, 3)

    august, september, october = periods(contract)

    assert told(august) == (10, 0, 4, 0, 6, 0)
    assert told(september) == (10, 0, 0, 0, 10, 0)
    assert told(october) == (10, 0, 3, 0, 0, 7)


def test_a_carried_rest_is_used_first_and_said_on_both_sides() -> None:
    make.policy()
    contract = monthly(10, carry_over_periods=1)
    work(contract, AUGUST, 4)
    work(contract, SEPTEMBER, 8)

    august, september, october = periods(contract)

    assert told(august) == (10, 0, 4, 6, 0, 0)
    assert told(september) == (10, 6, 8, 0, 0, 8)
    assert told(october) == (10, 8, 0, 0, 0, 18)


def test_no_more_is_carried_than_agreed() -> None:
    make.policy()
    contract = monthly(10, carry_over_periods=1, carry_over_minutes=120)

    _august, september, october = periods(contract)

    assert told(september) == (10, 0, 0, 0, 8, 2)
    assert told(october) == (10, 2, 0, 0, 0, 12)


def test_what_invoices_took_and_what_is_not_billed_yet_add_up() -> None:
    make.policy()
    contract = monthly(10, carry_over_term=True)
    AllowancePosting.objects.create(
        contract=contract,
        period_start=AUGUST,
        for_period=SEPTEMBER,
        seconds=2 * HOUR,
        handed_seconds=2 * HOUR,
    )
    work(contract, SEPTEMBER, 1)

    august, september, _october = periods(contract)

    assert told(august) == (10, 0, 0, 3, 0, 7)
    assert told(september) == (10, 3, 3, 0, 0, 10)


def test_those_who_share_a_contract_draw_on_the_same_allowance() -> None:
    make.policy()
    friend = make.customer()
    contract = monthly(10, shared_with=[friend])
    work(contract, OCTOBER, 2, customer=friend)
    work(contract, OCTOBER, 1)

    assert told(periods(contract)[-1]) == (10, 0, 3, 0, 0, 7)


def test_an_allowance_in_cases_counts_cases() -> None:
    make.policy()
    contract = monthly(0, allowance_minutes=None, allowance_cases=5)
    work(contract, OCTOBER, 1)
    work(contract, OCTOBER, 7)

    october = periods(contract)[-1]

    assert (october.unit, october.used, october.left) == ("cases", 2, 3)


def test_one_rating_serves_all_contracts(
    django_assert_max_num_queries: object,
) -> None:
    make.policy()
    contracts = [monthly(10) for _each in range(20)]
    for contract in contracts:
        work(contract, OCTOBER, 1)

    with django_assert_max_num_queries(20):  # type: ignore[operator]
        found = balances_of(contracts, on=date(2026, 10, 6))

    assert {b.now.left for b in found.values() if b.now} == {9 * HOUR}


def october(used: int, granted: int = 10) -> Period:
    return Period(
        start=OCTOBER,
        end=date(2026, 10, 31),
        unit="seconds",
        granted=granted * HOUR,
        carried=0,
        used=used * HOUR,
        handed_on=0,
        expired=0,
    )


@pytest.mark.parametrize(
    ("used", "on", "sentence"),
    [
        (10, 20, "aufgebraucht"),
        (8, 20, "beim jetzigen Tempo leer um den 25.10.2026"),
        (4, 20, "reicht beim jetzigen Tempo bis zum Ende"),
        (0, 20, ""),
        (8, 3, ""),
    ],
)
def test_the_forecast_goes_on_at_the_present_pace(
    used: int, on: int, sentence: str
) -> None:
    assert forecast(october(used), date(2026, 10, on)) == sentence
