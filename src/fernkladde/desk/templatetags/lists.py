"""The columns that somebody has chosen besides those that a list draws by itself."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import template
from django.utils.html import format_html, format_html_join

from .formats import at, day, hours, quantity

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from fernkladde.accounts.models import KeptView
    from fernkladde.desk.listings.listing import Cell
    from fernkladde.desk.listings.tools import ListTools

register = template.Library()


@register.filter
def may_drop(tools: ListTools, view: KeptView) -> bool:
    return tools.may_drop(view)


@register.simple_tag
def extra_heads(tools: ListTools) -> SafeString:
    labels = ((column.label,) for column in tools.extra)
    return format_html_join("", '<th scope="col">{}</th>', labels)


@register.simple_tag
def extra_cells(tools: ListTools, row: Any) -> SafeString:
    cells = ((column.label, _shown(column.value(row))) for column in tools.extra)
    return format_html_join("", '<td data-label="{}">{}</td>', cells)


@register.simple_tag
def columns_before(tools: ListTools, last: int) -> int:
    """Return how many columns stand before the last ones of a list."""
    return len(tools.shown) - len(tools.extra) - last


def _shown(cell: Cell) -> str | SafeString:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return at(cell)
    if isinstance(cell, date):
        return day(cell)
    if isinstance(cell, timedelta):
        return hours(cell)
    if isinstance(cell, Decimal | int):
        return format_html('<span class="number">{}</span>', quantity(Decimal(cell)))
    return cell
