"""The sums at the foot: they follow from the lines and nothing else."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from .fault import Fault, german_amount

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fernkladde.values.invoice_document import InvoiceDocument


def total_faults(document: InvoiceDocument) -> Iterator[Fault]:
    totals = document.totals
    if totals is None:
        yield Fault("invoice.totals", "Die Summen der Rechnung fehlen.")
        return
    net = sum((line.net for line in document.lines), Decimal(0))
    tax = sum((group.tax for group in document.taxes), Decimal(0))
    expected = (
        ("net", "Nettobetrag", net, totals.net),
        ("tax", "Umsatzsteuer", tax, totals.tax),
        ("gross", "Rechnungsbetrag", net + tax, totals.gross),
        ("payable", "Zahlbetrag", net + tax, totals.payable),
    )
    for name, title, computed, stated in expected:
        if computed != stated:
            sentence = (
                f"{title}: Die Positionen ergeben {german_amount(computed)}, "
                f"angegeben sind {german_amount(stated)}."
            )
            yield Fault(f"invoice.totals.{name}", sentence)
