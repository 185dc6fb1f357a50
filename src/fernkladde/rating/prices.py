"""A price row with its bands, made ready for quick look-up (section 4).

Unit prices are whole ten-thousandths; lengths are seconds; days are counted from
1970-01-01. A `Plan` answers for one tariff version, service and skill.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from fernkladde.values.rounding import half_up, ten_thousandths

from .terms import ANY
from .zone import DAY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .terms import Band, Fee, PriceRow, TariffVersion

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_THURSDAY = 3  # 1970-01-01 was one
MINUTE = 60


@dataclass(frozen=True, slots=True, eq=False)
class Price:
    """A unit price, and the price without a band against which it is measured.

    `weight` is price / base price as numerator and denominator, never below one;
    `above` is the unit price of what goes beyond the base price, or 0.
    """

    unit: int
    per: int
    base_unit: int
    base_per: int
    band: str | None
    weight: tuple[int, int]
    above: int


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A band as one price row prices it; `rank` -1 is the price without a band."""

    rank: int
    name: str | None
    normal: Price
    first: Price  # inside a first block that has a price of its own
    minimum: int


class DayLabels(dict[int, str]):
    """What each day is called: by its label alone where it is a special day."""

    def __missing__(self, day: int) -> str:
        label = self[day] = WEEKDAYS[(day + _THURSDAY) % 7]
        return label


Pattern = tuple[tuple[int, ...], tuple[Entry, ...]]


@dataclass(frozen=True, slots=True)
class Sharing:
    """Which sessions share a group besides what all of them must agree in.

    `gap` in seconds counts where sessions merge that follow each other.
    """

    alone: bool
    as_team: bool
    by_day: bool
    gap: int | None


@dataclass(frozen=True, slots=True, eq=False)
class Edition:
    """One version of one tariff; two are equal only if they are the same."""

    tariff: str
    version: TariffVersion
    sharing: Sharing = field(init=False)

    def __post_init__(self) -> None:
        by_session = self.version.group_by == "session"
        gap = self.version.merge_gap_minutes * MINUTE if by_session else None
        sharing = Sharing(
            alone=gap == 0,
            as_team=self.version.team_as_one,
            by_day=self.version.group_by == "day",
            gap=gap,
        )
        object.__setattr__(self, "sharing", sharing)


