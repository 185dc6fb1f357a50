"""The meter at a running timer, and the price to be told before work begins.

The same engine as the invoice, asked about a session that ends now, and about one
that ends where the next step has begun. There is no second way to a price.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from fernkladde.values.rounding import from_ten_thousandths

from .bands import billed_runs, blocks, stretches, total
from .basis import CONTRACT, FREE, HELD
from .engine import rate
from .lines import Worth
from .records import record, told_basis
from .zone import DAY, Zone

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from .bands import Run, Stretch
    from .facts import Scenario, Session
    from .prices import Entry, Plan
    from .result import Result
    from .serving import Served

_HORIZON = 366 * DAY  # no meter looks further ahead


@dataclass(frozen=True, slots=True)
class AllowanceLeft:
    """What one contract still gives; seconds, or cases where `unit` says so.

    `before` is what would be left without the running session, `left` what is left
    with it; both count what earlier periods carry over.
    """

    contract: str
    period_start: date
    unit: str
    granted: int
    carried_in: int
    before: int
    left: int


@dataclass(frozen=True, slots=True)
class Meter:
    """What a running session has come to; lengths in seconds, money net.

    `seconds` are this session's, `worked` … `charged` those of its group. `step` 1
    is the first block, 0 stands for free minutes; the step began `since` worked
    seconds ago, and the next one begins after `until_next` more. `cost` is what
    the whole case costs now, `next_cost` what it costs once that step has begun.
    `value` is the list value of what this group gives away or holds back.
    """

    session: str
    case: str
    basis: str
    currency: str
    seconds: int
    worked: int
    billed: int
    covered: int
    charged: int
    step: int
    step_minutes: int
    since: int
    until_next: int | None
    cost: Decimal
    next_cost: Decimal | None
    value: Decimal
    allowances: tuple[AllowanceLeft, ...] = ()

    @property
    def allowance(self) -> AllowanceLeft | None:
        """The allowance on which the session draws now, or the first one."""
        left = (row for row in self.allowances if row.left)
        return next(left, self.allowances[0] if self.allowances else None)


@dataclass(frozen=True, slots=True)
class PriceNotice:
    """What a session that begins now costs, and on what basis.

    `unit_price` per `per_minutes` in the band in force; `step_price` for each
    started `next_minutes`. `first_price` is that of the first `first_minutes` at
    their own price or length, the whole block, in money.
    """

    basis: str
    currency: str
    unit_price: Decimal
    per_minutes: int
    next_minutes: int
    step_price: Decimal
    first_minutes: int
    first_price: Decimal
    free_minutes: int
    discount_percent: Decimal
    band: str | None
    allowances: tuple[AllowanceLeft, ...] = ()


def read_meter(scenario: Scenario, session_id: str, at: int) -> Meter:
    """Read the meter of a session that the scenario lets end `at`."""
    session = _session(scenario, session_id)
    if session.end != at:
        scenario = _ending(scenario, session, at)
        session = _session(scenario, session_id)
    result = rate(scenario)
    served = _served(result, session_id)
    group = record(served)
    until_next = _until_next(scenario, served, session)
    next_cost = None
    if until_next is not None:
        later = rate(_ending(scenario, session, at + until_next + 1))
        next_cost = _cost(later, session.case)
    return Meter(
        session=session.id,
        case=session.case,
        basis=group.basis,
        currency=served.group.plan.edition.version.currency,
        seconds=session.end - session.start,
        worked=group.worked,
        billed=group.billed,
        covered=group.covered,
        charged=group.charged,
        step=1 + blocks(served.group.plan, served.worked, served.billed)[1]
        if served.billed
        else 0,
        step_minutes=served.group.plan.next // 60,
        since=_since(served),
        until_next=until_next,
        cost=_cost(result, session.case),
        next_cost=next_cost,
        value=_given(served),
        allowances=_allowances(scenario, result, served, session),
    )


def price_of_next_work(scenario: Scenario, session_id: str) -> PriceNotice:
    """Say what the session costs from its first second on."""
    session = _session(scenario, session_id)
    result = rate(scenario)
    served = _served(result, session_id)
    plan = served.group.plan
    entry = _entry_at(plan, Zone(scenario.timezone), session.start)
    first = max(plan.first, entry.minimum)
    return PriceNotice(
        basis=told_basis(served),
        currency=plan.edition.version.currency,
        unit_price=from_ten_thousandths(entry.normal.unit),
        per_minutes=entry.normal.per,
        next_minutes=plan.next // 60,
        step_price=_worth((plan.next, entry.normal)),
        first_minutes=first // 60,
        first_price=_first_price(plan, entry, first),
        free_minutes=plan.free // 60,
        discount_percent=served.group.discount or Decimal(0),
        band=entry.name,
        allowances=_allowances(scenario, result, served, session),
    )


def _session(scenario: Scenario, session_id: str) -> Session:
    return next(s for s in scenario.sessions if s.id == session_id)


def _served(result: Result, session_id: str) -> Served:
    return next(
        served
        for served in result.served
        if any(session.id == session_id for session in served.group.sessions)
    )


def _ending(scenario: Scenario, session: Session, at: int) -> Scenario:
    """Return the scenario in which the session ends at another moment."""
    sessions = tuple(
        replace(one, end=at) if one.id == session.id else one
        for one in scenario.sessions
    )
    return replace(scenario, sessions=sessions)


def _cost(result: Result, case: str) -> Decimal:
    nets = (line.net for line in result.lines if line.case == case)
    return sum(nets, Decimal("0.00"))


def _worth(*runs: Run) -> Decimal:
    worth = Worth()
    for seconds, price in runs:
        worth.add_time(seconds, price.unit, price.per)
    return worth.rounded()


def _first_price(plan: Plan, entry: Entry, first: int) -> Decimal:
    """Return what the first block costs; a band's minimum may make it longer."""
    inside = min(plan.first_block, first)
    return _worth((inside, entry.first), (first - inside, entry.normal))


