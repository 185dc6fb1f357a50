"""The places of the desk: where one can go, and what a person's role opens."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from django.urls import NoReverseMatch, resolve, reverse
from django.utils.translation import gettext_lazy as _

from fernkladde.cases.models import Case
from fernkladde.search.words import fold

from .access import ANY_PERSON, PUBLIC
from .frame import Place

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from fernkladde.accounts.models import User

OPEN_CASES = "open cases"


@dataclass(frozen=True, slots=True)
class Sign:
    """A place as it stands on the map: the name of its page, its word, its letter."""

    page: str
    label: StrOrPromise
    icon: str
    key: str
    counts: str = ""


MAP = (
    Sign("start", _("Start"), "start", "s"),
    Sign("case-list", _("Fälle"), "case", "f", counts=OPEN_CASES),
    Sign("journal", _("Kladde"), "book", "k"),
    Sign("customer-list", _("Kunden"), "customer", "u"),
    Sign("plant-list", _("Anlagen"), "plant", "a"),
    Sign("contract-list", _("Verträge"), "contract", "v"),
    Sign("tariff-list", _("Tarife"), "tariff", "t"),
    Sign("connection-list", _("Verbindungen"), "connection", "b"),
    Sign("month-list", _("Monatslauf"), "month", "m"),
    Sign("invoice-list", _("Rechnungen"), "pdf", "r"),
    Sign("report-list", _("Auswertung"), "report", "w"),
    Sign("settings", _("Einstellungen"), "settings", "e"),
)


# What one can begin, found by the search beside the places.
BEGINNINGS = (
    Sign("new-call", _("Neuer Anruf"), "phone", "n"),
    Sign("customer-new", _("Neuer Kunde"), "plus", ""),
    Sign("plant-new", _("Neue Anlage"), "plus", ""),
    Sign("contract-new", _("Neuer Vertrag"), "plus", ""),
    Sign("preferences", _("Eigene Einstellungen"), "person", ""),
)
SHORTEST_WORD = 2


def shortcuts(user: User, typed: str) -> list[Place]:
    """Return what one may begin or open whose words begin as it was typed."""
    words = fold(typed).split()
    if not words or max(map(len, words)) < SHORTEST_WORD:
        return []
    return [
        Place(label=str(sign.label), url=url, icon=sign.icon, key=sign.key)
        for sign, url, word in _built(BEGINNINGS + MAP)
        if _may_open(user, word) and _begins(str(sign.label), words)
    ]


def _begins(label: str, typed: list[str]) -> bool:
    words = fold(label).split()
    return all(any(word.startswith(one) for word in words) for one in typed)


def places_for(user: User, *, path: str) -> list[Place]:
    """Return the places that exist and that this person may open."""
    open_to_them = [
        (sign, url) for sign, url, word in _built(MAP) if _may_open(user, word)
    ]
    here = _here(path, [url for _sign, url in open_to_them])
    return [
        Place(
            label=str(sign.label),
            url=url,
            icon=sign.icon,
            key=sign.key,
            count=_count(sign),
            current=url == here,
        )
        for sign, url in open_to_them
    ]


@lru_cache
def _built(signs: tuple[Sign, ...]) -> tuple[tuple[Sign, str, str], ...]:
    """Return the signs whose pages this desk has, with the word each page needs."""
    found = []
    for sign in signs:
        try:
            url = reverse(sign.page)
        except NoReverseMatch:
            continue
        found.append((sign, url, getattr(resolve(url).func, "needs", "")))
    return tuple(found)


def _may_open(user: User, word: str) -> bool:
    return word in {ANY_PERSON, PUBLIC} or (bool(word) and user.may(word))  # type: ignore[arg-type]


def _here(path: str, urls: list[str]) -> str:
    """Return the place whose address begins this one; the longest wins."""
    return max((url for url in urls if _leads_to(url, path)), key=len, default="")


def _leads_to(url: str, path: str) -> bool:
    return path == url if url == "/" else path.startswith(url)


def _count(sign: Sign) -> int | None:
    return Case.objects.open().count() if sign.counts == OPEN_CASES else None
