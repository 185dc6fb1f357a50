"""The form of a new call: what it is about, what kind of work, what was answered."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fernkladde.cases.models import Connection, Service

from .deciding import CHANNELS, LONGEST_REASON
from .fields import text_field
from .records_of_work import template_choices, template_named
from .timers import client_key_field

# What the caller said to the sentence, by the button that was pressed.
YES, NO, GOODWILL, LATER, FREE = "yes", "no", "goodwill", "later", "free"
ANSWERS = ((YES, ""), (NO, ""), (GOODWILL, ""), (LATER, ""), (FREE, ""))


class TakeCallForm(forms.Form):
    subject = text_field(
        _("Worum geht es?"), 200, autocomplete="off", autofocus="autofocus"
    )
    template = forms.ChoiceField(label=_("Vorlage"), required=False)
    reported_by = text_field(
        _("Wer ruft an?"), 120, list="people-at-customer", autocomplete="off"
    )
    service = forms.ChoiceField(
        label=_("Leistungsart"), choices=Service.choices, required=False
    )
    connection = forms.ChoiceField(
        label=_("Verbindung"), choices=Connection.choices, required=False
    )
    person = text_field(
        _("Wer antwortet?"), 120, list="people-at-customer", autocomplete="off"
    )
    channel = forms.ChoiceField(
        label=_("Wie?"), choices=CHANNELS, required=False, initial="phone"
    )
    goodwill_reason = text_field(_("Kulanz, weil …"), LONGEST_REASON)
    answer = forms.ChoiceField(choices=ANSWERS)
    customer = forms.CharField(max_length=60, widget=forms.HiddenInput())
    plant = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput())
    case = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput())
    token = forms.CharField(required=False, max_length=4000, widget=forms.HiddenInput())
    pause_running = forms.BooleanField(required=False, widget=forms.HiddenInput())
    client_key = client_key_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["template"].choices = template_choices()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, object]:
        given: dict[str, object] = super().clean() or {}
        given["service"] = given.get("service") or Service.REMOTE
        given["connection"] = given.get("connection") or Connection.NONE
        answer = given.get("answer")
        given["template"] = template_named(given.get("template"))
        named = given.get("subject") or given["template"]
        if not given.get("case") and not named:
            self.add_error("subject", _("Worum geht es? Ein paar Worte genügen."))
        if answer in {YES, NO} and not given.get("person"):
            self.add_error("person", _("Wer hat geantwortet?"))
        if answer == GOODWILL and not given.get("goodwill_reason"):
            self.add_error("goodwill_reason", _("Kulanz braucht einen Grund."))
        return given
