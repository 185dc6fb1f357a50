"""Forms of the firm's rules for clocks and cases, and of its business hours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fernkladde.desk.words import LABELS, WEEKDAYS

from .fields import clock_field, hours_field, whole_field

if TYPE_CHECKING:
    from fernkladde.cases.models import Rules
    from fernkladde.contracts.models import Policy

DAYS = {**WEEKDAYS, **LABELS}


class RulesForm(forms.Form):
    remind_minutes = hours_field(
        gettext_lazy("Erinnern, wenn eine Uhr so lange läuft"),
        required=True,
        help_text=gettext_lazy("Stunden, zum Beispiel 4:00."),
    )
    stop_minutes = hours_field(
        gettext_lazy("Uhr beenden nach"),
        required=True,
        help_text=gettext_lazy("Der Einsatz ist dann unbestätigt."),
    )
    reopen_days = whole_field(
        gettext_lazy("Erledigte Fälle weiterführen bis, in Tagen"),
        required=True,
        help_text=gettext_lazy("Danach wird ein Folgefall angelegt."),
    )

    def __init__(self, *args: Any, rules: Rules, **kwargs: Any) -> None:
        names = ("remind_minutes", "stop_minutes", "reopen_days")
        kwargs["initial"] = {name: getattr(rules, name) for name in names}
        super().__init__(*args, **kwargs)


class HoursForm(forms.Form):
    """When somebody is there: for each weekday and each kind of special day."""

    def __init__(self, *args: Any, policy: Policy, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for day, label in DAYS.items():
            opens, closes = policy.business_hours.get(day, (None, None))
            names = {"day": label}
            self.fields[f"{day}_from"] = clock_field(
                _("%(day)s von") % names, required=False
            )
            self.fields[f"{day}_until"] = clock_field(
                _("%(day)s bis") % names, required=False
            )
            for end in ("from", "until"):
                # An empty line is closed: no time of day shall stand there as if.
                self.fields[f"{day}_{end}"].widget.attrs["placeholder"] = "–"
            self.initial[f"{day}_from"] = opens
            self.initial[f"{day}_until"] = closes

    def rows(self) -> list[tuple[Any, Any]]:
        return [(self[f"{day}_from"], self[f"{day}_until"]) for day in DAYS]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        for day in DAYS:
            if bool(given.get(f"{day}_from")) != bool(given.get(f"{day}_until")):
                sentence = _("Bitte beide Zeiten angeben, oder keine: geschlossen.")
                self.add_error(f"{day}_until", sentence)
        return given

    def hours(self) -> dict[str, list[str]]:
        given = self.cleaned_data
        return {
            day: [given[f"{day}_from"], given[f"{day}_until"]]
            for day in DAYS
            if given[f"{day}_from"]
        }
