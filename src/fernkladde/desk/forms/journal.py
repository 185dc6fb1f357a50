"""What one looks for in the Kladde."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from fernkladde.accounts.models import User
from fernkladde.journal.models import SYSTEM

from .fields import day_field, text_field

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ROOMS: tuple[tuple[str, StrOrPromise], ...] = (
    ("", _("alles")),
    ("cases", _("Fälle und Uhr")),
    ("connections", _("Verbindungen")),
    ("customers", _("Kunden")),
    ("plants", _("Anlagen")),
    ("contracts", _("Verträge und Tarife")),
    ("billing", _("Monatslauf und Rechnungen")),
    ("accounts", _("Personen")),
    ("journal", _("Kladde")),
    ("integrity", _("Sicherungen")),
)
OLDEST_FIRST = "old"
ORDERS: tuple[tuple[str, StrOrPromise], ...] = (
    ("", _("Neuestes zuerst")),
    (OLDEST_FIRST, _("Ältestes zuerst")),
)


class JournalFilter(forms.Form):
    about = text_field(_("Fall, Kunde, Anlage, Beleg"), 120, type="search")
    since = day_field(_("Von"))
    until = day_field(_("Bis"))
    person = forms.ChoiceField(label=_("Wer"), required=False)
    room = forms.ChoiceField(label=_("Was"), choices=ROOMS, required=False)
    order = forms.ChoiceField(label=_("Reihenfolge"), choices=ORDERS, required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        people = User.objects.by_name().values_list("username", "full_name")
        person = self.fields["person"]
        assert isinstance(person, forms.ChoiceField)  # noqa: S101  narrows the type
        person.choices = [("", _("alle")), *people, (SYSTEM, _("das System"))]
