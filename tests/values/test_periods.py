"""Calendar steps, always counted from the start."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fernkladde.values.periods import add_months


@pytest.mark.parametrize(
    ("months", "day"),
    [(0, "2026-01-31"), (1, "2026-02-28"), (2, "2026-03-31"), (-2, "2025-11-30"),
     (25, "2028-02-29")],
)  # fmt: skip
def test_a_month_s_end_does_not_stay_short(months: int, day: str) -> None:
    assert str(add_months(date(2026, 1, 31), months)) == day


def test_beyond_the_calendar_there_is_no_day() -> None:
    assert add_months(date(9999, 12, 1), 1) is None
    assert add_months(date(1, 1, 1), -1) is None


@given(st.dates(), st.integers(-5000, 5000))
def test_so_many_months_lie_between(start: date, months: int) -> None:
    later = add_months(start, months)

    if later is not None:
        years, rest = later.year - start.year, later.month - start.month
        assert years * 12 + rest == months
        assert later.day <= start.day
