"""A tariff version as a week of bands: which price holds when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from fernkladde.desk.drawings import Stretch
from fernkladde.desk.templatetags.formats import price
from fernkladde.desk.words import LABELS, SERVICES, SKILLS, WEEKDAYS, word
from fernkladde.rating.week import hours_of_days

if TYPE_CHECKING:
    from fernkladde.rating.terms import PriceRow, TariffVersion
    from fernkladde.rating.week import Hours

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
    week = {MONDAY + weekday: "" for weekday in range(DAYS)}
    found = hours_of_days(version, service=service, skill=skill, days=week)
    return [
        _stretch(hours, day - MONDAY, version.currency)
        for day, some in (found or {}).items()
        for hours in some
    ]


def special_days_of(version: TariffVersion, service: str, skill: str) -> list[str]:
    """Say what holds on days with a label, since a drawn week has none."""
    used = {day for band in version.bands for day in band.days}
    labels = sorted(used - WEEKDAYS.keys())
    days = {MONDAY + DAYS + number: label for number, label in enumerate(labels)}
    found = hours_of_days(version, service=service, skill=skill, days=days)
    return [
        f"{word(days[day], LABELS)}: "
        + ", ".join(_told(_stretch(hours, 0, version.currency)) for hours in some)
        for day, some in (found or {}).items()
    ]


def _stretch(hours: Hours, weekday: int, currency: str) -> Stretch:
    return Stretch(
        weekday=weekday,
        start=hours.start,
        end=hours.end,
        band=1 if hours.band is None else 2 + hours.band % FILLS,
        label=_label(hours, currency),
    )


def _label(hours: Hours, currency: str) -> str:
    return _("%(name)s %(price)s je %(minutes)d min") % {
        "name": hours.name or _("Grundpreis"),
        "price": price(hours.price, currency),
        "minutes": hours.per_minutes,
    }


def _told(part: Stretch) -> str:
    begin, end = (f"{m // 60}:{m % 60:02}" for m in (part.start, part.end))
    return f"{begin}–{end} {part.label}"


def row_words(row: PriceRow) -> str:
    """Name the work that a price row is for."""
    service = _("jede Leistungsart") if row.service == "*" else ""
    skill = "" if row.skill == "*" else f", {word(row.skill, SKILLS)}"
    return f"{service or word(row.service, SERVICES)}{skill}"
