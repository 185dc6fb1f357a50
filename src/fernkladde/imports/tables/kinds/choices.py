"""Cells that hold one of a few words: countries, languages, kinds of allowance."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from babel import Locale
from django.utils.translation import gettext as _

from fernkladde.cases.models import Service
from fernkladde.contracts.models import AllowancePeriod, Covers, SurchargeOnCovered
from fernkladde.imports.tables.cells import CellFault, several, text, whole
from fernkladde.imports.tables.table import folded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import Choices

    from fernkladde.imports.tables.cells import Cell

# As they stand on the back of cars, which many firms use.
ON_CARS = {"d": "DE", "a": "AT", "f": "FR", "i": "IT", "l": "LU", "b": "BE", "e": "ES"}
LANGUAGES = {"deutsch": "de", "german": "de", "englisch": "en", "english": "en"}
LETTERS_OF_A_COUNTRY = 2

COVERS = {
    "alles": Covers.EVERYTHING,
    "vollvertrag": Covers.EVERYTHING,
    "pauschal": Covers.EVERYTHING,
    "flat": Covers.EVERYTHING,
    "nichts": Covers.NOTHING,
    "eigenepreise": Covers.NOTHING,
    "rahmenvertrag": Covers.NOTHING,
}
PERIODS = {
    "monatlich": AllowancePeriod.MONTH,
    "vierteljahr": AllowancePeriod.QUARTER,
    "vierteljahrlich": AllowancePeriod.QUARTER,
    "quartalsweise": AllowancePeriod.QUARTER,
    "halbjahrlich": AllowancePeriod.HALF_YEAR,
    "jahrlich": AllowancePeriod.YEAR,
    "gesamt": AllowancePeriod.TERM,
    "vertragslaufzeit": AllowancePeriod.TERM,
}
WHOLE_TERM = ("laufzeit", "term", "unbegrenzt")


@lru_cache(maxsize=1)
def _countries() -> Mapping[str, str]:
    names = {
        folded(name): code
        for language in ("en", "de")
        for code, name in Locale.parse(language).territories.items()
        if len(code) == LETTERS_OF_A_COUNTRY
    }
    return {**names, **ON_CARS}


def country(cell: Cell) -> str:
    """Read a country by its name, its two letters, or the letter on cars."""
    typed = text(cell)
    if len(typed) == LETTERS_OF_A_COUNTRY and typed.isalpha() and typed.isascii():
        return typed.upper()
    if code := _countries().get(folded(typed)):
        return code
    sentence = _("Das Land „%(typed)s“ ist nicht bekannt; zwei Buchstaben genügen.")
    raise CellFault(sentence % {"typed": typed[:40]})


def language(cell: Cell) -> str:
    typed = text(cell).lower()
    code = LANGUAGES.get(typed, typed)
    if code not in {"de", "en"}:
        sentence = _("Die Sprache „%(typed)s“ gibt es hier nicht: de oder en.")
        raise CellFault(sentence % {"typed": typed[:40]})
    return code


def covers(cell: Cell) -> str:
    return _one_of(Covers, COVERS, cell)


def period(cell: Cell) -> str:
    return _one_of(AllowancePeriod, PERIODS, cell)


def surcharge(cell: Cell) -> str:
    return _one_of(SurchargeOnCovered, {}, cell)


def _one_of(choices: type[Choices], more: Mapping[str, str], cell: Cell) -> str:
    typed = folded(text(cell))
    known = {folded(str(label)): value for value, label in choices.choices}
    known |= {folded(str(value)): value for value in choices.values}
    if typed in known:
        return str(known[typed])
    if typed in more:
        return str(more[typed])
    labels = ", ".join(str(label) for label in choices.labels)
    sentence = _("„%(typed)s“ gibt es hier nicht; es gibt: %(labels)s.")
    raise CellFault(sentence % {"typed": text(cell)[:40], "labels": labels})


def services(cell: Cell) -> list[str]:
    """Read kinds of work by their word or code; a tariff may know others."""
    known = {str(label).casefold(): code for code, label in Service.choices}
    return [known.get(name.casefold(), name) for name in several(cell)]


def carried(cell: Cell) -> int | None:
    """Read for how many periods a rest lasts; None is the whole term."""
    if isinstance(cell, str) and folded(cell) in WHOLE_TERM:
        return None
    number = whole(cell)
    if number < 0:
        raise CellFault(_("ist kleiner als null."))
    return number
