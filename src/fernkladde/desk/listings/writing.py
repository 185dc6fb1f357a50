"""Rows written as CSV or as a sheet, whatever their number.

No cell can become a formula: in CSV a text that begins like one gets an apostrophe
before it, in a sheet texts are written as texts.
"""

from __future__ import annotations

import csv
import io
import tempfile
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import IO, TYPE_CHECKING, Any

import xlsxwriter
from django.utils import timezone
from django.utils.translation import get_language

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .listing import Cell

# What a spreadsheet takes for the beginning of a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
# Else the umlauts are wrong where Excel opens the file.
MARK = "\ufeff"
WIDEST, NARROWEST = 60, 10
MOST_IN_CELL = 32_767
MINUTES = 60


def csv_file(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> IO[bytes]:
    """Return a file; in German with semicolons, and a comma in numbers."""
    german = (get_language() or "de").startswith("de")
    file = tempfile.TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    text.write(MARK)
    writer = csv.writer(text, delimiter=";" if german else ",")
    writer.writerow([_defused(word) for word in head])
    for cells in rows:
        writer.writerow([_csv_cell(cell, german=german) for cell in cells])
    text.detach()
    file.seek(0)
    return file


def _csv_cell(cell: Cell, *, german: bool) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return _defused(cell)
    if isinstance(cell, Decimal):
        return f"{cell:f}".replace(".", ",") if german else f"{cell:f}"
    if isinstance(cell, datetime):
        return f"{timezone.localtime(cell):%Y-%m-%d %H:%M}"
    if isinstance(cell, timedelta):
        hours, minutes = divmod(int(cell.total_seconds()) // MINUTES, MINUTES)
        return f"{hours}:{minutes:02}"
    return str(cell)


def _defused(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text


def sheet(title: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> IO[bytes]:
    """Return a workbook with one sheet, written row by row into a file."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    book = xlsxwriter.Workbook(
        file,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    page = book.add_worksheet(title[:31])
    bold = book.add_format({"bold": True})
    formats = {
        date: book.add_format({"num_format": "dd.mm.yyyy"}),
        datetime: book.add_format({"num_format": "dd.mm.yyyy hh:mm"}),
        timedelta: book.add_format({"num_format": "[h]:mm"}),
        Decimal: book.add_format({"num_format": "#,##0.00"}),
    }
    for place, text in enumerate(head):
        page.set_column(place, place, min(max(len(text) + 4, NARROWEST), WIDEST))
        page.write_string(0, place, text, bold)
    page.freeze_panes(1, 0)
    for number, cells in enumerate(rows, start=1):
        for place, cell in enumerate(cells):
            _write(page, number, place, cell, formats)
    book.close()
    file.seek(0)
    return file


def _write(
    page: Any, number: int, place: int, cell: Cell, formats: dict[type, Any]
) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, str):
        page.write_string(number, place, cell[:MOST_IN_CELL])
    elif isinstance(cell, datetime):
        local = timezone.localtime(cell).replace(tzinfo=None)
        page.write_datetime(number, place, local, formats[datetime])
    elif isinstance(cell, date | timedelta):
        page.write_datetime(number, place, cell, formats[type(cell)])
    else:
        page.write_number(number, place, cell, formats.get(type(cell)))
