"""The facts behind some customers' rows of a month, cut out of the whole.

Rated alone they give the same lines, free and held rows to the cent. Names of people
and things are left out, numbers dialled are cut to what a rate is found by: rating
needs no more, and what is kept with an invoice can never be erased.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from fernkladde.rating import facts
from fernkladde.rating.scenario import scenario_document

from .terms_in_use import draws_by_contract, only_what_matters, with_draws

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from decimal import Decimal

    from fernkladde.rating import terms
    from fernkladde.rating.rows import Posting

    from .shares import RatedMonth, Share

SHORTEST = 2  # characters of a dialled number: "+" and a digit


class Extracts:
    """A month that is rated, looked through once, so that each cut is short work."""

    def __init__(self, month: RatedMonth) -> None:
        whole = self._whole = month.scenario
        self._plants = {plant.id: plant for plant in whole.plants}
        self._customers = {customer.id: customer for customer in whole.customers}
        self._calls: dict[str, list[facts.Call]] = defaultdict(list)
        for call in whole.calls:
            self._calls[call.session].append(call)
        self._fees: dict[str, list[facts.BilledFee]] = defaultdict(list)
        for fee in whole.billed_fees:
            self._fees[fee.case].append(fee)
        self._contracts: dict[str, list[terms.Contract]] = defaultdict(list)
        for contract in sorted(whole.contracts, key=lambda contract: contract.id):
            for number in {contract.customer, *contract.shared_with}:
                self._contracts[number].append(contract)
        self._prefixes = {r.prefix for deck in whole.rate_decks for r in deck.rates}
        self._draws = draws_by_contract(
            (group.customer, group.postings)
            for share in month.shares.values()
            for group in share.groups
        )

    def document(self, share: Share) -> dict[str, object]:
        """Return one customer's facts in the form that `rate` takes."""
        return scenario_document(self.of([share]))

    def of(self, shares: Collection[Share]) -> facts.Scenario:
        """Cut out what these customers' rows were made from, in an order of its own.

        What others draw on the same allowances in this month counts as used before.
        """
        numbers = {share.customer.number for share in shares}
        cases = sorted((c for s in shares for c in s.cases), key=lambda case: case.id)
        sessions = sorted(
            (session for share in shares for session in share.sessions),
            key=lambda session: (session.start, session.id),
        )
        contracts = self._contracts_of(numbers)
        owners = numbers | {contract.customer for contract in contracts}
        plants = self._plants_of(cases, owners)
        fees = [fee for case in cases for fee in self._fees.get(case.id, ())]
        return only_what_matters(
            replace(
                self._whole,
                customers=tuple(self._customer(n, numbers) for n in sorted(owners)),
                plants=tuple(plants[number] for number in sorted(plants)),
                contracts=tuple(_about(plants, one) for one in contracts),
                cases=tuple(map(_nameless, cases)),
                sessions=tuple(_numbered_people(sessions)),
                calls=tuple(self._calls_of(sessions)),
                billed_fees=tuple(sorted(fees, key=_by_its_words)),
            )
        )

    def _customer(self, number: str, working: Collection[str]) -> facts.Customer:
        """Tell nothing of whose contract it is, where the work is another's."""
        if number not in working:
            return facts.Customer(number)
        return replace(self._customers[number], name=None)

    def _plants_of(
        self, cases: Iterable[facts.Case], owners: Collection[str]
    ) -> dict[str, facts.Plant]:
        """Return the cases' plants; one that was sold since stays with its case."""
        found = {}
        for case in cases:
            if case.plant:
                plant = self._plants[case.plant]
                owner = plant.customer if plant.customer in owners else case.customer
                found[plant.id] = replace(plant, name=None, customer=owner)
        return found

    def _contracts_of(self, customers: Collection[str]) -> list[terms.Contract]:
        """Return what these customers may draw on, as if there were no others."""
        found = {c.id: c for number in customers for c in self._contracts[number]}
        return [
            replace(
                with_draws(contract, self._draws_of_others(contract, customers)),
                name=None,
                shared_with=tuple(
                    sorted(n for n in contract.shared_with if n in customers)
                ),
            )
            for _, contract in sorted(found.items())
        ]

    def _draws_of_others(
        self, contract: terms.Contract, customers: Collection[str]
    ) -> Iterator[Posting]:
        draws = self._draws.get(contract.id, ())
        return (draw for customer, draw in draws if customer not in customers)

    def _calls_of(self, sessions: Iterable[facts.Session]) -> Iterator[facts.Call]:
        for session in sessions:
            for call in sorted(self._calls.get(session.id, ()), key=_id):
                cost = _plain(call.cost)
                yield replace(call, number=self._cut_short(call.number), cost=cost)

    def _cut_short(self, number: str) -> str:
        """Keep of a number the longest prefix that has a rate in any deck."""
        for end in range(len(number), SHORTEST, -1):
            if number[:end] in self._prefixes:
                return number[:end]
        return number[:SHORTEST]


def _id(fact: facts.Call) -> str:
    return fact.id


def _about(
    plants: Mapping[str, facts.Plant], contract: terms.Contract
) -> terms.Contract:
    """Name of a contract's plants only those that there is work on."""
    if contract.plants is None:
        return contract
    return replace(contract, plants=tuple(sorted(plants.keys() & contract.plants)))


def _nameless(case: facts.Case) -> facts.Case:
    return replace(case, name=None, goodwill_percent=_plain(case.goodwill_percent))


def _numbered_people(sessions: Iterable[facts.Session]) -> Iterator[facts.Session]:
    """Give technicians numbers: rating asks only whether two are the same."""
    names: dict[str, str] = {}
    for one in sessions:
        # Spelled out: `replace` takes five times as long, and there are many.
        yield facts.Session(
            id=one.id,
            case=one.case,
            service=one.service,
            start=one.start,
            end=one.end,
            skill=one.skill,
            technician=names.setdefault(one.technician, f"T{len(names) + 1}"),
            connection=one.connection,
            billable=one.billable,
            goodwill_percent=_plain(one.goodwill_percent),
        )


def _plain(number: Decimal | None) -> Decimal | None:
    """Write 12.500000000000 as 12.5: databases add zeros, each its own number."""
    return None if number is None else number.normalize()


def _by_its_words(fee: facts.BilledFee) -> tuple[str, str, str, str]:
    return (fee.case, fee.tariff, fee.fee, str(fee.date))
