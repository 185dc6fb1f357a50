"""Sums of equal work, and the rows that are made of them (section 7).

Exact until a row is made: seconds, and ten-thousandths of the currency unit.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from fernkladde.values.rounding import (
    from_cents,
    from_ten_thousandths,
    half_up,
    quantity,
)

from .rows import FreeRow, HeldRow, Line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .basis import Matter
    from .prices import Edition

TIME, SURCHARGE, FEE, CONNECTION = "time", "surcharge", "fee", "connection"
_NONE = Decimal(0)


class LineKey(NamedTuple):
    """What makes two pieces of work one line."""

    matter: Matter
    kind: str
    basis: str
    contract: str | None
    edition: Edition
    discount: Decimal | None
    service: str | None = None
    skill: str | None = None
    band: str | None = None
    unit: int | None = None
    per: int | None = None
    name: str | None = None


class Tally:
    """What a line sums: seconds, pieces, amounts, and the groups they came from."""

    __slots__ = ("amount", "count", "groups", "seconds")

    def __init__(self) -> None:
        self.seconds = 0
        self.count = 0
        self.amount = 0
        self.groups: list[int] = []

    def add(
        self, group: int, seconds: int = 0, *, count: int = 0, amount: int = 0
    ) -> None:
        self.seconds += seconds
        self.count += count
        self.amount += amount
        if not self.groups or self.groups[-1] != group:
            self.groups.append(group)


class Worth:
    """A list value, summed exactly: seconds × unit price, apart by `per_minutes`."""

    __slots__ = ("_amount", "_by_per", "seconds")

    def __init__(self) -> None:
        self.seconds = 0
        self._amount = 0
        self._by_per: dict[int, int] = {}

    def add_time(self, seconds: int, unit: int, per: int) -> None:
        self.seconds += seconds
        self._by_per[per] = self._by_per.get(per, 0) + seconds * unit

    def add_calls(self, seconds: int, amount: int) -> None:
        self.seconds += seconds
        self._amount += amount

    def rounded(self) -> Decimal:
        exact = sum(
            (Fraction(parts, per * 60) for per, parts in self._by_per.items()),
            Fraction(self._amount),
        )
        return from_cents(half_up(exact.numerator, exact.denominator * 100))


FreeKey = tuple[str, str, "str | None", str]
HeldKey = tuple[str, str]


class Sums:
    """All that becomes rows, in the order in which it first appeared."""

    def __init__(self) -> None:
        self.lines: defaultdict[LineKey, Tally] = defaultdict(Tally)
        self.free: defaultdict[FreeKey, Worth] = defaultdict(Worth)
        self.held: defaultdict[HeldKey, Worth] = defaultdict(Worth)

    def line_rows(self) -> Iterator[Line]:
        for key, tally in self.lines.items():
            yield _line(key, tally)

    def free_rows(self) -> Iterator[FreeRow]:
        for (case, basis, contract, kind), worth in self.free.items():
            yield FreeRow(case, basis, contract, kind, worth.seconds, worth.rounded())

    def held_rows(self) -> Iterator[HeldRow]:
        for (case, kind), worth in self.held.items():
            yield HeldRow(case, kind, worth.seconds, worth.rounded())


def _gross(key: LineKey, tally: Tally) -> int:
    """Return the gross in cents, rounded once."""
    if key.kind == FEE:
        return half_up(tally.count * (key.unit or 0), 100)
    if key.kind == CONNECTION:
        return half_up(tally.amount, 100)
    return half_up(quantity(tally.seconds) * (key.unit or 0), (key.per or 1) * 10**6)


def _share(cents: int, percent: Decimal | None) -> int:
    if percent is None:
        return 0
    over, under = percent.as_integer_ratio()
    return half_up(cents * over, under * 100)


def _line(key: LineKey, tally: Tally) -> Line:
    gross_cents = _gross(key, tally)
    cents = _share(gross_cents, key.discount)
    gross = from_cents(gross_cents)
    return Line(
        customer=key.matter.customer.id,
        case=key.matter.case.id,
        kind=key.kind,
        basis=key.basis,
        contract=key.contract,
        tariff=key.edition.tariff,
        version=key.edition.version.valid_from,
        currency=key.edition.version.currency,
        service=key.service,
        skill=key.skill,
        band=key.band,
        name=key.name,
        discount_percent=key.discount or _NONE,
        seconds=None if key.kind == FEE else tally.seconds,
        count=tally.count or None,
        unit_price=None if key.unit is None else from_ten_thousandths(key.unit),
        per_minutes=key.per,
        gross=gross,
        discount=from_cents(cents),
        net=from_cents(gross_cents - cents) if cents else gross,
        groups=tuple(tally.groups),
    )
