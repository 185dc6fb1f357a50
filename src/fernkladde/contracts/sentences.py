"""How the Kladde tells what was agreed and decided about charging."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fernkladde.journal.sentences import register, register_subject

from .models import Contract, RateDeck, Tariff

if TYPE_CHECKING:
    from collections.abc import Mapping


def _contracts(numbers: set[str]) -> Mapping[str, str]:
    rows = Contract.objects.filter(number__in=numbers).only("number", "name")
    return {row.number: f"{row.number} {row.name}" for row in rows}


def _tariffs(codes: set[str]) -> Mapping[str, str]:
    return dict(Tariff.objects.filter(code__in=codes).values_list("code", "name"))


def _decks(codes: set[str]) -> Mapping[str, str]:
    return dict(RateDeck.objects.filter(code__in=codes).values_list("code", "name"))


def _day(text: str) -> str:
    return date_format(date.fromisoformat(text), "SHORT_DATE_FORMAT")


def _version_added(words: Mapping[str, Any]) -> str:
    return _("{actor} legt die Fassung ab {day} von Tarif {subject} an.").format(
        actor=words["actor"], subject=words["subject"], day=_day(words["valid_from"])
    )


def _version_changed(words: Mapping[str, Any]) -> str:
    return _("{actor} ändert die Fassung ab {day} von Tarif {subject}.").format(
        actor=words["actor"], subject=words["subject"], day=_day(words["valid_from"][1])
    )


def _day_set(words: Mapping[str, Any]) -> str:
    return _("{actor} trägt den {day} als besonderen Tag ein: {what}").format(
        actor=words["actor"],
        day=_day(words["date"]),
        what=", ".join(filter(None, [words["label"], words["name"]])),
    )


def _day_removed(words: Mapping[str, Any]) -> str:
    return _("{actor} streicht den {day} als besonderen Tag.").format(
        actor=words["actor"], day=_day(words["date"])
    )


def register_sentences() -> None:
    register_subject("contract", _contracts)
    register_subject("tariff", _tariffs)
    register_subject("deck", _decks)
    register("contracts.version-added", _version_added)
    register("contracts.version-changed", _version_changed)
    register("contracts.day-set", _day_set)
    register("contracts.day-removed", _day_removed)
    for kind, text in (
        ("contract-created", gettext_lazy("{actor} legt Vertrag {subject} an.")),
        ("contract-changed", gettext_lazy("{actor} ändert Vertrag {subject}.")),
        (
            "contract-removed",
            gettext_lazy("{actor} entfernt Vertrag {subject} wieder."),
        ),
        ("tariff-created", gettext_lazy("{actor} legt Tarif {subject} an.")),
        ("tariff-renamed", gettext_lazy("{actor} benennt Tarif {subject} um.")),
        (
            "deck-created",
            gettext_lazy("{actor} legt den Verbindungstarif {subject} an."),
        ),
        (
            "deck-replaced",
            gettext_lazy("{actor} ersetzt den Verbindungstarif {subject}."),
        ),
        (
            "policy-set",
            gettext_lazy("{actor} ändert die Regeln der Berechnung."),
        ),
        (
            "holidays-filled",
            gettext_lazy("{actor} trägt die Feiertage {year} ein ({state})."),
        ),
    ):
        register(f"contracts.{kind}", text)
