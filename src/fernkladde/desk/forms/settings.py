"""Forms of the settings: the firm, its rules, its special days, its people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from fernkladde.accounts.models import Language, User
from fernkladde.accounts.roles import Role
from fernkladde.contracts.actions import GERMAN_STATES
from fernkladde.desk.words import LABELS

from .countries import country_field
from .customers import tariff_choice
from .fields import (
    MISSING,
    code_field,
    day_field,
    email_field,
    text_field,
    whole_field,
)
from .people import password_field

if TYPE_CHECKING:
    from fernkladde.billing.models import Company
    from fernkladde.contracts.models import Policy

COMPANY_NAMES = (
    "name", "street", "postcode", "city", "country", "vat_id", "tax_number",
    "register_entry", "managers", "contact_name", "phone", "email", "website",
    "bank_name", "iban", "bic", "payment_days", "invoice_prefix",
)  # fmt: skip
STATES = {
    "BB": "Brandenburg",
    "BE": "Berlin",
    "BW": "Baden-Württemberg",
    "BY": "Bayern",
    "HB": "Bremen",
    "HE": "Hessen",
    "HH": "Hamburg",
    "MV": "Mecklenburg-Vorpommern",
    "NI": "Niedersachsen",
    "NW": "Nordrhein-Westfalen",
    "RP": "Rheinland-Pfalz",
    "SH": "Schleswig-Holstein",
    "SL": "Saarland",
    "SN": "Sachsen",
    "ST": "Sachsen-Anhalt",
    "TH": "Thüringen",
}
FIRST_YEAR, LAST_YEAR = 2000, 2100


class CompanyForm(forms.Form):
    """The firm as it stands on its invoices."""

    name = text_field(_("Name der Firma"), 200, required=True)
    street = text_field(_("Straße und Hausnummer"), 200)
    postcode = text_field(_("Postleitzahl"), 20)
    city = text_field(_("Ort"), 100)
    country = country_field(_("Land"))
    vat_id = text_field(
        _("USt-IdNr."), 20, help_text=_("Sie oder die Steuernummer ist Pflicht.")
    )
    tax_number = text_field(_("Steuernummer"), 30)
    register_entry = text_field(
        _("Handelsregister"),
        200,
        help_text=_("Etwa Amtsgericht Ulm, HRB 1234."),
    )
    managers = text_field(_("Geschäftsführung"), 200)
    contact_name = text_field(
        _("Ansprechpartner"), 120, help_text=_("Steht auf jeder E-Rechnung.")
    )
    phone = text_field(_("Rufnummer"), 40)
    email = email_field(_("E-Mail"))
    website = text_field(_("Website"), 120)
    bank_name = text_field(_("Bank"), 120)
    iban = text_field(_("IBAN"), 42, help_text=_("Auf dieses Konto wird gezahlt."))
    bic = text_field(_("BIC"), 11)
    payment_days = whole_field(
        _("Zahlungsziel in Tagen"), required=True, help_text=_("Ab Rechnungsdatum.")
    )
    invoice_prefix = text_field(
        _("Kürzel der Rechnungsnummern"),
        10,
        required=True,
        help_text=_("Zum Beispiel RE: RE-2026-0001. Gilt für neue Rechnungen."),
    )

    def __init__(self, *args: Any, company: Company, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(company, name) for name in COMPANY_NAMES}
        super().__init__(*args, **kwargs)


class PolicyForm(forms.Form):
    timezone = text_field(
        _("Zeitzone"),
        60,
        required=True,
        list="timezones",
        help_text=_("Sie entscheidet, zu welchem Tag ein Einsatz gehört."),
    )
    require_consent = forms.BooleanField(
        label=_("Vor berechenbarer Arbeit ist eine Zustimmung nötig"),
        required=False,
        help_text=_("Ohne sie wird die Arbeit zurückgehalten, nicht berechnet."),
    )
    default_tariff = tariff_choice(
        _("Allgemeiner Tarif"),
        empty=_("keiner"),
        help_text=_("Gilt, wo weder Vertrag noch Anlage noch Kunde einen haben."),
    )

    def __init__(self, *args: Any, policy: Policy, **kwargs: Any) -> None:
        tariff = policy.default_tariff
        kwargs["initial"] = {
            "timezone": policy.timezone,
            "require_consent": policy.require_consent,
            "default_tariff": tariff and tariff.code,
        }
        super().__init__(*args, **kwargs)

    @staticmethod
    def timezones() -> list[str]:
        return sorted(name for name in available_timezones() if "/" in name)


class SpecialDayForm(forms.Form):
    date = day_field(_("Tag"), required=True)
    label = code_field(
        _("Art"),
        LABELS,
        required=True,
        widget_id="labels",
        help_text=_("Zeitbänder wählen es: Feiertag, halber Tag, ein eigenes Wort."),
    )
    name = text_field(_("Name"), 120, help_text=_("Zum Beispiel Betriebsausflug."))


class HolidaysForm(forms.Form):
    year = whole_field(_("Jahr"), least=FIRST_YEAR, required=True)
    state = forms.ChoiceField(
        label=_("Bundesland"),
        choices=[(code, STATES.get(code, code)) for code in GERMAN_STATES],
        error_messages={"required": MISSING},
    )

    def clean_year(self) -> int:
        year: int = self.cleaned_data["year"]
        if year > LAST_YEAR:
            raise forms.ValidationError(
                _("Bitte ein Jahr von 2000 bis 2100."), code="year"
            )
        return year


class NewPersonForm(forms.Form):
    full_name = text_field(_("Name"), 120, required=True, autocomplete="off")
    username = text_field(
        _("Kurzname"),
        32,
        required=True,
        autocomplete="off",
        autocapitalize="none",
        help_text=_("Für die Anmeldung: Kleinbuchstaben und Ziffern."),
    )
    email = email_field(_("E-Mail"))
    role = forms.ChoiceField(label=_("Rolle"), choices=Role.choices)
    language = forms.ChoiceField(label=_("Sprache"), choices=Language.choices)
    password = password_field(
        _("Erstes Passwort"),
        new=True,
        help_text=_("Mindestens 12 Zeichen; muss beim ersten Mal geändert werden."),
    )


class PersonForm(forms.Form):
    full_name = text_field(_("Name"), 120, required=True)
    initials = text_field(_("Kürzel"), 6)
    email = email_field(_("E-Mail"))
    role = forms.ChoiceField(label=_("Rolle"), choices=Role.choices)

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        names = ("full_name", "initials", "email", "role")
        kwargs["initial"] = {name: getattr(person, name) for name in names}
        super().__init__(*args, **kwargs)


class NewPasswordOfForm(forms.Form):
    password = password_field(
        _("Neues Passwort"),
        new=True,
        help_text=_("Mindestens 12 Zeichen; muss beim nächsten Mal geändert werden."),
    )
