"""Months, states of previews and lines as pages show them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.urls import reverse
from django.utils.html import format_html

from fernkladde.billing.models import PreviewState
from fernkladde.billing.period import Month
from fernkladde.desk.addresses import address_of

from .cases import chip
from .formats import day

if TYPE_CHECKING:
    from datetime import datetime

    from django.template import Context
    from django.utils.safestring import SafeString

register = template.Library()

TONES = {
    PreviewState.APPROVED: "info",
    PreviewState.OUTDATED: "bad",
    PreviewState.PARKED: "plum",
    PreviewState.HELD: "plum",
}


@register.filter
def month_name(period: str) -> str:
    """Write "2026-03" as "März 2026"."""
    return day(Month.parse(period).first, "month")


@register.filter
def preview_chip(state: str) -> SafeString:
    return chip(str(PreviewState(state).label), TONES.get(PreviewState(state), ""))


@register.filter
def stamp(instant: datetime | None) -> str:
    """Write an instant for a form, to the last digit: it is compared, not read."""
    return "" if instant is None else instant.isoformat()


@register.simple_tag
def month_link(period: str) -> SafeString:
    """Write a month's name as a link to its run."""
    address = reverse("month", args=[period])
    return format_html('<a href="{}">{}</a>', address, month_name(period))


@register.simple_tag(takes_context=True)
def month_way_back(context: Context, month: Month) -> str:
    """Return the list of the month as it was left, else the month's page."""
    request = context.get("request")
    asked = request.GET.get("back", "") if request else ""
    page = reverse("month", args=[str(month)])
    return asked if asked.startswith(page) else page


@register.simple_tag
def subject_url(word: str, key: str) -> str:
    """Return the page of a case, customer or contract; here, if it has none."""
    return address_of(f"{word}/{key}") or "#"
