"""Drawings as SVG without a style attribute: the allowance, the week of a tariff."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from babel.dates import get_day_names
from django import template
from django.utils.translation import get_language

from fernkladde.desk.drawings import (
    ROW,
    WEEK_LEFT,
    WEEK_WIDTH,
    Allowance,
    Stretch,
    boxes_of_week,
    hours_of_day,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

register = template.Library()

Minutes = Decimal | int


@register.inclusion_tag("desk/components/_allowance.html")
def allowance_bar(
    *,
    granted: Minutes,
    used: Minutes,
    carried: Minutes = 0,
    expired: Minutes = 0,
    title: str = "",
    forecast: str = "",
) -> dict[str, object]:
    """Draw an allowance from minutes; the figures stand beside the bar in words."""
    allowance = Allowance(
        granted=Decimal(granted),
        carried=Decimal(carried),
        used=Decimal(used),
        expired=Decimal(expired),
    )
    return {
        "allowance": allowance,
        "segments": allowance.segments(),
        "carried_until": allowance.carried_until(),
        "title": title,
        "forecast": forecast,
    }


@register.inclusion_tag("desk/components/_week.html")
def week_bands(stretches: Iterable[Stretch], title: str = "") -> dict[str, object]:
    """Draw the bands of a week, a row for each day, with a legend in words."""
    listed = list(stretches)
    names = get_day_names("abbreviated", locale=get_language() or "de")
    return {
        "title": title,
        "boxes": boxes_of_week(listed),
        "hours": hours_of_day(),
        "days": [
            (names[number].rstrip("."), number * ROW + 17, number * ROW)
            for number in range(7)
        ],
        "legend": sorted({(each.band, each.label) for each in listed}),
        "left": WEEK_LEFT,
        "right": WEEK_LEFT + WEEK_WIDTH,
        "bottom": 7 * ROW,
    }
