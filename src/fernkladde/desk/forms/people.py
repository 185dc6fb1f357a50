"""Forms about oneself: log in, first start, password, preferences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fernkladde.accounts.models import Language, Theme
from fernkladde.accounts.passwords import LONGEST

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

DIFFERENT = _("Die beiden Eingaben sind verschieden.")


def password_field(
    label: StrOrPromise, *, new: bool, help_text: StrOrPromise = ""
) -> forms.CharField:
    """Return a field whose blanks count and that a password manager understands."""
    kind = "new-password" if new else "current-password"
    return forms.CharField(
        label=label,
        strip=False,
        max_length=LONGEST,
        help_text=help_text,
        widget=forms.PasswordInput(attrs={"autocomplete": kind}),
    )


class LoginForm(forms.Form):
    username = forms.CharField(
        label=_("Kurzname oder E-Mail"),
        max_length=254,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "username",
                "autocapitalize": "none",
                "autofocus": True,
            }
        ),
    )
    password = password_field(_("Passwort"), new=False)


class NewPasswordForm(forms.Form):
    """A new password, typed twice."""

    password = password_field(
        _("Neues Passwort"),
        new=True,
        help_text=_("Mindestens 12 Zeichen; ein kurzer Satz ist leicht zu merken."),
    )
    again = password_field(_("Neues Passwort noch einmal"), new=True)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        both = "password" in given and "again" in given
        if both and given["password"] != given["again"]:
            self.add_error("again", DIFFERENT)
        return given


class OwnPasswordForm(NewPasswordForm):
    current = password_field(_("Bisheriges Passwort"), new=False)
    field_order = ("current", "password", "again")


class SetupForm(NewPasswordForm):
    code = forms.CharField(
        label=_("Einrichtungscode"),
        max_length=100,
        help_text=_("„fernkladde setup“ zeigt ihn; er gilt 72 Stunden und einmal."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    full_name = forms.CharField(
        label=_("Ihr Name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    username = forms.CharField(
        label=_("Kurzname"),
        max_length=32,
        help_text=_("Damit melden Sie sich an: Kleinbuchstaben und Ziffern."),
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none"}
        ),
    )
    email = forms.EmailField(label=_("E-Mail"), required=False)
    field_order = ("code", "full_name", "username", "email", "password", "again")


class PreferencesForm(forms.Form):
    language = forms.ChoiceField(label=_("Sprache"), choices=Language.choices)
    theme = forms.ChoiceField(label=_("Ansicht"), choices=Theme.choices)
    single_letter_keys = forms.BooleanField(
        label=_("Einzelne Buchstaben als Tasten"),
        required=False,
        help_text=_("N neuer Anruf, T Uhr, G und ein Buchstabe für die Orte."),
    )
