"""Whatever a month brings: own checks, schema and rule sets agree that it is right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings

from fernkladde.einvoice.checks import check
from fernkladde.einvoice.cii import write_cii
from fernkladde.einvoice.reader import differences

from .rules import errors, schema_faults
from .strategies import documents

if TYPE_CHECKING:
    from fernkladde.values.invoice_document import InvoiceDocument

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
@given(documents())
def test_random_invoices_pass_own_checks_and_the_schema(
    document: InvoiceDocument,
) -> None:
    xml = write_cii(document)

    assert check(document) == ()
    assert schema_faults(xml) == []
    assert differences(document, xml) == ()


@pytest.mark.slow
@settings(max_examples=20, deadline=None, suppress_health_check=SLOW)
@given(documents())
def test_random_invoices_pass_the_official_rules(document: InvoiceDocument) -> None:
    assert errors(write_cii(document)) == []
