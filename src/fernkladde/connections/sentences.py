"""How the Kladde tells of calls."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from fernkladde.journal.sentences import register


def register_sentences() -> None:
    register(
        "connections.call-added",
        _("{actor} trägt einen Anruf bei {session} ein: {dialled}, {seconds} s."),
    )
    register(
        "connections.call-corrected",
        _("{actor} berichtigt einen Anruf von Einsatz {session}: {reason}"),
    )
