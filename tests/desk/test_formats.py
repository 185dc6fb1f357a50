"""Figures as people write them, in German and in English."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from fernkladde.desk.templatetags import formats

NBSP = "\N{NO-BREAK SPACE}"
VIENNA = ZoneInfo("Europe/Vienna")


@pytest.fixture(autouse=True)
def german() -> object:
    with translation.override("de"), timezone.override(VIENNA):
        yield


def test_money_has_two_decimals_and_a_space_that_does_not_break() -> None:
    assert formats.money(Decimal("1234.56")) == f"1.234,56{NBSP}€"
    assert formats.money(Decimal(-12)) == f"-12,00{NBSP}€"
    assert formats.money(Decimal(80), "CHF") == f"80,00{NBSP}CHF"


def test_money_follows_the_language() -> None:
    with translation.override("en"):
        assert formats.money(Decimal("1234.56")) == "€1,234.56"


@pytest.mark.parametrize(
    ("exact", "shown"), [("0.005", "0,01"), ("0.0049", "0,00"), ("-0.005", "-0,01")]
)
def test_half_a_cent_goes_away_from_zero(exact: str, shown: str) -> None:
    assert formats.money(Decimal(exact)) == f"{shown}{NBSP}€"


def test_a_unit_price_shows_the_decimals_it_has() -> None:
    assert formats.price(Decimal("28.0000")) == f"28,00{NBSP}€"
    assert formats.price(Decimal("0.0275")) == f"0,0275{NBSP}€"
    with translation.override("en"):
        assert formats.price(Decimal("1234.5")) == "€1,234.50"


def test_a_float_is_refused() -> None:
    with pytest.raises(TypeError, match="float"):
        formats.money(18.67)  # type: ignore[arg-type]


def test_a_quantity_has_no_idle_zeros() -> None:
    assert formats.quantity(Decimal("22.5000"), "min") == f"22,5{NBSP}min"
    assert formats.quantity(Decimal("1742.00")) == "1.742"
    assert formats.quantity(0) == "0"


def test_percent_is_a_number_of_percent() -> None:
    assert formats.percent(19) == f"19{NBSP}%"
    assert formats.percent(Decimal("12.50")) == f"12,5{NBSP}%"
    with translation.override("en"):
        assert formats.percent(Decimal("12.5")) == "12.5%"


@pytest.mark.parametrize(
    ("seconds", "minutes", "hours", "clock"),
    [
        (0, "0", "0:00", "00:00:00"),
        (59, "0", "0:00", "00:00:59"),
        (1024, "17", "0:17", "00:17:04"),
        (2700, "45", "0:45", "00:45:00"),
        (360_061, "6001", "100:01", "100:01:01"),
        (-90, "-1", "-0:01", "-00:01:30"),
    ],
)
def test_a_started_minute_does_not_count_yet(
    seconds: int, minutes: str, hours: str, clock: str
) -> None:
    assert formats.minutes(seconds) == f"{minutes}{NBSP}min"
    assert formats.hours(seconds) == f"{hours}{NBSP}h"
    assert formats.clock(seconds) == clock


def test_a_span_of_time_may_be_a_timedelta() -> None:
    assert formats.hours(timedelta(days=1, minutes=3)) == f"24:03{NBSP}h"


@pytest.mark.parametrize(
    ("minutes", "shown"),
    [("100", "1:40"), ("5", "0:05"), ("-20", "-0:20"), ("7.5", "0:07,5")],
)
def test_an_allowance_in_minutes_shows_as_hours(minutes: str, shown: str) -> None:
    assert formats.in_hours(Decimal(minutes)) == f"{shown}{NBSP}h"


def test_a_day_is_written_in_four_ways() -> None:
    on = date(2026, 3, 3)

    assert formats.day(on) == "03.03.2026"
    assert formats.day(on, "weekday") == "Di 03.03.2026"
    assert formats.day(on, "long") == "Dienstag, 3. März 2026"
    assert formats.day(on, "month") == "März 2026"


def test_an_english_day_cannot_be_misread() -> None:
    with translation.override("en"):
        assert formats.day(date(2026, 3, 4)) == "4 Mar 2026"


def test_an_instant_is_shown_in_the_zone_of_the_firm() -> None:
    instant = datetime(2026, 3, 31, 22, 30, 5, tzinfo=UTC)

    assert formats.at(instant) == "01.04.2026 00:30"
    assert formats.at(instant, "time") == "00:30"
    assert formats.at(instant, "seconds") == "00:30:05"
    assert formats.at(instant, "weekday") == "Mi 01.04.2026 00:30"
    assert formats.day(instant) == "01.04.2026"


def test_what_is_not_known_shows_as_a_dash() -> None:
    template = Template(
        "{% load formats %}{{ x|money }}{{ x|price }}{{ x|quantity }}{{ x|percent }}"
        "{{ x|minutes }}{{ x|hours }}{{ x|in_hours }}{{ x|clock }}{{ x|day }}{{ x|at }}"
    )

    assert template.render(Context({"x": None})) == "–" * 10
    assert template.render(Context({})) == "–" * 10
