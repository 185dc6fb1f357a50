"""How the Kladde tells what was given out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from fernkladde.journal.sentences import register, register_subject

if TYPE_CHECKING:
    from collections.abc import Mapping

    Words = Mapping[str, Any]


def _days(spans: set[str]) -> dict[str, str]:
    return {span: span.replace("..", " – ") for span in spans}


def _work_exported(words: Words) -> str:
    text = _("{actor} gibt ein Szenario aus, {subject}: {sessions}.")
    count = words["sessions"]
    sessions = ngettext("%(n)d Einsatz", "%(n)d Einsätze", count) % {"n": count}
    return text.format(
        actor=words["actor"], subject=words["subject"], sessions=sessions
    )


def register_sentences() -> None:
    register_subject("scenario", _days)
    register("exports.scenario-exported", _work_exported)
    register(
        "exports.invoice-explained",
        gettext_lazy("{actor} gibt das Szenario zu {subject} aus."),
    )
    register(
        "exports.journal-exported",
        gettext_lazy("{actor} gibt die Kladde aus, bis Eintrag {sequence}."),
    )
