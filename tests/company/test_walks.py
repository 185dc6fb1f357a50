"""Walks through the machine by hand: edges that chance meets too seldom."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from fernkladde.billing.models import Invoice

from .machine import Company

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

AN_HOUR = 3600
PLAIN = {
    "valid_from": "2020-01-01",
    "prices": [{"price": "100.00", "per_minutes": 60, "next_minutes": 15}],
}
MONTHLY = {
    "covers": "allowance",
    "allowance": {
        "period": "month",
        "minutes": 60,
        "carry_over_periods": 1,
        "carry_over_minutes": 10,
    },
    "services": None,
    "priority": 100,
    "tariff": None,
    "includes_connection": False,
    "months_ago": 2,
    "months_long": None,
}


def case(ago: int = 0, cause: str = "wear", plant: int = 0) -> dict[str, Any]:
    return {"whose": 0, "plant": plant, "ago": ago, "cause": cause}


@contextmanager
def company(**more: Any) -> Iterator[Company]:
    """Found a plain company on the last day of June; in the end all is compared."""
    plain: dict[str, Any] = {
        "opening": datetime(2026, 6, 30, 20, tzinfo=UTC),
        "zone": "Europe/Berlin",
        "tariffs": (PLAIN, PLAIN, None),
        "require_consent": False,
        "agreed": [],
        "plants": [],
        "cases": [case()],
        "done": [],
    }
    machine = Company()
    try:
        machine.found(**plain | more)
        yield machine
    finally:
        machine.teardown()


def work(machine: Company, seconds: int, ago: int = 0, about: int = 0) -> None:
    machine.write_down("anna", ago, [(0, seconds, about, "remote", True)])


def nets() -> list[str]:
    return [str(i.net) for i in Invoice.objects.order_by("pk")]


@pytest.mark.parametrize(("edge", "before", "billed"), [
    ("start", 0, ["100.00"]), ("end", 1, ["100.00"]), ("end", 0, []),
])  # fmt: skip
def test_a_consent_counts_for_work_that_ended_after_it(
    edge: str, before: int, billed: list[str]
) -> None:
    with company(require_consent=True) as machine:
        work(machine, AN_HOUR)
        machine.consent(0, given=True, ago=0, edge=edge, before=before)

        machine.month_end(ago=0, in_steps=False)

        assert nets() == billed


@pytest.mark.parametrize(("reported", "billed"), [(10, []), (9, ["100.00"])])
def test_the_last_day_of_a_warranty_counts(reported: int, billed: list[str]) -> None:
    about = case(ago=reported, cause="defect", plant=1)
    with company(plants=[-10], cases=[about]) as machine:
        work(machine, AN_HOUR)

        machine.month_end(ago=0, in_steps=True)

        assert nets() == billed


def test_a_month_turns_at_the_firms_midnight() -> None:
    with company() as machine:
        machine.time_passes(6 * AN_HOUR)
        machine.write_down("anna", 0, [(0, 600, 0, "remote", True)], turn=0)
        machine.write_down("bert", 0, [(0, 600, 0, "remote", True)], turn=-1)

        machine.month_end(ago=1, in_steps=False)

        assert len(machine.facts.claimed) == 1


def test_work_that_was_moved_outdates_its_approval() -> None:
    with company() as machine:
        work(machine, AN_HOUR, ago=AN_HOUR)

        machine.work_is_moved_before_the_issue(0, in_steps=False, which=0)

        assert nets() == []


def test_what_a_month_hands_on_is_limited_and_its_own_use_does_not_count() -> None:
    with company(agreed=[MONTHLY]) as machine:
        work(machine, 30 * 60, ago=20 * 24 * AN_HOUR)
        work(machine, 75 * 60, ago=AN_HOUR)

        machine.month_end(ago=0, in_steps=False)

        assert nets() == ["8.33"]


def test_late_work_draws_on_what_its_own_month_has_left() -> None:
    with company(agreed=[MONTHLY]) as machine:
        work(machine, 75 * 60)
        machine.month_end(ago=0, in_steps=False)
        machine.time_passes(24 * AN_HOUR)
        work(machine, 75 * 60, ago=20 * 24 * AN_HOUR)

        machine.month_end(ago=0, in_steps=False)

        assert nets() == ["8.33", "25.00"]


@pytest.mark.parametrize("number", [3, 30, 60, 90])
def test_a_month_end_that_breaks_is_completed(number: int) -> None:
    with company(cases=[case(), case() | {"whose": 1}]) as machine:
        work(machine, AN_HOUR, about=0)
        work(machine, AN_HOUR, ago=AN_HOUR, about=1)

        machine.month_end_breaks(0, number, in_steps=False)

        assert nets() == ["100.00", "100.00"]


def test_a_clock_that_went_back_gives_a_second_that_waits() -> None:
    with company() as machine:
        machine.start("anna", 0, "remote", after=0)
        machine.the_clock_goes_back(60)
        machine.stop(0, after=1, paused=False)

        machine.month_end(ago=0, in_steps=False)

        assert not machine.facts.claimed
