"""Tables to begin with: the headings of a kind and one row as it may look."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import xlsxwriter

if TYPE_CHECKING:
    from .kinds.kind import Kind

WIDTH = 24


def sample_csv(kind: Kind) -> bytes:
    """Return it as a German Excel opens it: UTF-8 with its mark, semicolons."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerows(_rows(kind))
    return text.getvalue().encode("utf-8-sig")


def sample_xlsx(kind: Kind) -> bytes:
    """Return it as a workbook; all cells are texts, so that no zero is lost."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet(str(kind.name.label)[:31])
        as_text = book.add_format({"num_format": "@"})
        bold = book.add_format({"bold": True, "num_format": "@"})
        headings, sample = _rows(kind)
        sheet.set_column(0, len(headings) - 1, WIDTH, as_text)
        for place, heading in enumerate(headings):
            sheet.write_string(0, place, heading, bold)
        for place, cell in enumerate(sample):
            sheet.write_string(1, place, cell, as_text)
        sheet.freeze_panes(1, 0)
    return content.getvalue()


def _rows(kind: Kind) -> tuple[list[str], list[str]]:
    return (
        [str(field.label) for field in kind.fields],
        [field.sample for field in kind.fields],
    )
