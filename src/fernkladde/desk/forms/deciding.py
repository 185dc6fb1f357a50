"""Forms of the decisions at a case: each takes its reason with it."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from fernkladde.cases.models import Cause

from .fields import number_field, text_field
from .timers import instant_field

CHANNELS = (
    ("phone", _("am Telefon")),
    ("mail", _("per E-Mail")),
    ("letter", _("schriftlich")),
    ("portal", _("im Portal")),
)
LONGEST_REASON = 200


class CauseForm(forms.Form):
    cause = forms.ChoiceField(
        label=_("Ursache"), choices=Cause.choices, widget=forms.RadioSelect
    )
    reason = text_field(_("Grund"), LONGEST_REASON, required=True)


class GoodwillForm(forms.Form):
    percent = number_field(_("Anteil in Prozent"), required=True)
    reason = text_field(_("Grund"), LONGEST_REASON, required=True)


class WithdrawForm(forms.Form):
    reason = text_field(_("Grund"), LONGEST_REASON, required=True)


class ConsentForm(forms.Form):
    """The answer to the sentence that was shown; the button says which one."""

    person = text_field(
        _("Wer antwortet?"),
        120,
        required=True,
        list="people-at-customer",
        autocomplete="off",
    )
    channel = forms.ChoiceField(label=_("Wie?"), choices=CHANNELS)
    asked_at = instant_field(
        _("Wann?"),
        required=False,
        help_text=_("Leer: jetzt. Was vor der Zusage endete, bleibt zurückgehalten."),
    )
    answer = forms.ChoiceField(choices=(("yes", ""), ("no", "")))
    token = forms.CharField(max_length=4000, widget=forms.HiddenInput())


class CapForm(forms.Form):
    cost_cap = number_field(
        _("Kostengrenze netto"),
        money=True,
        help_text=_("Leer hebt sie auf."),
    )
