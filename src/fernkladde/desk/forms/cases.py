"""Forms of the case list and of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fernkladde.accounts.models import User
from fernkladde.cases.models import Case, CaseState, NoteKind, Priority

from .fields import day_field, long_text_field, text_field

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ALL = "all"
ME = "me"
NOBODY = "nobody"
WATCHED = "watched"
REOPENED = CaseState.REOPENED.value


def people() -> list[tuple[str, str]]:
    """Return who can be given a case: by short name, since numbers say nothing."""
    active = User.objects.active().by_name()
    return list(active.values_list("username", "full_name"))


class CaseFilterForm(forms.Form):
    """What the list of cases is narrowed by; nothing chosen means all open ones."""

    text = text_field(_("Nummer, Betreff, Kunde, Anlage"), 120, type="search")
    state = forms.ChoiceField(label=_("Zustand"), required=False)
    person = forms.ChoiceField(label=_("Wer"), required=False)
    priority = forms.TypedChoiceField(
        label=_("Dringlichkeit"), required=False, coerce=int, empty_value=None
    )
    due = forms.BooleanField(label=_("mit Zielzeit"), required=False)
    tag = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput())
    customer = forms.CharField(
        required=False, max_length=60, widget=forms.HiddenInput()
    )
    plant = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        states: list[tuple[str, StrOrPromise]] = [
            ("", _("alle offenen")),
            *CaseState.choices,
            (ALL, _("alle, auch erledigte")),
        ]
        persons: list[tuple[str, StrOrPromise]] = [
            ("", _("alle")),
            (ME, _("ich")),
            (WATCHED, _("von mir beobachtet")),
            (NOBODY, _("niemand")),
            *people(),
        ]
        urgencies: list[tuple[int | str, StrOrPromise]] = [
            ("", _("alle")),
            *Priority.choices,
        ]
        self.fields["priority"].choices = urgencies  # type: ignore[attr-defined]
        self.fields["state"].choices = states  # type: ignore[attr-defined]
        self.fields["person"].choices = persons  # type: ignore[attr-defined]


class NoteForm(forms.Form):
    """One entry of the conversation."""

    text = forms.CharField(
        label=_("Notiz"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Die Notiz ist leer.")},
    )
    kind = forms.ChoiceField(label=_("Art"), choices=NoteKind.choices)
    no_secret = forms.BooleanField(
        label=_("Es ist kein Passwort und kein Schlüssel"), required=False
    )


class StateForm(forms.Form):
    """The states a case can go to; only one that is `done` is reopened."""

    state = forms.ChoiceField(label=_("Zustand"), choices=CaseState.choices)
    solution = long_text_field(
        _("Lösung"), help_text=_("Wer das nächste Mal anruft, bekommt sie zu sehen.")
    )

    def __init__(self, *args: Any, done: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not done:
            self.fields["state"].choices = [  # type: ignore[attr-defined]
                choice for choice in CaseState.choices if choice[0] != REOPENED
            ]


class AssignForm(forms.Form):
    person = forms.ChoiceField(label=_("Zuständig"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: list[tuple[str, StrOrPromise]] = [("", _("niemand")), *people()]
        self.fields["person"].choices = choices  # type: ignore[attr-defined]

    def chosen(self) -> User | None:
        name = self.cleaned_data["person"]
        return User.objects.get(username=name) if name else None


class FactsForm(forms.Form):
    """What a case is about; the customer stays, since sessions may be billed."""

    subject = text_field(_("Betreff"), 200, required=True)
    plant = forms.ChoiceField(label=_("Anlage"), required=False)
    reported_on = day_field(
        _("Gemeldet am"),
        required=True,
        help_text=_("Dieser Tag entscheidet über die Gewährleistung."),
    )
    reported_by = text_field(_("Gemeldet von"), 120, list="people-at-customer")

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._plants = {
            plant.number: plant
            for plant in case.customer.plants.order_by("name", "number")
        }
        choices: list[tuple[str, StrOrPromise]] = [("", _("keine Anlage"))]
        choices += [
            (number, f"{plant.name} ({number})")
            for number, plant in self._plants.items()
        ]
        self.fields["plant"].choices = choices  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, Any]:
        """Return the fields as the action takes them."""
        plant = self._plants.get(self.cleaned_data["plant"])
        return {**self.cleaned_data, "plant": plant}
