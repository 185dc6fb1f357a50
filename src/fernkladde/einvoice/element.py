"""Building CII elements: a name with its prefix, a text that XML can hold.

Written as text at once: nothing here is ever changed again, and a tree in between
would cost more than all the rest of an invoice.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

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

# What XML 1.0 cannot hold, and what a reader cannot see.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|\x7f")


_IN_QUOTES = str.maketrans({'"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"})


class Element:
    """An element with its children, in the order in which they were added."""

    __slots__ = ("name", "parts")

    def __init__(self, name: str) -> None:
        self.name = name
        self.parts: list[Element | str] = []

    def written(self, declared: str = "") -> str:
        """Return the text; `declared` are the namespaces of a root."""
        inner = self.inner()
        if not inner:
            return f"<{self.name}{declared}/>"
        return f"<{self.name}{declared}>{inner}</{self.name}>"

    def inner(self) -> str:
        return "".join(
            [part if isinstance(part, str) else part.written() for part in self.parts]
        )


def as_document(root: Element) -> bytes:
    declared = "".join(f' xmlns:{key}="{urn}"' for key, urn in NAMESPACES.items())
    head = "<?xml version='1.0' encoding='UTF-8'?>\n"
    return (head + root.written(declared)).encode()


def group(parent: Element, name: str) -> Element:
    child = Element(name)
    parent.parts.append(child)
    return child


def leaf(parent: Element, name: str, text: str, **attributes: str) -> None:
    """Add an element with a text; an empty text adds nothing (no empty elements)."""
    if text := one_line(text):
        told = "".join([f' {k}="{_quoted(v)}"' for k, v in attributes.items()])
        parent.parts.append(f"<{name}{told}>{_escaped(text)}</{name}>")


def block(parent: Element, name: str, text: str) -> None:
    """Add a text of several lines: its line breaks mean something (Skonto, BT-20)."""
    if kept := xml_text(text):
        parent.parts.append(f"<{name}>{_escaped(kept)}</{name}>")


def _escaped(text: str) -> str:
    if "&" in text or "<" in text or ">" in text:
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text


def _quoted(text: str) -> str:
    return _escaped(text).translate(_IN_QUOTES)


def day(parent: Element, name: str, on: date | None, kind: str = "udt") -> None:
    """Add a date in form 102 (CCYYMMDD)."""
    if on is not None:
        leaf(group(parent, name), f"{kind}:DateTimeString", digits(on), format="102")


def digits(on: date) -> str:
    return on.isoformat().replace("-", "")


def xml_text(text: str) -> str:
    """Drop what XML cannot hold; a line ends with a newline alone."""
    return _NOT_XML.sub("", text).replace("\r\n", "\n").replace("\r", "\n")


def one_line(text: str) -> str:
    # Most texts are one already: only blanks are both printable and space.
    if text.isprintable() and "  " not in text and text == text.strip(" "):
        return text
    return " ".join(xml_text(text).split())


def money(amount: Decimal) -> str:
    return f"{amount:.2f}"


def plain(number: Decimal) -> str:
    """Write a number without needless zeros and without an exponent."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
