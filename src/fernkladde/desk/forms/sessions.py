"""Forms of sessions: written down by hand, corrected, struck out; their calls."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fernkladde.accounts.models import User
from fernkladde.cases.models import Connection, Service
from fernkladde.desk.words import SKILLS

from .cases import people
from .fields import MISSING, TypedField, code_field, number_field, text_field
from .timers import client_key_field, instant_field

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

CLOCK = re.compile(r"(?:(\d+):)?(\d+):([0-5]\d)")
LONGEST_CALL = 7 * 24 * 3600


class SessionForm(forms.Form):
    """A stretch of work, and why it is written or changed by hand."""

    technician = forms.ChoiceField(label=gettext_lazy("Wer"))
    started_at = instant_field(gettext_lazy("Beginn"))
    ended_at = instant_field(gettext_lazy("Ende"))
    service = forms.ChoiceField(
        label=gettext_lazy("Leistungsart"), choices=Service.choices
    )
    skill = code_field(
        gettext_lazy("Qualifikation"), SKILLS, help_text=gettext_lazy("Leer: jede.")
    )
    connection = forms.ChoiceField(
        label=gettext_lazy("Verbindung"), choices=Connection.choices
    )
    note = text_field(gettext_lazy("Was wurde getan?"), 300)
    billable = forms.BooleanField(label=gettext_lazy("berechenbar"), required=False)
    parallel = forms.BooleanField(
        label=gettext_lazy("lief neben anderer Arbeit her"), required=False
    )
    reason = text_field(gettext_lazy("Grund"), 200, required=True)
    client_key = client_key_field()

    def __init__(self, *args: Any, running: bool = False, **kwargs: Any) -> None:
        """With `running`, there is no end yet to be typed."""
        super().__init__(*args, **kwargs)
        self.fields["technician"].choices = people()  # type: ignore[attr-defined]
        if running:
            del self.fields["ended_at"]
        self._own_codes()

    def _own_codes(self) -> None:
        """Keep codes that the firm has made itself: they are no slip of the pen."""
        for name in ("service", "connection"):
            field: Any = self.fields[name]
            code = self.initial.get(name)
            if code and code not in dict(field.choices):
                field.choices = [*field.choices, (code, code)]

    def values(self) -> dict[str, Any]:
        """Return the session's own fields, as the actions take them."""
        given = dict(self.cleaned_data)
        given.pop("client_key")
        given.pop("reason")
        given["technician"] = User.objects.get(username=given["technician"])
        given["skill"] = given["skill"] or "*"
        return given


class ReasonForm(forms.Form):
    reason = text_field(gettext_lazy("Grund"), 200, required=True)


def read_seconds(text: str) -> int:
    """Read "754", "12:34" (minutes and seconds) or "1:02:03"."""
    if text.isdigit():
        seconds = int(text)
    elif found := CLOCK.fullmatch(text):
        hours, minutes, rest = (int(part or 0) for part in found.groups())
        seconds = hours * 3600 + minutes * 60 + rest
    else:
        raise ValidationError(
            _("„%(typed)s“ ist keine Dauer. Schreiben Sie 12:34 oder 754 Sekunden.")
            % {"typed": text}
        )
    if seconds > LONGEST_CALL:
        raise ValidationError(_("So lange dauert kein Gespräch."))
    return seconds


def write_seconds(value: object) -> str:
    if isinstance(value, str):
        return value
    minutes, seconds = divmod(int(str(value)), 60)
    return f"{minutes}:{seconds:02}"


def seconds_field(label: StrOrPromise, *, help_text: StrOrPromise = "") -> TypedField:
    return TypedField(
        label=label,
        read=read_seconds,
        write=write_seconds,
        help_text=help_text,
        max_length=12,
        error_messages={"required": MISSING},
        widget=forms.TextInput(attrs={"class": "num", "placeholder": "12:34"}),
    )


class CallForm(forms.Form):
    """A telephone or dial-up connection, written down by hand."""

    dialled = text_field(
        gettext_lazy("Gewählte Nummer"), 40, required=True, inputmode="tel"
    )
    started_at = instant_field(gettext_lazy("Beginn"))
    seconds = seconds_field(
        gettext_lazy("Dauer"), help_text=gettext_lazy("Minuten:Sekunden.")
    )
    cost = number_field(
        gettext_lazy("Kosten laut Anbieter"),
        money=True,
        help_text=gettext_lazy("Leer, wenn nicht bekannt."),
    )
