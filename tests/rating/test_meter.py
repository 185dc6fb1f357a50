"""The meter: the same engine, asked about a session that still runs (R12)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from fernkladde.rating import parse_scenario, rate
from fernkladde.rating.meter import Meter, price_of_next_work, read_meter

from . import make
from .examples import examples
from .scenarios import scenarios

NOTHING = Decimal(0)
QUARTERS = make.version(make.price("28.00", 15))


def read(*sessions: make.Doc, tariff: make.Doc = QUARTERS, **keys: Any) -> Meter:
    """Read the meter of the last session."""
    scenario = parse_scenario(make.scenario(*sessions, tariff=tariff, **keys))
    running = scenario.sessions[-1]
    return read_meter(scenario, running.id, running.end)


def test_the_meter_says_what_the_page_shows() -> None:
    """17 min, second quarter since 2:00, 5 left, in 13:00 it costs 18.67."""
    contract = make.contract(allowance=make.minutes(35))

    meter = read(make.session("09:00", "09:17"), contracts=[contract])

    assert (meter.seconds, meter.step, meter.since, meter.until_next) == (
        1020, 2, 120, 780
    )  # fmt: skip
    assert (meter.cost, meter.next_cost) == (Decimal(0), Decimal("18.67"))
    assert (meter.basis, meter.billed, meter.covered, meter.charged) == (
        "allowance", 1800, 1800, 0
    )  # fmt: skip
    assert meter.value == Decimal("56.00")
    left = meter.allowance
    assert left is not None
    assert (left.granted, left.before, left.left) == (2100, 2100, 300)


@pytest.mark.parametrize(
    ("end", "step", "since", "until_next"),
    [
        ("09:00:01", 1, 1, 899),
        ("09:15", 1, 900, 0),
        ("09:15:01", 2, 1, 899),
        ("09:30", 2, 900, 0),
    ],
)
def test_a_step_begins_with_the_second_that_is_over(
    end: str, step: int, since: int, until_next: int
) -> None:
    meter = read(make.session("09:00", end))

    assert (meter.step, meter.since, meter.until_next) == (step, since, until_next)


@pytest.mark.parametrize(
    ("row", "end", "expected"),
    [
        ({"free_minutes": 5}, "09:04", (0, 240, 60)),
        ({"free_minutes": 5}, "09:07", (1, 120, 780)),
        ({"tolerance_minutes": 3}, "09:17", (1, 1020, 60)),
        ({"tolerance_minutes": 3}, "09:19", (2, 60, 840)),
        ({"first_minutes": 30}, "09:17", (1, 1020, 780)),
    ],
)
def test_the_steps_are_those_of_the_price_row(
    row: make.Doc, end: str, expected: tuple[int, int, int]
) -> None:
    tariff = make.version(make.price("28.00", 15, **row))

    meter = read(make.session("09:00", end), tariff=tariff)

    assert (meter.step, meter.since, meter.until_next) == expected


@pytest.mark.parametrize(
    ("mode", "step"),
    # Without the first ten minutes the work begins in the evening, whose first
    # block is an hour; with the cliff it begins before, and 25 minutes are two steps.
    [("deduct", 1), ("cliff", 2)],
)
def test_the_steps_are_counted_from_where_the_billing_begins(
    mode: str, step: int
) -> None:
    row = make.price("28.00", 15, free_minutes=10, free_mode=mode)
    band = {**make.EVENING, "minimum_minutes": 60}

    meter = read(make.session("16:50", "17:15"), tariff=make.version(row, bands=[band]))

    assert meter.step == step


def test_earlier_work_of_the_day_counts_into_the_running_step() -> None:
    meter = read(make.session("08:00", "08:10"), make.session("09:00", "09:07"))

    assert (meter.seconds, meter.worked) == (420, 1020)
    assert (meter.step, meter.since, meter.until_next) == (2, 120, 780)
    assert (meter.cost, meter.next_cost) == (Decimal("56.00"), Decimal("84.00"))


def test_per_band_the_next_step_may_begin_with_the_next_band() -> None:
    tariff = make.version(
        make.price("40.00", 15), bands=[make.EVENING], band_rule="per_band"
    )

    meter = read(make.session("16:50", "16:55"), tariff=tariff)

    assert (meter.until_next, meter.next_cost) == (300, Decimal("100.00"))


def test_free_and_held_work_shows_its_value_and_costs_nothing() -> None:
    free = read({**make.session("09:00", "09:17"), "billable": False})
    held = read(make.session("09:00", "09:17"), policy={"require_consent": True})

    assert (free.basis, free.cost, free.next_cost) == ("not_billable", NOTHING, NOTHING)
    assert (free.value, held.value) == (Decimal(56), Decimal(56))
    assert held.basis == "held"
    assert free.allowance is None


def test_the_cost_is_that_of_the_case_with_its_fees_and_calls() -> None:
    fee = {"name": "dial-in", "amount": "5.00", "per": "case"}
    other = make.session("08:00", "08:10", case="F2")

    meter = read(
        other,
        make.session("09:00", "09:01"),
        tariff={**QUARTERS, "fees": [fee]},
        cases=[make.case(), make.case("F2")],
    )

    assert meter.cost == Decimal("33.00")


def test_the_meter_tells_what_is_carried_over_too() -> None:
    contract = make.contract(allowance=make.minutes(20, carry_over_periods=1))

    meter = read(make.session("09:00", "09:17"), contracts=[contract])

    left = meter.allowance
    assert left is not None
    assert (left.carried_in, left.before, left.left) == (1200, 2400, 600)


def test_the_allowance_on_the_meter_is_the_one_that_still_gives() -> None:
    first = make.contract("A", priority=1, allowance=make.minutes(10))
    second = make.contract("B", allowance={"cases": 3, "period": "year"})

    meter = read(make.session("09:00", "09:17"), contracts=[first, second])

    assert [row.contract for row in meter.allowances] == ["A", "B"]
    left = meter.allowance
    assert left is not None
    assert (left.contract, left.unit, left.before, left.left) == ("B", "cases", 3, 2)


def test_the_meter_may_be_read_at_another_moment_than_the_scenario_s() -> None:
    scenario = parse_scenario(make.scenario(make.session("09:00", "09:01")))
    session = scenario.sessions[0]

    meter = read_meter(scenario, session.id, session.start + 901)

    assert (meter.seconds, meter.step) == (901, 2)


def test_a_step_longer_than_a_year_is_not_waited_for() -> None:
    tariff = make.version(make.price(per=60, next_minutes=10**6))

    meter = read(make.session("09:00", "09:01"), tariff=tariff)

    assert (meter.until_next, meter.next_cost) == (None, None)


@given(scenarios(least_sessions=1), st.integers(0, 20))
@examples(60)
def test_the_meter_gives_what_the_bill_would_give(
    doc: dict[str, Any], pick: int
) -> None:
    doc.pop("period", None)
    scenario = parse_scenario(doc)
    session = scenario.sessions[pick % len(scenario.sessions)]

    meter = read_meter(scenario, session.id, session.end)

    result = rate(scenario)
    group = next(g for g in result.groups if session.id in g.sessions)
    cost = sum((r.net for r in result.lines if r.case == session.case), Decimal(0))
    assert (meter.worked, meter.billed, meter.basis, meter.cost) == (
        group.worked, group.billed, group.basis, cost
    )  # fmt: skip
    assume(meter.until_next is not None)
    assert meter.until_next is not None
    for after, grown in ((meter.until_next, False), (meter.until_next + 1, True)):
        assert (_billed(scenario, session, after) > group.billed) is grown


def _billed(scenario: Any, session: Any, after: int) -> int:
    """Return what the group is billed when the session goes on for a while.

    Its basis may change meanwhile (a consent that was given just now begins to
    count), so that the work is forced into the group it was in.
    """
    longer = replace(session, end=session.end + after)
    sessions = tuple(longer if s is session else s for s in scenario.sessions)
    always = replace(scenario, sessions=sessions, require_consent=False)
    result = rate(always)
    return next(g for g in result.groups if session.id in g.sessions).billed


def test_the_price_to_be_read_out_before_work_begins() -> None:
    scenario = parse_scenario(
        make.scenario(make.session("09:00", "09:01", id="next"), tariff=QUARTERS)
    )

    notice = price_of_next_work(scenario, "next")

    assert (notice.basis, notice.currency, notice.band) == ("tariff", "EUR", None)
    assert (notice.step_price, notice.next_minutes) == (Decimal("28.00"), 15)
    assert (notice.unit_price, notice.per_minutes) == (Decimal(28), 15)
    assert (notice.first_price, notice.first_minutes) == (Decimal(28), 15)


def test_the_price_told_is_that_of_the_band_in_force_now() -> None:
    """Also where the same group began hours ago at the base price."""
    row = make.price("28.00", 15, first_minutes=30, first_price="50.00")
    band = {**make.EVENING, "minimum_minutes": 60}
    sessions = [make.session("09:00", "09:10"), make.session("18:00", "18:01", id="n")]
    scenario = parse_scenario(
        make.scenario(*sessions, tariff=make.version(row, bands=[band]))
    )

    notice = price_of_next_work(scenario, "n")

    assert (notice.band, notice.step_price) == ("evening", Decimal("42.00"))
    # The first half hour at 75.00, the second at the evening's 42.00 a quarter.
    assert (notice.first_minutes, notice.first_price) == (60, Decimal("159.00"))


def test_under_a_contract_the_notice_tells_what_the_allowance_still_gives() -> None:
    contract = make.contract(allowance=make.minutes(60))
    scenario = parse_scenario(
        make.scenario(
            make.session("09:00", "09:01", id="n"),
            tariff=QUARTERS,
            contracts=[contract],
            cases=[make.case(goodwill_percent=20)],
        )
    )

    notice = price_of_next_work(scenario, "n")

    assert (notice.basis, notice.discount_percent) == ("allowance", Decimal(20))
    assert [(row.before, row.left) for row in notice.allowances] == [(3600, 2700)]
