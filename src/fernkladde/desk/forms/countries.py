"""Countries by name, in the language of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from babel import Locale
from django import forms
from django.utils.translation import get_language

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# The countries customers of a German machine builder come from stand first.
NEAR = ("DE", "AT", "CH", "FR", "IT", "NL", "PL", "CZ")
NO_COUNTRIES = frozenset({"EU", "EZ", "UN", "QO", "ZZ", "XA", "XB"})


def countries() -> list[tuple[str, str]]:
    """List all countries by name in the language of the page, the near ones first."""
    names = Locale.parse(get_language() or "de").territories
    known = {
        code: name
        for code, name in names.items()
        if len(code) == 2 and code.isalpha() and code not in NO_COUNTRIES  # noqa: PLR2004
    }
    near = [(code, known.pop(code)) for code in NEAR]
    return near + sorted(known.items(), key=lambda country: country[1])


def country_field(label: StrOrPromise) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=countries, initial="DE")


def country_name(code: str) -> str:
    names = Locale.parse(get_language() or "de").territories
    return str(names.get(code, code))
