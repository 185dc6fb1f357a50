"""The product's own checks of an invoice document, exact to the cent.

They run always, whether rule files are installed or not: official validators let
cent errors, a missing due date and a wrong Leitweg-ID pass. No fault means that
XML and PDF may be made; each fault names the field and says what to do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fernkladde.values.invoice_document import STATEMENT

from .dates import date_faults
from .fault import Fault
from .head import head_faults
from .lines import line_faults
from .parties import company_faults, customer_faults
from .taxes import tax_faults
from .totals import total_faults

if TYPE_CHECKING:
    from fernkladde.values.invoice_document import InvoiceDocument

__all__ = ["Fault", "check"]


def check(
    document: InvoiceDocument, *, numbered: bool = True, positions: bool = True
) -> tuple[Fault, ...]:
    """Return every fault of an invoice; an allowance statement has none.

    `numbered=False` checks a document whose number is not drawn yet,
    `positions=False` one whose sections have passed as part of an earlier draft.
    """
    if document.kind == STATEMENT:
        return ()
    return (
        *company_faults(document),
        *customer_faults(document),
        *head_faults(document, numbered=numbered),
        *date_faults(document),
        *(line_faults(document) if positions else ()),
        *tax_faults(document),
        *total_faults(document),
    )
