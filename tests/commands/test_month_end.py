"""The month's end from the terminal, in a process of its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.installation import Installation

pytestmark = pytest.mark.slow

CASES = Path(__file__).parent.parent / "data" / "month-cases"


def scenario_of(name: str) -> Any:
    return json.loads((CASES / f"{name}.json").read_text())["scenario"]


def issue(installation: Installation, *more: str) -> Any:
    done = installation.run("month-end", "2026-03", "--issue", "--json", *more)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_scenario_becomes_invoices_with_their_files(
    installation: Installation,
) -> None:
    path = installation.file("m11.json", scenario_of("m11"))
    loaded = installation.run("import", "scenario", path, "--json")
    assert loaded.returncode == 0, loaded.stderr

    first = issue(installation, "--date", "2026-04-02")
    second = issue(installation)

    [invoice] = first["invoices"]
    assert invoice["number"] == "RE-2026-0001"
    assert (invoice["net"], invoice["tax"], invoice["gross"]) == (
        "1116.35", "212.11", "1328.46",
    )  # fmt: skip
    assert Path(invoice["pdf"]).read_bytes().startswith(b"%PDF-")
    assert b"CrossIndustryInvoice" in Path(invoice["xml"]).read_bytes()
    assert second == first


def test_a_preview_draws_no_number_and_writes_no_file(
    installation: Installation,
) -> None:
    path = installation.file("m11.json", scenario_of("m11"))
    assert installation.run("import", "scenario", path).returncode == 0

    done = installation.run("month-end", "2026-03", "--preview", "--json")

    report = json.loads(done.stdout)
    [invoice] = report["invoices"]
    assert (invoice["number"], invoice["pdf"], invoice["xml"]) == (None, None, None)
    assert invoice["net"] == "1116.35"
    assert issue(installation)["invoices"][0]["lines"] == invoice["lines"]


def test_a_month_that_is_none_is_refused_in_one_sentence(
    installation: Installation,
) -> None:
    installation.run("migrate")

    done = installation.run("month-end", "2026-13", "--preview")

    assert done.returncode == 2
    assert done.stdout == ""
    assert "2026-13" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_firm_without_a_tariff_is_told_what_to_choose(
    installation: Installation,
) -> None:
    installation.run("migrate")

    done = installation.run("month-end", "2026-03")

    assert done.returncode == 2
    assert "allgemeiner Tarif" in done.stderr


def test_someone_parked_is_named_and_gives_status_3(
    installation: Installation,
) -> None:
    scenario = scenario_of("m11")
    for tariff in scenario["tariffs"]:
        tariff["versions"] = [
            v for v in tariff["versions"] if v["valid_from"] != "2020-01-01"
        ]
    path = installation.file("late.json", scenario)
    assert installation.run("import", "scenario", path).returncode == 0

    done = installation.run("month-end", "2026-03", "--issue", "--json")

    report = json.loads(done.stdout)
    assert done.returncode == 3
    [parked] = report["parked"]
    assert parked["customer"] == "K2"
    assert "keine Tariffassung in Kraft" in parked["reasons"][0]


def test_an_invalid_scenario_writes_nothing(installation: Installation) -> None:
    scenario = scenario_of("m11")
    scenario["sessions"][3]["end"] = scenario["sessions"][3]["start"]
    scenario["timezone"] = "Europe/Bärlin"
    path = installation.file("broken.json", scenario)

    refused = installation.run("import", "scenario", path)
    good = installation.file("good.json", scenario_of("m11"))
    taken = installation.run("import", "scenario", good)

    assert refused.returncode == 2
    assert refused.stdout == ""
    assert "$.sessions[3].end: " in refused.stderr
    assert "$.timezone: " in refused.stderr
    assert taken.returncode == 0, taken.stderr


def test_a_scenario_goes_into_an_empty_database_only(
    installation: Installation,
) -> None:
    path = installation.file("m01.json", scenario_of("m01"))
    assert installation.run("import", "scenario", path).returncode == 0

    again = installation.run("import", "scenario", path)

    assert again.returncode == 2
    assert "nicht leer" in again.stderr
