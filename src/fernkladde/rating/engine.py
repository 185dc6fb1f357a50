"""Facts and terms in, lines out: the one engine behind every price.

Pure: no clock, no database, no chance. The rules are those of the rating rules,
section by section: basis.py (2), groups.py (3), steps.py, prices.py and bands.py
(4), agreements.py, allowances.py and serving.py (5), fees.py and calls.py (6),
booking.py and lines.py (7).
"""

from __future__ import annotations

from decimal import localcontext
from typing import TYPE_CHECKING

from fernkladde.values.garbage import no_garbage
from fernkladde.values.rounding import EXACT

from .bands import billed_runs, stretches
from .booking import Booking
from .calls import Calls
from .faults import CannotRate, Fault
from .fees import FeeBook
from .groups import Gathered, Gathering
from .result import Result
from .serving import Served, cover
from .zone import Zone, day_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from decimal import Decimal

    from .facts import Call, Customer, Scenario
    from .fees import DueFee
    from .rows import AllowanceRow, Line


_MANY = 5_000  # sessions from which on it pays


def rate(scenario: Scenario) -> Result:
    """Rate a valid scenario; raises `CannotRate` where there is no single price.

    With `period`, sessions of other dates do not exist for the result.
    """
    if len(scenario.sessions) < _MANY:
        return _rate(scenario)
    with no_garbage():
        return _rate(scenario)


def _rate(scenario: Scenario) -> Result:
    special = {day_number(day): label for day, label in scenario.special_days.items()}
    zone = Zone(scenario.timezone)
    gathering = Gathering(scenario, zone, special)
    rating = _Rating(scenario, zone)
    served = tuple(map(rating.serve, gathering.groups))
    lines = tuple(rating.booking.sums.line_rows())
    _refuse_two_currencies(scenario.customers, lines)
    return Result(
        lines=lines,
        free=tuple(rating.booking.sums.free_rows()),
        held=tuple(rating.booking.sums.held_rows()),
        allowances=tuple(_allowance_rows(gathering)),
        totals=_totals(lines),
        warnings=tuple({**gathering.notices, **rating.calls.notices}),
        served=served,
        agreements=gathering.agreements.all,
    )


class _Rating:
    """Serves the groups in their order, each exactly once."""

    def __init__(self, scenario: Scenario, zone: Zone) -> None:
        self.booking = Booking()
        self.calls = Calls(scenario)
        self._fees = FeeBook(scenario.billed_fees)
        self._zone = zone

    def serve(self, group: Gathered) -> Served:
        worked = stretches(group.sessions, group.plan, self._zone)
        billed = billed_runs(group.plan, worked)
        covers, rest = cover(group, billed)
        charged = self.booking.time(group, covers, rest)
        fees = self._charge_fees(group) if charged and group.plan.fees else ()
        calls = self._charge_calls(group) if self.calls else ()
        return Served(group, self._zone, billed, covers, rest, fees, calls)

    def _charge_fees(self, group: Gathered) -> Sequence[DueFee]:
        fees = self._fees.charge(group)
        for due in fees:
            self.booking.fee(group, due)
        return fees

    def _charge_calls(self, group: Gathered) -> Sequence[tuple[Call, int]]:
        terms = group.plan.edition.version.connection
        calls = self.calls.of(group.sessions)
        if terms is None or not calls:
            return ()
        priced = self.calls.priced(calls, terms)
        self.booking.calls(group, priced, always=terms.always)
        return priced


def _allowance_rows(gathering: Gathering) -> Iterator[AllowanceRow]:
    """List the periods that began up to the last rated session's service date."""
    if gathering.last_day is None:
        return
    for agreement in gathering.agreements.all:
        if agreement.ledger is not None:
            yield from agreement.ledger.rows(gathering.last_day)


def _totals(lines: Iterable[Line]) -> dict[str, Decimal]:
    totals: dict[str, Decimal] = {}
    with localcontext(EXACT):
        for line in lines:
            so_far = totals.get(line.customer)
            totals[line.customer] = line.net if so_far is None else so_far + line.net
    return totals


def _refuse_two_currencies(
    customers: Iterable[Customer], lines: Iterable[Line]
) -> None:
    found: dict[str, set[str]] = {}
    for line in lines:
        found.setdefault(line.customer, set()).add(line.currency)
    faults = [
        Fault(
            f"$.customers[{index}]",
            f"customer {customer.id!r} would be billed in two currencies: "
            + " and ".join(sorted(found[customer.id])),
        )
        for index, customer in enumerate(customers)
        if len(found.get(customer.id, ())) > 1
    ]
    if faults:
        raise CannotRate(tuple(faults))
