"""Business hours: what is open when, and how much of it lies between two instants."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from fernkladde.values.office_hours import OfficeHours

BERLIN = ZoneInfo("Europe/Berlin")
EIGHT, NOON, FIVE = 480, 720, 1020
WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), (EIGHT, FIVE))
SPECIAL = {date(2026, 12, 24): "half_day", date(2026, 12, 25): "holiday"}


def hours(**week: tuple[int, int]) -> OfficeHours:
    return OfficeHours(zone=BERLIN, week={**WEEK, **week}, special=SPECIAL)


def local(day: int, hour: int, minute: int = 0, month: int = 12) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        pytest.param(local(1, 9), 60, local(1, 10), id="within a day"),
        pytest.param(local(1, 6), 60, local(1, 9), id="before opening"),
        pytest.param(local(1, 16, 30), 60, local(2, 8, 30), id="over a night"),
        pytest.param(local(1, 16), 60, local(1, 17), id="up to closing time"),
        pytest.param(local(4, 16), 120, local(7, 9), id="over a weekend"),
        pytest.param(local(23, 16), 120, local(28, 9), id="over a holiday"),
    ],
)
def test_target_times_run_only_while_somebody_is_there(
    start: datetime, minutes: int, end: datetime
) -> None:
    due = hours().after(start, timedelta(minutes=minutes))

    assert due == end


def test_a_special_day_has_the_hours_of_its_label_in_place_of_its_weekday() -> None:
    open_until_noon = hours(half_day=(EIGHT, NOON))

    due = open_until_noon.after(local(24, 11), timedelta(minutes=90))

    assert due == local(28, 8, 30)


def test_a_day_that_is_open_all_night_is_an_hour_longer_in_autumn() -> None:
    always = hours(sat=(0, 1440), sun=(0, 1440))
    start, end = local(24, 0, month=10), local(26, 0, month=10)

    worked = always.between(start, end)

    assert worked == timedelta(hours=49)


def test_time_between_counts_what_is_open_and_adds_up_again() -> None:
    start, end = local(4, 16), local(8, 9)

    worked = hours().between(start, end)

    assert worked == timedelta(hours=11)
    assert hours().after(start, worked) == end
    assert hours().between(end, start) == timedelta()


def test_a_firm_without_hours_has_nothing_due() -> None:
    closed = OfficeHours(zone=BERLIN, week={}, special={})

    due = closed.after(datetime(2026, 1, 1, tzinfo=UTC), timedelta(minutes=1))

    assert due is None
