"""How the Kladde tells what was taken in from tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from fernkladde.journal.sentences import register, register_subject

from .models import Batch, TableKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    Words = Mapping[str, Any]


def _names(numbers: set[str]) -> dict[str, str]:
    known = [number for number in numbers if number.isdecimal()]
    rows = Batch.objects.filter(pk__in=known).values_list("pk", "file_name")
    return {str(key): name for key, name in rows}


def _taken(words: Words) -> str:
    sentence = _(
        "{actor} übernimmt {kind} aus {subject}: {new} neu, {changed} geändert."
    )
    return sentence.format(
        actor=words["actor"],
        kind=TableKind(words["kind"]).label,
        subject=words["subject"],
        new=words["new"],
        changed=words["changed"],
    )


def _undone(words: Words) -> str:
    sentence = _("{actor} nimmt die Übernahme aus {subject} zurück ({kind}).")
    return sentence.format(
        actor=words["actor"],
        kind=TableKind(words["kind"]).label,
        subject=words["subject"],
    )


def register_sentences() -> None:
    register_subject("import", _names)
    register("imports.batch-taken", _taken)
    register("imports.batch-undone", _undone)
