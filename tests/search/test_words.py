"""How words become tokens, and what typed words ask for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fernkladde.search.words import (
    LONGEST_TOKEN,
    MOST_TYPED,
    Term,
    Text,
    asked,
    digits_dialled,
    fold,
    tokens_of,
)

ANY_TEXT = st.text(max_size=200)


def tokens(*words: str) -> set[str]:
    return set(tokens_of([Text(words=words)]).split())


def finds(typed: str, *words: str) -> bool:
    """Say what both databases do: all clauses of a question, by one term each."""
    there = tokens(*words)

    def met(term: Term) -> bool:
        if term.begins:
            return any(token.startswith(term.token) for token in there)
        return term.token in there

    return any(
        all(any(map(met, clause)) for clause in question) for question in asked(typed)
    )


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Müller", "muller"),
        ("MUELLER", "muller"),
        ("Mu\u0308ller", "muller"),
        ("Straße", "strasse"),
        ("STRASSE", "strasse"),
        ("Čapek Łódź Ærø", "capek lodz aro"),
        ("ﬁne １２", "fine 12"),
    ],
)
def test_umlauts_accents_and_capitals_are_folded(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    "typed",
    [
        "stoerung antrieb 4711",
        "Störung Antrieb",
        "störungen am antrieb",
        "antriebe",
        "stör 47",
        "4711 antrieb",
    ],
)
def test_other_forms_of_words_are_found(typed: str) -> None:
    assert finds(typed, "Störungen am Antrieb 4711")


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("antrieb", "Hauptantriebsstörung"),
        ("störung", "Hauptantriebsstörung"),
        ("geber", "Drehgeber defekt"),
        ("4711", "SN004711-A"),
        ("sn4711", "Nr. SN-4711"),
        ("batteries", "battery low"),
        ("260412", "siehe 26-0412"),
    ],
)
def test_parts_of_words_and_of_numbers_are_found(typed: str, text: str) -> None:
    assert finds(typed, text)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("müller", "Mullbinde"),
        ("presse geber", "Presse steht"),
        ("presse 3", "Presse vier"),
        ("x", "xylophon"),
        ("?!", "Presse"),
    ],
)
def test_what_was_not_meant_is_not_found(typed: str, text: str) -> None:
    assert not finds(typed, text)


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("0711 / 123 45", "71112345"),
        ("+49 (0)711 12345", "4971112345"),
        ("0049711-12345", "4971112345"),
        ("+++49711", "49711"),
        ("012", ""),
        ("K0711 12345", ""),
    ],
)
def test_a_telephone_number_is_known_by_its_digits(typed: str, digits: str) -> None:
    assert digits_dialled(typed) == digits


def test_a_very_long_text_asks_for_few_and_short_words() -> None:
    [question] = asked("presse " + "wort" * 3000 + " x1 " * 3000)

    assert len(question) <= MOST_TYPED
    assert all(
        len(term.token) <= LONGEST_TOKEN for clause in question for term in clause
    )


@given(ANY_TEXT)
def test_tokens_are_letters_and_digits_whatever_the_text(text: str) -> None:
    everything = Text(numbers=(text,), names=(text,), words=(text,), phones=(text,))

    for token in tokens_of([everything]).split():
        plain = token.removeprefix("_")
        assert plain.isalnum()
        assert plain == plain.lower()
        assert len(token) <= LONGEST_TOKEN + len("_n")


@given(ANY_TEXT)
def test_what_is_asked_for_is_letters_and_digits_whatever_is_typed(text: str) -> None:
    terms = [term for question in asked(text) for clause in question for term in clause]

    assert all(term.token.removeprefix("_").isalnum() for term in terms)


@given(
    st.lists(st.text("abcäöüß0189", min_size=3, max_size=12), min_size=1, max_size=5)
)
def test_every_text_is_found_by_its_own_words(words: list[str]) -> None:
    assert finds(" ".join(words), " ".join(words))
