"""How the Kladde tells what is done for its own safety."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from fernkladde.journal.sentences import register

from .backup.record import MADE, RESTORED


def register_sentences() -> None:
    register(MADE, _("{actor} sichert alles bis Eintrag {until} in {name}."))
    register(
        RESTORED,
        _(
            "{actor} spielt eine Sicherung zurück: Was nach Eintrag {until} geschah, "
            "steht nicht in diesem Buch."
        ),
    )
