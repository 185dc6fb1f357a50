"""What was agreed and with whom: the first half of a scenario's records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fernkladde.billing.models import AllowancePosting
from fernkladde.billing.opening import post_openings
from fernkladde.contracts.actions.contracts import ContractFields, create_contract
from fernkladde.contracts.actions.firm import set_policy, set_special_day
from fernkladde.contracts.actions.rates import save_rate_deck
from fernkladde.contracts.actions.tariffs import add_tariff_version, create_tariff
from fernkladde.customers.actions import create_customer
from fernkladde.journal.actions import record_many
from fernkladde.plants.actions import create_plant
from fernkladde.rating.scenario import rate_deck_document, tariff_version_document

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from fernkladde.contracts.models import Contract, Tariff
    from fernkladde.customers.models import Customer
    from fernkladde.plants.models import Plant
    from fernkladde.rating import facts, terms
    from fernkladde.rating.facts import Scenario


class Agreed:
    """Terms, customers, plants and contracts, by their number in the scenario."""

    def __init__(self, scenario: Scenario, at: datetime) -> None:
        self.scenario = scenario
        self.at = at
        self.tariffs: dict[str, Tariff] = {}
        self.customers: dict[str, Customer] = {}
        self.plants: dict[str, Plant] = {}

    def load(self) -> None:
        self._load_terms()
        for customer in self.scenario.customers:
            self._load_customer(customer)
        for plant in self.scenario.plants:
            self._load_plant(plant)
        for contract in self.scenario.contracts:
            self._load_contract(contract)

    def _load_terms(self) -> None:
        scenario = self.scenario
        for deck in scenario.rate_decks:
            document = rate_deck_document(deck)
            save_rate_deck(
                code=deck.id, name=deck.name or deck.id, rates=document["rates"],
                by=None, at=self.at,
            )  # fmt: skip
        for tariff in scenario.tariffs:
            self._load_tariff(tariff)
        for day, label in sorted(scenario.special_days.items()):
            set_special_day(date=day, label=label, by=None, at=self.at)
        set_policy(
            timezone=scenario.timezone,
            require_consent=scenario.require_consent,
            default_tariff=self.tariffs[scenario.default_tariff],
            by=None,
            at=self.at,
        )

    def _load_tariff(self, tariff: terms.Tariff) -> None:
        made = create_tariff(
            code=tariff.id, name=tariff.name or tariff.id, by=None, at=self.at
        )
        self.tariffs[tariff.id] = made
        for version in tariff.versions:
            document = tariff_version_document(version)
            add_tariff_version(tariff=made, terms=document, by=None, at=self.at)

    def _tariff(self, name: str | None) -> Tariff | None:
        return self.tariffs[name] if name else None

    def _load_customer(self, customer: facts.Customer) -> None:
        self.customers[customer.id] = create_customer(
            number=customer.id,
            name=customer.name or f"Kunde {customer.id}",
            street="Musterweg 1",
            postcode="10115",
            city="Berlin",
            country="DE",
            tariff=self._tariff(customer.tariff),
            charging_from=customer.charging_from,
            consent_from=customer.consent_from,
            by=None,
            at=self.at,
        )

    def _load_plant(self, plant: facts.Plant) -> None:
        self.plants[plant.id] = create_plant(
            number=plant.id,
            name=plant.name or f"Anlage {plant.id}",
            customer=self.customers[plant.customer],
            warranty_until=plant.warranty_until,
            tariff=self._tariff(plant.tariff),
            by=None,
            at=self.at,
        )

    def _load_contract(self, contract: terms.Contract) -> None:
        plants = contract.plants
        agreed: ContractFields = {
            **_allowance(contract),
            "number": contract.id,
            "name": contract.name or f"Vertrag {contract.id}",
            "customer": self.customers[contract.customer],
            "shared_with": [self.customers[other] for other in contract.shared_with],
            "limited_to_plants": plants is not None,
            "plants": [self.plants[plant] for plant in plants or ()],
            "services": (
                None if contract.services is None else list(contract.services)
            ),
            "valid_from": contract.valid_from,
            "valid_until": contract.valid_until,
            "priority": contract.priority,
            "tariff": self._tariff(contract.tariff),
            "covers": contract.covers,
            "includes_connection": contract.includes_connection,
        }
        made = create_contract(by=None, at=self.at, **agreed)
        self._open_allowance(made, contract.used)

    def _open_allowance(
        self, contract: Contract, used: Iterable[terms.UsedPeriod]
    ) -> None:
        """Take over what issued invoices used, as opening records of the ledger."""
        postings = [
            AllowancePosting(
                contract=contract,
                period_start=period.period_start,
                for_period=None,
                seconds=seconds,
                handed_seconds=handed,
                cases=cases,
                case_number=case,
            )
            for period in used
            for seconds, handed, cases, case in _opening(period)
        ]
        if postings:
            note = post_openings(contract, postings, by=None, at=self.at)
            record_many([note])


def _allowance(contract: terms.Contract) -> ContractFields:
    allowance = contract.allowance
    if contract.covers != "allowance" or allowance is None:
        return {}
    carry = allowance.carry_over_periods
    return {
        "allowance_period": allowance.period,
        "allowance_minutes": allowance.minutes,
        "allowance_cases": allowance.cases,
        "carry_over_term": carry == "term",
        "carry_over_periods": 0 if carry == "term" else carry,
        "carry_over_minutes": allowance.carry_over_minutes,
        "surcharge_on_covered": allowance.surcharge_on_covered,
    }


def _opening(period: terms.UsedPeriod) -> list[tuple[int, int, int, str]]:
    """Cut a period's use into postings: one per named case, one for the rest."""
    if period.seconds or period.handed_seconds:
        return [(period.seconds, period.handed_seconds, 0, "")]
    rows = [(0, 0, 1, case) for case in period.case_ids]
    unnamed = period.cases - len(period.case_ids)
    return [*rows, (0, 0, unnamed, "")] if unnamed else rows