def _entry_at(plan: Plan, zone: Zone, instant: int) -> Entry:
    offset, _ = zone.stretch(instant)
    return plan.entry_at(*divmod(instant + offset, DAY))[0]


def _given(served: Served) -> Decimal:
    """Return the list value of what is free, held or covered in the group."""
    worth = Worth()
    for cover in served.covers:
        for seconds, price in cover.parts:
            worth.add_time(seconds, *cover.list_price(price))
    if served.group.basis in FREE or served.group.basis == HELD:
        for seconds, price in served.rest:
            worth.add_time(seconds, price.unit, price.per)
    return worth.rounded()


def _since(served: Served) -> int:
    """Return the worked seconds since the billed time last grew."""
    plan, under_bands = served.group.plan, served.worked
    worked, billed = total(under_bands), total(served.billed)
    low, high = 0, worked
    while high - low > 1:
        middle = (low + high) // 2
        if total(billed_runs(plan, _beginning(under_bands, middle))) < billed:
            low = middle
        else:
            high = middle
    return worked - low if billed else worked


def _beginning(worked: Sequence[Stretch], seconds: int) -> list[Stretch]:
    kept: list[Stretch] = []
    for part, entry in worked:
        taken = min(part, seconds)
        seconds -= taken
        if taken:
            kept.append((taken, entry))
    return kept


def _until_next(scenario: Scenario, served: Served, session: Session) -> int | None:
    """Return how long the session may go on before more is billed."""
    zone, plan = Zone(scenario.timezone), served.group.plan
    billed = total(served.billed)

    def grows(after: int) -> bool:
        sessions = [
            replace(one, end=one.end + after) if one is session else one
            for one in served.group.sessions
        ]
        return total(billed_runs(plan, stretches(sessions, plan, zone))) > billed

    high = 1
    while not grows(high):
        high *= 2
        if high > _HORIZON:
            return None
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if grows(middle) else (middle, high)
    # One second over begins a step: until then there is one second less.
    return high - 1


def _allowances(
    scenario: Scenario, result: Result, served: Served, session: Session
) -> tuple[AllowanceLeft, ...]:
    """Tell what the fitting contracts have left, with and without the session."""
    if served.group.basis != CONTRACT:
        return ()
    ledgers = [a.ledger for a in served.group.agreements if a.ledger is not None]
    before = _usable_without(scenario, session, served) if ledgers else {}
    rows = {(row.contract, row.period_start): row for row in result.allowances}
    found = []
    for ledger in ledgers:
        day = served.group.day
        start = ledger.calendar.start(ledger.calendar.index(day))
        row = rows[ledger.contract.id, start]
        found.append(
            AllowanceLeft(
                contract=row.contract,
                period_start=start,
                unit=row.unit,
                granted=row.granted,
                carried_in=row.carried_in,
                before=before[row.contract],
                left=ledger.usable(day),
            )
        )
    return tuple(found)


def _usable_without(
    scenario: Scenario, session: Session, served: Served
) -> dict[str, int]:
    """Return by contract what would be left had the session not been."""
    others = tuple(one for one in scenario.sessions if one.id != session.id)
    calls = tuple(call for call in scenario.calls if call.session != session.id)
    result = rate(replace(scenario, sessions=others, calls=calls))
    return {
        agreement.contract.id: agreement.ledger.usable(served.group.day)
        for agreement in result.agreements
        if agreement.ledger is not None
    }
