"""The XML is valid by schema and rule sets, and says what § 14 UStG wants."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lxml import etree

from fernkladde.einvoice.cii import write_cii
from fernkladde.values.invoice_document import CORRECTION, InvoiceDocument
from tests.documents import samples

from .rules import errors, findings, schema_faults

DOCUMENTS = {
    "domestic": samples.invoice(),
    "english": samples.invoice(language="en"),
    "xrechnung": samples.xrechnung(),
    "cancellation": samples.cancellation(),
    "correction": replace(samples.cancellation(), kind=CORRECTION),
    "reverse charge": samples.untaxed(samples.invoice(), "AE"),
    "outside the scope": samples.untaxed(samples.invoice(), "O"),
    "small business": samples.untaxed(samples.invoice(), "E"),
    "xrechnung outside the scope": samples.untaxed(samples.xrechnung(), "O"),
    "no terms in words": replace(samples.invoice(), payment_terms=""),
    "a tax number and the register alone": replace(
        samples.invoice(),
        seller=replace(samples.SELLER, vat_id="", register_number=""),
    ),
    "no header period": replace(
        samples.invoice(), period_start=None, period_end=None, service_on=None
    ),
}


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
def test_the_xml_is_valid_by_schema_and_rule_sets(document: InvoiceDocument) -> None:
    xml = write_cii(document)

    assert schema_faults(xml) == []
    assert errors(xml) == []


def test_the_usual_invoice_gives_not_even_a_warning() -> None:
    assert findings(write_cii(samples.invoice())) == []
    assert findings(write_cii(samples.xrechnung())) == []


def test_two_hundred_lines_are_valid() -> None:
    xml = write_cii(samples.long_invoice())

    assert schema_faults(xml) == []
    assert errors(xml) == []


def test_each_line_says_case_plant_work_and_period() -> None:
    root = etree.fromstring(write_cii(samples.invoice()))

    items = root.findall(".//{*}IncludedSupplyChainTradeLineItem")
    product = items[0].find("{*}SpecifiedTradeProduct")
    assert product is not None
    said = etree.tostring(product, method="text", encoding=str)
    period = "{*}SpecifiedLineTradeSettlement/{*}BillingSpecifiedPeriod"
    assert len(items) == 8
    assert "Fernwartung, Programmierer" in said
    assert "Fall 2026-0187: Vorschub der Besäumkreissäge" in said
    assert "BK420-0917" in said
    assert all(item.find(period) is not None for item in items)


def test_goodwill_stays_visible_as_a_full_allowance() -> None:
    root = etree.fromstring(write_cii(samples.invoice()))

    free = root.findall(".//{*}IncludedSupplyChainTradeLineItem")[5]
    allowance = free.find(".//{*}SpecifiedTradeAllowanceCharge")
    assert allowance is not None
    assert allowance.findtext("{*}CalculationPercent") == "100"
    assert allowance.findtext("{*}ActualAmount") == "130.00"
    assert allowance.findtext("{*}ReasonCode") == "95"
    assert allowance.findtext("{*}Reason") == "Kulanz"
    assert free.findtext(".//{*}LineTotalAmount") == "0.00"


def test_the_price_per_started_quarter_has_its_base_quantity() -> None:
    root = etree.fromstring(write_cii(samples.invoice()))

    price = root.find(".//{*}NetPriceProductTradePrice")
    assert price is not None
    base = price.find("{*}BasisQuantity")
    assert base is not None
    assert price.findtext("{*}ChargeAmount") == "32.5"
    assert (base.text, base.get("unitCode")) == ("15", "MIN")


def test_the_skonto_line_keeps_its_newline() -> None:
    root = etree.fromstring(write_cii(samples.xrechnung()))

    terms = root.findtext(".//{*}SpecifiedTradePaymentTerms/{*}Description")
    assert terms == "Zahlbar ohne Abzug.\n#SKONTO#TAGE=10#PROZENT=2.00#\n"


def test_no_vat_id_is_written_outside_the_scope() -> None:
    root = etree.fromstring(write_cii(samples.untaxed(samples.invoice(), "O")))

    schemes = {node.get("schemeID") for node in root.iterfind(".//{*}ID[@schemeID]")}
    assert schemes == {"FC"}


def test_a_cancellation_names_the_invoice_it_takes_back() -> None:
    root = etree.fromstring(write_cii(samples.cancellation()))

    taken_back = root.find(".//{*}InvoiceReferencedDocument")
    assert taken_back is not None
    assert root.findtext("{*}ExchangedDocument/{*}TypeCode") == "381"
    assert taken_back.findtext("{*}IssuerAssignedID") == "RE-2026-0042"
    assert taken_back.findtext(".//{*}DateTimeString") == "20260401"


def test_control_characters_are_dropped_not_fatal() -> None:
    document = samples.invoice()
    section = replace(
        document.sections[0], subject="Riss\x00 im\x0b\ufffe Riemen\ud800"
    )

    xml = write_cii(replace(document, sections=(section,)))

    assert b"Fall 2026-0187: Riss im Riemen" in xml


def test_four_address_lines_fit_into_three() -> None:
    document = samples.invoice()
    address = replace(
        document.buyer.address, lines=("Werk 2", "Tor 4", "Weg 1", "c/o X")
    )

    root = etree.fromstring(
        write_cii(replace(document, buyer=replace(document.buyer, address=address)))
    )

    postal = root.find(".//{*}BuyerTradeParty/{*}PostalTradeAddress")
    assert postal is not None
    assert postal.findtext("{*}LineThree") == "Weg 1, c/o X"
