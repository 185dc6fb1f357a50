"""Whole months through the database: the same rows as the engine gives alone."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from fernkladde.billing.issue import issue_month
from fernkladde.billing.models import Claim, Invoice, Settlement
from fernkladde.billing.period import Month
from fernkladde.billing.preview import approve_previews, preview_month
from fernkladde.billing.ready import get_month_ready
from fernkladde.billing.report import month_report, preview_report
from fernkladde.imports.scenario import load_scenario
from fernkladde.rating import parse_scenario, rate
from tests.data.check_rating_cases import compare

CASES = sorted((Path(__file__).parent.parent / "data" / "month-cases").glob("*.json"))
MARCH = Month(2026, 3)
AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
INVOICE_DAY = date(2026, 11, 2)

pytestmark = pytest.mark.django_db


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def issue_march() -> Any:
    preview_month(month=MARCH, by=None, at=AT)
    approve_previews(month=MARCH, customers=None, by=None, at=AT)
    done = issue_month(get_month_ready(MARCH), issued_on=INVOICE_DAY, by=None, at=AT)
    return month_report(get_month_ready(MARCH), refused=done.parked)


def all_lines(report: Any) -> list[Any]:
    papers = [*report["invoices"], *report["statements"]]
    return [line for paper in papers for line in paper["lines"]]


def as_a_bag(rows: list[Any]) -> Counter[str]:
    return Counter(json.dumps(row, sort_keys=True) for row in rows)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_an_issued_month_has_the_rows_of_the_engine(path: Path) -> None:
    case = read(path)
    scenario = parse_scenario(case["scenario"])
    alone = rate(scenario).document()
    load_scenario(scenario, at=AT)

    report = issue_march()

    assert not report["parked"]
    assert as_a_bag(all_lines(report)) == as_a_bag(alone["lines"])
    assert as_a_bag(report["free"]) == as_a_bag(alone["free"])
    assert as_a_bag(report["held"]) == as_a_bag(alone["held"])
    totals = {row["customer"]: row["net"] for row in report["invoices"]}
    found = {**report, "lines": all_lines(report), "totals": totals, "warnings": []}
    expect = {k: v for k, v in case["expect"].items() if k != "warnings"}
    assert compare(expect, found) == []  # type: ignore[no-untyped-call]


@pytest.mark.slow
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_preview_has_the_rows_that_are_issued_afterwards(path: Path) -> None:
    load_scenario(parse_scenario(read(path)["scenario"]), at=AT)

    preview = preview_report(preview_month(month=MARCH, by=None, at=AT))
    issued = issue_march()

    assert as_a_bag(all_lines(preview)) == as_a_bag(all_lines(issued))
    assert as_a_bag(preview["held"]) == as_a_bag(issued["held"])
    assert as_a_bag(preview["free"]) == as_a_bag(issued["free"])


@pytest.mark.slow
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_issuing_a_month_again_changes_nothing(path: Path) -> None:
    load_scenario(parse_scenario(read(path)["scenario"]), at=AT)
    first = issue_march()
    before = (
        Settlement.objects.count(),
        Invoice.objects.count(),
        Claim.objects.count(),
    )

    second = issue_march()

    after = (Settlement.objects.count(), Invoice.objects.count(), Claim.objects.count())
    assert second == first
    assert after == before
