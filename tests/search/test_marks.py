"""Where in a text the typed words stand."""

from __future__ import annotations

import pytest

from fernkladde.search.marks import all_met, excerpt, pieces


def hits(text: str, typed: str) -> list[str]:
    return [piece for piece, is_hit in pieces(text, typed) if is_hit]


@pytest.mark.parametrize(
    ("text", "typed", "marked"),
    [
        ("Störungen am Antrieb 4711", "stoerung 4711", ["Störungen", "4711"]),
        ("Hauptantriebsstörung", "antrieb", ["Hauptantriebsstörung"]),
        ("0711 12345", "0711 12345", ["0711", "12345"]),
        ("Presse", "geber", []),
        ("<b>Presse</b>", "presse", ["Presse"]),
    ],
)
def test_the_words_that_were_found_are_marked(
    text: str, typed: str, marked: list[str]
) -> None:
    assert hits(text, typed) == marked


@pytest.mark.parametrize("typed", ["presse", "", "?!", "e"])
def test_the_pieces_are_the_whole_text(typed: str) -> None:
    text = "An Presse 3 – Geber, defekt."

    assert "".join(piece for piece, _hit in pieces(text, typed)) == text


def test_an_excerpt_shows_what_cannot_be_seen_already() -> None:
    note = "Viel davor. " * 10 + "Der Umrichter zeigt F30001." + " Viel danach." * 20

    shown = excerpt(["", note], "presse umrichter", seen="Presse steht")

    assert "Umrichter zeigt F30001" in shown
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert len(shown) < 200
    assert excerpt([note], "getriebe") == ""
    assert all_met("Presse steht", "presse")
    assert not all_met("Presse steht", "presse umrichter")
