"""English is complete: every text has one translation with the same places."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.utils import translation
from django.utils.translation import gettext, ngettext, pgettext

from .catalogue import compiled_entries, entries, translations
from .extraction import Text, texts, texts_of_python, texts_of_template

if TYPE_CHECKING:
    from collections.abc import Iterator

UPDATE = "run python -m tests.house.catalogue, then translate what is empty"
PLACE = re.compile(r"%\(\w+\)[a-z]|\{[\w.:]+\}|</?\w+[^>]*>")


def places(text: str) -> list[str]:
    """Return placeholders and tags, in any order."""
    return sorted(PLACE.findall(text))


def pairs() -> Iterator[tuple[str, str]]:
    for text, message in entries().items():
        given = (text.singular, text.plural) if text.plural else (text.singular,)
        yield from zip(given, translations(message), strict=True)


def test_the_catalogue_has_the_texts_of_today_and_no_others() -> None:
    today, known = texts(), set(entries())

    assert today - known == set(), UPDATE
    assert known - today == set(), UPDATE


def test_every_text_is_translated() -> None:
    empty = [german for german, english in pairs() if not english.strip()]
    guessed = [text for text, message in entries().items() if message.fuzzy]

    assert empty == []
    assert guessed == []


def test_a_translation_has_the_places_of_its_text() -> None:
    differing = [pair for pair in pairs() if places(pair[0]) != places(pair[1])]

    assert differing == []


def test_a_translation_ends_as_its_text_does() -> None:
    ends = re.compile(r"[.:?…]$")
    differing = [
        (german, english)
        for german, english in pairs()
        if ends.findall(german) != ends.findall(english)
    ]

    assert differing == [("USt-IdNr.", "VAT id")]


def test_what_is_compiled_is_what_is_written() -> None:
    written = {text: translations(row) for text, row in entries().items()}
    compiled = {text: translations(row) for text, row in compiled_entries().items()}

    assert compiled == written, UPDATE


def test_pages_find_the_catalogue() -> None:
    with translation.override("en"):
        assert gettext("Monatslauf") == "Month-end run"
        assert pgettext("of a tariff", "Kürzel") == "Code"
        one, many = (ngettext("%(n)d Fall", "%(n)d Fälle", n) for n in (1, 2))

    assert (one, many) == ("%(n)d case", "%(n)d cases")


def test_calls_are_found_under_any_name_and_inside_of_strings() -> None:
    source = (
        "from django.utils.translation import gettext as now, ngettext_lazy\n"
        "from django.utils.translation import pgettext_lazy\n"
        "a = f\"{now('eins')} {x}\"\n"
        'b = ngettext_lazy("ein" " Fall", "Fälle", n), pgettext_lazy("so", "zwei")\n'
        'c = other("nichts")\n'
    )

    assert set(texts_of_python(source)) == {
        Text("", "eins"),
        Text("", "ein Fall", "Fälle"),
        Text("so", "zwei"),
    }


def test_all_tags_of_a_template_are_found() -> None:
    source = (
        "{% load i18n %}{# nie #}<b title=\"{% translate 'eins' %}\">"
        '{% translate "zwei" context "so" as word %}{% icon "x" label=_("drei") %}'
        "{% blocktranslate count n=n %}ein Fall{% plural %}{{ n }} Fälle"
        "{% endblocktranslate %}{% blocktranslate trimmed %}\n vier\n"
        "{% endblocktranslate %}"
    )

    assert set(texts_of_template(source)) == {
        Text("", "eins"),
        Text("so", "zwei"),
        Text("", "drei"),
        Text("", "ein Fall", "%(n)s Fälle"),
        Text("", "vier"),
    }
