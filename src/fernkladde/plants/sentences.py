"""How the Kladde tells what is written down about plants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from fernkladde.journal.sentences import register, register_subject

from .models import Plant, PlantType

if TYPE_CHECKING:
    from collections.abc import Mapping


def _plants(numbers: set[str]) -> Mapping[str, str]:
    rows = Plant.objects.filter(number__in=numbers).only("number", "name")
    return {row.number: f"{row.number} {row.name}" for row in rows}


def _types(keys: set[str]) -> Mapping[str, str]:
    rows = PlantType.objects.filter(pk__in=keys).only("name")
    return {str(row.pk): row.name for row in rows}


def register_sentences() -> None:
    register_subject("plant", _plants)
    register_subject("plant-type", _types)
    for kind, text in (
        ("type-created", _("{actor} legt den Anlagentyp {subject} an.")),
        ("type-changed", _("{actor} ändert den Anlagentyp {subject}.")),
        ("plant-created", _("{actor} legt Anlage {subject} an.")),
        ("plant-changed", _("{actor} ändert die Angaben zu Anlage {subject}.")),
        ("access-added", _("{actor} trägt für {subject} einen Zugang ein: {kind}.")),
        ("access-changed", _("{actor} ändert einen Zugang von {subject}: {kind}.")),
        ("access-removed", _("{actor} entfernt einen Zugang von {subject}: {kind}.")),
        ("plant-removed", _("{actor} entfernt Anlage {subject} wieder.")),
    ):
        register(f"plants.{kind}", text)
