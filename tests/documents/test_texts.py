"""Texts, numbers and dates as they are printed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fernkladde.documents.countries import country_name
from fernkladde.documents.fonts import characters
from fernkladde.documents.formats import Formats, grouped, hours
from fernkladde.documents.girocode import girocode, payload
from fernkladde.documents.printable import BOX, lines, one_line
from fernkladde.documents.sheet import sheet
from fernkladde.documents.terms import readable_terms
from fernkladde.documents.words import ENGLISH, GERMAN
from fernkladde.values.invoice_document import ZERO, Section
from tests.documents import samples

GERMAN_FORMATS, ENGLISH_FORMATS = Formats("de"), Formats("en")


@pytest.mark.parametrize(
    ("amount", "german", "english"),
    [
        ("1234.56", "1.234,56\u00a0€", "€1,234.56"),
        ("0", "0,00\u00a0€", "€0.00"),
        ("-81", "\u221281,00\u00a0€", "\u2212€81.00"),
        ("1000000", "1.000.000,00\u00a0€", "€1,000,000.00"),
    ],
)
def test_money_by_language(amount: str, german: str, english: str) -> None:
    value = Decimal(amount)

    assert GERMAN_FORMATS.money(value, "EUR") == german
    assert ENGLISH_FORMATS.money(value, "EUR") == english


def test_other_currencies_keep_their_code() -> None:
    assert GERMAN_FORMATS.money(Decimal(5), "CHF") == "5,00\u00a0CHF"
    assert ENGLISH_FORMATS.money(Decimal(5), "CHF") == "CHF\u00a05.00"


def test_a_unit_price_shows_up_to_four_places() -> None:
    price = Decimal("25.1234")

    assert GERMAN_FORMATS.money(price, "EUR", most=4) == "25,1234\u00a0€"
    assert GERMAN_FORMATS.money(Decimal("25.10"), "EUR", most=4) == "25,10\u00a0€"


@pytest.mark.parametrize(
    ("minutes", "text"),
    [
        ("0", "0:00"),
        ("45", "0:45"),
        ("60", "1:00"),
        ("1505", "25:05"),
        ("0.5", "0:00:30"),
        ("20.3333", "0:20:20"),
        ("-15", "\u22120:15"),
    ],
)
def test_minutes_as_hours(minutes: str, text: str) -> None:
    assert hours(Decimal(minutes)) == f"{text}\u00a0h"


def test_days_and_periods_by_language() -> None:
    first, last = date(2026, 3, 3), date(2026, 12, 31)

    assert GERMAN_FORMATS.span(first, last) == "03.03.2026\u00a0– 31.12.2026"
    assert GERMAN_FORMATS.span(first, first) == "03.03.2026"
    assert GERMAN_FORMATS.span(None, last) == "31.12.2026"
    assert ENGLISH_FORMATS.day(first) == "3\u00a0Mar\u00a02026"


def test_an_iban_is_read_in_groups_of_four() -> None:
    assert grouped("de89370400440532013000").replace("\u00a0", " ") == (
        "DE89 3704 0044 0532 0130 00"
    )


@given(st.text(st.characters(codec=None)))
def test_any_text_becomes_printable_in_one_line(text: str) -> None:
    shown = one_line(text)

    allowed = characters() | {0x200B}
    assert all(ord(character) in allowed for character in shown)
    assert "\n" not in shown
    assert shown == shown.strip()


def test_controls_vanish_and_the_unknown_is_a_box() -> None:
    assert one_line("a\x00b\u202ec") == "abc"
    assert one_line("中\ue000\ud800") == BOX * 3
    assert one_line("  zwei \t\r\n Zeilen \x1b") == "zwei Zeilen"


def test_composed_letters_are_preferred() -> None:
    assert one_line("Kra\u0308ftig") == "Kräftig"


def test_a_word_without_end_may_break() -> None:
    assert one_line("x" * 50) == "\u200b".join(("x" * 24, "x" * 24, "xx"))
    assert "\u200b" not in one_line("Besäumkreissägenvorschub")


def test_lines_of_a_note_stay_lines() -> None:
    assert lines("Erste\n\n  Zweite\r\nDritte") == ["Erste", "Zweite", "Dritte"]


def test_the_skonto_line_is_read_as_a_sentence() -> None:
    terms = "Zahlbar ohne Abzug.\n#SKONTO#TAGE=10#PROZENT=2.00#\n"

    german = readable_terms(terms, GERMAN, GERMAN_FORMATS)
    english = readable_terms(terms, ENGLISH, ENGLISH_FORMATS)

    assert german == [
        "Zahlbar ohne Abzug.",
        "2\u00a0% Skonto bei Zahlung innerhalb von 10 Tagen.",
    ]
    assert english[1] == "2% cash discount for payment within 10 days."


def test_the_girocode_says_name_iban_amount_and_number() -> None:
    assert payload(samples.invoice()).split("\n") == [
        "BCD",
        "002",
        "1",
        "SCT",
        "COBADEFFXXX",
        "Wendelin Maschinenbau GmbH",
        "DE89370400440532013000",
        "EUR676.86",
        "",
        "",
        "RE-2026-0042",
    ]
    assert girocode(samples.invoice()).startswith("<svg")


def test_no_girocode_where_a_transfer_in_euros_does_not_fit() -> None:
    document = samples.invoice()
    assert document.totals is not None
    nothing = replace(document.totals, payable=ZERO)
    mistyped = replace(document.seller, iban="DE89370400440532013001")

    assert girocode(replace(document, currency="CHF")) == ""
    assert girocode(replace(document, totals=nothing)) == ""
    assert girocode(replace(document, seller=mistyped)) == ""
    assert girocode(samples.statement()) == ""


def test_the_country_stands_only_on_letters_abroad() -> None:
    home = samples.invoice()
    address = replace(home.buyer.address, country="AT")
    abroad = replace(home, buyer=replace(home.buyer, address=address))

    assert sheet(home)["address"][-1] == "72250 Freudenstadt"
    assert sheet(abroad)["address"][-1] == "ÖSTERREICH"
    assert country_name("AT", "en") == "AUSTRIA"
    assert country_name("TV", "de") == "TV"


def test_lines_name_their_rate_where_there_is_more_than_one() -> None:
    document = samples.invoice()
    first = document.sections[0]
    exempt = replace(
        first, lines=(replace(first.lines[0], tax_category="E", tax_percent=ZERO),)
    )
    mixed = samples.settled(
        replace(document, sections=(exempt, *document.sections[1:]))
    )

    def details(position: int, *, of: int) -> str:
        return str(sheet(mixed)["cases"][of]["rows"][position]["details"])

    assert details(0, of=0).endswith("USt 0\u00a0%")
    assert details(0, of=1).endswith("USt 19\u00a0%")
    assert "USt" not in sheet(document)["cases"][0]["rows"][0]["details"]


def test_a_case_without_positions_is_named_in_the_proof_alone() -> None:
    empty = Section(case_number="2026-0187", subject="Vorschub steht", lines=())
    document = replace(samples.statement(), sections=(empty,))

    made = sheet(document)

    assert made["cases"] == []
    assert made["proof"]["cases"][0]["title"] == "Fall 2026-0187 · Vorschub steht"


def test_both_languages_have_every_word() -> None:
    assert len(GERMAN.columns) == len(ENGLISH.columns)
    assert len(GERMAN.proof_columns) == len(ENGLISH.proof_columns)
    assert len(GERMAN.allowance_columns) == len(ENGLISH.allowance_columns)
    assert GERMAN.titles.keys() == ENGLISH.titles.keys()
