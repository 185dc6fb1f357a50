"""Geometry of the drawings: where a bar of an allowance or a band of a week lies.

Pure: figures in, places in percent or units out; the templates only draw.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

TENTH = Decimal("0.1")
MINUTES_OF_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a bar, in percent of its whole length."""

    kind: str
    start: Decimal
    width: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """An allowance in minutes: all there was, and what became of it."""

    granted: Decimal
    carried: Decimal
    used: Decimal
    expired: Decimal

    @property
    def whole(self) -> Decimal:
        return self.granted + self.carried

    @property
    def left(self) -> Decimal:
        return self.whole - self.used - self.expired

    def segments(self) -> list[Segment]:
        """Lay used, expired and left end to end; nothing granted has no pieces."""
        pieces = (("used", self.used), ("expired", self.expired), ("left", self.left))
        segments: list[Segment] = []
        start = Decimal(0)
        for kind, amount in pieces:
            if amount > 0 and self.whole > 0:
                segments.append(Segment(kind, self._share(start), self._share(amount)))
                start += amount
        return segments

    def carried_until(self) -> Decimal:
        """Return where the carried part ends: it is used up first."""
        return self._share(self.carried) if self.whole else Decimal(0)

    def _share(self, amount: Decimal) -> Decimal:
        return (amount * 100 / self.whole).quantize(TENTH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A band on one day: minutes since midnight, Monday is 0, `band` from 1 to 6."""

    weekday: int
    start: int
    end: int
    band: int
    label: str


WEEK_LEFT = 32
WEEK_WIDTH = 720
ROW = 26


@dataclass(frozen=True, slots=True)
class Box:
    """A stretch in the units of the drawing of a week."""

    x: Decimal
    y: int
    width: Decimal
    height: int
    band: int
    label: str


def boxes_of_week(stretches: list[Stretch]) -> list[Box]:
    return [
        Box(
            x=WEEK_LEFT + _along(stretch.start),
            y=stretch.weekday * ROW + 2,
            width=_along(stretch.end - stretch.start),
            height=ROW - 4,
            band=stretch.band,
            label=stretch.label,
        )
        for stretch in stretches
    ]


def hours_of_day(step: int = 3) -> list[tuple[Decimal, int]]:
    """Return where the hours stand along a day, midnight to midnight."""
    return [(WEEK_LEFT + _along(hour * 60), hour) for hour in range(0, 25, step)]


def _along(minutes: int) -> Decimal:
    return (Decimal(minutes) * WEEK_WIDTH / MINUTES_OF_A_DAY).quantize(TENTH)
