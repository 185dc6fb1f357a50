"""How the Kladde tells what is rearranged: clocks taken over, work cut and moved."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fernkladde.journal.sentences import register

from .clock import told
from .models import LinkKind, Priority

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db import models

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


def _priority_set(words: Words) -> str:
    before, after = (_label(Priority, code) for code in words["priority"])
    text = _("{actor} setzt Fall {subject} von Dringlichkeit „{before}“ auf „{after}“.")
    return text.format_map({**words, "before": before, "after": after})


def _tags_set(words: Words) -> str:
    tags = ", ".join(words["tags"][1])
    if not tags:
        return _("{actor} nimmt Fall {subject} alle Schlagwörter.").format_map(words)
    text = _("{actor} gibt Fall {subject} die Schlagwörter {tags}.")
    return text.format_map({**words, "tags": tags})


def _linked(words: Words) -> str:
    kind = str(LinkKind(words["kind"]).label)
    text = _("{actor} verknüpft: Fall {case} {kind} Fall {other}.")
    return text.format_map({**words, "kind": kind})


def _label(choices: type[models.IntegerChoices], code: int) -> str:
    return str(choices(code).label) if code in choices.values else str(code)


def _instant(text: str) -> str:
    return told(datetime.fromisoformat(text))


_TOLD = {
    "timer-started-late": _started_late,
    "session-split": _split,
    "session-moved": _moved,
    "priority-set": _priority_set,
    "tags-set": _tags_set,
    "case-linked": _linked,
}
_WRITTEN = {
    "timer-taken-over": gettext_lazy(
        "{actor} übernimmt die Uhr von Einsatz {from}, Fall {subject}, weiter als"
        " Einsatz {session}: {reason}"
    ),
    "watch-begun": gettext_lazy("{actor} beobachtet Fall {subject}."),
    "watch-ended": gettext_lazy("{actor} beobachtet Fall {subject} nicht mehr."),
    "case-unlinked": gettext_lazy(
        "{actor} löst die Verknüpfung von Fall {case} und Fall {other}."
    ),
    "case-merged": gettext_lazy(
        "{actor} lässt Fall {case} in Fall {into} aufgehen: {reason}"
    ),
    "case-split": gettext_lazy(
        "{actor} trennt von Fall {case} den Fall {new} ab: {reason}"
    ),
    "work-reported": gettext_lazy(
        "{actor} schreibt auf, was in Einsatz {session} getan wurde."
    ),
    "file-attached": gettext_lazy("{actor} legt zu Fall {subject} ab: {name}."),
    "template-written": gettext_lazy("{actor} legt die Vorlage „{name}“ an."),
    "template-changed": gettext_lazy("{actor} ändert die Vorlage „{name}“."),
    "template-removed": gettext_lazy("{actor} löscht die Vorlage „{name}“."),
    "answer-written": gettext_lazy("{actor} legt die Antwort „{name}“ an."),
    "answer-changed": gettext_lazy("{actor} ändert die Antwort „{name}“."),
    "answer-removed": gettext_lazy("{actor} löscht die Antwort „{name}“."),
    "rules-set": gettext_lazy("{actor} ändert die Regeln für Uhren und Fälle."),
}


def register_sentences() -> None:
    for kind, function in _TOLD.items():
        register(f"cases.{kind}", function)
    for kind, text in _WRITTEN.items():
        register(f"cases.{kind}", text)
