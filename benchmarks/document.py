"""What one invoice costs: PDF with its XML inside and two pages of proof.

    python benchmarks/document.py

CPU time of this process (so that others on the machine do not count), warm, median
of 30 different invoices: from the stored text to the finished file. Beside it a
bare compile of an empty page by the same Typst, as the floor of the machine.
Prints one line for people, then one of JSON; exits 1 above the limit.
"""

from __future__ import annotations

import io
import json
import sys
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from statistics import median
from time import process_time
from typing import TYPE_CHECKING

import pikepdf
import typst

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from fernkladde.documents import render_invoice
from fernkladde.documents.fonts import fonts
from fernkladde.einvoice.cii import write_cii
from fernkladde.values.invoice_document import InvoiceDocument
from tests.documents import samples

if TYPE_CHECKING:
    from collections.abc import Callable

LIMIT_MS = 40
RUNS = 30
WARM_UP = 5
PROOF_ROWS = 50  # one full page of proof and most of a second
EMPTY = b"""
#set document(date: datetime(year: 2026, month: 4, day: 1))
#set text(font: "FiraGO")
"""


def stored_invoice(number: int) -> str:
    """Make an invoice whose cases, sessions and technicians no other has.

    What the invoices of a firm share (letterhead, labels, decisions) they share here.
    """
    invoice = samples.invoice(rows=PROOF_ROWS)
    sections = (
        replace(
            section,
            subject=f"{section.subject} ({number})",
            lines=tuple(
                replace(line, title=f"{line.title} {number}") for line in section.lines
            ),
        )
        for section in invoice.sections
    )
    proof = (
        replace(
            row,
            worked_on=row.worked_on + timedelta(days=number),
            start=f"{6 + (number + place) % 12:02}:{(number * 7 + place) % 60:02}",
            end=f"{18 + place % 5}:{(number * 11 + place * 3) % 60:02}",
            worked_minutes=Decimal(60 * (place % 9) + number + place),
            technician=f"{row.technician} {number}",
            reason=row.reason and f"{row.reason} ({number})",
        )
        for place, row in enumerate(invoice.proof)
    )
    return replace(
        invoice,
        number=f"RE-2026-{number:04}",
        sections=tuple(sections),
        proof=tuple(proof),
    ).to_json()


def rendered(text: str) -> bytes:
    document = InvoiceDocument.from_json(text)
    return render_invoice(document, xml=write_cii(document))


def milliseconds(work: Callable[[int], object]) -> list[float]:
    """Time each run by itself, after some that only warm up."""
    times = []
    for number in range(WARM_UP + RUNS):
        begun = process_time()
        work(number)
        times.append((process_time() - begun) * 1000)
    return times[WARM_UP:]


def empty_page(compiler: typst.Compiler, number: int) -> None:
    compiler.compile(
        input=EMPTY + str(number).encode(),
        format="pdf",
        pdf_standards=["a-3b"],
        timestamp=0,
    )


def main() -> int:
    stored = [stored_invoice(number) for number in range(WARM_UP + RUNS)]
    times = milliseconds(lambda number: rendered(stored[number]))
    compiler = typst.Compiler(b"", font_paths=fonts(), ignore_system_fonts=True)
    floor = milliseconds(lambda number: empty_page(compiler, number))
    pdf = rendered(stored[0])
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        pages = len(opened.pages)
    result = {
        "document_cpu_ms": round(median(times), 1),
        "document_cpu_ms_worst": round(max(times), 1),
        "limit_ms": LIMIT_MS,
        "empty_page_cpu_ms": round(median(floor), 1),
        "pages": pages,
        "sessions": PROOF_ROWS,
        "bytes": len(pdf),
        "runs": RUNS,
    }
    print(
        f"document: {result['document_cpu_ms']} ms CPU (limit {LIMIT_MS}), "
        f"{pages} pages with {PROOF_ROWS} sessions; "
        f"empty page {result['empty_page_cpu_ms']} ms"
    )
    print(json.dumps(result))
    return 0 if median(times) <= LIMIT_MS else 1


if __name__ == "__main__":
    sys.exit(main())
