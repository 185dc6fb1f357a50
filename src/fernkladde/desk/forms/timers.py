"""Forms of the clock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fernkladde.cases.actions import Work
from fernkladde.cases.models import Connection, Service

if TYPE_CHECKING:
    from datetime import datetime

    from django_stubs_ext import StrOrPromise

MINUTES = "%Y-%m-%dT%H:%M"
SECONDS = "%Y-%m-%dT%H:%M:%S"
KEY_LENGTH = 64


def instant_field(
    label: StrOrPromise, *, required: bool = True, help_text: StrOrPromise = ""
) -> forms.DateTimeField:
    """Return a field for an instant in the firm's zone, to the minute or second."""
    return forms.DateTimeField(
        label=label,
        required=required,
        help_text=help_text,
        input_formats=[MINUTES, SECONDS, "%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S"],
        widget=forms.DateTimeInput(
            format=MINUTES, attrs={"type": "datetime-local", "step": "60"}
        ),
        error_messages={
            "required": _("Diese Angabe fehlt."),
            "invalid": _("Das ist kein Zeitpunkt. Schreiben Sie 31.12.2026 14:05."),
        },
    )


def client_key_field() -> forms.CharField:
    return forms.CharField(
        required=False, max_length=KEY_LENGTH, widget=forms.HiddenInput()
    )


class StartForm(forms.Form):
    """What kind of work begins; `instead` pauses a clock that runs elsewhere."""

    service = forms.ChoiceField(
        label=_("Leistungsart"), choices=Service.choices, required=False
    )
    connection = forms.ChoiceField(
        label=_("Verbindung"), choices=Connection.choices, required=False
    )
    instead = forms.BooleanField(required=False)
    client_key = client_key_field()

    def work(self) -> Work:
        """Return the work that was chosen, or the usual kind."""
        return Work(
            service=self.cleaned_data["service"] or Service.REMOTE,
            connection=self.cleaned_data["connection"] or Connection.NONE,
        )


class ConfirmForm(forms.Form):
    """When the work really ended."""

    ended_at = instant_field(_("Ende"), required=False)

    def new_end(self, now: datetime | None) -> datetime | None:
        """Return another end, if one was typed: a browser's field drops seconds."""
        typed: datetime | None = self.cleaned_data["ended_at"]
        if typed and now and typed == now.replace(second=0):
            return None
        return typed


def given(form: forms.Form, *names: str) -> dict[str, Any]:
    """Return the named fields, as keyword arguments of an action."""
    return {name: form.cleaned_data[name] for name in names}
