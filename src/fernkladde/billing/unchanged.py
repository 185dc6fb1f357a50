"""Facts read once more, locked, and compared with what was rated.

Between computing and writing anybody may have worked on. What differs is not issued
but previewed again.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Sum

from . import reading

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from fernkladde.rating import facts as rated
    from fernkladde.rating import terms

    from .models import Settlement
    from .shares import Share


class FactsChanged(Exception):
    """The work changed between computing and writing: preview it again."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The primary keys of what a share settles; of sessions and cases by number."""

    sessions: dict[str, int]
    calls: list[int]
    cases: dict[str, int]


@dataclass(frozen=True, slots=True)
class Known:
    """The facts that a month was rated from, by id; calls by their session."""

    cases: Mapping[str, rated.Case]
    plants: Mapping[str, rated.Plant]
    customers: Mapping[str, rated.Customer]
    calls: Mapping[str, list[rated.Call]]


def known_from(scenario: rated.Scenario) -> Known:
    calls: dict[str, list[rated.Call]] = defaultdict(list)
    for call in scenario.calls:
        calls[call.session].append(call)
    return Known(
        cases={case.id: case for case in scenario.cases},
        plants={plant.id: plant for plant in scenario.plants},
        customers={customer.id: customer for customer in scenario.customers},
        calls=calls,
    )


def insist_on(share: Share, known: Known) -> Keys:
    """Lock what the share settles and return its keys, if it is what was rated."""
    settled = {n for group in share.settled_groups for n in group.sessions}
    sessions = {s.id: s for s in share.sessions if s.id in settled}
    keys = _sessions(sessions)
    calls = _calls(keys, [call for n in settled for call in known.calls.get(n, ())])
    cases = _cases({session.case for session in sessions.values()}, known)
    _insist_on_matters(share.customer.number, cases, known)
    return Keys(keys, calls, cases)


def _sessions(expected: Mapping[str, rated.Session]) -> dict[str, int]:
    keys: dict[str, int] = {}
    for pk, *row in reading.CONFIRMED_SESSIONS.rows(expected):
        fact = reading.session(tuple(row))
        if expected[fact.id] != fact:
            raise FactsChanged
        keys[fact.id] = pk
    if len(keys) != len(expected):
        raise FactsChanged
    return keys


def _calls(sessions: Mapping[str, int], expected: list[rated.Call]) -> list[int]:
    """Return all calls of the sessions: what an allowance includes is settled too."""
    found = list(reading.CALLS_OF_SESSIONS.rows(sessions.values()))
    if {reading.call(row[1:]) for row in found} != set(expected):
        raise FactsChanged
    return [row[0] for row in found]


def _cases(expected: Collection[str], known: Known) -> dict[str, int]:
    keys: dict[str, int] = {}
    for pk, *row in reading.CASES.rows(expected):
        fact = reading.case(tuple(row))
        if known.cases.get(fact.id) != fact:
            raise FactsChanged
        keys[fact.id] = pk
    return keys


def _insist_on_matters(customer: str, cases: Iterable[str], known: Known) -> None:
    of_cases = {known.cases[number].plant for number in cases}
    plants = reading.PLANTS.rows({number for number in of_cases if number})
    customers = map(reading.customer, reading.CUSTOMERS.rows({customer}))
    if any(known.plants.get(row[0]) != reading.plant(row) for row in plants) or tuple(
        customers
    ) != (known.customers[customer],):
        raise FactsChanged


class Ledger:
    """What allowances had given when the month was rated, and what was posted since.

    Another month's run may draw on the same allowance at the same time; whoever
    comes second finds it changed, and no period ever gives more than it has.
    """

    def __init__(self, contracts: Iterable[terms.Contract]) -> None:
        self._given: dict[str, tuple[int, int]] = {
            contract.id: (
                sum(period.seconds for period in contract.used),
                sum(period.cases for period in contract.used),
            )
            for contract in contracts
        }

    def insist_on(self, share: Share) -> None:
        """Lock the contracts that the share draws on; refuse if others drew too."""
        drawn = {post.contract for g in share.settled_groups for post in g.postings}
        if not drawn:
            return
        list(reading.CONTRACTS.rows(drawn))
        rows = reading.DRAWN.rows(drawn)
        now = {number: (seconds, cases) for number, seconds, cases in rows}
        if any(now.get(number, (0, 0)) != self._given[number] for number in drawn):
            raise FactsChanged

    def add(self, settlement: Settlement) -> None:
        """Take note of what a settlement drew that a quicker run has made."""
        rows = settlement.postings.order_by().values_list("contract__number")
        for number, seconds, cases in rows.annotate(Sum("seconds"), Sum("cases")):
            self._draw(number, seconds, cases)

    def add_own(self, share: Share) -> None:
        """Take note of what this run has posted for a share."""
        for group in share.settled_groups:
            for post in group.postings:
                self._draw(post.contract, post.seconds, post.cases)

    def _draw(self, number: str, seconds: int, cases: int) -> None:
        had_seconds, had_cases = self._given[number]
        self._given[number] = (had_seconds + seconds, had_cases + cases)
