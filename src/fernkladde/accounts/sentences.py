"""How the Kladde tells what is done to people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fernkladde.journal.sentences import register, register_subject

from .models import User
from .roles import Role

if TYPE_CHECKING:
    from collections.abc import Mapping


def _created(words: Mapping[str, Any]) -> str:
    return _("{actor} legt {full_name} an ({role}).").format(
        actor=words["actor"],
        full_name=words["full_name"],
        role=Role(words["role"]).label,
    )


def _role_changed(words: Mapping[str, Any]) -> str:
    return _("{actor} ändert die Rolle von {subject}: {before} wird {after}.").format(
        actor=words["actor"],
        subject=words["subject"],
        before=Role(words["from"]).label,
        after=Role(words["to"]).label,
    )


def _password_set(words: Mapping[str, Any]) -> str:
    if words["by_themselves"]:
        return _("{actor} ändert das eigene Passwort.").format(**words)
    return _("{actor} setzt das Passwort von {subject}.").format(**words)


def _names(numbers: set[str]) -> dict[str, str]:
    known = [number for number in numbers if number.isdecimal()]
    people = User.objects.filter(pk__in=known).only("full_name")
    return {str(person.pk): person.full_name for person in people}


def register_sentences() -> None:
    register_subject("user", _names)
    register("accounts.user-created", _created)
    register("accounts.role-changed", _role_changed)
    register("accounts.password-set", _password_set)
    for kind, text in (
        ("details-changed", gettext_lazy("{actor} ändert die Angaben zu {subject}.")),
        ("view-kept", gettext_lazy("{actor} merkt sich einen Filter.")),
        ("view-dropped", gettext_lazy("{actor} entfernt einen Filter.")),
        ("columns-chosen", gettext_lazy("{actor} wählt die Spalten einer Liste.")),
        ("user-deactivated", gettext_lazy("{actor} deaktiviert {subject}.")),
        ("user-reactivated", gettext_lazy("{actor} aktiviert {subject} wieder.")),
        ("user-anonymized", gettext_lazy("{actor} anonymisiert {subject}.")),
        (
            "preferences-changed",
            gettext_lazy("{actor} ändert die Einstellungen von {subject}."),
        ),
        (
            "setup-code-created",
            gettext_lazy(
                "Ein Code für die Einrichtung entsteht, gültig bis {expires_at}."
            ),
        ),
    ):
        register(f"accounts.{kind}", text)
