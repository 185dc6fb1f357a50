"""The invoice document: one value from which PDF, CII and later UBL are made.

Pure. Everything printed stands in here, as it was on the day of issue, so that
the stored JSON text renders to the same bytes years later: what is computed
from it (titles, formats of numbers, order of columns) belongs to the renderer.

Amounts are exact decimals in `currency`: money with 2 places, unit prices with up
to 4, minutes with up to 4. Terms "BT-n" and "BG-n" are those of EN 16931.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from operator import attrgetter
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, get_args, get_origin, get_type_hints

if TYPE_CHECKING:
    from collections.abc import Iterator

EN_16931 = "urn:cen.eu:en16931:2017"
XRECHNUNG = f"{EN_16931}#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0"

INVOICE = "invoice"
CANCELLATION = "cancellation"
CORRECTION = "correction"
STATEMENT = "statement"
TYPE_CODES = {INVOICE: "380", CANCELLATION: "381", CORRECTION: "384"}

TIME, SURCHARGE, FEE, CONNECTION, FREE = (
    "time",
    "surcharge",
    "fee",
    "connection",
    "free",
)
MINUTE, ONE, LUMP_SUM = "MIN", "C62", "LS"

GOODWILL_REASON = {"de": "Kulanz", "en": "Goodwill"}
GOODWILL_CODE = "95"  # UNTDID 5189: discount
# Said beside goodwill, lest it be read as an acknowledgment (§ 212 BGB); a note.
GOODWILL_SENTENCE = {
    "de": (
        "Als Kulanz ausgewiesene Leistungen erfolgen aus Kulanz, "
        "ohne Anerkennung einer Rechtspflicht."
    ),
    "en": (
        "Work shown as goodwill is given as a gesture of goodwill, "
        "without acknowledging any legal obligation."
    ),
}

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """`lines` are street and additions, in the order of the envelope."""

    lines: tuple[str, ...] = ()
    postcode: str = ""
    city: str = ""
    country: str = "DE"  # ISO 3166-1 alpha-2


@dataclass(frozen=True, slots=True, kw_only=True)
class Seller:
    """The firm that issues; `footer` are further lines at the foot of each page."""

    name: str
    address: Address
    vat_id: str = ""  # BT-31
    tax_number: str = ""  # BT-32
    identifier: str = ""  # BT-29, e.g. the supplier number at the customer
    register_number: str = ""  # BT-30, e.g. "HRB 12345"
    register_entry: str = ""  # as printed, e.g. "Amtsgericht Ulm HRB 12345"
    managers: str = ""
    contact_name: str = ""  # BT-41
    phone: str = ""  # BT-42
    email: str = ""  # BT-43
    website: str = ""
    electronic_address: str = ""  # BT-34
    electronic_scheme: str = "EM"
    iban: str = ""
    bic: str = ""
    bank_name: str = ""
    footer: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyer:
    """Who is billed; `customer_number` is ours for them (BT-46)."""

    name: str
    address: Address
    vat_id: str = ""  # BT-48
    electronic_address: str = ""  # BT-49
    electronic_scheme: str = "EM"
    customer_number: str = ""
    contact_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One position: gross = round2(quantity x unit price / base quantity).

    `time` and `surcharge` count minutes (MIN) at a price per `base_quantity`
    minutes; a `fee` counts pieces (C62); a `connection` is one lump sum (LS) whose
    calls and minutes stand in `note`; `free` is work given away, at its list value
    and with a discount of 100 %, so that it is seen. net = gross - discount.
    """

    position: int
    kind: str
    title: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    gross: Decimal
    net: Decimal
    base_quantity: Decimal = Decimal(1)
    discount: Decimal = ZERO
    discount_percent: Decimal = ZERO
    discount_reason: str = ""
    tax_category: str = "S"
    tax_percent: Decimal | None = None  # none in category O
    period_start: date | None = None
    period_end: date | None = None  # last day, inclusive
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """What belongs to one case, under a heading of its own."""

    case_number: str
    subject: str
    lines: tuple[Line, ...]
    plant: str = ""
    serial_number: str = ""
    reported_on: date | None = None
    worked_from: date | None = None
    worked_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tax:
    """One tax category and rate of the document (BG-23)."""

    category: str
    percent: Decimal
    net: Decimal
    tax: Decimal
    exemption_reason: str = ""
    exemption_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    net: Decimal
    tax: Decimal
    gross: Decimal
    payable: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowanceRow:
    """One period of one contract; amounts in minutes, or in cases as `unit` says.

    left = granted + carried_in - used_before - used_now - expired.
    """

    contract_number: str
    period_start: date
    period_end: date
    granted: Decimal
    used_now: Decimal
    left: Decimal
    contract_name: str = ""
    carried_in: Decimal = ZERO
    used_before: Decimal = ZERO
    expired: Decimal = ZERO
    unit: str = "minutes"  # minutes, cases


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofRow:
    """One session; `start` and `end` are local wall times as printed ("08:15").

    `billed_minutes` is empty where the session was rounded with an earlier one.
    """

    case_number: str
    worked_on: date
    start: str
    end: str
    worked_minutes: Decimal
    technician: str = ""
    billed_minutes: Decimal | None = None
    connection: str = ""
    cause: str = ""
    decision: str = ""
    reason: str = ""
    consent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeWork:
    """What the customer was given: `value` is its list value."""

    basis: str
    minutes: Decimal
    value: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainHead:
    """The journal's last entry when the document was issued."""

    sequence: int
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceDocument:
    """An invoice, or (kind `statement`) what a month was without one.

    `period_start` and `period_end` are the earliest and latest day of the lines.
    A statement has no number, no due date and no totals.
    """

    kind: str = INVOICE
    number: str = ""
    issued_on: date
    due_on: date | None = None
    currency: str = "EUR"
    language: str = "de"  # de, en
    profile: str = EN_16931  # BT-24
    seller: Seller
    buyer: Buyer
    buyer_reference: str = ""  # BT-10, Leitweg-ID
    contract_number: str = ""  # BT-12
    order_number: str = ""  # BT-13
    period_start: date | None = None
    period_end: date | None = None
    service_on: date | None = None  # BT-72, last service day
    preceding_number: str = ""  # BT-25
    preceding_on: date | None = None  # BT-26
    payment_terms: str = ""  # BT-20
    notes: tuple[str, ...] = ()  # BT-22
    sections: tuple[Section, ...] = ()
    taxes: tuple[Tax, ...] = ()
    totals: Totals | None = None
    allowances: tuple[AllowanceRow, ...] = ()
    proof: tuple[ProofRow, ...] = ()
    free_work: tuple[FreeWork, ...] = ()
    chain_head: ChainHead | None = None

    @property
    def lines(self) -> Iterator[Line]:
        return (line for section in self.sections for line in section.lines)

    def to_json(self) -> str:
        """Return the canonical text: sorted keys, no blanks, decimals as strings."""
        return _JSON.encode(self)

    @classmethod
    def from_json(cls, text: str) -> InvoiceDocument:
        """Read what `to_json` wrote; a key that is absent takes its default.

        Raises NotAnInvoiceDocument with the place and what is wrong there.
        """
        try:
            value = json.loads(text)
        except ValueError as fault:
            raise NotAnInvoiceDocument("$", f"not JSON ({fault})") from None
        document = _typed(cls, value, "$")
        assert isinstance(document, cls)  # noqa: S101
        return document


