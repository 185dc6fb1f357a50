"""How the Kladde tells what is written down about customers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from fernkladde.journal.sentences import register, register_subject

from .models import Customer

if TYPE_CHECKING:
    from collections.abc import Mapping


def _names(numbers: set[str]) -> Mapping[str, str]:
    rows = Customer.objects.filter(number__in=numbers).only("number", "name")
    return {row.number: f"{row.number} {row.name}" for row in rows}


def register_sentences() -> None:
    register_subject("customer", _names)
    for kind, text in (
        ("customer-created", _("{actor} legt Kunde {subject} an.")),
        ("customer-changed", _("{actor} ändert die Angaben zu Kunde {subject}.")),
        ("customer-deactivated", _("{actor} legt Kunde {subject} still. {reason}")),
        ("contact-added", _("{actor} fügt bei {subject} {name} hinzu.")),
        ("contact-changed", _("{actor} ändert einen Ansprechpartner von {subject}.")),
        ("customer-removed", _("{actor} entfernt Kunde {subject} wieder.")),
        ("contact-removed", _("{actor} entfernt bei {subject} {name} wieder.")),
    ):
        register(f"customers.{kind}", text)
