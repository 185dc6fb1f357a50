"""One piece of work to be computed by a tariff version: when, how long, what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fernkladde.customers.phones import ImpossibleNumber, e164
from fernkladde.desk.words import CONNECTIONS, LABELS, SERVICES, SKILLS, WEEKDAYS, word

from .fields import clock_field, code_field, text_field, whole_field
from .tariff_rows import QuietForm

if TYPE_CHECKING:
    from collections.abc import Iterable

PREFIX = "example"
LONGEST = 24 * 60
# The worked example of the rating rules: it meets both sides of 17:00.
USUAL = {"day": "wed", "start": "16:40", "minutes": 45, "connection": "vpn"}


class ExampleForm(QuietForm):
    """Whatever is left empty is as usual: the example always has an answer."""

    day = forms.ChoiceField(label=_("Tag"), required=False)
    start = clock_field(_("Beginn"), required=False)
    minutes = whole_field(_("Minuten"), least=1)
    service = code_field(_("Leistungsart"), SERVICES, widget_id="services")
    skill = code_field(_("Qualifikation"), SKILLS, widget_id="skills")
    connection = forms.ChoiceField(
        label=_("Verbindung"), required=False, choices=list(CONNECTIONS.items())
    )
    number = text_field(
        _("gewählte Nummer"), 30, help_text=_("Für Verbindungskosten, sonst leer.")
    )

    def __init__(self, *args: Any, labels: Iterable[str] = (), **kwargs: Any) -> None:
        kwargs.setdefault("initial", USUAL)
        super().__init__(*args, prefix=PREFIX, **kwargs)
        day: Any = self.fields["day"]
        day.choices = [
            *WEEKDAYS.items(),
            *((label, word(label, LABELS)) for label in labels),
        ]

    def clean_minutes(self) -> int | None:
        minutes: int | None = self.cleaned_data["minutes"]
        return None if minutes is None else min(minutes, LONGEST)

    def clean_number(self) -> str:
        try:
            return e164(self.cleaned_data["number"])
        except ImpossibleNumber as impossible:
            raise forms.ValidationError(str(impossible)) from None

    def asked(self) -> dict[str, Any]:
        """Return what is asked; a fault or an empty field leaves the usual."""
        if not self.is_bound:
            return dict(USUAL)
        self.is_valid()
        given = {name: v for name, v in self.cleaned_data.items() if v}
        return {**USUAL, **given}
