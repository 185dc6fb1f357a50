"""Reading the facts back from CII XML: what a receiver's program would book.

Nothing here shares code with the writer, so that the two can check each other.
Never resolves entities and never opens the network.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, cast

from lxml import etree

from fernkladde.values.invoice_document import TYPE_CODES

if TYPE_CHECKING:
    from fernkladde.values.invoice_document import InvoiceDocument

_TRADE = "{*}SupplyChainTradeTransaction/"
_HEAD = "{*}ExchangedDocument/"
_SETTLEMENT = f"{_TRADE}{{*}}ApplicableHeaderTradeSettlement/"
_SUMS = f"{_SETTLEMENT}{{*}}SpecifiedTradeSettlementHeaderMonetarySummation/"


class UnreadableInvoice(ValueError):
    """The XML is no CII invoice; says what is missing."""


@dataclass(frozen=True, slots=True)
class ReadLine:
    position: str
    title: str
    quantity: Decimal
    unit: str
    price: Decimal
    base_quantity: Decimal
    net: Decimal


@dataclass(frozen=True, slots=True)
class ReadInvoice:
    number: str
    type_code: str
    issued_on: date
    profile: str
    currency: str
    lines: tuple[ReadLine, ...]
    net: Decimal
    tax: Decimal
    gross: Decimal
    payable: Decimal


def read_cii(xml: bytes) -> ReadInvoice:
    """Read number, date, lines and sums; raise UnreadableInvoice if they are not."""
    root = parsed(xml)
    return _read(root, _lines(root))


def parsed(xml: bytes) -> etree._Element:
    """Return the XML as a tree, for whoever asks it several things."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        return etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as fault:
        reason = f"The XML is not well-formed: {fault}."
        raise UnreadableInvoice(reason) from None


def _read(root: etree._Element, lines: tuple[ReadLine, ...]) -> ReadInvoice:
    guideline = "{*}GuidelineSpecifiedDocumentContextParameter/{*}ID"
    return ReadInvoice(
        number=_text(root, f"{_HEAD}{{*}}ID"),
        type_code=_text(root, f"{_HEAD}{{*}}TypeCode"),
        issued_on=_day(root, f"{_HEAD}{{*}}IssueDateTime/{{*}}DateTimeString"),
        profile=_text(root, f"{{*}}ExchangedDocumentContext/{guideline}"),
        currency=_text(root, f"{_SETTLEMENT}{{*}}InvoiceCurrencyCode"),
        lines=lines,
        net=_number(root, f"{_SUMS}{{*}}TaxBasisTotalAmount"),
        tax=_number(root, f"{_SUMS}{{*}}TaxTotalAmount", absent=Decimal(0)),
        gross=_number(root, f"{_SUMS}{{*}}GrandTotalAmount"),
        payable=_number(root, f"{_SUMS}{{*}}DuePayableAmount"),
    )


def differences(
    document: InvoiceDocument, xml: bytes | etree._Element
) -> tuple[str, ...]:
    """Name the facts in which the XML is not the document; none when they agree."""
    root = parsed(xml) if isinstance(xml, bytes) else xml
    read = _read(root, ())
    totals = document.totals
    pairs = {
        "number": (document.number, read.number),
        "type": (TYPE_CODES.get(document.kind), read.type_code),
        "issued_on": (document.issued_on, read.issued_on),
        "currency": (document.currency, read.currency),
        "lines": (
            [(str(line.position), line.net) for line in document.lines],
            _positions_and_nets(root),
        ),
        "net": (totals and totals.net, read.net),
        "tax": (totals and totals.tax, read.tax),
        "gross": (totals and totals.gross, read.gross),
        "payable": (totals and totals.payable, read.payable),
    }
    return tuple(name for name, (ours, theirs) in pairs.items() if ours != theirs)


def _lines(root: etree._Element) -> tuple[ReadLine, ...]:
    items = root.findall(f"{_TRADE}{{*}}IncludedSupplyChainTradeLineItem")
    return tuple(_line(item) for item in items)


_RAM = "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity"
_ITEM = "*/ram:IncludedSupplyChainTradeLineItem"


def _each_lines(path: str) -> etree.XPath:
    return etree.XPath(f"{_ITEM}/{path}", namespaces={"ram": f"{_RAM}:100"})


_ITEMS = _each_lines(".")
_POSITIONS = _each_lines("ram:AssociatedDocumentLineDocument[1]/ram:LineID[1]")
_NETS = _each_lines(
    "ram:SpecifiedLineTradeSettlement[1]"
    "/ram:SpecifiedTradeSettlementLineMonetarySummation[1]/ram:LineTotalAmount[1]"
)


def _all(path: etree.XPath, root: etree._Element) -> list[etree._Element]:
    found = path(root)
    assert isinstance(found, list)  # noqa: S101  the paths name elements
    return cast("list[Any]", found)


def _positions_and_nets(root: etree._Element) -> list[tuple[str, Decimal]]:
    """Read of each line what has to agree; slowly where one of them lacks it."""
    places, nets, items = (_all(p, root) for p in (_POSITIONS, _NETS, _ITEMS))
    if not len(places) == len(nets) == len(items):
        return [(line.position, line.net) for line in _lines(root)]
    return [
        ((place.text or "").strip(), _decimal(net.text or "", "LineTotalAmount"))
        for place, net in zip(places, nets, strict=True)
    ]


def _line(item: etree._Element) -> ReadLine:
    price = "{*}SpecifiedLineTradeAgreement/{*}NetPriceProductTradePrice/"
    quantity = "{*}SpecifiedLineTradeDelivery/{*}BilledQuantity"
    total = "{*}SpecifiedTradeSettlementLineMonetarySummation/{*}LineTotalAmount"
    return ReadLine(
        position=_text(item, "{*}AssociatedDocumentLineDocument/{*}LineID"),
        title=_text(item, "{*}SpecifiedTradeProduct/{*}Name"),
        quantity=_number(item, quantity),
        unit=_element(item, quantity).get("unitCode", ""),
        price=_number(item, f"{price}{{*}}ChargeAmount"),
        base_quantity=_number(item, f"{price}{{*}}BasisQuantity", absent=Decimal(1)),
        net=_number(item, f"{{*}}SpecifiedLineTradeSettlement/{total}"),
    )


def _element(parent: etree._Element, path: str) -> etree._Element:
    found = parent.find(path)
    if found is None:
        name = path.rpartition("}")[2]
        reason = f"{name} is missing in {etree.QName(parent).localname}."
        raise UnreadableInvoice(reason)
    return found


def _text(parent: etree._Element, path: str) -> str:
    return (_element(parent, path).text or "").strip()


def _number(
    parent: etree._Element, path: str, *, absent: Decimal | None = None
) -> Decimal:
    if absent is not None and parent.find(path) is None:
        return absent
    return _decimal(_text(parent, path), path.rpartition("}")[2])


def _decimal(text: str, name: str) -> Decimal:
    try:
        return Decimal(text.strip())
    except InvalidOperation:
        reason = f"{name}: {text!r} is no number."
        raise UnreadableInvoice(reason) from None


def _day(parent: etree._Element, path: str) -> date:
    text = _text(parent, path)
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        reason = f"{path.rpartition('}')[2]}: {text!r} is no date."
        raise UnreadableInvoice(reason) from None
