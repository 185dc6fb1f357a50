"""What is read back from the XML is what was written into it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from fernkladde.einvoice.cii import write_cii
from fernkladde.einvoice.reader import UnreadableInvoice, differences, read_cii
from tests.documents import samples

from .rules import einvoice_data  # noqa: F401 - a fixture

if TYPE_CHECKING:
    from pathlib import Path


def test_number_date_lines_and_sums_are_read_back() -> None:
    read = read_cii(write_cii(samples.invoice()))

    assert (read.number, read.type_code) == ("RE-2026-0042", "380")
    assert read.issued_on == date(2026, 4, 1)
    assert (read.net, read.tax) == (Decimal("568.79"), Decimal("108.07"))
    assert read.gross == read.payable == Decimal("676.86")
    assert len(read.lines) == 8
    assert (read.lines[0].quantity, read.lines[0].unit) == (Decimal(105), "MIN")
    assert read.lines[0].net == Decimal("227.50")


def test_document_and_xml_agree() -> None:
    document = samples.invoice()

    assert differences(document, write_cii(document)) == ()


def test_a_changed_document_no_longer_agrees_with_its_xml() -> None:
    document = samples.invoice()
    xml = write_cii(document)
    other = replace(document, number="RE-2026-0043", sections=document.sections[:1])

    assert differences(other, xml) == ("number", "lines")


@pytest.mark.parametrize(
    ("xml", "reason"),
    [
        (b"<a>", "not well-formed"),
        (b"<a/>", "is missing"),
        (
            write_cii(samples.invoice()).replace(b">676.86<", b">much<"),
            "'much' is no number",
        ),
        (
            write_cii(samples.invoice()).replace(b">20260401<", b">20269901<"),
            "'20269901' is no date",
        ),
    ],
)
def test_what_is_no_invoice_is_refused_with_a_reason(xml: bytes, reason: str) -> None:
    with pytest.raises(UnreadableInvoice, match=reason):
        read_cii(xml)


def test_entities_are_not_resolved() -> None:
    xml = write_cii(samples.invoice()).replace(
        b"?>\n<rsm", b'?>\n<!DOCTYPE x [<!ENTITY e "RE-1">]>\n<rsm'
    )
    bomb = xml.replace(b">RE-2026-0042<", b">&e;<")

    read = read_cii(bomb)

    assert b"&e;" in bomb
    assert read.number == ""


def test_the_public_examples_are_read(einvoice_data: Path) -> None:  # noqa: F811
    paths = sorted((einvoice_data / "cen-examples/cii").glob("CII_*.xml"))

    read = [read_cii(path.read_bytes()) for path in paths]

    assert len(read) > 10
    assert all(invoice.number and invoice.lines for invoice in read)
