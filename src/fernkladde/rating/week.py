"""Which price holds when on a day, for one kind of work: for whoever draws a week."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fernkladde.values.rounding import from_ten_thousandths

from .prices import Edition, make_plan
from .zone import DAY

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from .terms import TariffVersion


@dataclass(frozen=True, slots=True)
class Hours:
    """A stretch of a day, in minutes from midnight, and the price that holds in it.

    `band` is the band's place in the version; None outside all bands.
    """

    start: int
    end: int
    band: int | None
    name: str
    price: Decimal
    per_minutes: int


def hours_of_days(
    version: TariffVersion,
    *,
    service: str,
    skill: str,
    days: Mapping[int, str],
) -> dict[int, list[Hours]] | None:
    """Return the hours of each day; None where this work has no price at all.

    Days are counted from 1970-01-01; their words are labels like "holiday", or "".
    """
    labels = {day: label for day, label in days.items() if label}
    edition = Edition("", version)
    plan = make_plan(edition, service=service, skill=skill, special_days=labels)
    if plan is None:
        return None
    found: dict[int, list[Hours]] = {}
    for day in days:
        starts, entries = plan.pattern(day)
        ends = (*starts[1:], DAY)
        found[day] = [
            Hours(
                start=start // 60,
                end=end // 60,
                band=None if entry.rank < 0 else entry.rank,
                name=entry.name or "",
                price=from_ten_thousandths(entry.normal.unit),
                per_minutes=entry.normal.per,
            )
            for start, end, entry in zip(starts, ends, entries, strict=True)
        ]
    return found
