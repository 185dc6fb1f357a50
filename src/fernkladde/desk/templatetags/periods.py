"""A period of an allowance as a bar, with a forecast of when it will be empty."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fernkladde.desk.drawings import Allowance

from .cases import chip
from .drawing import allowance_bar
from .formats import day, in_hours

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from fernkladde.billing.live.balances import Period
    from fernkladde.contracts.models import Contract
    from fernkladde.desk.drawings import Segment

register = template.Library()

# Less than this says nothing about the pace of a whole period.
SHORTEST_PAST = 14
FILLS = {"used": " fill-1", "expired": " fill-6"}


@register.simple_tag
def period_name(period: Period) -> str:
    """Name a period by its days: "01.01.2026 – 31.03.2026"."""
    if period.is_endless:
        return _("ab %(start)s") % {"start": day(period.start)}
    return f"{day(period.start)} – {day(period.end)}"


@register.inclusion_tag("desk/components/_allowance.html")
def period_bar(
    period: Period, title: str = "", today: date | None = None
) -> dict[str, object]:
    """Draw a period in minutes; what later work took counts as used of it."""
    return allowance_bar(
        granted=_minutes(period.granted),
        carried=_minutes(period.carried),
        used=_minutes(period.used + period.handed_on),
        expired=_minutes(period.expired),
        title=title or period_name(period),
        forecast=forecast(period, today) if today else "",
    )


def _minutes(seconds: int) -> Decimal:
    return Decimal(seconds) / 60


def forecast(period: Period, today: date) -> str:
    """Say when the period will be empty if work goes on as in it so far."""
    if period.left <= 0:
        return _("aufgebraucht")
    passed = (today - period.start).days + 1
    if not period.used or passed < SHORTEST_PAST:
        return ""
    lasts = period.left * passed // period.used
    if period.is_endless and lasts > 10 * 365:
        return ""
    empty = today + timedelta(days=min(lasts, 20 * 365))
    if empty > period.end:
        return _("reicht beim jetzigen Tempo bis zum Ende")
    return _("beim jetzigen Tempo leer um den %(day)s") % {"day": day(empty)}


@register.simple_tag
def small_bar(period: Period) -> SafeString:
    """Draw a period as a bare bar; its figures stand in the same row."""
    allowance = Allowance(
        granted=Decimal(period.granted),
        carried=Decimal(period.carried),
        used=Decimal(period.used + period.handed_on),
        expired=Decimal(period.expired),
    )
    carried_until = allowance.carried_until()
    return format_html(
        '<svg class="small-bar" viewBox="0 0 100 10" preserveAspectRatio="none"'
        ' aria-hidden="true"><rect class="bare" x="0" y="0" width="100" height="10"/>'
        "{}{}</svg>",
        format_html_join("", "{}", ((_piece(one),) for one in allowance.segments())),
        format_html('<path class="carried" d="M{} -2V12"/>', str(carried_until))
        if carried_until
        else "",
    )


def _piece(segment: Segment) -> SafeString:
    return format_html(
        '<rect class="{}{}" x="{}" y="0" width="{}" height="10"/>',
        segment.kind,
        FILLS.get(segment.kind, ""),
        str(segment.start),
        str(segment.width),
    )


@register.simple_tag
def contract_state(contract: Contract, today: date) -> SafeString:
    """Say what a contract covers, or in a word that it is not in force."""
    if contract.valid_from > today:
        return chip(_("ab %(on)s") % {"on": day(contract.valid_from)}, "wait")
    if contract.valid_until and contract.valid_until < today:
        return chip(_("endete am %(on)s") % {"on": day(contract.valid_until)}, "")
    return chip(contract.get_covers_display(), "teal")


@register.simple_tag
def amount(value: int, period: Period) -> str:
    """Write an amount in the period's own unit; nothing is a dash."""
    if not value:
        return "–"
    if period.unit == "cases":
        return ngettext("%(number)d Fall", "%(number)d Fälle", value) % {
            "number": value
        }
    return in_hours(_minutes(value))


@register.simple_tag
def amount_left(period: Period) -> str:
    if period.left <= 0:
        return _("nichts")
    return amount(period.left, period)