class NotAnInvoiceDocument(ValueError):
    """The text does not hold an invoice document; says where and why."""

    def __init__(self, place: str, fault: str) -> None:
        super().__init__(f"{place}: {fault}.")


@cache
def _fields(kind: type) -> tuple[tuple[str, ...], attrgetter[Any]]:
    """Return the sorted names of a record's fields, and what reads them all."""
    names = tuple(sorted(field.name for field in dataclasses.fields(kind)))
    return names, attrgetter(*names)


def _plain(value: object) -> object:
    """Return what JSON does not know of itself in its own types, one step deep."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date):
        return value.isoformat()
    kind: type = type(value)
    names, values = _fields(kind)
    return dict(zip(names, values(value), strict=True))


# The keys come sorted from `_fields`.
_JSON = json.JSONEncoder(
    separators=(",", ":"), ensure_ascii=False, default=_plain, check_circular=False
)


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _typed(kind: Any, value: object, place: str) -> Any:
    """Turn JSON into the annotated type, or say where it does not fit."""
    if get_origin(kind) is UnionType:
        if value is None:
            return None
        (kind,) = (part for part in get_args(kind) if part is not NoneType)
    if get_origin(kind) is tuple:
        return _items(get_args(kind)[0], value, place)
    if dataclasses.is_dataclass(kind):
        assert isinstance(kind, type)  # noqa: S101
        return _record(kind, value, place)
    return _scalar(kind, value, place)


def _items(kind: Any, value: object, place: str) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise NotAnInvoiceDocument(place, "a list is needed")
    return tuple(_typed(kind, item, f"{place}[{i}]") for i, item in enumerate(value))


def _record(kind: type, value: object, place: str) -> object:
    if not isinstance(value, dict):
        raise NotAnInvoiceDocument(place, "an object is needed")
    hints = _hints(kind)
    if unknown := sorted(value.keys() - hints.keys()):
        raise NotAnInvoiceDocument(place, "unknown key " + unknown[0])
    read = {
        key: _typed(hints[key], item, f"{place}.{key}") for key, item in value.items()
    }
    try:
        return kind(**read)
    except TypeError:
        raise NotAnInvoiceDocument(place, "a required key is missing") from None


def _scalar(kind: type, value: object, place: str) -> object:
    try:
        if kind is Decimal and isinstance(value, str):
            return _finite(Decimal(value))
        if kind is date and isinstance(value, str):
            return date.fromisoformat(value)
    except (ValueError, InvalidOperation):
        raise _wrong(kind, value, place) from None
    if type(value) is not kind:
        raise _wrong(kind, value, place)
    return value


def _wrong(kind: type, value: object, place: str) -> NotAnInvoiceDocument:
    return NotAnInvoiceDocument(place, f"{value!r} is no {kind.__name__}")


def _finite(number: Decimal) -> Decimal:
    if not number.is_finite():
        raise ValueError
    return number
