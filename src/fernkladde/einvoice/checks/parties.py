"""Who sells and who buys: what § 14 UStG, EN 16931 and XRechnung want of them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from stdnum import iban
from stdnum.de import leitweg
from stdnum.eu import vat

from fernkladde.einvoice.codes import COUNTRIES
from fernkladde.einvoice.element import one_line
from fernkladde.values.invoice_document import XRECHNUNG

from .fault import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fernkladde.values.invoice_document import (
        Address,
        Buyer,
        InvoiceDocument,
        Seller,
    )

GERMAN_POSTCODE = re.compile(r"[0-9]{5}")
FOREIGN_VAT_ID = re.compile(r"[A-Z]{2}[A-Z0-9]{2,16}")
LEITWEG_ID = re.compile(r"[0-9]{2,12}(-[0-9A-Za-z]{1,30})?-[0-9]{2}")
EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?")
PHONE_DIGITS = 3  # BR-DE-27


def company_faults(document: InvoiceDocument) -> Iterator[Fault]:
    seller = document.seller
    where = "In den Firmendaten"
    if not one_line(seller.name):
        yield Fault("company.name", f"{where} fehlt der Name der Firma.")
    yield from _address_faults("company", where, seller.address)
    yield from _seller_tax_faults(seller)
    yield from _bank_faults(seller)
    if document.profile == XRECHNUNG:
        yield from _contact_faults(seller)


def customer_faults(document: InvoiceDocument) -> Iterator[Fault]:
    buyer = document.buyer
    where = "Beim Kunden"
    if not one_line(buyer.name):
        yield Fault("customer.name", f"{where} fehlt der Name.")
    yield from _address_faults("customer", where, buyer.address)
    if buyer.vat_id and not is_vat_id(buyer.vat_id):
        sentence = (
            f"Die USt-IdNr. des Kunden „{buyer.vat_id}“ ist falsch: bitte prüfen."
        )
        yield Fault("customer.vat_id", sentence)
    if document.profile == XRECHNUNG:
        yield from _public_buyer_faults(document, buyer)


@lru_cache(maxsize=4096)
def is_vat_id(number: str) -> bool:
    """Check form and check digits in the EU, the form alone elsewhere."""
    compact = re.sub(r"[\s.\-]", "", number).upper()
    if compact[:2].lower() in (*vat.MEMBER_STATES, "xi"):
        return bool(vat.is_valid(compact))
    return bool(FOREIGN_VAT_ID.fullmatch(compact)) and compact[:2] in COUNTRIES


def is_registered(seller: Seller) -> bool:
    """Say whether BT-29 or BT-30 tells who the seller is."""
    known = seller.identifier + seller.register_number + seller.register_entry
    return bool(one_line(known))


def _address_faults(side: str, where: str, address: Address) -> Iterator[Fault]:
    if not any(one_line(line) for line in address.lines):
        sentence = f"{where} fehlt die Straße (oder das Postfach)."
        yield Fault(f"{side}.street", sentence)
    yield from _postcode_faults(side, where, address)
    if not one_line(address.city):
        yield Fault(f"{side}.city", f"{where} fehlt der Ort.")
    if address.country not in COUNTRIES:
        sentence = f"{where} ist „{address.country}“ kein Länderkürzel wie DE oder AT."
        yield Fault(f"{side}.country", sentence)


def _postcode_faults(side: str, where: str, address: Address) -> Iterator[Fault]:
    postcode = one_line(address.postcode)
    if not postcode:
        yield Fault(f"{side}.postcode", f"{where} fehlt die Postleitzahl.")
    elif address.country == "DE" and not GERMAN_POSTCODE.fullmatch(postcode):
        sentence = f"{where} hat die Postleitzahl „{postcode}“ nicht fünf Ziffern."
        yield Fault(f"{side}.postcode", sentence)


def _seller_tax_faults(seller: Seller) -> Iterator[Fault]:
    if not one_line(seller.vat_id + seller.tax_number):
        sentence = "In den Firmendaten fehlt die USt-IdNr. oder die Steuernummer."
        yield Fault("company.vat_id", sentence)
    if seller.vat_id and not is_vat_id(seller.vat_id):
        sentence = f"Die eigene USt-IdNr. „{seller.vat_id}“ ist falsch: bitte prüfen."
        yield Fault("company.vat_id", sentence)
    # BR-CO-26: a tax number alone does not tell the buyer who the seller is.
    if not seller.vat_id and not is_registered(seller):
        sentence = (
            "Ohne USt-IdNr. braucht die E-Rechnung den Registereintrag der Firma "
            "oder ihre Lieferantennummer beim Kunden."
        )
        yield Fault("company.register_entry", sentence)


def _bank_faults(seller: Seller) -> Iterator[Fault]:
    if not one_line(seller.iban):
        yield Fault("company.iban", "In den Firmendaten fehlt die IBAN.")
    elif not _is_iban(seller.iban):
        sentence = f"Die eigene IBAN „{seller.iban}“ ist falsch: bitte prüfen."
        yield Fault("company.iban", sentence)
    if seller.bic and not BIC.fullmatch(seller.bic):
        sentence = f"Der eigene BIC „{seller.bic}“ hat nicht 8 oder 11 Zeichen."
        yield Fault("company.bic", sentence)


# A run checks one seller with each of its invoices.
@lru_cache(maxsize=64)
def _is_iban(number: str) -> bool:
    return bool(iban.is_valid(number))


def _contact_faults(seller: Seller) -> Iterator[Fault]:
    where = "Für XRechnung fehlt in den Firmendaten"
    if not one_line(seller.contact_name):
        yield Fault("company.contact_name", f"{where} der Ansprechpartner.")
    if len(re.findall(r"[0-9]", seller.phone)) < PHONE_DIGITS:
        yield Fault("company.phone", f"{where} die Telefonnummer.")
    if not EMAIL.fullmatch(seller.email):
        yield Fault("company.email", f"{where} eine gültige E-Mail-Adresse.")
    if not one_line(seller.electronic_address):
        sentence = f"{where} die elektronische Adresse (E-Mail für Rechnungen)."
        yield Fault("company.electronic_address", sentence)


def _public_buyer_faults(document: InvoiceDocument, buyer: Buyer) -> Iterator[Fault]:
    reference = one_line(document.buyer_reference)
    if not reference:
        sentence = "Für XRechnung fehlt beim Kunden die Leitweg-ID oder Referenz."
        yield Fault("customer.buyer_reference", sentence)
    elif LEITWEG_ID.fullmatch(reference) and not leitweg.is_valid(reference):
        sentence = f"Die Leitweg-ID „{reference}“ ist falsch: Prüfziffern passen nicht."
        yield Fault("customer.buyer_reference", sentence)
    if not one_line(buyer.electronic_address):
        sentence = (
            "Für XRechnung fehlt beim Kunden die elektronische Adresse "
            "(E-Mail für Rechnungen)."
        )
        yield Fault("customer.electronic_address", sentence)
