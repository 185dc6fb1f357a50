"""What a clerk decides when a month is issued."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .fields import day_field

if TYPE_CHECKING:
    from datetime import date

# Who issues on a Friday may date to Monday; a year mistyped is what this is for.
FURTHEST = timedelta(days=31)


class IssueForm(forms.Form):
    """`of`, `settled` and `refused` count along when issuing takes several steps."""

    issued_on = day_field(gettext_lazy("Rechnungsdatum"), required=True)
    of = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    settled = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    refused = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def clean_issued_on(self) -> date:
        day: date = self.cleaned_data["issued_on"]
        if abs(day - timezone.localdate()) > FURTHEST:
            raise ValidationError(
                _("Das Rechnungsdatum liegt mehr als einen Monat von heute entfernt.")
            )
        return day
