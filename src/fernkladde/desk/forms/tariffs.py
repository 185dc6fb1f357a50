"""Forms about tariffs and rate decks, save for the version editor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fernkladde.customers.phones import ImpossibleNumber, e164

from .fields import text_field, whole_field

if TYPE_CHECKING:
    from fernkladde.contracts.models import RateDeck, Tariff

BIGGEST_FILE = 10 * 1024 * 1024


class TariffForm(forms.Form):
    code = text_field(
        pgettext_lazy("of a tariff", "Kürzel"),
        60,
        required=True,
        help_text=_("Steht in Importen und bleibt, zum Beispiel standard."),
    )
    name = text_field(_("Name"), 200, required=True)

    def __init__(self, *args: Any, tariff: Tariff | None = None, **kwargs: Any) -> None:
        if tariff is not None:
            kwargs.setdefault("initial", {"name": tariff.name})
        super().__init__(*args, **kwargs)
        if tariff is not None:
            del self.fields["code"]


class DeckForm(forms.Form):
    """A rate deck as a file; the code is only asked for where it is new."""

    code = text_field(pgettext_lazy("of a tariff", "Kürzel"), 60, required=True)
    name = text_field(_("Name"), 200, required=True)
    file = forms.FileField(
        label=_("Datei (CSV)"),
        help_text=_(
            "Spalten: Vorwahl, Ziel, Verbindungsgebühr, Preis je Minute, erster Takt,"
            " Folgetakt (Sekunden). Nur Vorwahl und Preis sind nötig."
        ),
        error_messages={
            "required": _("Welche Datei?"),
            "empty": _("Die Datei ist leer."),
        },
    )

    def __init__(self, *args: Any, deck: RateDeck | None = None, **kwargs: Any) -> None:
        if deck is not None:
            kwargs.setdefault("initial", {"name": deck.name})
        super().__init__(*args, **kwargs)
        if deck is not None:
            del self.fields["code"]

    def clean_file(self) -> bytes:
        file = self.cleaned_data["file"]
        if file.size > BIGGEST_FILE:
            raise forms.ValidationError(_("Die Datei ist größer als 10 MB."))
        content: bytes = file.read()
        return content


class NumberForm(forms.Form):
    """Which prefix fits a number, and what a call to it costs."""

    number = text_field(_("Rufnummer"), 30, required=True, placeholder="+55 11 …")
    seconds = whole_field(_("Sekunden"), least=1)

    def clean_number(self) -> str:
        try:
            return e164(self.cleaned_data["number"])
        except ImpossibleNumber as impossible:
            raise forms.ValidationError(str(impossible)) from None
