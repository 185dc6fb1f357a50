"""Lists: fifty rows a page, sorted only by words that the page knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Model

from fernkladde.customers.folding import fold

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet
    from django.http import HttpRequest

PER_PAGE = 50
MOST_WORDS = 8

Row = TypeVar("Row", bound=Model)


def page_of(
    request: HttpRequest,
    rows: QuerySet[Row],
    *,
    sorts: Mapping[str, tuple[str, ...]],
    otherwise: str,
) -> Page[Row]:
    """Return the page that ?page= and ?sort= ask for; nonsense asks for the first.

    The database sorts keys alone; whole rows are read only of what is shown.
    """
    ordered = in_order(request, rows, sorts=sorts, otherwise=otherwise)
    page = Paginator(ordered, PER_PAGE).get_page(request.GET.get("page"))
    first = (page.number - 1) * PER_PAGE
    shown = ordered.values_list("pk", flat=True)[first : first + PER_PAGE]
    page.object_list = ordered.filter(pk__in=list(shown))
    return page


def in_order(
    request: HttpRequest,
    rows: QuerySet[Row],
    *,
    sorts: Mapping[str, tuple[str, ...]],
    otherwise: str,
) -> QuerySet[Row]:
    """Return the rows in the order that ?sort= asks for."""
    asked = request.GET.get("sort", "")
    if asked.removeprefix("-") not in sorts:
        asked = otherwise
    fields = sorts[asked.removeprefix("-")]
    if asked.startswith("-"):
        fields = tuple(_turned(field) for field in fields)
    return rows.order_by(*fields, "pk")


def _turned(field: str) -> str:
    return field.removeprefix("-") if field.startswith("-") else f"-{field}"


def matching(
    rows: QuerySet[Row], text: str, *, column: str = "search"
) -> QuerySet[Row]:
    """Keep what has every typed word in its search column; umlauts may be misspelt."""
    for piece in text.split()[:MOST_WORDS]:
        rows = rows.filter(**{f"{column}__contains": fold(piece)})
    return rows
