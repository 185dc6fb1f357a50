"""Workbooks made by hand, as sound or as broken as a test wants them."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

import xlsxwriter

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def book(rows: Iterable[Sequence[Any]], *, sheet: str = "Kunden", **more: Any) -> bytes:
    """Return a workbook as Excel makes one; dates are dates."""
    content = io.BytesIO()
    options = {"in_memory": True, "default_date_format": "dd.mm.yyyy"} | more
    with xlsxwriter.Workbook(content, options) as made:
        page = made.add_worksheet(sheet)
        for line, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                page.write(line, column, cell)
    return content.getvalue()


def by_hand(
    rows: str,
    *,
    shared: str | None = None,
    styles: str | None = None,
    workbook: str | None = None,
    head: str = '<?xml version="1.0" encoding="UTF-8"?>',
    more: Mapping[str, bytes] | None = None,
) -> bytes:
    """Return a workbook of one sheet whose `sheetData` is this XML."""
    parts = {
        "xl/workbook.xml": workbook
        or (
            f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>'
            '<sheet name="Eins" sheetId="1" r:id="rId1"/></sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": (
            f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1"'
            f' Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>'
            "</Relationships>"
        ),
        "xl/worksheets/sheet1.xml": (
            f'{head}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
        ),
    }
    if shared is not None:
        parts["xl/sharedStrings.xml"] = f'{head}<sst xmlns="{MAIN}">{shared}</sst>'
    if styles is not None:
        parts["xl/styles.xml"] = f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>'
    whole = {name: text.encode() for name, text in parts.items()}
    return archive({**whole, **(more or {})})


def archive(parts: Mapping[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as made:
        for name, body in parts.items():
            made.writestr(name, body)
    return content.getvalue()


def row(number: int | None, *cells: str) -> str:
    """Return a row of inline texts."""
    place = f' r="{number}"' if number else ""
    inner = "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in cells)
    return f"<row{place}>{inner}</row>"
