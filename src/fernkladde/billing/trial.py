"""A document tried before its number is drawn: by our own checks, as an e-invoice."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from fernkladde.einvoice.checks import check
from fernkladde.einvoice.cii import write_cii
from fernkladde.einvoice.official import RulesNotInstalled, schema_errors
from fernkladde.einvoice.reader import differences, parsed
from fernkladde.values.invoice_document import STATEMENT

from .reasons import Reason, of_fault
from .safety import SumsDiffer, check_share

if TYPE_CHECKING:
    from fernkladde.values.invoice_document import InvoiceDocument

    from .shares import Share


def faults_of(share: Share, document: InvoiceDocument) -> list[Reason]:
    """Return what speaks against this document by the product's own checks.

    Before its number is drawn the e-invoice is tried as well: see `faults_of_xml`.
    """
    number = share.customer.number
    positions = not (share.sections_passed and document.sections is share.sections)
    found = check(document, numbered=False, positions=positions)
    share.sections_passed = not found and document.sections is share.sections
    faults = [of_fault(fault, number) for fault in found]
    try:
        check_share(share, document.totals.net if document.totals else None)
    except SumsDiffer as fault:
        faults.append(Reason(str(fault)))
    return faults


def faults_of_xml(document: InvoiceDocument) -> list[Reason]:
    """Write the e-invoice for a try: it must read back as it is, and fit the schema.

    The official schema comes with the extra `validate`; without it the checks of
    our own stand alone.
    """
    if document.kind == STATEMENT:
        return []
    numbered = replace(document, number="0")
    xml = parsed(write_cii(numbered))
    found = differences(numbered, xml)
    with suppress(RulesNotInstalled):
        found += schema_errors(xml)
    return [Reason(f"E-Rechnung: {sentence}") for sentence in found]
