"""How numbers, days, times and spans are written, and what is said of the rest."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, time, timedelta
from decimal import Decimal
from time import process_time
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fernkladde.imports.tables import cells
from fernkladde.imports.tables.cells import CellFault
from fernkladde.imports.tables.kinds import choices

if TYPE_CHECKING:
    from collections.abc import Callable

    from fernkladde.imports.tables.cells import Cell


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1.234,5", "1234.5"),
        ("1234,5", "1234.5"),
        ("1.234", "1234"),
        ("1.5", "1.5"),
        ("12.34", "12.34"),
        ("1 234 567,25", "1234567.25"),
        ("1'234", "1234"),
        ("-3", "-3"),
        ("+3", "3"),
        ("0,029", "0.029"),
        (Decimal("2.50"), "2.50"),
    ],
)
def test_numbers_are_read_the_german_way_first(typed: Cell, number: str) -> None:
    assert cells.number(typed) == Decimal(number)


@pytest.mark.parametrize(
    "typed", ["1,234.5", "1.23.4", "1,2,3", "zwölf", "1e5", "--1", "", "٣", "1.2345,6"]
)
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(CellFault, match="keine Zahl"):
        cells.number(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "01.03.2026", "1.3.26", "1. 3. 2026", "2026-03-01", "2026/3/1",
        "2026-03-01 14:05", "2026-03-01T14:05:09Z", "01.03.2026, 14:05", "46082",
        "46082,5", Decimal(46082), date(2026, 3, 1),
    ],
)  # fmt: skip
def test_a_day_is_read_in_every_usual_way(typed: Cell) -> None:
    assert cells.day(typed) == date(2026, 3, 1)


@pytest.mark.parametrize(
    ("typed", "year"), [("1.3.26", 2026), ("1.3.79", 2079), ("1.3.80", 1980)]
)
def test_two_digits_of_a_year_are_of_this_century_up_to_79(
    typed: str, year: int
) -> None:
    assert cells.day(typed).year == year


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("31.02.2026", "Den Tag „31.02.2026“ gibt es nicht"),
        ("29.02.2026", "gibt es nicht"),
        ("00.01.2026", "gibt es nicht"),
        ("2026-13-01", "gibt es nicht"),
        ("31.02.", "kein Datum"),
        ("03/04/2026", "kein Datum"),
        ("1.3.026", "kein Datum"),
        ("99999", "kein Datum"),
        (Decimal(12), "kein Datum"),
        ("bald", "kein Datum"),
    ],
)
def test_a_day_that_is_none_is_refused(typed: Cell, why: str) -> None:
    with pytest.raises(CellFault, match=why):
        cells.day(typed)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("14:05", time(14, 5)),
        ("14.05 Uhr", time(14, 5)),
        ("9:05:30", time(9, 5, 30)),
        ("05.03.2024 14:05", time(14, 5)),
        (Decimal("0.5"), time(12)),
        (Decimal("0.9999999"), time(23, 59, 59)),
    ],
)
def test_a_time_of_day_is_read(typed: Cell, read: time) -> None:
    assert cells.clock(typed) == read


@pytest.mark.parametrize("typed", ["24:00", "14:60", "14", "mittags", Decimal(2)])
def test_a_time_that_no_day_has_is_refused(typed: Cell) -> None:
    with pytest.raises(CellFault, match="Uhrzeit"):
        cells.clock(typed)


@pytest.mark.parametrize(
    ("typed", "seconds"),
    [
        ("35", 2100),
        ("22,5", 1350),
        ("35 min", 2100),
        ("1:30", 5400),
        ("1:30 h", 5400),
        ("0:25:30", 1530),
        ("1,5 Std.", 5400),
        ("2h", 7200),
        ("1.200", 72_000),
        (time(1, 30), 5400),
        (timedelta(hours=25), 90_000),
        (Decimal("22.5"), 1350),
    ],
)
def test_a_span_is_minutes_unless_it_says_otherwise(typed: Cell, seconds: int) -> None:
    assert cells.seconds(typed) == seconds


@pytest.mark.parametrize(
    "typed", ["-5", "1:75", "fünf", "3 Tage", "99999999", "1:30:75", Decimal(-1)]
)
def test_a_span_that_cannot_be_is_refused(typed: Cell) -> None:
    with pytest.raises(CellFault):
        cells.seconds(typed)


@pytest.mark.parametrize(
    ("read", "typed", "value"),
    [
        (cells.yes_or_no, "Ja", True),
        (cells.yes_or_no, "x", True),
        (cells.yes_or_no, "nein", False),
        (cells.yes_or_no, True, True),
        (cells.whole, "1.200", 1200),
        (cells.whole, Decimal("12.0"), 12),
        (cells.minutes, "2:00", 120),
        (cells.several, "A1, A2;A3\nA4", ["A1", "A2", "A3", "A4"]),
        (cells.text, "  a\r\nb ", "a\nb"),
        (cells.text, Decimal("10001"), "10001"),
        (cells.text, Decimal("1E+3"), "1000"),
        (cells.text, date(2026, 3, 1), "01.03.2026"),
        (cells.text, '="0815"', "0815"),
        (choices.country, "Deutschland", "DE"),
        (choices.country, "Austria", "AT"),
        (choices.country, "D", "DE"),
        (choices.country, "ch", "CH"),
        (choices.covers, "Kontingent", "allowance"),
        (choices.covers, "Vollvertrag", "everything"),
        (choices.period, "jährlich", "year"),
        (choices.period, "Quartal", "quarter"),
        (choices.carried, "Laufzeit", None),
        (choices.carried, "2", 2),
        (choices.services, "Fernwartung, sonder", ["remote", "sonder"]),
        (choices.language, "Englisch", "en"),
    ],
)
def test_other_cells_are_read_as_they_are_meant(
    read: Callable[[Cell], Any], typed: Cell, value: object
) -> None:
    assert read(typed) == value


@pytest.mark.parametrize(
    ("read", "typed"),
    [
        (cells.whole, "1,5"),
        (cells.whole, "9999999999"),
        (cells.minutes, "0:00:30"),
        (cells.count, "-1"),
        (choices.covers, "teils"),
        (choices.period, "Woche"),
        (choices.carried, "-1"),
        (cells.text, "=1+1"),
    ],
)
def test_what_is_not_meant_for_a_column_is_refused(
    read: Callable[[Cell], Any], typed: Cell
) -> None:
    with pytest.raises(CellFault):
        read(typed)


ANY_CELL = st.one_of(
    st.text(max_size=30),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.datetimes(),
    st.dates(),
    st.times(),
    st.booleans(),
    st.timedeltas(min_value=timedelta(0)),
    st.text("0123456789.,:-/ h+'", max_size=16),
)
READERS = (
    cells.text, cells.day, cells.clock, cells.number, cells.whole, cells.count,
    cells.seconds, cells.minutes, cells.yes_or_no, cells.several, choices.country,
    choices.covers, choices.carried, choices.services,
)  # fmt: skip


@given(ANY_CELL, st.sampled_from(READERS))
def test_any_cell_is_read_or_refused_and_never_breaks_a_reader(
    cell: Cell, read: Callable[[Cell], Any]
) -> None:
    with suppress(CellFault):
        read(cell)


@given(st.dates(min_value=date(1950, 1, 1), max_value=date(2079, 12, 31)))
def test_every_day_that_is_written_is_the_day_that_is_read(on: date) -> None:
    serial = Decimal((on - date(1899, 12, 30)).days)

    assert cells.day(f"{on:%d.%m.%Y}") == on
    assert cells.day(on.isoformat()) == on
    assert cells.day(serial) == on


@pytest.mark.parametrize("read", READERS)
def test_a_long_cell_costs_no_time(read: Callable[[Cell], Any]) -> None:
    for long in ("1" + " " * 9_990 + "!", "9" * 9_999, ". " * 4_999, ":1" * 4_999):
        started = process_time()
        with suppress(CellFault):
            read(long)
        assert process_time() - started < 1
