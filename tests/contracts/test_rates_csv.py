"""Rate decks from files: many habits, and every fault named by its row."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fernkladde.contracts.rates_csv import InvalidRates, rates_from_csv
from fernkladde.rating.scenario import parse_rate_deck

GERMAN = """\
Vorwahl;Ziel;Verbindungsgebühr;Preis je Minute;Takt 1;Takt 2
+49;Deutschland;;0,029;60;60
0041;Schweiz;0,05;0,059 €;60;1
421;Österreich & Slowakei;0,05;1.234,5;;
"""


def faults(content: bytes | str) -> list[str]:
    with pytest.raises(InvalidRates) as refused:
        rates_from_csv(content)
    assert str(refused.value) == str(refused.value.faults[0])
    return [str(fault) for fault in refused.value.faults]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_german_file_is_read_in_any_encoding(encoding: str) -> None:
    rates = rates_from_csv(GERMAN.encode(encoding))

    assert rates == [
        {
            "prefix": "+49",
            "destination": "Deutschland",
            "price_per_minute": "0.029",
            "first_interval": 60,
            "next_interval": 60,
        },
        {
            "prefix": "+41",
            "destination": "Schweiz",
            "connect_fee": "0.05",
            "price_per_minute": "0.059",
            "first_interval": 60,
            "next_interval": 1,
        },
        {
            "prefix": "+421",
            "destination": "Österreich & Slowakei",
            "connect_fee": "0.05",
            "price_per_minute": "1234.5",
        },
    ]
    assert parse_rate_deck({"id": "d", "rates": rates})


@pytest.mark.parametrize(
    "content",
    [
        "prefix,price_per_minute\n+49,0.029\n",
        'price_per_minute,prefix\n"0,029",+49\n',
        "prefix\tprice_per_minute\r\n+49\t0,029\r\n",
        "+49;;;0,029;;\n",
        "\ufeffPREFIX;x;Preis\n\n+49;;0,029\n;;\n",
    ],
)
def test_english_headings_commas_tabs_and_no_headings_are_read(content: str) -> None:
    assert rates_from_csv(content) == [{"prefix": "+49", "price_per_minute": "0.029"}]


def test_every_row_with_a_fault_is_named() -> None:
    content = (
        "prefix;price_per_minute;first_interval\n0711;1\n+49;zwei\n+41;1;0\n+41;;\n"
    )

    assert faults(content) == [
        "Zeile 2: „0711“ ist keine Vorwahl, zum Beispiel +49 oder 0043.",
        "Zeile 3: „zwei“ ist kein Preis, zum Beispiel 0,029.",
        "Zeile 4: „0“ ist kein Takt in Sekunden, zum Beispiel 60.",
        "Zeile 5: „“ ist kein Preis, zum Beispiel 0,029.",
    ]


def test_a_prefix_stands_once() -> None:
    content = "prefix;price_per_minute\n+49;1\n+41;1\n0049;2\n"

    assert faults(content) == ["Zeile 4: Die Vorwahl +49 steht schon in Zeile 2."]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "Zeile 1: Die Datei ist leer."),
        ("  \n\n", "Zeile 1: Die Datei ist leer."),
        ("prefix;preis\n", "Zeile 2: Unter den Überschriften steht nichts."),
        ("prefix;ziel\n+49;D\n", "Zeile 1: Die Spalte „price_per_minute“ fehlt."),
        ("prefix;preis\n+49;1\n+4\0;1", "Zeile 3: Die Datei ist keine Textdatei."),
        (
            b"prefix;preis\n+49\x81;1",
            "Zeile 1: Die Zeichen sind nicht lesbar. Bitte als CSV in UTF-8 speichern.",
        ),
        (
            'prefix;preis\n"+49;1\n',
            "Zeile 2: Hier endet ein Anführungszeichen nicht.",
        ),
        ("prefix;preis\n+49;-1\n", "Zeile 2: „-1“ ist kein Preis, zum Beispiel 0,029."),
        (
            "prefix;preis\n+49;1,2,3\n",
            "Zeile 2: „1,2,3“ ist kein Preis, zum Beispiel 0,029.",
        ),
        (
            "prefix;preis\n=cmd;1\n",
            "Zeile 2: „=cmd“ ist keine Vorwahl, zum Beispiel +49 oder 0043.",
        ),
    ],
)
def test_what_is_no_deck_gets_one_sentence(content: bytes | str, sentence: str) -> None:
    assert faults(content) == [sentence]


def test_a_cell_without_end_is_refused() -> None:
    content = "prefix;preis\n" + "4" * 200_000 + ";1"

    assert faults(content) == ["Zeile 2: Eine Zelle ist zu lang."]


@given(st.binary(max_size=200))
def test_no_bytes_give_a_traceback(content: bytes) -> None:
    with contextlib.suppress(InvalidRates):
        assert rates_from_csv(content)
