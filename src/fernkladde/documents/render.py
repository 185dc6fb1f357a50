"""Rendering a document to PDF/A-3b: bytes in, bytes out, always the same bytes.

Made to run in a child process: nothing is read but the fonts and the template of
this package, nothing is kept but the compiler. The timestamp is the day of issue;
the machine's fonts, packages and clock play no part.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import typst

from fernkladde.values.invoice_document import EN_16931, STATEMENT

from .factur_x import with_factur_x
from .fonts import fonts
from .sheet import sheet

if TYPE_CHECKING:
    from fernkladde.values.invoice_document import InvoiceDocument

STANDARDS: list[typst.PDFStandard] = ["a-3b"]
# One compiler serves a process; it is no faster in two threads, so they take turns.
_turn = Lock()
_HERE = Path(__file__).parent


def render_invoice(document: InvoiceDocument, *, xml: bytes | None) -> bytes:
    """Make the letter; with `xml` a hybrid invoice that carries it (ZUGFeRD).

    For XRechnung the XML is the invoice and goes alone: the letter is its copy and
    carries nothing (the Factur-X rules refuse XRechnung's id in a hybrid file).
    """
    if xml is None or document.profile != EN_16931:
        return _compiled(document, sheet(document), {})
    said = sheet(document, hybrid=True)
    return with_factur_x(_compiled(document, said, {"factur-x.xml": xml}))


def render_statement(document: InvoiceDocument) -> bytes:
    """Make the allowance statement of a month in which nothing is to be paid."""
    if document.kind != STATEMENT:
        raise ValueError("A statement is a document of kind 'statement'.")
    return render_invoice(document, xml=None)


def _compiled(
    document: InvoiceDocument, said: dict[str, Any], attached: dict[str, bytes]
) -> bytes:
    midnight = datetime.combine(document.issued_on, time(), UTC)
    with _turn:
        pdf = _compiler().compile(
            input=_files(said, attached),
            format="pdf",
            pdf_standards=STANDARDS,
            timestamp=midnight,
        )
    assert isinstance(pdf, bytes)  # noqa: S101
    return pdf


def _files(said: dict[str, Any], attached: dict[str, bytes]) -> Any:
    """Lay out what the template reads, by name, in memory.

    As files, not as the compiler's inputs: from a document that had other inputs
    Typst takes up nothing that it has set before. (Its types know no such files.)
    """
    return {
        "main.typ": _template(),
        "sheet.json": json.dumps(said, ensure_ascii=False).encode(),
        **attached,
    }


@cache
def _compiler() -> typst.Compiler:
    return typst.Compiler(b"", root=_HERE, font_paths=fonts(), ignore_system_fonts=True)


@cache
def _template() -> bytes:
    return (_HERE / "letter.typ").read_bytes()
