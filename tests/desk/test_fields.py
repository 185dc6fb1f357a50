"""Figures, spans and times as people type them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from fernkladde.desk.forms.countries import countries
from fernkladde.desk.forms.fields import (
    clock_field,
    code_field,
    codes_field,
    hours_field,
    number_field,
    whole_field,
)
from fernkladde.desk.forms.figures import write_money
from fernkladde.desk.words import SERVICES


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("28,00", "28.00"),
        ("28.5", "28.5"),
        ("1.234,56", "1234.56"),
        (" 1 234,5 € ", "1234.5"),
        ("0,0275", "0.0275"),
    ],
)
def test_a_price_is_read_with_comma_or_point(typed: str, number: str) -> None:
    assert number_field("", money=True).clean(typed) == Decimal(number)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("28,0O", "„28,0O“ ist keine Zahl. Schreiben Sie zum Beispiel 28,00."),
        ("1.234", "„1.234“ kann zweierlei heißen. Schreiben Sie 1234 oder 1,234."),
        ("-5", "-5 ist zu wenig, mindestens 0."),
        ("99999999999", "99999999999 ist zu viel."),
        ("1e5", "„1e5“ ist keine Zahl. Schreiben Sie zum Beispiel 28,00."),
        ("NaN", "„NaN“ ist keine Zahl. Schreiben Sie zum Beispiel 28,00."),
    ],
)
def test_a_refused_price_is_quoted_with_a_way_out(typed: str, sentence: str) -> None:
    with pytest.raises(ValidationError) as refused:
        number_field("", money=True).clean(typed)

    assert refused.value.messages == [sentence]


def test_a_price_is_shown_with_the_comma_of_the_language() -> None:
    with translation.override("de"):
        german = write_money("28.5")
    with translation.override("en"):
        english = write_money("28.5")

    assert (german, english) == ("28,50", "28.50")


def test_what_cannot_be_read_is_shown_as_it_was_typed() -> None:
    assert number_field("", money=True).prepare_value("28,0O") == "28,0O"


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [("10", 600), ("7:30", 450), ("7,5", 450), ("10 h", 600), ("0:05", 5)],
)
def test_hours_become_whole_minutes(typed: str, minutes: int) -> None:
    assert hours_field("").clean(typed) == minutes


@pytest.mark.parametrize("typed", ["zehn", "7:60", "-1", "0,333"])
def test_no_hours_are_no_minutes(typed: str) -> None:
    with pytest.raises(ValidationError, match="keine Dauer"):
        hours_field("").clean(typed)


@pytest.mark.parametrize(
    ("typed", "clock"),
    [
        ("8", "08:00"),
        ("8:05", "08:05"),
        ("0805", "08:05"),
        ("17.30", "17:30"),
        ("24:00", "24:00"),
        ("24", "24:00"),
        ("0", "00:00"),
    ],
)
def test_a_time_of_day_is_read_in_many_ways(typed: str, clock: str) -> None:
    assert clock_field("").clean(typed) == clock


@pytest.mark.parametrize("typed", ["25:00", "24:01", "8:60", "früh"])
def test_what_no_clock_shows_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError, match="keine Uhrzeit"):
        clock_field("").clean(typed)


def test_whole_minutes_have_no_part() -> None:
    with pytest.raises(ValidationError, match="keine ganze Zahl"):
        whole_field("").clean("7,5")


def test_a_code_is_typed_and_shown_as_its_word() -> None:
    field = code_field("", SERVICES)

    assert field.clean("Fernwartung") == "remote"
    assert field.clean("REMOTE") == "remote"
    assert field.clean("laser") == "laser"
    assert field.prepare_value("remote") == "Fernwartung"


def test_several_codes_are_parted_by_commas() -> None:
    field = codes_field("", SERVICES)

    assert field.clean("Fernwartung, laser,") == ["remote", "laser"]
    assert field.prepare_value(["remote", "laser"]) == "Fernwartung, laser"


def test_the_near_countries_stand_first_and_none_twice() -> None:
    with translation.override("de"):
        found = countries()

    codes = [code for code, _name in found]
    assert codes[:3] == ["DE", "AT", "CH"]
    assert len(codes) == len(set(codes))
    assert ("BR", "Brasilien") in found
