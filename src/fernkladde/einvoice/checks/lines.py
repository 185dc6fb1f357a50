"""Positions: quantity, price and base give the gross amount to the cent."""

from __future__ import annotations

from collections import Counter
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import TYPE_CHECKING

from fernkladde.einvoice.codes import UNITS
from fernkladde.einvoice.element import one_line

from .fault import Fault, german_amount

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fernkladde.values.invoice_document import InvoiceDocument, Line, Section

CENT = Decimal("0.01")
HUNDRED = Decimal(100)
FOURTH_PLACE = Decimal("0.0001")
_WIDE = Context(prec=99)


def line_faults(document: InvoiceDocument) -> Iterator[Fault]:
    if not any(True for _ in document.lines):
        yield Fault("invoice.lines", "Die Rechnung hat keine Position.")
    seen = Counter(line.position for line in document.lines)
    for position in sorted(position for position, times in seen.items() if times > 1):
        sentence = f"Die Positionsnummer {position} kommt mehrmals vor."
        yield Fault(f"lines[{position}].position", sentence)
    for section in document.sections:
        for line in section.lines:
            yield from _faults(section, line)


def cents(amount: Decimal) -> Decimal:
    """Round half up to the cent, the one rounding of the rating rules."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def fits(number: Decimal, step: Decimal) -> bool:
    """Tell whether a number is whole steps, such as cents."""
    return number == number.quantize(step, context=_WIDE)


def _faults(section: Section, line: Line) -> Iterator[Fault]:
    found = (
        *_text_faults(section, line),
        *_number_faults(line),
        *_amount_faults(line),
    )
    for field, sentence in found:
        where = f"lines[{line.position}].{field}"
        yield Fault(where, f"Position {line.position}: {sentence}")


def _text_faults(section: Section, line: Line) -> Iterator[tuple[str, str]]:
    if not one_line(line.title):
        yield "title", "Es fehlt, was geleistet wurde."
    if not one_line(section.case_number + section.subject):
        yield "case_number", "Der Fall fehlt."
    if line.unit not in UNITS:
        yield "unit", f"Die Einheit „{line.unit}“ kennt Fernkladde nicht."
    if line.discount and not one_line(line.discount_reason):
        yield "discount_reason", "Der Nachlass braucht einen Grund, etwa Kulanz."


def _number_faults(line: Line) -> Iterator[tuple[str, str]]:
    if line.unit_price < 0:
        yield "unit_price", "Der Preis ist negativ; das lässt keine E-Rechnung zu."
    if not fits(line.unit_price, FOURTH_PLACE):
        yield "unit_price", "Der Preis hat mehr als vier Nachkommastellen."
    if line.quantity < 0:
        yield "quantity", "Die Menge ist negativ."
    if not fits(line.quantity, FOURTH_PLACE):
        yield "quantity", "Die Menge hat mehr als vier Nachkommastellen."
    if line.base_quantity <= 0:
        yield "base_quantity", "Die Preiseinheit muss größer als 0 sein."
    for name in ("gross", "discount", "net"):
        if not fits(getattr(line, name), CENT):
            yield name, "Ein Betrag hat mehr als zwei Nachkommastellen."


def _amount_faults(line: Line) -> Iterator[tuple[str, str]]:
    if line.base_quantity > 0:
        gross = cents(line.quantity * line.unit_price / line.base_quantity)
        if gross != line.gross:
            yield "gross", _differs("Menge mal Preis ergibt", gross, line.gross)
    if not 0 <= line.discount_percent <= HUNDRED:
        yield "discount_percent", "Der Nachlass liegt nicht zwischen 0 und 100 %."
    discount = cents(line.gross * line.discount_percent / HUNDRED)
    if discount != line.discount:
        yield "discount", _differs("Der Nachlass ergibt", discount, line.discount)
    net = line.gross - line.discount
    if net != line.net:
        yield "net", _differs("Betrag ohne Nachlass ergibt", net, line.net)


def _differs(what: str, computed: Decimal, stated: Decimal) -> str:
    amounts = f"{german_amount(computed)}, angegeben sind {german_amount(stated)}"
    return f"{what} {amounts}."
