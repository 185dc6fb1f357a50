"""EN 16931 as UN/CEFACT CII: the XML of ZUGFeRD / Factur-X and XRechnung-CII.

Pure: the invoice document in, bytes out. The order of elements is the schema's.
§ 14 UStG wants the facts of the service in the XML itself, not in the picture:
each line says case, plant, what was done, and when.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fernkladde.values.invoice_document import TYPE_CODES, XRECHNUNG

from .element import (
    Element,
    as_document,
    block,
    day,
    digits,
    group,
    leaf,
    money,
    one_line,
)
from .lines import told_of, write_line
from .parties import write_buyer, write_seller

if TYPE_CHECKING:
    from fernkladde.values.invoice_document import InvoiceDocument, Tax

# BT-23: XRechnung wants a process named; Peppol's billing is the one.
BUSINESS_PROCESS = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
SEPA_TRANSFER, TRANSFER = "58", "30"
REGISTER_NOTE = "REG"


def write_cii(document: InvoiceDocument) -> bytes:
    """Write the XML of an invoice; the document must have passed `check`."""
    root = Element("rsm:CrossIndustryInvoice")
    _context(root, document)
    _head(root, document)
    transaction = group(root, "rsm:SupplyChainTradeTransaction")
    for section in document.sections:
        about = told_of(section, document.language)
        for line in section.lines:
            write_line(transaction, line, about)
    _agreement(transaction, document)
    _delivery(transaction, document)
    _settlement(transaction, document)
    return as_document(root)


def _context(root: Element, document: InvoiceDocument) -> None:
    context = group(root, "rsm:ExchangedDocumentContext")
    if document.profile == XRECHNUNG:
        process = group(context, "ram:BusinessProcessSpecifiedDocumentContextParameter")
        leaf(process, "ram:ID", BUSINESS_PROCESS)
    guideline = group(context, "ram:GuidelineSpecifiedDocumentContextParameter")
    leaf(guideline, "ram:ID", document.profile)


def _head(root: Element, document: InvoiceDocument) -> None:
    head = group(root, "rsm:ExchangedDocument")
    leaf(head, "ram:ID", document.number)
    leaf(head, "ram:TypeCode", TYPE_CODES[document.kind])
    day(head, "ram:IssueDateTime", document.issued_on)
    for text in document.notes:
        _note(head, text)
    _note(head, document.seller.register_entry, REGISTER_NOTE)


def _note(head: Element, text: str, subject: str = "") -> None:
    if not one_line(text):
        return
    note = group(head, "ram:IncludedNote")
    block(note, "ram:Content", text)
    leaf(note, "ram:SubjectCode", subject)


def _agreement(transaction: Element, document: InvoiceDocument) -> None:
    agreement = group(transaction, "ram:ApplicableHeaderTradeAgreement")
    leaf(agreement, "ram:BuyerReference", document.buyer_reference)
    # Category O forbids the VAT ids of both sides (BR-O-02).
    untaxed = any(tax.category == "O" for tax in document.taxes)
    write_seller(agreement, document.seller, with_vat_id=not untaxed)
    write_buyer(agreement, document.buyer, with_vat_id=not untaxed)
    _reference(agreement, "BuyerOrder", document.order_number)
    _reference(agreement, "Contract", document.contract_number)


def _reference(agreement: Element, kind: str, number: str) -> None:
    if one_line(number):
        reference = group(agreement, f"ram:{kind}ReferencedDocument")
        leaf(reference, "ram:IssuerAssignedID", number)


def _delivery(transaction: Element, document: InvoiceDocument) -> None:
    """BT-72 is the last day of service; without it the element would be empty."""
    delivery = group(transaction, "ram:ApplicableHeaderTradeDelivery")
    if last_day := document.service_on or document.period_end:
        event = group(delivery, "ram:ActualDeliverySupplyChainEvent")
        day(event, "ram:OccurrenceDateTime", last_day)


def _settlement(transaction: Element, document: InvoiceDocument) -> None:
    settlement = group(transaction, "ram:ApplicableHeaderTradeSettlement")
    leaf(settlement, "ram:PaymentReference", document.number)
    leaf(settlement, "ram:InvoiceCurrencyCode", document.currency)
    _payment_means(settlement, document)
    for tax in document.taxes:
        _tax(settlement, tax)
    if document.period_start or document.period_end:
        period = group(settlement, "ram:BillingSpecifiedPeriod")
        day(period, "ram:StartDateTime", document.period_start)
        day(period, "ram:EndDateTime", document.period_end)
    _payment_terms(settlement, document)
    _totals(settlement, document)
    _preceding(settlement, document)


def _payment_means(settlement: Element, document: InvoiceDocument) -> None:
    seller = document.seller
    if not one_line(seller.iban):
        return
    means = group(settlement, "ram:SpecifiedTradeSettlementPaymentMeans")
    leaf(
        means, "ram:TypeCode", SEPA_TRANSFER if document.currency == "EUR" else TRANSFER
    )
    account = group(means, "ram:PayeePartyCreditorFinancialAccount")
    leaf(account, "ram:IBANID", "".join(seller.iban.split()))
    leaf(account, "ram:AccountName", seller.name)
    if one_line(seller.bic):
        bank = group(means, "ram:PayeeSpecifiedCreditorFinancialInstitution")
        leaf(bank, "ram:BICID", seller.bic)


def _tax(settlement: Element, tax: Tax) -> None:
    breakdown = group(settlement, "ram:ApplicableTradeTax")
    leaf(breakdown, "ram:CalculatedAmount", money(tax.tax))
    leaf(breakdown, "ram:TypeCode", "VAT")
    leaf(breakdown, "ram:ExemptionReason", tax.exemption_reason)
    leaf(breakdown, "ram:BasisAmount", money(tax.net))
    leaf(breakdown, "ram:CategoryCode", tax.category)
    leaf(breakdown, "ram:ExemptionReasonCode", tax.exemption_code)
    leaf(breakdown, "ram:RateApplicablePercent", money(tax.percent))


def _payment_terms(settlement: Element, document: InvoiceDocument) -> None:
    if not one_line(document.payment_terms) and document.due_on is None:
        return
    terms = group(settlement, "ram:SpecifiedTradePaymentTerms")
    block(terms, "ram:Description", document.payment_terms)
    day(terms, "ram:DueDateDateTime", document.due_on)


def _totals(settlement: Element, document: InvoiceDocument) -> None:
    totals = document.totals
    if totals is None:
        return
    sums = group(settlement, "ram:SpecifiedTradeSettlementHeaderMonetarySummation")
    leaf(sums, "ram:LineTotalAmount", money(totals.net))
    leaf(sums, "ram:TaxBasisTotalAmount", money(totals.net))
    leaf(
        sums,
        "ram:TaxTotalAmount",
        money(totals.tax),
        currencyID=document.currency,
    )
    leaf(sums, "ram:GrandTotalAmount", money(totals.gross))
    leaf(sums, "ram:DuePayableAmount", money(totals.payable))


def _preceding(settlement: Element, document: InvoiceDocument) -> None:
    if not one_line(document.preceding_number):
        return
    preceding = group(settlement, "ram:InvoiceReferencedDocument")
    leaf(preceding, "ram:IssuerAssignedID", document.preceding_number)
    if document.preceding_on is not None:
        # This one date of CII stands in the namespace of qualified types.
        when = group(preceding, "ram:FormattedIssueDateTime")
        leaf(when, "qdt:DateTimeString", digits(document.preceding_on), format="102")
