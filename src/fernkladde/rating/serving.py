"""What becomes of a group's billed time: covered by contracts, or not (section 5)."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .agreements import EVERYTHING
from .bands import stretches, total
from .basis import ALLOWANCE, CONTRACT, FLAT, FREE, HELD, OVERAGE, TARIFF

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .agreements import Agreement
    from .allowances import Drawn
    from .bands import Run, Stretch
    from .facts import Call
    from .fees import DueFee
    from .groups import Gathered
    from .prices import Price
    from .rows import Posting
    from .zone import Zone


@dataclass(slots=True, eq=False)
class Cover:
    """What one contract took over of a group."""

    agreement: Agreement
    parts: Sequence[Run]
    drawn: Sequence[Drawn]

    @property
    def postings(self) -> list[Posting]:
        ledger = self.agreement.ledger
        return [] if ledger is None else [ledger.posting(one) for one in self.drawn]

    @property
    def basis(self) -> str:
        return FLAT if self.agreement.ledger is None else ALLOWANCE

    @property
    def seconds(self) -> int:
        return total(self.parts)

    def surcharge(self, price: Price) -> int:
        """Return the unit price charged on top of a covered part, or 0."""
        ledger = self.agreement.ledger
        # Bands are ignored where whole cases are covered.
        if ledger is None or ledger.mode != "charge" or ledger.counts_cases:
            return 0
        return price.above

    def list_price(self, price: Price) -> tuple[int, int]:
        """Return the unit price at which a part is given, and its minutes.

        Where a surcharge is charged on top, only the base price is given.
        """
        if self.surcharge(price):
            return price.base_unit, price.base_per
        return price.unit, price.per


@dataclass(slots=True, eq=False)
class Served:
    """A group and what became of its time; `calls` have a price each."""

    group: Gathered
    zone: Zone
    billed: Sequence[Run]
    covers: Sequence[Cover]
    rest: Sequence[Run]  # what no contract covers
    fees: Sequence[DueFee]
    calls: Sequence[tuple[Call, int]]

    @property
    def worked(self) -> list[Stretch]:
        """The worked time under its bands; made again where it is asked for."""
        return stretches(self.group.sessions, self.group.plan, self.zone)


def cover(
    group: Gathered, billed: Sequence[Run]
) -> tuple[Sequence[Cover], Sequence[Run]]:
    """Let the fitting contracts take what they cover, in their order."""
    if group.basis != CONTRACT:
        return (), billed
    covers: list[Cover] = []
    runs = deque(billed)
    for agreement in group.agreements:
        if not runs:
            break
        if agreement.contract.covers == EVERYTHING:
            covers.append(Cover(agreement, list(runs), ()))
            runs.clear()
        elif agreement.ledger is not None:
            case = group.matter.case.id
            parts, drawn = agreement.ledger.cover(group.day, case, runs)
            if parts or drawn:
                covers.append(Cover(agreement, parts, drawn))
    return covers, runs


def calls_basis(group: Gathered, *, always: bool) -> str:
    """Let calls follow the basis of their session, with two exceptions (section 6)."""
    if group.basis in FREE and not always:
        return group.basis
    # `always` does not beat a contract that includes connections, whatever the
    # basis of the work: a present must not cost more than what is paid for.
    if group.agreements and group.agreements[0].contract.includes_connection:
        return FLAT
    if group.basis == CONTRACT:
        return OVERAGE
    return HELD if group.basis == HELD else TARIFF
