"""Which contracts and which tariff version hold on a day (sections 2 and 5).

What depends on customer, plant, service and skill is worked out once; between two
days on which a contract or a version begins or ends nothing changes.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .allowances import Ledger
from .prices import DayLabels, Edition, Plan, make_plan
from .zone import date_of, day_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .facts import Customer, Plant, Scenario
    from .terms import Contract, Tariff

EVERYTHING, ALLOWANCE = "everything", "allowance"  # what a contract covers


@dataclass(frozen=True, slots=True)
class Missing:
    """Why there is no price: an error, never a price of 0."""

    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class Agreement:
    """A contract, and its ledger where it covers an allowance."""

    contract: Contract
    ledger: Ledger | None
    first_day: int
    last_day: int | None

    def runs_on(self, day: int) -> bool:
        return self.first_day <= day and (self.last_day is None or day <= self.last_day)


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """What holds on a day: the fitting contracts in order, and both price plans."""

    agreements: tuple[Agreement, ...]
    agreed: Plan | Missing  # at the first fitting contract's terms
    standard: Plan | Missing


def serving_order(contract: Contract) -> tuple[object, ...]:
    """Sort key: who is served first when several contracts fit (section 5)."""
    until = contract.valid_until
    return (
        contract.priority,
        contract.plants is None,
        until is None,
        0 if until is None else until.toordinal(),
        contract.valid_from.toordinal(),
        contract.id,
    )


def _agreement(contract: Contract) -> Agreement:
    ledger = None
    if contract.covers == ALLOWANCE and contract.allowance is not None:
        ledger = Ledger(contract, contract.allowance)
    until = contract.valid_until
    return Agreement(
        contract=contract,
        ledger=ledger,
        first_day=day_number(contract.valid_from),
        last_day=None if until is None else day_number(until),
    )


class Tariffs:
    """Finds the plan that prices a service on a day."""

    def __init__(
        self, tariffs: Iterable[Tariff], special_days: Mapping[int, str]
    ) -> None:
        self._labels = DayLabels(special_days)
        self._versions: dict[str, tuple[list[int], list[Edition]]] = {}
        self._plans: dict[tuple[str, int, str, str], Plan | Missing] = {}
        for tariff in tariffs:
            versions = sorted(tariff.versions, key=lambda v: v.valid_from)
            starts = [day_number(version.valid_from) for version in versions]
            editions = [Edition(tariff.id, version) for version in versions]
            self._versions[tariff.id] = (starts, editions)

    def starts(self, tariff: str) -> list[int]:
        return self._versions[tariff][0]

    def plan(self, tariff: str, day: int, service: str, skill: str) -> Plan | Missing:
        starts, editions = self._versions[tariff]
        place = bisect_right(starts, day) - 1
        if place < 0:
            return Missing(
                f"tariff {tariff!r} has no version in force on {date_of(day)}"
            )
        key = (tariff, place, service, skill)
        if key not in self._plans:
            self._plans[key] = self._make(editions[place], service, skill)
        return self._plans[key]

    def _make(self, edition: Edition, service: str, skill: str) -> Plan | Missing:
        plan = make_plan(
            edition, service=service, skill=skill, special_days=self._labels
        )
        return plan or Missing(
            f"tariff {edition.tariff!r}, version {edition.version.valid_from},"
            f" has no price for service {service!r} with skill {skill!r}"
        )


class Deal:
    """The terms of one customer, plant, service and skill over time."""

    __slots__ = ("_agreements", "_key", "_starts", "_tariff", "_tariffs", "_terms")

    def __init__(
        self,
        agreements: tuple[Agreement, ...],
        tariffs: Tariffs,
        tariff: str,
        key: tuple[str, str],
    ) -> None:
        self._agreements = agreements
        self._tariffs = tariffs
        self._tariff = tariff
        self._key = key
        self._starts = sorted(self._changes())
        self._terms: list[Terms | None] = [None] * (len(self._starts) + 1)

    def _changes(self) -> set[int]:
        """Return the days on which other terms may begin."""
        days = set(self._tariffs.starts(self._tariff))
        for agreement in self._agreements:
            days.add(agreement.first_day)
            if agreement.last_day is not None:
                days.add(agreement.last_day + 1)
            if agreement.contract.tariff is not None:
                days.update(self._tariffs.starts(agreement.contract.tariff))
        return days

    def on(self, day: int) -> Terms:
        place = bisect_right(self._starts, day)
        terms = self._terms[place]
        if terms is None:
            terms = self._terms[place] = self._work_out(day)
        return terms

    def _work_out(self, day: int) -> Terms:
        fitting = tuple(a for a in self._agreements if a.runs_on(day))
        standard = agreed = self._tariffs.plan(self._tariff, day, *self._key)
        if fitting and (tariff := fitting[0].contract.tariff) is not None:
            agreed = self._tariffs.plan(tariff, day, *self._key)
        return Terms(fitting, agreed, standard)


class Agreements:
    """All contracts and tariffs of a scenario, and the deals made of them."""

    def __init__(self, scenario: Scenario, special_days: Mapping[int, str]) -> None:
        self.tariffs = Tariffs(scenario.tariffs, special_days)
        self._default = scenario.default_tariff
        ordered = sorted(scenario.contracts, key=serving_order)
        self.all = tuple(_agreement(contract) for contract in ordered)
        self._of_customer: dict[str, list[Agreement]] = {}
        for agreement in self.all:
            contract = agreement.contract
            for customer in {contract.customer, *contract.shared_with}:
                self._of_customer.setdefault(customer, []).append(agreement)
        self._deals: dict[tuple[str, str | None, str, str], Deal] = {}

    def deal(
        self, customer: Customer, plant: Plant | None, service: str, skill: str
    ) -> Deal:
        place = None if plant is None else plant.id
        key = (customer.id, place, service, skill)
        deal = self._deals.get(key)
        if deal is None:
            agreements = tuple(
                agreement
                for agreement in self._of_customer.get(customer.id, ())
                if _fits(agreement.contract, place, service)
            )
            tariff = (plant and plant.tariff) or customer.tariff or self._default
            deal = Deal(agreements, self.tariffs, tariff, (service, skill))
            self._deals[key] = deal
        return deal


def _fits(contract: Contract, plant: str | None, service: str) -> bool:
    return (contract.plants is None or plant in contract.plants) and (
        contract.services is None or service in contract.services
    )