@dataclass(slots=True, eq=False)
class Plan:
    """Everything that decides what a group of sessions costs per second."""

    edition: Edition
    row: PriceRow
    service: str
    skill: str
    first: int
    next: int
    tolerance: int
    free: int
    cliff: bool
    first_block: int  # seconds that carry `Entry.first`; 0: no such block
    base: Entry
    bands: tuple[tuple[Band, Entry], ...]
    fees: tuple[tuple[Fee, int], ...]  # with their amounts
    labels: DayLabels
    patterns: dict[str, Pattern] = field(default_factory=dict)

    def pattern(self, day: int) -> Pattern:
        """Return where in the local day which entry begins, in seconds."""
        label = self.labels[day]
        found = self.patterns.get(label)
        if found is None:
            found = self.patterns[label] = self._draw(label)
        return found

    def _draw(self, label: str) -> Pattern:
        bands = [(b, entry) for b, entry in self.bands if label in b.days]
        edges = {0}
        for band, _ in bands:
            edges |= {band.from_minute * MINUTE, band.until_minute * MINUTE}
        starts: list[int] = []
        entries: list[Entry] = []
        for edge in sorted(edges - {DAY}):
            entry = self._winner(bands, edge)
            if not entries or entries[-1] is not entry:
                starts.append(edge)
                entries.append(entry)
        return tuple(starts), tuple(entries)

    def _winner(self, bands: list[tuple[Band, Entry]], second: int) -> Entry:
        """Choose the dearest band, the first listed of equals; else no band."""
        matching = [entry for band, entry in bands if _matches(band, second // MINUTE)]
        return max(matching, key=lambda e: e.normal.unit, default=self.base)

    def entry_at(self, day: int, second: int) -> tuple[Entry, int]:
        """Return the entry in force and the second of the day when it ends."""
        known = self.patterns.get(self.labels[day])
        starts, entries = known or self.pattern(day)
        place = bisect_right(starts, second)
        return entries[place - 1], starts[place] if place < len(starts) else DAY


def _matches(band: Band, minute: int) -> bool:
    """Tell whether the time of day is the band's; a wrapped band has two ends."""
    if band.until_minute <= band.from_minute:
        return minute >= band.from_minute or minute < band.until_minute
    return band.from_minute <= minute < band.until_minute


def row_for(version: TariffVersion, service: str, skill: str) -> PriceRow | None:
    """Choose the most specific row: service before skill."""
    rows = {(row.service, row.skill): row for row in version.prices}
    keys = ((service, skill), (service, ANY), (ANY, skill), (ANY, ANY))
    return next((rows[key] for key in keys if key in rows), None)


def make_plan(
    edition: Edition,
    *,
    service: str,
    skill: str,
    special_days: Mapping[int, str],
) -> Plan | None:
    version = edition.version
    row = row_for(version, service, skill)
    if row is None:
        return None
    step = row.next_minutes or row.per_minutes
    first = row.first_minutes or step
    entries = _Entries(row, first)
    return Plan(
        edition=edition,
        row=row,
        service=service,
        skill=skill,
        first=first * MINUTE,
        next=step * MINUTE,
        tolerance=row.tolerance_minutes * MINUTE,
        free=row.free_minutes * MINUTE,
        cliff=row.free_mode == "cliff",
        first_block=0 if row.first_price is None else first * MINUTE,
        base=entries.base,
        bands=tuple(entries.banded(version.bands, service)),
        fees=tuple(
            (fee, ten_thousandths(fee.amount))
            for fee in version.fees
            if fee.services is None or service in fee.services
        ),
        labels=special_days
        if isinstance(special_days, DayLabels)
        else DayLabels(special_days),
    )


class _Entries:
    """Prices the bands of a version by one of its price rows."""

    def __init__(self, row: PriceRow, first_minutes: int) -> None:
        self.normal = (ten_thousandths(row.price), row.per_minutes)
        self.first = self.normal
        if row.first_price is not None:
            self.first = (ten_thousandths(row.first_price), first_minutes)
        self.base = self._entry(-1, None)

    def banded(
        self, bands: Iterable[Band], service: str
    ) -> Iterable[tuple[Band, Entry]]:
        for rank, band in enumerate(bands):
            if band.services is None or service in band.services:
                yield band, self._entry(rank, band)

    def _entry(self, rank: int, band: Band | None) -> Entry:
        normal = _banded(self.normal, self.normal, band)
        first = normal
        if self.first != self.normal:
            first = _banded(self.first, self.normal, band)
        minutes = 0 if band is None else band.minimum_minutes or 0
        return Entry(rank, normal.band, normal, first, minutes * MINUTE)


def _banded(base: tuple[int, int], row: tuple[int, int], band: Band | None) -> Price:
    """Apply a band to a base price; an absolute price is one per the row's minutes."""
    unit, per = base
    if band is not None and band.percent is not None:
        share = 1 + Fraction(band.percent) / 100
        unit = half_up(unit * share.numerator, share.denominator)
    elif band is not None and band.price is not None:
        unit, per = ten_thousandths(band.price), row[1]
    return Price(
        unit=unit,
        per=per,
        base_unit=base[0],
        base_per=base[1],
        band=None if band is None else band.name,
        weight=_weight(unit, per, base),
        above=max(0, half_up(unit * base[1] - base[0] * per, base[1])),
    )


def _weight(unit: int, per: int, base: tuple[int, int]) -> tuple[int, int]:
    """Return price / base price; one where the base is 0 or the price is lower."""
    if base[0] == 0:
        return 1, 1
    share = Fraction(unit * base[1], base[0] * per)
    return (share.numerator, share.denominator) if share > 1 else (1, 1)
