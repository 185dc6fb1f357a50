"""Tax: once per category and rate, from the summed lines, exact to the cent."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING

from fernkladde.einvoice.codes import TAX_CATEGORIES
from fernkladde.einvoice.element import one_line

from .fault import Fault, german_amount
from .lines import cents
from .parties import is_registered

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fernkladde.values.invoice_document import InvoiceDocument, Line, Tax

STANDARD, REVERSE_CHARGE, OUTSIDE, EXEMPT = "S", "AE", "O", "E"
REVERSE_CHARGE_CODE = "VATEX-EU-AE"


def tax_faults(document: InvoiceDocument) -> Iterator[Fault]:
    for line in document.lines:
        yield from _line_faults(line)
    yield from _sum_faults(document)
    for tax in document.taxes:
        yield from _group_faults(document, tax)
    if len(document.taxes) > 1 and any(t.category == OUTSIDE for t in document.taxes):
        sentence = "Nicht steuerbare Leistung braucht eine eigene Rechnung."
        yield Fault("invoice.taxes", sentence)


def _line_faults(line: Line) -> Iterator[Fault]:
    field = f"lines[{line.position}].tax_category"
    place = f"Position {line.position}"
    if line.tax_category not in TAX_CATEGORIES:
        sentence = f"{place}: Den Steuerfall „{line.tax_category}“ gibt es hier nicht."
        yield Fault(field, sentence)
    elif line.tax_category == OUTSIDE and line.tax_percent is not None:
        sentence = f"{place}: Nicht steuerbare Leistung hat keinen Steuersatz."
        yield Fault(field, sentence)
    elif line.tax_category != OUTSIDE and line.tax_percent is None:
        yield Fault(field, f"{place}: Der Steuersatz fehlt.")


def _sum_faults(document: InvoiceDocument) -> Iterator[Fault]:
    """Compare the groups with the lines: each once, and to the cent."""
    nets: dict[tuple[str, Decimal], Decimal] = defaultdict(Decimal)
    for line in document.lines:
        nets[line.tax_category, line.tax_percent or Decimal(0)] += line.net
    stated = {(tax.category, tax.percent): tax.net for tax in document.taxes}
    if len(stated) != len(document.taxes) or stated.keys() != nets.keys():
        sentence = "Die Steuersummen passen nicht zu den Steuersätzen der Positionen."
        yield Fault("invoice.taxes", sentence)
        return
    for (category, percent), net in nets.items():
        if stated[category, percent] != net:
            given = german_amount(stated[category, percent])
            sentence = (
                f"Steuerfall {category}: Die Positionen ergeben {german_amount(net)} "
                f"netto, angegeben sind {given}."
            )
            yield Fault("invoice.taxes", sentence)


def _group_faults(document: InvoiceDocument, tax: Tax) -> Iterator[Fault]:
    due = cents(tax.net * tax.percent / 100)
    if tax.tax != due:
        rate = german_amount(tax.percent)
        sentence = (
            f"{rate} % Umsatzsteuer auf {german_amount(tax.net)} sind "
            f"{german_amount(due)}, angegeben sind {german_amount(tax.tax)}."
        )
        yield Fault("invoice.taxes", sentence)
    if tax.category == STANDARD:
        if tax.percent <= 0:
            sentence = "Beim Regelsteuersatz fehlt der Steuersatz."
            yield Fault("invoice.taxes", sentence)
        return
    if tax.percent != 0:
        sentence = f"Im Steuerfall {tax.category} darf keine Umsatzsteuer stehen."
        yield Fault("invoice.taxes", sentence)
    if not one_line(tax.exemption_reason):
        sentence = f"Im Steuerfall {tax.category} fehlt der Grund für die Befreiung."
        yield Fault("invoice.taxes", sentence)
    yield from _id_faults(document, tax)


def _id_faults(document: InvoiceDocument, tax: Tax) -> Iterator[Fault]:
    seller, buyer = document.seller, document.buyer
    if tax.category == REVERSE_CHARGE:
        if tax.exemption_code != REVERSE_CHARGE_CODE:
            sentence = f"Im Steuerfall AE fehlt der Grundcode {REVERSE_CHARGE_CODE}."
            yield Fault("invoice.taxes", sentence)
        if not one_line(buyer.vat_id):
            sentence = "Für Reverse Charge fehlt die USt-IdNr. des Kunden."
            yield Fault("customer.vat_id", sentence)
        if not one_line(seller.vat_id):
            sentence = "Für Reverse Charge fehlt die eigene USt-IdNr."
            yield Fault("company.vat_id", sentence)
    # The VAT ids are left out in category O: the seller is known by these alone.
    if tax.category == OUTSIDE:
        if not is_registered(seller):
            sentence = (
                "Für nicht steuerbare Leistung braucht die E-Rechnung den "
                "Registereintrag der Firma oder ihre Lieferantennummer beim Kunden."
            )
            yield Fault("company.register_entry", sentence)
        if not one_line(seller.tax_number):
            sentence = "Für nicht steuerbare Leistung fehlt die eigene Steuernummer."
            yield Fault("company.tax_number", sentence)
