"""Each fault that would spoil an invoice is found, with its field and a sentence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from fernkladde.einvoice.checks import Fault, check
from tests.documents import samples

if TYPE_CHECKING:
    from fernkladde.values.invoice_document import InvoiceDocument, Line

GOOD = samples.invoice()
PUBLIC = samples.xrechnung()
ABROAD = samples.untaxed(GOOD, "AE")
OUTSIDE = samples.untaxed(GOOD, "O")


def seller(document: InvoiceDocument, **changes: Any) -> InvoiceDocument:
    return replace(document, seller=replace(document.seller, **changes))


def buyer(document: InvoiceDocument, **changes: Any) -> InvoiceDocument:
    return replace(document, buyer=replace(document.buyer, **changes))


def buyer_at(document: InvoiceDocument, **changes: Any) -> InvoiceDocument:
    return buyer(document, address=replace(document.buyer.address, **changes))


def first_line(document: InvoiceDocument, **changes: Any) -> InvoiceDocument:
    """Change the first position and nothing that follows from it."""
    section = document.sections[0]
    lines = (replace(section.lines[0], **changes), *section.lines[1:])
    sections = (replace(section, lines=lines), *document.sections[1:])
    return replace(document, sections=sections)


def tax(document: InvoiceDocument, **changes: Any) -> InvoiceDocument:
    return replace(document, taxes=(replace(document.taxes[0], **changes),))


def totals(document: InvoiceDocument, **changes: Any) -> InvoiceDocument:
    assert document.totals is not None
    return replace(document, totals=replace(document.totals, **changes))


BROKEN: dict[str, tuple[InvoiceDocument, str, str]] = {
    # Who sells.
    "no name of the firm": (seller(GOOD, name=" "), "company.name", "Name der Firma"),
    "no address of the firm": (
        seller(GOOD, address=replace(GOOD.seller.address, lines=("",))),
        "company.street",
        "In den Firmendaten fehlt die Straße",
    ),
    "no tax id of the firm": (
        seller(GOOD, vat_id="", tax_number=""),
        "company.vat_id",
        "USt-IdNr. oder die Steuernummer",
    ),
    "a wrong VAT id of the firm": (
        seller(GOOD, vat_id="DE136695977"),
        "company.vat_id",
        "„DE136695977“ ist falsch",
    ),
    "a tax number alone": (
        seller(GOOD, vat_id="", register_number="", register_entry=""),
        "company.register_entry",
        "Registereintrag",
    ),
    "no IBAN": (seller(GOOD, iban=""), "company.iban", "fehlt die IBAN"),
    "a mistyped IBAN": (
        seller(GOOD, iban="DE89370400440532013001"),
        "company.iban",
        "„DE89370400440532013001“ ist falsch",
    ),
    "a BIC that is too short": (seller(GOOD, bic="COBADE"), "company.bic", "BIC"),
    # Who buys.
    "no name of the customer": (buyer(GOOD, name=""), "customer.name", "der Name"),
    "no street of the customer": (
        buyer_at(GOOD, lines=()),
        "customer.street",
        "Beim Kunden fehlt die Straße",
    ),
    "no postcode": (
        buyer_at(GOOD, postcode=""),
        "customer.postcode",
        "Beim Kunden fehlt die Postleitzahl.",
    ),
    "a German postcode of four digits": (
        buyer_at(GOOD, postcode="7225"),
        "customer.postcode",
        "nicht fünf Ziffern",
    ),
    "no city": (buyer_at(GOOD, city="\x00"), "customer.city", "fehlt der Ort"),
    "an unknown country": (
        buyer_at(GOOD, country="D"),
        "customer.country",
        "„D“ kein Länderkürzel",
    ),
    "a mistyped VAT id of the customer": (
        buyer(GOOD, vat_id="DE812526316"),
        "customer.vat_id",
        "„DE812526316“ ist falsch",
    ),
    # What XRechnung wants beyond that.
    "XRechnung without a contact": (
        seller(PUBLIC, contact_name=""),
        "company.contact_name",
        "Ansprechpartner",
    ),
    "XRechnung with a telephone of two digits": (
        seller(PUBLIC, phone="+49"),
        "company.phone",
        "Telefonnummer",
    ),
    "XRechnung with a mail address without a domain": (
        seller(PUBLIC, email="service@wendelin"),
        "company.email",
        "E-Mail-Adresse",
    ),
    "XRechnung without the firm's electronic address": (
        seller(PUBLIC, electronic_address=""),
        "company.electronic_address",
        "elektronische Adresse",
    ),
    "XRechnung without the customer's electronic address": (
        buyer(PUBLIC, electronic_address=""),
        "customer.electronic_address",
        "elektronische Adresse",
    ),
    "XRechnung without a reference": (
        replace(PUBLIC, buyer_reference=""),
        "customer.buyer_reference",
        "Leitweg-ID oder Referenz",
    ),
    "a Leitweg-ID with wrong check digits": (
        replace(PUBLIC, buyer_reference="991-33333TEST-34"),
        "customer.buyer_reference",
        "„991-33333TEST-34“ ist falsch",
    ),
    # The head.
    "no number": (replace(GOOD, number=""), "invoice.number", "Rechnungsnummer fehlt"),
    "a number with an umlaut": (
        replace(GOOD, number="RÄ 1"),
        "invoice.number",
        "ohne Umlaute",
    ),
    "an unknown kind": (replace(GOOD, kind="offer"), "invoice.kind", "„offer“"),
    "an unknown format": (replace(GOOD, profile="x"), "customer.profile", "„x“"),
    "an unknown currency": (replace(GOOD, currency="EURO"), "invoice.currency", "EURO"),
    "a cancellation of nothing": (
        replace(samples.cancellation(), preceding_number=""),
        "invoice.preceding_number",
        "Nummer und Datum der Rechnung",
    ),
    "a Skonto line of another form": (
        replace(GOOD, payment_terms="#SKONTO#TAGE=10#PROZENT=2#\n"),
        "invoice.payment_terms",
        "Skontozeile",
    ),
    "a Skonto line without its newline": (
        replace(GOOD, payment_terms="#SKONTO#TAGE=10#PROZENT=2.00#"),
        "invoice.payment_terms",
        "allein in ihrer Zeile",
    ),
    # Dates.
    "no due date": (replace(GOOD, due_on=None), "invoice.due_on", "Fälligkeit fehlt"),
    "due before it is issued": (
        replace(GOOD, due_on=date(2026, 3, 31)),
        "invoice.due_on",
        "31.03.2026 liegt vor dem Rechnungsdatum 01.04.2026",
    ),
    "issued before the last day of service": (
        replace(GOOD, issued_on=date(2026, 3, 26)),
        "invoice.issued_on",
        "26.03.2026 liegt vor dem letzten Leistungstag 27.03.2026",
    ),
    "no period anywhere": (
        replace(
            first_line(GOOD, period_start=None, period_end=None),
            period_start=None,
            period_end=None,
            service_on=None,
        ),
        "invoice.period_start",
        "Leistungszeitraum fehlt",
    ),
    "a period that ends before it starts": (
        replace(GOOD, period_start=date(2026, 3, 28), period_end=date(2026, 3, 1)),
        "invoice.period_end",
        "endet vor seinem Beginn",
    ),
    "a line's period that ends before it starts": (
        first_line(GOOD, period_start=date(2026, 3, 5), period_end=date(2026, 3, 3)),
        "lines[1].period_start",
        "Position 1: Der Zeitraum endet vor seinem Beginn",
    ),
    "a line outside the period of the invoice": (
        first_line(GOOD, period_start=date(2026, 2, 27)),
        "lines[1].period_start",
        "Position 1: Der Zeitraum liegt außerhalb",
    ),
    # Positions.
    "no position": (replace(GOOD, sections=()), "invoice.lines", "keine Position"),
    "two positions of one number": (
        first_line(GOOD, position=2),
        "lines[2].position",
        "kommt mehrmals vor",
    ),
    "a position without words": (
        first_line(GOOD, title="\x07"),
        "lines[1].title",
        "Position 1: Es fehlt, was geleistet wurde.",
    ),
    "a position without a case": (
        replace(
            GOOD, sections=(replace(GOOD.sections[0], case_number="", subject=""),)
        ),
        "lines[1].case_number",
        "Der Fall fehlt",
    ),
    "a unit that is not ours": (
        first_line(GOOD, unit="XYZ"),
        "lines[1].unit",
        "„XYZ“",
    ),
    "a negative price": (
        first_line(GOOD, unit_price=Decimal("-1")),
        "lines[1].unit_price",
        "Der Preis ist negativ",
    ),
    "a price of five places": (
        first_line(GOOD, unit_price=Decimal("32.50001")),
        "lines[1].unit_price",
        "mehr als vier Nachkommastellen",
    ),
    "a negative quantity": (
        first_line(GOOD, quantity=Decimal("-105")),
        "lines[1].quantity",
        "Die Menge ist negativ",
    ),
    "a price per nothing": (
        first_line(GOOD, base_quantity=Decimal(0)),
        "lines[1].base_quantity",
        "größer als 0",
    ),
    "a line that is off by a cent": (
        first_line(GOOD, gross=Decimal("227.51"), net=Decimal("227.51")),
        "lines[1].gross",
        "Menge mal Preis ergibt 227,50, angegeben sind 227,51.",
    ),
    "half a cent": (
        first_line(GOOD, net=Decimal("227.505")),
        "lines[1].net",
        "mehr als zwei Nachkommastellen",
    ),
    "a discount that is off by a cent": (
        first_line(GOOD, discount_percent=Decimal(10), discount=Decimal("22.76")),
        "lines[1].discount",
        "Der Nachlass ergibt 22,75, angegeben sind 22,76.",
    ),
    "a discount above all": (
        first_line(GOOD, discount_percent=Decimal(101)),
        "lines[1].discount_percent",
        "zwischen 0 und 100",
    ),
    "a discount without a reason": (
        first_line(GOOD, discount=Decimal("1.00")),
        "lines[1].discount_reason",
        "braucht einen Grund",
    ),
    "a net that ignores the discount": (
        first_line(GOOD, discount_percent=Decimal(10), discount=Decimal("22.75")),
        "lines[1].net",
        "Betrag ohne Nachlass ergibt 204,75, angegeben sind 227,50.",
    ),
    # Tax.
    "an unknown tax category": (
        first_line(GOOD, tax_category="K"),
        "lines[1].tax_category",
        "Den Steuerfall „K“ gibt es hier nicht.",
    ),
    "a line without a rate": (
        first_line(GOOD, tax_percent=None),
        "lines[1].tax_category",
        "Der Steuersatz fehlt",
    ),
    "a rate outside the scope": (
        first_line(OUTSIDE, tax_percent=Decimal(0)),
        "lines[1].tax_category",
        "hat keinen Steuersatz",
    ),
    "a tax off by a cent": (
        tax(GOOD, tax=Decimal("108.08")),
        "invoice.taxes",
        "19,00 % Umsatzsteuer auf 568,79 sind 108,07, angegeben sind 108,08.",
    ),
    "a tax base off by a cent": (
        tax(GOOD, net=Decimal("568.80")),
        "invoice.taxes",
        "ergeben 568,79 netto, angegeben sind 568,80.",
    ),
    "a rate that no line has": (
        tax(GOOD, percent=Decimal(7)),
        "invoice.taxes",
        "passen nicht zu den Steuersätzen",
    ),
    "a tax group twice": (
        replace(GOOD, taxes=GOOD.taxes * 2),
        "invoice.taxes",
        "passen nicht zu den Steuersätzen",
    ),
    "a standard rate of nothing": (
        samples.settled(first_line(GOOD, tax_percent=Decimal(0))),
        "invoice.taxes",
        "fehlt der Steuersatz",
    ),
    "reverse charge with tax": (
        tax(ABROAD, percent=Decimal(19), tax=Decimal("108.07")),
        "invoice.taxes",
        "darf keine Umsatzsteuer stehen",
    ),
    "reverse charge without its reason": (
        tax(ABROAD, exemption_reason=""),
        "invoice.taxes",
        "fehlt der Grund",
    ),
    "reverse charge without its code": (
        tax(ABROAD, exemption_code=""),
        "invoice.taxes",
        "VATEX-EU-AE",
    ),
    "reverse charge without the customer's VAT id": (
        buyer(ABROAD, vat_id=""),
        "customer.vat_id",
        "fehlt die USt-IdNr. des Kunden",
    ),
    "reverse charge without the own VAT id": (
        seller(ABROAD, vat_id=""),
        "company.vat_id",
        "fehlt die eigene USt-IdNr.",
    ),
    "a small business without its sentence": (
        tax(samples.untaxed(GOOD, "E"), exemption_reason=""),
        "invoice.taxes",
        "fehlt der Grund",
    ),
    "outside the scope, the seller unknown": (
        seller(OUTSIDE, register_number="", register_entry=""),
        "company.register_entry",
        "Registereintrag",
    ),
    "outside the scope, without a tax number": (
        seller(OUTSIDE, tax_number=""),
        "company.tax_number",
        "Steuernummer",
    ),
    "outside the scope beside taxed work": (
        replace(OUTSIDE, taxes=(*OUTSIDE.taxes, *GOOD.taxes)),
        "invoice.taxes",
        "braucht eine eigene Rechnung",
    ),
    # Sums.
    "no sums": (replace(GOOD, totals=None), "invoice.totals", "Summen"),
    "a net sum off by a cent": (
        totals(GOOD, net=Decimal("568.80")),
        "invoice.totals.net",
        "Nettobetrag: Die Positionen ergeben 568,79, angegeben sind 568,80.",
    ),
    "a tax sum off by a cent": (
        totals(GOOD, tax=Decimal("108.06")),
        "invoice.totals.tax",
        "Umsatzsteuer",
    ),
    "a total off by a cent": (
        totals(GOOD, gross=Decimal("676.85")),
        "invoice.totals.gross",
        "Rechnungsbetrag",
    ),
    "more to pay than is due": (
        totals(GOOD, payable=Decimal("1676.86")),
        "invoice.totals.payable",
        "angegeben sind 1.676,86",
    ),
}


@pytest.mark.parametrize(
    "document",
    [
        GOOD,
        PUBLIC,
        ABROAD,
        OUTSIDE,
        samples.untaxed(GOOD, "E"),
        samples.cancellation(),
        samples.long_invoice(),
        samples.statement(),
        samples.invoice(language="en"),
    ],
)
def test_a_right_document_has_no_fault(document: InvoiceDocument) -> None:
    assert check(document) == ()


@pytest.mark.parametrize(
    ("document", "field", "words"), BROKEN.values(), ids=BROKEN.keys()
)
def test_a_broken_document_is_refused_with_field_and_sentence(
    document: InvoiceDocument, field: str, words: str
) -> None:
    faults = check(document)

    sentences = [fault.sentence for fault in faults if fault.field == field]
    assert any(words in sentence for sentence in sentences), faults
    assert all(fault.sentence.endswith(".") for fault in faults)


def test_every_fault_is_told_not_only_the_first() -> None:
    document = buyer_at(seller(GOOD, iban=""), postcode="", city="")

    fields = [fault.field for fault in check(document)]

    assert fields == ["company.iban", "customer.postcode", "customer.city"]


def test_a_document_is_checked_before_its_number_is_drawn() -> None:
    document = replace(GOOD, number="")

    assert check(document, numbered=False) == ()
    assert check(document) == (Fault("invoice.number", "Die Rechnungsnummer fehlt."),)


def test_a_fee_may_be_billed_in_advance() -> None:
    fee = samples.line(
        1,
        "fee",
        "Servicevertrag SV-2024-017, zweites Quartal",
        "1",
        "480.00",
        days=(date(2026, 4, 1), date(2026, 6, 30)),
    )
    section = replace(GOOD.sections[0], lines=(fee,))

    assert check(samples.settled(replace(GOOD, sections=(section,)))) == ()


def test_a_foreign_postcode_has_a_form_of_its_own() -> None:
    assert check(buyer_at(GOOD, country="NL", postcode="2511 BT")) == ()


def test_a_vat_id_outside_the_eu_is_checked_by_form_alone() -> None:
    swiss = buyer(GOOD, vat_id="CHE123456788MWST")
    nonsense = buyer(GOOD, vat_id="12345")

    assert check(swiss) == ()
    assert [fault.field for fault in check(nonsense)] == ["customer.vat_id"]


def test_a_price_of_nothing_is_legal() -> None:
    free = samples.line(1, "time", "Fernwartung", "45", "0", per=15)
    section = replace(GOOD.sections[0], lines=(free,))

    assert check(samples.settled(replace(GOOD, sections=(section,)))) == ()


def test_a_third_of_a_minute_is_rounded_half_up_once() -> None:
    line: Line = samples.line(1, "time", "Fernwartung", "20.3333", "29.9999", per=60)
    section = replace(GOOD.sections[0], lines=(line,))

    assert line.gross == Decimal("10.17")
    assert check(samples.settled(replace(GOOD, sections=(section,)))) == ()
