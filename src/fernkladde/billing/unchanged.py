"""Facts read once more, locked, and compared with what was rated.

Between computing and writing anybody may have worked on. What differs is not issued
but previewed again.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Sum

from fernkladde.cases.models import Session
from fernkladde.connections.models import Call
from fernkladde.contracts.models import Contract

from . import facts
from .models import AllowancePosting

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.db.models import QuerySet

    from fernkladde.rating import facts as rated
    from fernkladde.rating import terms

    from .models import Settlement
    from .shares import Share


class FactsChanged(Exception):
    """The work changed between computing and writing: preview it again."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The primary keys of what a share settles, sessions by number."""

    sessions: dict[str, int]
    calls: list[int]


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
    _insist_on_matters(share.customer.number, sessions.values(), known)
    return Keys(keys, calls)


def _sessions(expected: Mapping[str, rated.Session]) -> dict[str, int]:
    keys: dict[str, int] = {}
    for chunk in facts.chunks(expected):
        rows = Session.objects.confirmed().filter(number__in=chunk)
        if connection.features.has_select_for_update:
            rows = rows.select_for_update(of=("self",))
        for pk, *row in rows.order_by("pk").values_list("pk", *facts.SESSION_FIELDS):
            fact = facts.session_fact(tuple(row))
            if expected[fact.id] != fact:
                raise FactsChanged
            keys[fact.id] = pk
    if len(keys) != len(expected):
        raise FactsChanged
    return keys


def _calls(sessions: Mapping[str, int], expected: list[rated.Call]) -> list[int]:
    """Return all calls of the sessions: what an allowance includes is settled too."""
    found = [
        row
        for chunk in facts.chunks(sessions.values())
        for row in Call.objects.filter(session__in=chunk)
        .order_by("pk")
        .values_list("pk", *facts.CALL_FIELDS)
    ]
    if {facts.call_fact(row[1:]) for row in found} != set(expected):
        raise FactsChanged
    return [row[0] for row in found]


def _insist_on_matters(
    customer: str, sessions: Iterable[rated.Session], known: Known
) -> None:
    cases = facts.cases_named({session.case for session in sessions})
    plants = facts.plants_named({case.plant for case in cases if case.plant})
    if (
        any(known.cases.get(case.id) != case for case in cases)
        or any(known.plants.get(plant.id) != plant for plant in plants)
        or facts.customers_named({customer}) != (known.customers[customer],)
    ):
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
        contracts = Contract.objects.filter(number__in=drawn).order_by("pk")
        if connection.features.has_select_for_update:
            contracts = contracts.select_for_update(of=("self",))
        list(contracts.values_list("pk"))
        live = AllowancePosting.objects.filter(released_by=None)
        now = _sums(live.filter(contract__number__in=drawn))
        if any(now.get(number, (0, 0)) != self._given[number] for number in drawn):
            raise FactsChanged

    def add(self, settlement: Settlement) -> None:
        """Take note of what a settlement drew, this run's own or a quicker one's."""
        for number, (seconds, cases) in _sums(settlement.postings.all()).items():
            had_seconds, had_cases = self._given[number]
            self._given[number] = (had_seconds + seconds, had_cases + cases)


def _sums(postings: QuerySet[AllowancePosting]) -> dict[str, tuple[int, int]]:
    rows = (
        postings.order_by()
        .values_list("contract__number")
        .annotate(Sum("seconds"), Sum("cases"))
    )
    return {number: (seconds, cases) for number, seconds, cases in rows}
