"""Giving out a list: exactly what its page shows with its filters, all pages of it.

Whoever may read the list may take it along.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from django.http import FileResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_safe

from fernkladde.desk.access import needs

from .tools import ListTools
from .writing import csv_file, sheet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.http.response import HttpResponseBase
    from django.urls import URLPattern

    from fernkladde.desk.access import StaffRequest

    from .listing import Cell, Column, Listing

AT_ONCE = 500
CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def export_of(listing: Listing, address: str) -> URLPattern:
    """Return the route that gives out a list as ?as=csv or ?as=xlsx."""

    @needs(listing.word)
    @require_safe
    def export(request: StaffRequest) -> HttpResponseBase:
        return _given_out(listing, request)

    return path(address, export, name=f"{listing.place}-export")


def _given_out(listing: Listing, request: StaffRequest) -> HttpResponseBase:
    columns = ListTools(listing, request).shown
    head = [str(column.label) for column in columns]
    rows = _cells(listing, columns, request)
    name = f"{listing.title} {timezone.localdate():%Y-%m-%d}"
    if request.GET.get("as") == "xlsx":
        file, ending, kind = sheet(str(listing.title), head, rows), "xlsx", XLSX
    else:
        file, ending, kind = csv_file(head, rows), "csv", CSV
    return FileResponse(
        file, as_attachment=True, filename=f"{name}.{ending}", content_type=kind
    )


def _cells(
    listing: Listing, columns: Sequence[Column], request: StaffRequest
) -> Iterator[list[Cell]]:
    """Yield the cells row by row; some rows are read at a time."""
    found = listing.found(request)
    keys = iter(list(found.values_list("pk", flat=True)))
    while some := list(islice(keys, AT_ONCE)):
        for row in listing.rows(found.filter(pk__in=some), request):
            yield [column.value(row) for column in columns]
