"""Forms of clocks that were forgotten or go on, and of work that moves."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fernkladde.cases.models import Case, Connection, Service

from .fields import text_field, whole_field
from .timers import SECONDS, client_key_field, instant_field

if TYPE_CHECKING:
    from datetime import datetime

    from django_stubs_ext import StrOrPromise

    from fernkladde.accounts.models import User


def case_field(
    label: StrOrPromise, *, help_text: StrOrPromise = "", required: bool = True
) -> forms.CharField:
    """Return a field for a case's number, as it stands on its page."""
    return text_field(label, 60, required=required, help_text=help_text)


def named_case(form: forms.Form, name: str, user: User) -> Case | None:
    """Return the case that was typed; say in the form if there is none."""
    number = form.cleaned_data.get(name, "")
    found = Case.objects.visible_to(user).select_related("customer", "plant")
    case = found.filter(number=number).first()
    if case is None:
        sentence = _("Einen Fall „%(number)s“ gibt es nicht.")
        form.add_error(name, sentence % {"number": number})
    return case


class LateStartForm(forms.Form):
    """When the work really began: so many minutes ago, or at an instant."""

    ago = whole_field(gettext_lazy("Vor wie vielen Minuten?"), least=1)
    started_at = instant_field(gettext_lazy("oder Beginn"), required=False)
    service = forms.ChoiceField(
        label=gettext_lazy("Leistungsart"), choices=Service.choices
    )
    connection = forms.ChoiceField(
        label=gettext_lazy("Verbindung"), choices=Connection.choices
    )
    reason = text_field(
        gettext_lazy("Grund"),
        200,
        required=True,
        help_text=gettext_lazy("Zum Beispiel: Hörer in der Hand."),
    )
    parallel = forms.BooleanField(
        label=gettext_lazy("lief neben anderer Arbeit her"), required=False
    )
    client_key = client_key_field()

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if not self.errors and bool(given["ago"]) == bool(given["started_at"]):
            self.add_error("ago", _("Bitte Minuten oder den Beginn angeben, eines."))
        return given

    def began(self, *, at: datetime) -> datetime:
        """Return the instant; minutes count back from now."""
        ago: int | None = self.cleaned_data["ago"]
        typed: datetime = self.cleaned_data["started_at"]
        return at - timedelta(minutes=ago) if ago else typed


class TakeOverForm(forms.Form):
    reason = text_field(
        gettext_lazy("Grund"),
        200,
        required=True,
        help_text=gettext_lazy("Zum Beispiel: Schichtende."),
    )
    client_key = client_key_field()


class SplitForm(forms.Form):
    """Where a session is cut, and what was done in the second part."""

    cut_at = instant_field(gettext_lazy("Schnitt um"))
    note = text_field(
        gettext_lazy("Was wurde im zweiten Teil getan?"),
        300,
        help_text=gettext_lazy("Leer: dasselbe."),
    )
    reason = text_field(gettext_lazy("Grund"), 200, required=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        widget = self.fields["cut_at"].widget
        widget.attrs["step"] = "1"
        widget.format = SECONDS


class MoveForm(forms.Form):
    to = case_field(
        gettext_lazy("Nach Fall"),
        help_text=gettext_lazy("Seine Zustimmung und Kulanz gelten dann."),
    )
    reason = text_field(gettext_lazy("Grund"), 200, required=True)
