"""How the Kladde tells what is rearranged: clocks taken over, work cut and moved."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fernkladde.journal.sentences import register

from .clock import told

if TYPE_CHECKING:
    from collections.abc import Mapping

    Words = Mapping[str, Any]


def _started_late(words: Words) -> str:
    text = _(
        "{actor} startet die Uhr für Fall {subject} nachträglich ab {start},"
        " Einsatz {session}: {reason}"
    )
    return text.format_map({**words, "start": _instant(words["started_at"])})


def _split(words: Words) -> str:
    text = _(
        "{actor} teilt Einsatz {session} um {cut} und macht daraus auch {second}:"
        " {reason}"
    )
    return text.format_map({**words, "cut": _instant(words["ended_at"])})


def _moved(words: Words) -> str:
    text = _(
        "{actor} verschiebt Einsatz {session} von Fall {from} nach Fall {to}: {reason}"
    )
    return text.format_map(words)


def _instant(text: str) -> str:
    return told(datetime.fromisoformat(text))


_TOLD = {
    "timer-started-late": _started_late,
    "session-split": _split,
    "session-moved": _moved,
}
_WRITTEN = {
    "timer-taken-over": gettext_lazy(
        "{actor} übernimmt die Uhr von Einsatz {from}, Fall {subject}, weiter als"
        " Einsatz {session}: {reason}"
    ),
    "rules-set": gettext_lazy("{actor} ändert die Regeln für Uhren und Fälle."),
}


def register_sentences() -> None:
    for kind, function in _TOLD.items():
        register(f"cases.{kind}", function)
    for kind, text in _WRITTEN.items():
        register(f"cases.{kind}", text)
