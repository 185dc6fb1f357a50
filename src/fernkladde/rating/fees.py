"""Which fees a group carries that has time billed in money (section 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .facts import BilledFee
from .zone import date_of, day_number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .groups import Gathered
    from .terms import Fee, Tariff

ONCE = ("day", "case")


class DueFee(NamedTuple):
    """A fee that a group carries; `amount` in ten-thousandths, each."""

    fee: Fee
    amount: int
    times: int


def kinds_of_fees(tariffs: Iterable[Tariff]) -> dict[tuple[str, str], set[str]]:
    """Return by tariff and name of a fee per what it was ever charged."""
    kinds: dict[tuple[str, str], set[str]] = {}
    for tariff in tariffs:
        for version in tariff.versions or ():
            for fee in version.fees or ():
                kinds.setdefault((tariff.id, fee.name), set()).add(fee.per)
    return kinds


class FeeBook:
    """Remembers which `day` and `case` fees are charged, or were by earlier bills."""

    def __init__(self, billed: Iterable[BilledFee]) -> None:
        self._charged: set[tuple[str, str, str, int | None]] = set()
        for row in billed:
            # A `case` fee has no date and ignores that of an earlier bill.
            self._charged.add((row.case, row.fee, row.tariff, None))
            if row.date is not None:
                day = day_number(row.date)
                self._charged.add((row.case, row.fee, row.tariff, day))

    def charge(self, group: Gathered) -> list[DueFee]:
        """Return each fee that is due, and remember it."""
        due = []
        for fee, amount in group.plan.fees:
            count = self._count(fee, group)
            if count:
                due.append(DueFee(fee, amount, count))
        return due

    def _count(self, fee: Fee, group: Gathered) -> int:
        fitting = len(group.sessions)
        if (wanted := fee.connections) is not None:
            fitting = len([1 for s in group.sessions if s.connection in wanted])
        if fee.per == "session" or not fitting:
            return fitting
        return 1 if fee.per == "group" or self._is_new(fee, group) else 0

    def _is_new(self, fee: Fee, group: Gathered) -> bool:
        day = group.day if fee.per == "day" else None
        key = (group.matter.case.id, fee.name, group.plan.edition.tariff, day)
        if key in self._charged:
            return False
        self._charged.add(key)
        return True


def as_billed(fee: Fee, group: Gathered) -> BilledFee:
    """Return what a later rating must be told, so that the fee is charged once."""
    return BilledFee(
        case=group.matter.case.id,
        fee=fee.name,
        tariff=group.plan.edition.tariff,
        date=date_of(group.day) if fee.per == "day" else None,
    )
