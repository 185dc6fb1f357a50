"""The months of the last two years: how far each is and what it came to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fernkladde.billing.period import Month
from fernkladde.desk.access import needs

from .overview import Overview, overviews

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpResponse

    from fernkladde.desk.access import StaffRequest

SHOWN = 24


@dataclass(frozen=True, slots=True)
class Row:
    month: Month
    stage: Overview
    state: str
    tone: str
    due: bool


@needs("read_money")
@require_safe
def month_list(request: StaffRequest) -> HttpResponse:
    now = Month.of(timezone.localdate())
    months = list(_back_from(now))
    found = overviews(map(str, months))
    rows = [_row(month, found[str(month)], now) for month in months]
    return render(request, "desk/month/list.html", {"rows": rows})


def _back_from(month: Month) -> Iterator[Month]:
    for _count in range(SHOWN):
        yield month
        month = month.previous


def _row(month: Month, stage: Overview, now: Month) -> Row:
    state, tone = _state(month, stage, now)
    due = month == now.previous and not stage.is_done
    return Row(month, stage, state, tone, due)


def _state(month: Month, stage: Overview, now: Month) -> tuple[str, str]:
    """Say in a word how far the month is, and in which tone."""
    if stage.is_done:
        return _("ausgestellt"), "good"
    if stage.settled:
        return _("teilweise ausgestellt"), "wait"
    if stage.approved:
        return _("freigegeben"), "info"
    if stage.previewed:
        return _("Vorschau"), "info"
    if month == now:
        return _("läuft noch"), ""
    return (_("offen"), "wait") if month == now.previous else (_("kein Lauf"), "")
