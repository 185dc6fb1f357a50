from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from fernkladde.billing.period import Month, NoSuchMonth, end_of

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "last"),
    [("2026-02", 28), ("2028-02", 29), ("2026-04", 30), ("2026-12", 31)],
)
def test_a_month_ends_on_its_last_day(text: str, last: int) -> None:
    month = Month.parse(text)

    assert str(month) == text
    assert (month.first.day, month.last.day) == (1, last)


@pytest.mark.parametrize("text", ["2026-00", "2026-13", "26-03", "2026-3", "März", ""])
def test_a_text_that_is_no_month_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(NoSuchMonth, match="2026-03"):
        Month.parse(text)


def test_months_follow_each_other_over_the_turn_of_the_year() -> None:
    december = Month(2026, 12)

    assert december.next == Month(2027, 1)
    assert december.next.previous == december


def test_the_month_of_a_clock_change_ends_at_local_midnight() -> None:
    # Summer time ends on 25 October 2026: the last midnight is winter time again.
    assert Month(2026, 10).end(BERLIN).isoformat() == "2026-11-01T00:00:00+01:00"
    assert end_of(date(2026, 9, 30), BERLIN).isoformat() == "2026-10-01T00:00:00+02:00"
