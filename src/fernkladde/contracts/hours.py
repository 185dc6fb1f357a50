"""The firm's business hours and special days: target times are counted in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from fernkladde.customers import records
from fernkladde.values.office_hours import OfficeHours
from fernkladde.values.once import once

from .models import SpecialDay
from .queries import policy, zone

if TYPE_CHECKING:
    from collections.abc import Mapping

CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00")


@once
def office_hours() -> OfficeHours:
    """Return when somebody is there; one small query, once a page."""
    week = policy().business_hours
    return OfficeHours(
        zone=zone(),
        week={day: _span(*clocks) for day, clocks in week.items()},
        special=dict(SpecialDay.objects.values_list("date", "label")),
    )


def check_hours(hours: Mapping[str, Any]) -> None:
    """Refuse hours that are none: {"mon": ["08:00", "17:00"], …} is understood."""
    for day, span in hours.items():
        if not _is_span(span):
            sentence = _("Geschäftszeit „%(day)s“: bitte als 08:00 bis 17:00 angeben.")
            raise records.invalid("business_hours", sentence % {"day": day})


def _is_span(span: Any) -> bool:
    try:
        opens, closes = span
        both = CLOCK.fullmatch(opens) and CLOCK.fullmatch(closes)
    except (TypeError, ValueError):
        return False
    return bool(both) and opens < closes


def _span(opens: str, closes: str) -> tuple[int, int]:
    return _minutes(opens), _minutes(closes)


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)
