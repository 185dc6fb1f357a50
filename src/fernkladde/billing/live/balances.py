"""What is left of allowances today: what invoices took, and what is not billed yet.

One rating of the unbilled work serves all contracts of a page.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import chain
from typing import TYPE_CHECKING

from fernkladde.billing import facts
from fernkladde.billing.shares import rate_who_can_be
from fernkladde.customers.models import Customer
from fernkladde.rating.allowances import Ledger
from fernkladde.rating.faults import Refused
from fernkladde.rating.terms import UsedPeriod
from fernkladde.rating.zone import day_number

from .open_work import unbilled_around

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from fernkladde.contracts.models import Contract
    from fernkladde.rating import terms
    from fernkladde.rating.facts import Scenario
    from fernkladde.rating.rows import AllowanceRow, Group, Posting

    # What unbilled work takes, by contract: the case and what it takes.
    Unbilled = defaultdict[str, list[tuple[str, Posting]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """One period as its work used it; amounts in seconds, or in cases.

    `carried` is what earlier periods gave to work of this one; of the current one
    also what they still can give. `handed_on` is what later work took from it,
    `expired` what nobody can use any more.
    """

    start: date
    end: date
    unit: str
    granted: int
    carried: int
    used: int
    handed_on: int
    expired: int

    @property
    def left(self) -> int:
        whole = self.granted + self.carried
        return max(0, whole - self.used - self.handed_on - self.expired)

    @property
    def is_endless(self) -> bool:
        return self.end == date.max

    @property
    def share_left(self) -> Decimal:
        """Return what part of it is left; of nothing granted, nothing."""
        whole = self.granted + self.carried
        return Decimal(self.left) / whole if whole else Decimal(0)


@dataclass(frozen=True, slots=True)
class Balance:
    """The periods of one contract up to a day, oldest first; the last one is now.

    `open_cases` has the seconds that unbilled work of a case draws, or its cases.
    `is_complete` is False where that work could not be rated: then only what
    invoices took is known.
    """

    periods: tuple[Period, ...]
    open_cases: Mapping[str, int]
    is_complete: bool

    @property
    def now(self) -> Period | None:
        return self.periods[-1] if self.periods else None


def balances_of(
    contracts: Iterable[Contract],
    *,
    on: date,
    at: datetime | None = None,
    around: Scenario | None = None,
) -> dict[str, Balance]:
    """Return the balance of each contract that has an allowance, by its number.

    `around` is the unbilled work, where the page has it already. `at` is the moment
    of the page, if that is on the day: then the work is read once for all of it.
    """
    wanted = {c.number: c.customer_id for c in contracts if c.covers == "allowance"}
    if not wanted:
        return {}
    rows = Customer.objects.filter(pk__in=set(wanted.values()))
    owners = list(rows.values_list("number", flat=True))
    try:
        if at is not None and around is None:
            around = unbilled_around(owners, at=at)
        agreed, related = facts.terms_around(owners)
    except facts.NoTariff:
        return {}
    drawn = [c for c in agreed.contracts if c.id in wanted]
    groups, parked = _rated(around or facts.month_scenario(agreed, on, related))
    unbilled = _by_contract(groups)
    handed_in = _handed_in(agreed, unbilled)
    return {
        contract.id: Balance(
            periods=tuple(_periods(contract, unbilled[contract.id], handed_in, on)),
            open_cases=_drawn_by_case(unbilled[contract.id]),
            is_complete=parked.isdisjoint({contract.customer, *contract.shared_with}),
        )
        for contract in drawn
    }


def _by_contract(groups: Iterable[Group]) -> Unbilled:
    """Sort what unbilled work takes, with its case, by the contract it takes from."""
    taken: Unbilled = defaultdict(list)
    for group in groups:
        for posting in group.postings:
            taken[posting.contract].append((group.case, posting))
    return taken


def _drawn_by_case(taken: Iterable[tuple[str, Posting]]) -> dict[str, int]:
    drawn: dict[str, int] = {}
    for case, posting in taken:
        drawn[case] = drawn.get(case, 0) + (posting.seconds or posting.cases)
    return drawn


def _handed_in(agreed: facts.Terms, unbilled: Unbilled) -> dict[tuple[str, date], int]:
    """Return what earlier periods gave, by contract and the period of the work."""
    taken = facts.used_by_work_period(agreed.posted)
    handed = {key: given for key, (_own, given) in taken.items()}
    for _case, posting in chain.from_iterable(unbilled.values()):
        if posting.for_period != posting.period_start:
            key = (posting.contract, posting.for_period)
            handed[key] = handed.get(key, 0) + posting.seconds
    return handed


def _periods(
    contract: terms.Contract,
    unbilled: Iterable[tuple[str, Posting]],
    handed_in: Mapping[tuple[str, date], int],
    on: date,
) -> Iterator[Period]:
    if contract.allowance is None:
        return
    used = _used(contract, unbilled)
    ledger = Ledger(replace(contract, used=tuple(used.values())), contract.allowance)
    rows = list(ledger.rows(day_number(on)))
    for index, row in enumerate(rows):
        start = row.period_start
        handed_on = used[start].handed_seconds if start in used else 0
        given = handed_in.get((contract.id, start), 0)
        age = len(rows) - 1 - index
        yield Period(
            start=start,
            end=row.period_end,
            unit=row.unit,
            granted=row.granted,
            carried=given if age else given + row.carried_in,
            used=row.used - handed_on + given,
            handed_on=handed_on,
            expired=row.left - _usable(contract.allowance, row, handed_on, age=age),
        )


def _usable(
    allowance: terms.Allowance, row: AllowanceRow, handed_on: int, *, age: int
) -> int:
    """Return what of a period's rest can still be used, `age` periods later."""
    if age == 0:
        return row.left
    periods = allowance.carry_over_periods
    if row.unit == "cases" or (periods != "term" and age > periods):
        return 0
    if allowance.carry_over_minutes is None:
        return row.left
    return max(0, min(row.left, allowance.carry_over_minutes * 60 - handed_on))


def _used(
    contract: terms.Contract, unbilled: Iterable[tuple[str, Posting]]
) -> dict[date, UsedPeriod]:
    """Add what is not billed yet to what invoices took."""
    used = {row.period_start: row for row in contract.used}
    for _case, posting in unbilled:
        start = posting.period_start
        used[start] = _sum(used.get(start, UsedPeriod(start)), _as_used(posting))
    return used


def _rated(scenario: Scenario) -> tuple[tuple[Group, ...], frozenset[str]]:
    """Rate it, and name the customers whose work has no price."""
    try:
        result, faults = rate_who_can_be(scenario)
    except Refused:
        return (), frozenset(one.id for one in scenario.customers)
    return result.groups, frozenset(faults)


def _as_used(posting: Posting) -> UsedPeriod:
    handed_on = posting.for_period != posting.period_start
    return UsedPeriod(
        period_start=posting.period_start,
        seconds=posting.seconds,
        handed_seconds=posting.seconds if handed_on else 0,
        cases=posting.cases,
        case_ids=() if posting.case is None else (posting.case,),
    )


def _sum(one: UsedPeriod, other: UsedPeriod) -> UsedPeriod:
    return UsedPeriod(
        period_start=one.period_start,
        seconds=one.seconds + other.seconds,
        handed_seconds=one.handed_seconds + other.handed_seconds,
        cases=one.cases + other.cases,
        case_ids=one.case_ids + other.case_ids,
    )
