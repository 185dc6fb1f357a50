"""Numbers of records replaced by others that say nothing, in the same order.

The order stays since ties are broken by it: the result is the same but for the names.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fernkladde.rating import facts, terms


class _Numbers:
    """New numbers for all records of one kind: a letter and a count."""

    def __init__(self, letter: str, old: Iterable[str]) -> None:
        ordered = sorted(set(old))
        width = max(4, len(str(len(ordered))))
        self._new = {
            one: f"{letter}{place:0{width}}" for place, one in enumerate(ordered, 1)
        }

    def __getitem__(self, old: str) -> str:
        return self._new[old]

    def of(self, old: str | None) -> str | None:
        return None if old is None else self._new[old]

    def all(self, old: Iterable[str]) -> tuple[str, ...]:
        return tuple(self._new[one] for one in old)


def anonymous(scenario: facts.Scenario) -> facts.Scenario:
    """Return the same scenario under other numbers."""
    return _Renumbering(scenario).done()


class _Renumbering:
    def __init__(self, scenario: facts.Scenario) -> None:
        self.whole = scenario
        self.tariffs = _Numbers("A", (tariff.id for tariff in scenario.tariffs))
        self.decks = _Numbers("D", (deck.id for deck in scenario.rate_decks))
        self.customers = _Numbers("K", (one.id for one in scenario.customers))
        self.plants = _Numbers("P", (plant.id for plant in scenario.plants))
        self.contracts = _Numbers("V", (one.id for one in scenario.contracts))
        self.sessions = _Numbers("S", (session.id for session in scenario.sessions))
        self.calls = _Numbers("C", (call.id for call in scenario.calls))
        self.cases = _Numbers("F", _cases_named(scenario))

    def done(self) -> facts.Scenario:
        whole = self.whole
        return replace(
            whole,
            default_tariff=self.tariffs[whole.default_tariff],
            tariffs=tuple(map(self._tariff, whole.tariffs)),
            rate_decks=tuple(
                replace(deck, id=self.decks[deck.id]) for deck in whole.rate_decks
            ),
            customers=tuple(
                replace(one, id=self.customers[one.id], tariff=self._of(one.tariff))
                for one in whole.customers
            ),
            plants=tuple(map(self._plant, whole.plants)),
            contracts=tuple(map(self._contract, whole.contracts)),
            cases=tuple(map(self._case, whole.cases)),
            sessions=tuple(
                replace(one, id=self.sessions[one.id], case=self.cases[one.case])
                for one in whole.sessions
            ),
            calls=tuple(
                replace(one, id=self.calls[one.id], session=self.sessions[one.session])
                for one in whole.calls
            ),
            billed_fees=tuple(
                replace(fee, case=self.cases[fee.case], tariff=self.tariffs[fee.tariff])
                for fee in whole.billed_fees
            ),
        )

    def _of(self, tariff: str | None) -> str | None:
        return self.tariffs.of(tariff)

    def _tariff(self, tariff: terms.Tariff) -> terms.Tariff:
        versions = tuple(map(self._version, tariff.versions))
        return replace(tariff, id=self.tariffs[tariff.id], versions=versions)

    def _version(self, version: terms.TariffVersion) -> terms.TariffVersion:
        if version.connection is None or version.connection.deck is None:
            return version
        deck = self.decks[version.connection.deck]
        return replace(version, connection=replace(version.connection, deck=deck))

    def _plant(self, plant: facts.Plant) -> facts.Plant:
        return replace(
            plant,
            id=self.plants[plant.id],
            customer=self.customers[plant.customer],
            tariff=self._of(plant.tariff),
        )

    def _contract(self, contract: terms.Contract) -> terms.Contract:
        plants = contract.plants
        return replace(
            contract,
            id=self.contracts[contract.id],
            customer=self.customers[contract.customer],
            shared_with=self.customers.all(contract.shared_with),
            plants=None if plants is None else self.plants.all(plants),
            tariff=self._of(contract.tariff),
            used=tuple(
                replace(row, case_ids=self.cases.all(row.case_ids))
                for row in contract.used
            ),
        )

    def _case(self, case: facts.Case) -> facts.Case:
        return replace(
            case,
            id=self.cases[case.id],
            customer=self.customers[case.customer],
            plant=self.plants.of(case.plant),
        )


def _cases_named(scenario: facts.Scenario) -> set[str]:
    """Return the cases, and those of which only earlier invoices know."""
    return {
        *(case.id for case in scenario.cases),
        *(fee.case for fee in scenario.billed_fees),
        *(case for one in scenario.contracts for u in one.used for case in u.case_ids),
    }
