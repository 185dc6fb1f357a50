"""Section 7: rounding, rows, and how they are written (R10)."""

from __future__ import annotations

import json
from decimal import Decimal

from fernkladde.rating.document import money, number
from fernkladde.rating.tax import tax_on

from . import make


def test_the_quantity_has_four_decimals_and_is_what_is_multiplied() -> None:
    """1 s is 0.0167 min: at 10,000 a minute 167.00, not 166.67."""
    row = {"price": "10000", "per_minutes": 1}
    exactly = make.version(row, bands=[make.EVENING], band_rule="exact")

    result = make.rated(make.session("16:59:59", "17:00:59"), tariff=exactly)

    day = next(line for line in result.lines if line.band is None)
    assert (day.seconds, str(day.gross)) == (1, "167.00")


def test_free_work_is_summed_exactly_and_rounded_once() -> None:
    """Three quarters of an hour at 27.50: 20.625, not three times 6.88."""
    sessions = [
        make.session(f"{hour}:00", f"{hour}:10", billable=False)
        for hour in (10, 11, 12)
    ]
    tariff = make.version(make.price("27.50"), group_by="session")

    result = make.rated(*sessions, tariff=tariff)

    assert [str(row.value) for row in result.free] == ["20.63"]


def test_a_value_just_below_half_a_cent_is_nothing() -> None:
    result = make.rated(
        make.session("09:00", "09:10", billable=False),
        tariff=make.version({"price": "0.0049", "per_minutes": 15}),
    )

    assert [str(row.value) for row in result.free] == ["0.00"]


def test_numbers_are_strings_without_needless_zeros_and_money_has_two() -> None:
    assert [number(Decimal(text)) for text in ("45", "12.50", "0.0000", "100")] == [
        "45",
        "12.5",
        "0",
        "100",
    ]
    assert number(Decimal("1E+3")) == "1000"
    assert number(Decimal("-0.00")) == "0"
    assert money(Decimal("25")) == "25.00"


def test_a_result_has_exactly_the_keys_of_the_rules() -> None:
    result = make.rated(
        make.session("09:00", "09:10"),
        make.session("10:00", "10:10", case="F2"),
        contracts=[make.contract(allowance=make.minutes(20), services=["phone"])],
        cases=[make.case(), make.case("F2", goodwill_percent=100)],
    ).document()

    assert list(result) == [
        "lines", "free", "held", "allowances", "totals", "warnings", "explain"
    ]  # fmt: skip
    assert list(result["lines"][0]) == [
        "customer", "case", "kind", "basis", "contract", "tariff", "service", "skill",
        "band", "name", "discount_percent", "minutes", "count", "unit_price",
        "per_minutes", "gross", "discount", "net",
    ]  # fmt: skip
    assert list(result["free"][0]) == [
        "case", "basis", "contract", "kind", "minutes", "value"
    ]  # fmt: skip
    assert list(result["allowances"][0]) == [
        "contract", "period_start", "granted", "carried_in", "used", "left"
    ]  # fmt: skip
    assert json.loads(json.dumps(result)) == result


def test_the_absent_is_null_and_counts_are_whole_numbers() -> None:
    row = make.rated(make.session("09:00", "09:10")).document()["lines"][0]

    assert (row["contract"], row["band"], row["name"], row["count"]) == (None,) * 4
    assert (row["per_minutes"], row["skill"], row["unit_price"]) == (60, "*", "120")
    assert (row["gross"], row["discount"], row["discount_percent"]) == (
        "30.00", "0.00", "0"
    )  # fmt: skip


def test_without_a_currency_a_version_is_in_euros() -> None:
    result = make.rated(make.session("09:00", "09:10"))

    assert [line.currency for line in result.lines] == ["EUR"]


def test_a_customer_without_lines_has_no_total() -> None:
    result = make.rated(make.session("09:00", "09:10", billable=False))

    assert result.totals == {}
    assert result.lines_of("K1") == ()


def test_nothing_worked_gives_an_empty_result() -> None:
    contract = make.contract(allowance=make.minutes(20))

    result = make.rated(contracts=[contract]).document()

    assert all(not rows for rows in result.values())


def test_a_line_names_the_groups_that_it_sums() -> None:
    result = make.rated(
        make.session("09:00", "09:10"),
        make.session("2026-03-05T09:00:00Z", "2026-03-05T09:10:00Z"),
    )

    assert [line.groups for line in result.lines] == [(0, 1)]


def test_allowances_in_cases_are_told_in_cases() -> None:
    contract = make.contract(
        allowance={"cases": 2, "period": "term", "carry_over_periods": "term"}
    )

    rows = make.rated(make.session("09:00", "09:10"), contracts=[contract]).document()

    assert rows["allowances"] == [
        {"contract": "C1", "period_start": "2026-01-01", "granted": "2",
         "carried_in": "0", "used": "1", "left": "1"},
    ]  # fmt: skip


def test_tax_is_computed_once_and_half_a_cent_goes_up() -> None:
    assert tax_on(Decimal("13.50"), Decimal(19)) == Decimal("2.57")
    assert tax_on(Decimal("0.50"), Decimal(7)) == Decimal("0.04")
    assert tax_on(Decimal("-13.50"), Decimal(19)) == Decimal("-2.57")
