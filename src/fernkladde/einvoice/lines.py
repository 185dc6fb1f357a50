"""One position in CII (BG-25): what was done on which case and plant, and its price."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from fernkladde.values.invoice_document import GOODWILL_CODE

from .element import Element, day, group, leaf, money, one_line, plain

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from fernkladde.values.invoice_document import Line, Section

WORDS = {
    "de": ("Fall", "Anlage", "Fabriknummer", "Gemeldet am"),
    "en": ("Case", "Plant", "Serial number", "Reported on"),
}


def write_line(transaction: Element, line: Line, about: Element) -> None:
    """Write a position; `about` is what `told_of` says of its section."""
    item = group(transaction, "ram:IncludedSupplyChainTradeLineItem")
    document = group(item, "ram:AssociatedDocumentLineDocument")
    leaf(document, "ram:LineID", str(line.position))
    if one_line(line.note):
        leaf(group(document, "ram:IncludedNote"), "ram:Content", line.note)
    product = group(item, "ram:SpecifiedTradeProduct")
    leaf(product, "ram:Name", line.title)
    product.parts += about.parts
    _price(item, line)
    delivery = group(item, "ram:SpecifiedLineTradeDelivery")
    leaf(delivery, "ram:BilledQuantity", plain(line.quantity), unitCode=line.unit)
    _settlement(item, line)


def told_of(section: Section, language: str) -> Element:
    """Say once for all positions of a case what case and plant they belong to."""
    case, plant, serial_number, reported_on = WORDS.get(language, WORDS["de"])
    product = Element("ram:SpecifiedTradeProduct")
    number = section.case_number and f"{case} {section.case_number}"
    about = ": ".join(text for text in (number, section.subject) if text)
    leaf(product, "ram:Description", about + (section.plant and f" ({section.plant})"))
    reported = section.reported_on.isoformat() if section.reported_on else ""
    for name, value in (
        (case, section.case_number),
        (plant, section.plant),
        (serial_number, section.serial_number),
        (reported_on, reported),
    ):
        if one_line(value):
            attribute = group(product, "ram:ApplicableProductCharacteristic")
            leaf(attribute, "ram:Description", name)
            leaf(attribute, "ram:Value", value)
    product.parts = [product.inner()]
    return product


def _price(item: Element, line: Line) -> None:
    """Write the price per base quantity, in the quantity's unit (BT-150)."""
    price = group(
        group(item, "ram:SpecifiedLineTradeAgreement"), "ram:NetPriceProductTradePrice"
    )
    leaf(price, "ram:ChargeAmount", plain(line.unit_price))
    leaf(price, "ram:BasisQuantity", plain(line.base_quantity), unitCode=line.unit)


def _settlement(item: Element, line: Line) -> None:
    settlement = group(item, "ram:SpecifiedLineTradeSettlement")
    settlement.parts.append(_tax(line.tax_category, line.tax_percent))
    if line.period_start or line.period_end:
        settlement.parts.append(_period(line.period_start, line.period_end))
    if line.discount:
        _allowance(settlement, line)
    total = group(settlement, "ram:SpecifiedTradeSettlementLineMonetarySummation")
    leaf(total, "ram:LineTotalAmount", money(line.net))


# Many lines say the same of their tax and of their days: those parts are kept as text.
@lru_cache(maxsize=64)
def _tax(category: str, percent: Decimal | None) -> str:
    tax = Element("ram:ApplicableTradeTax")
    leaf(tax, "ram:TypeCode", "VAT")
    leaf(tax, "ram:CategoryCode", category)
    if percent is not None:
        leaf(tax, "ram:RateApplicablePercent", money(percent))
    return tax.written()


@lru_cache(maxsize=1024)
def _period(start: date | None, end: date | None) -> str:
    period = Element("ram:BillingSpecifiedPeriod")
    day(period, "ram:StartDateTime", start)
    day(period, "ram:EndDateTime", end)
    return period.written()


def _allowance(settlement: Element, line: Line) -> None:
    """BG-27: a discount stays visible beside the full price."""
    allowance = group(settlement, "ram:SpecifiedTradeAllowanceCharge")
    indicator = group(allowance, "ram:ChargeIndicator")
    leaf(indicator, "udt:Indicator", "false")
    if line.discount_percent:
        leaf(allowance, "ram:CalculationPercent", plain(line.discount_percent))
    leaf(allowance, "ram:BasisAmount", money(line.gross))
    leaf(allowance, "ram:ActualAmount", money(line.discount))
    leaf(allowance, "ram:ReasonCode", GOODWILL_CODE)
    leaf(allowance, "ram:Reason", line.discount_reason)
