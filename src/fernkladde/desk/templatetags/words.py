"""Codes as words, telephone numbers as people write them, and who may do what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from fernkladde.customers.phones import readable
from fernkladde.desk import words
from fernkladde.desk.forms.countries import country_name
from fernkladde.desk.forms.tariff_rows import PER
from fernkladde.desk.forms.tariff_versions import BAND_RULES, GROUPS, MODES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fernkladde.accounts.models import User
    from fernkladde.accounts.roles import Capability

register = template.Library()

register.filter("country_name", country_name)


@register.filter
def may(user: User, capability: Capability) -> bool:
    return user.may(capability)


@register.filter
def telephone(number: str, country: str = "DE") -> str:
    return readable(number, country=country) if number else ""


@register.filter
def service_word(code: str) -> str:
    return words.word(code, words.SERVICES)


@register.filter
def service_words(codes: Iterable[str]) -> str:
    return words.words(codes, words.SERVICES)


@register.filter
def skill_word(code: str) -> str:
    return words.word(code, words.SKILLS)


@register.filter
def connection_words(codes: Iterable[str]) -> str:
    return words.words(codes, words.CONNECTIONS)


@register.filter
def day_words(codes: Iterable[str]) -> str:
    return words.words(codes, {**words.WEEKDAYS, **words.LABELS})


@register.filter
def label_word(code: str) -> str:
    return words.word(code, words.LABELS)


@register.filter
def basis_word(code: str) -> str:
    return words.word(code, words.BASES)


@register.filter
def as_clock(minute: int) -> str:
    """Write minutes since midnight as a time of day; 1440 is 24:00."""
    return f"{minute // 60:02}:{minute % 60:02}"


def _told_by(choices: Iterable[tuple[str, object]], code: str) -> str:
    return str(dict(choices).get(code, code))


@register.filter
def group_word(code: str) -> str:
    return _told_by(GROUPS, code)


@register.filter
def band_rule_word(code: str) -> str:
    return _told_by(BAND_RULES, code)


@register.filter
def mode_word(code: str) -> str:
    return _told_by(MODES, code)


@register.filter
def fee_word(code: str) -> str:
    return _told_by(PER, code)
