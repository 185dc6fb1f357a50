"""The GiroCode (EPC069-12): a transfer that the customer only has to confirm."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import TYPE_CHECKING

import segno
from stdnum import iban

if TYPE_CHECKING:
    from fernkladde.values.invoice_document import InvoiceDocument

_HIGHEST = Decimal("999999999.99")
_NAME_LENGTH = 70
_TEXT_LENGTH = 140
# Any mask can be read; finding the prettiest of eight would cost more time than all
# the rest of the invoice's data.
_MASK = 4


def girocode(document: InvoiceDocument) -> str:
    """Return the code as SVG, or nothing where a transfer in euros does not fit."""
    text = payload(document)
    if not text:
        return ""
    code = segno.make(text, error="m", mask=_MASK, micro=False, boost_error=False)
    drawn = io.BytesIO()
    code.save(drawn, kind="svg", border=0, xmldecl=False)
    return drawn.getvalue().decode()


def payload(document: InvoiceDocument) -> str:
    """Return what the code says: name, IBAN, amount in euros, number as purpose."""
    totals, seller = document.totals, document.seller
    if totals is None or document.currency != "EUR":
        return ""
    if not 0 < totals.payable <= _HIGHEST or not iban.is_valid(seller.iban):
        return ""
    fields = (
        "BCD",
        "002",
        "1",  # UTF-8
        "SCT",
        _field(seller.bic),
        _field(seller.name)[:_NAME_LENGTH],
        iban.compact(seller.iban),
        f"EUR{totals.payable:.2f}",
        "",  # purpose code
        "",  # structured reference
        _field(document.number)[:_TEXT_LENGTH],
    )
    return "\n".join(fields)


def _field(text: str) -> str:
    """Keep a field in its line: a line break would shift all that follow."""
    return " ".join(text.encode(errors="ignore").decode().split())
