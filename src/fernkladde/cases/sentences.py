"""How the Kladde tells what is done to cases and by the clock."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fernkladde.journal.sentences import register, register_subject

from .clock import told
from .models import Case, CaseState, Cause

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db import models

    Words = Mapping[str, Any]


AN_HOUR = 60


def _names(numbers: set[str]) -> Mapping[str, str]:
    rows = Case.objects.filter(number__in=numbers).only("number", "subject")
    return {row.number: f"{row.number} {row.subject}" for row in rows}


def _label(choices: type[models.TextChoices], code: str) -> str:
    """Return how people call a choice; imported ones may be called by their code."""
    return str(choices(code).label) if code in choices.values else code


def _span(words: Words) -> str:
    """Return the elapsed time between start and end: "12:05 h" or "3 min 20 s"."""
    start, end = (datetime.fromisoformat(words[f"{n}ed_at"]) for n in ("start", "end"))
    minutes, seconds = divmod(int((end - start).total_seconds()), 60)
    if minutes >= AN_HOUR:
        return _("{hours}:{minutes:02d} h").format(
            hours=minutes // 60, minutes=minutes % 60
        )
    if seconds:
        return _("{minutes} min {seconds} s").format(minutes=minutes, seconds=seconds)
    return _("{minutes} min").format(minutes=minutes)


def _ended(words: Words) -> str:
    text = _("{actor} beendet die Uhr, Einsatz {session}: {span}")
    return _with_doubt(text, words)


def _paused(words: Words) -> str:
    text = _("{actor} hält die Uhr an, Einsatz {session}: {span}")
    return _with_doubt(text, words)


def _with_doubt(text: str, words: Words) -> str:
    told_so = text.format(
        actor=words["actor"], session=words["session"], span=_span(words)
    )
    return told_so + ("." if words["confirmed"] else _(", noch unbestätigt."))


def _expired(words: Words) -> str:
    text = _("Die vergessene Uhr von Einsatz {session} endet nach {span}.")
    return text.format(session=words["session"], span=_span(words))


def _recorded(words: Words) -> str:
    text = _("{actor} trägt Einsatz {session} nach, {start}, {span}: {reason}")
    return text.format(
        actor=words["actor"],
        session=words["session"],
        start=told(datetime.fromisoformat(words["started_at"])),
        span=_span(words),
        reason=words["reason"],
    )


def _state_changed(words: Words) -> str:
    before, after = (_label(CaseState, code) for code in words["state"])
    text = _("{actor} setzt Fall {subject} von „{before}“ auf „{after}“.")
    return text.format(
        actor=words["actor"], subject=words["subject"], before=before, after=after
    )


def _cause_decided(words: Words) -> str:
    cause = _label(Cause, words["cause"][1])
    text = _("{actor} stellt die Ursache von Fall {subject} fest: {cause}. {reason}")
    return text.format(
        actor=words["actor"],
        subject=words["subject"],
        cause=cause,
        reason=words["reason"],
    ).rstrip()


def _goodwill_given(words: Words) -> str:
    text = _("{actor} gewährt {percent} % Kulanz ({what}): {reason}")
    return text.format(
        actor=words["actor"],
        percent=words["percent"][1],
        what=_what(words),
        reason=words["reason"],
    )


def _goodwill_withdrawn(words: Words) -> str:
    text = _("{actor} nimmt die Kulanz zurück ({what}): {reason}")
    return text.format(actor=words["actor"], what=_what(words), reason=words["reason"])


def _what(words: Words) -> str:
    if "session" in words:
        return _("Einsatz {session}").format(session=words["session"])
    return _("Fall {subject}").format(subject=words["subject"])


def _cap_set(words: Words) -> str:
    amount = words["cost_cap"][1]
    if amount is None:
        text = _("{actor} hebt die Kostengrenze von Fall {subject} auf.")
        return text.format(actor=words["actor"], subject=words["subject"])
    text = _("{actor} setzt die Kostengrenze von Fall {subject} auf {amount} netto.")
    return text.format(
        actor=words["actor"],
        subject=words["subject"],
        amount=number_format(Decimal(amount), 2),
    )


def _assigned(words: Words) -> str:
    if words["assigned_to"][1] is None:
        text = _("{actor} gibt Fall {subject} frei.")
    else:
        text = _("{actor} teilt Fall {subject} zu.")
    return text.format(actor=words["actor"], subject=words["subject"])


_TOLD = {
    "session-stopped": _ended,
    "timer-paused": _paused,
    "timer-expired": _expired,
    "session-recorded": _recorded,
    "state-changed": _state_changed,
    "cause-decided": _cause_decided,
    "goodwill-given": _goodwill_given,
    "goodwill-withdrawn": _goodwill_withdrawn,
    "cap-set": _cap_set,
    "case-assigned": _assigned,
}
_WRITTEN = {
    "case-opened": gettext_lazy("{actor} legt Fall {subject} an."),
    "case-changed": gettext_lazy("{actor} ändert die Angaben zu Fall {subject}."),
    "note-added": gettext_lazy("{actor} schreibt eine Notiz zu Fall {subject}."),
    "timer-started": gettext_lazy(
        "{actor} startet die Uhr für Fall {subject}, Einsatz {session}."
    ),
    "timer-resumed": gettext_lazy(
        "{actor} nimmt Fall {subject} wieder auf, Einsatz {session}."
    ),
    "timer-dropped": gettext_lazy(
        "{actor} führt den angehaltenen Einsatz {session} nicht weiter."
    ),
    "session-confirmed": gettext_lazy("{actor} bestätigt Einsatz {session}."),
    "session-corrected": gettext_lazy("{actor} berichtigt Einsatz {session}: {reason}"),
    "session-voided": gettext_lazy("{actor} streicht Einsatz {session}: {reason}"),
    "consent-given": gettext_lazy(
        "{person} stimmt den Kosten zu (Fall {subject}): „{sentence}“"
    ),
    "consent-refused": gettext_lazy(
        "{person} lehnt die Kosten ab (Fall {subject}): „{sentence}“"
    ),
}


def register_sentences() -> None:
    register_subject("case", _names)
    for kind, function in _TOLD.items():
        register(f"cases.{kind}", function)
    for kind, text in _WRITTEN.items():
        register(f"cases.{kind}", text)
