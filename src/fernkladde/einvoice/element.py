"""Building CII elements: a name with its prefix, a text that XML can hold."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

_UNECE = "urn:un:unece:uncefact:data:standard"
NAMESPACES = {
    "rsm": f"{_UNECE}:CrossIndustryInvoice:100",
    "ram": f"{_UNECE}:ReusableAggregateBusinessInformationEntity:100",
    "udt": f"{_UNECE}:UnqualifiedDataType:100",
    "qdt": f"{_UNECE}:QualifiedDataType:100",
}

# What XML 1.0 cannot hold, and what a reader cannot see: lxml raises on the first.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|\x7f")


@cache
def qualified(name: str) -> str:
    """Turn "ram:Name" into lxml's "{urn:…}Name"."""
    prefix, local = name.split(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"


def group(parent: etree._Element, name: str) -> etree._Element:
    return etree.SubElement(parent, qualified(name))


def leaf(parent: etree._Element, name: str, text: str, **attributes: str) -> None:
    """Add an element with a text; an empty text adds nothing (no empty elements)."""
    if text := one_line(text):
        etree.SubElement(parent, qualified(name), attributes).text = text


def block(parent: etree._Element, name: str, text: str) -> None:
    """Add a text of several lines: its line breaks mean something (Skonto, BT-20)."""
    if kept := xml_text(text):
        etree.SubElement(parent, qualified(name)).text = kept


def day(parent: etree._Element, name: str, on: date | None, kind: str = "udt") -> None:
    """Add a date in form 102 (CCYYMMDD)."""
    if on is not None:
        leaf(group(parent, name), f"{kind}:DateTimeString", digits(on), format="102")


def digits(on: date) -> str:
    return on.isoformat().replace("-", "")


def xml_text(text: str) -> str:
    """Drop what XML cannot hold; a line ends with a newline alone."""
    return _NOT_XML.sub("", text).replace("\r\n", "\n").replace("\r", "\n")


def one_line(text: str) -> str:
    return " ".join(xml_text(text).split())


def money(amount: Decimal) -> str:
    return f"{amount:.2f}"


def plain(number: Decimal) -> str:
    """Write a number without needless zeros and without an exponent."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
