"""A tariff version as a week of bands: which price holds when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from fernkladde.desk.drawings import Stretch
from fernkladde.desk.templatetags.formats import price
from fernkladde.desk.words import LABELS, SERVICES, SKILLS, WEEKDAYS, word
from fernkladde.rating.prices import Edition, make_plan
from fernkladde.rating.zone import DAY
from fernkladde.values.rounding import from_ten_thousandths

if TYPE_CHECKING:
    from fernkladde.rating.prices import Entry, Plan
    from fernkladde.rating.terms import PriceRow, TariffVersion

# Days are counted from 1970-01-01, a Thursday: the fourth after it is a Monday.
MONDAY = 4
DAYS = 7
FILLS = 5


def usual_work(version: TariffVersion) -> tuple[str, str]:
    """Return service and skill of the first price row, with a word for "all"."""
    row = version.prices[0]
    service = next(iter(SERVICES)) if row.service == "*" else row.service
    return service, row.skill


def week_of(version: TariffVersion, service: str, skill: str) -> list[Stretch]:
    """Return what is in force on each day for one kind of work; nothing: no price."""
    plan = _plan(version, service, skill, {})
    if plan is None:
        return []
    return [
        stretch
        for weekday in range(DAYS)
        for stretch in _day(plan, MONDAY + weekday, weekday, version.currency)
    ]


def special_days_of(version: TariffVersion, service: str, skill: str) -> list[str]:
    """Say what holds on days with a label, since a drawn week has none."""
    used = {day for band in version.bands for day in band.days}
    labels = sorted(used - WEEKDAYS.keys())
    days = {MONDAY + DAYS + number: label for number, label in enumerate(labels)}
    plan = _plan(version, service, skill, days)
    if plan is None:
        return []
    return [
        f"{word(label, LABELS)}: "
        + ", ".join(_hours(part) for part in _day(plan, number, 0, version.currency))
        for number, label in days.items()
    ]


def _plan(
    version: TariffVersion, service: str, skill: str, days: dict[int, str]
) -> Plan | None:
    edition = Edition("", version)
    return make_plan(edition, service=service, skill=skill, special_days=days)


def _day(plan: Plan, day: int, weekday: int, currency: str) -> list[Stretch]:
    starts, entries = plan.pattern(day)
    ends = (*starts[1:], DAY)
    return [
        Stretch(
            weekday=weekday,
            start=start // 60,
            end=end // 60,
            band=_fill(entry),
            label=_label(entry, currency),
        )
        for start, end, entry in zip(starts, ends, entries, strict=True)
    ]


def _fill(entry: Entry) -> int:
    return 1 if entry.rank < 0 else 2 + entry.rank % FILLS


def _label(entry: Entry, currency: str) -> str:
    amount = price(from_ten_thousandths(entry.normal.unit), currency)
    name = entry.name or _("Grundpreis")
    return _("%(name)s %(price)s je %(minutes)d min") % {
        "name": name,
        "price": amount,
        "minutes": entry.normal.per,
    }


def _hours(part: Stretch) -> str:
    begin, end = (f"{m // 60}:{m % 60:02}" for m in (part.start, part.end))
    return f"{begin}–{end} {part.label}"


def row_words(row: PriceRow) -> str:
    """Name the work that a price row is for."""
    service = _("jede Leistungsart") if row.service == "*" else ""
    skill = "" if row.skill == "*" else f", {word(row.skill, SKILLS)}"
    return f"{service or word(row.service, SERVICES)}{skill}"
