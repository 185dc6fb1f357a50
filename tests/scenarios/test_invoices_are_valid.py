"""What the month cases bill is a valid e-invoice: schema, CEN and Factur-X rules."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pikepdf
import pytest

from fernkladde.billing.models import Invoice
from fernkladde.billing.sheets import render
from fernkladde.einvoice.reader import differences
from fernkladde.imports.scenario import load_scenario
from fernkladde.rating import parse_scenario
from fernkladde.values.invoice_document import InvoiceDocument
from tests.einvoice.rules import einvoice_data, errors, schema_faults

from .test_month_cases import AT, CASES, issue_march, read

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["einvoice_data"]

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_every_invoice_of_a_month_passes_all_rules(
    path: Path, einvoice_data: Path
) -> None:
    load_scenario(parse_scenario(read(path)["scenario"]), at=AT)
    issue_march()
    invoices = Invoice.objects.order_by("sequence")

    for invoice in invoices:
        rendered = render(invoice.document)
        document = InvoiceDocument.from_json(invoice.document)

        assert rendered.xml is not None
        assert schema_faults(rendered.xml) == []
        assert errors(rendered.xml) == []
        assert differences(document, rendered.xml) == ()
        assert rendered.xml in attached(rendered.pdf)
    assert invoices


def attached(pdf: bytes) -> list[bytes]:
    """Return the files that a PDF carries."""

    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return [one.get_file().read_bytes() for one in opened.attachments.values()]
