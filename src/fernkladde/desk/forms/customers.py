"""Forms about customers and whom to ask there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fernkladde.accounts.models import Language
from fernkladde.contracts.models import Tariff

from .countries import country_field
from .fields import (
    MISSING,
    day_field,
    email_field,
    long_text_field,
    text_field,
)

if TYPE_CHECKING:
    from fernkladde.customers.models import Contact, Customer

NAMES = (
    "name", "street", "postcode", "city", "country", "vat_id", "email", "phone",
    "language", "buyer_reference", "order_number", "industry", "tariff",
    "charging_from", "consent_from", "wants_statement", "note",
)  # fmt: skip
CONTACT_NAMES = ("name", "role", "phone", "email")


class CustomerFilter(forms.Form):
    """What narrows the list; everything may stay empty."""

    q = forms.CharField(
        label=_("Nummer, Name, Ort oder Rufnummer"),
        required=False,
        max_length=100,
        widget=forms.SearchInput,
    )
    show = forms.ChoiceField(
        label=_("Welche"),
        required=False,
        choices=[
            ("", _("aktive")),
            ("contract", _("mit laufendem Vertrag")),
            ("no_contract", _("ohne laufenden Vertrag")),
            ("inactive", _("stillgelegte")),
            ("all", _("alle")),
        ],
    )
    industry = forms.ChoiceField(label=_("Branche"), required=False)
    group = text_field(_("Konzern von Kunde Nr."), 60, help_text="")

    def __init__(self, data: Any, *, industries: list[str]) -> None:
        super().__init__(data)
        choices = [("", _("alle")), *((name, name) for name in industries)]
        self.fields["industry"].choices = choices  # type: ignore[attr-defined]


def tariff_choice(
    label: Any, *, empty: Any, help_text: Any = ""
) -> forms.ModelChoiceField[Tariff]:
    return forms.ModelChoiceField(
        Tariff.objects.order_by("name", "pk"),
        label=label,
        required=False,
        empty_label=empty,
        to_field_name="code",
        help_text=help_text,
    )


class CustomerForm(forms.Form):
    """A customer; the number is only asked for where it is new."""

    number = text_field(
        _("Kundennummer"),
        60,
        required=True,
        help_text=_("Steht auf Rechnungen und bleibt, wie sie ist."),
    )
    name = text_field(_("Name"), 200, required=True, autocomplete="off")
    street = text_field(_("Straße und Hausnummer"), 200)
    postcode = text_field(_("Postleitzahl"), 20)
    city = text_field(_("Ort"), 100)
    country = country_field(_("Land"))
    vat_id = text_field(_("USt-IdNr."), 20, help_text=_("Zum Beispiel DE123456789."))
    email = email_field(
        _("E-Mail"), help_text=_("An diese Adresse gehen die Rechnungen.")
    )
    phone = text_field(_("Rufnummer"), 40)
    language = forms.ChoiceField(
        label=_("Sprache der Belege"), choices=Language.choices
    )
    buyer_reference = text_field(
        _("Leitweg-ID oder Käuferreferenz"),
        60,
        help_text=_("Behörden brauchen die Leitweg-ID auf jeder Rechnung."),
    )
    order_number = text_field(_("Bestellnummer"), 60)
    industry = text_field(_("Branche"), 60)
    tariff = tariff_choice(
        _("Tarif"),
        empty=_("der allgemeine"),
        help_text=_("Gilt, soweit weder Vertrag noch Anlage einen eigenen haben."),
    )
    charging_from = day_field(
        _("Berechnung angekündigt ab"),
        help_text=_("Davor bleibt Arbeit außerhalb der Verträge unberechnet."),
    )
    consent_from = day_field(
        _("Rahmenzustimmung seit"),
        help_text=_("Ab diesem Tag wird nicht mehr je Fall gefragt."),
    )
    wants_statement = forms.BooleanField(
        label=_("bekommt auch ohne Rechnung eine Kontingentaufstellung"),
        required=False,
        initial=True,
    )
    note = long_text_field(_("Notiz"))

    def __init__(
        self, *args: Any, customer: Customer | None = None, **kwargs: Any
    ) -> None:
        if customer is not None:
            kwargs.setdefault("initial", {n: getattr(customer, n) for n in NAMES})
            kwargs["initial"]["tariff"] = customer.tariff and customer.tariff.code
        super().__init__(*args, **kwargs)
        if customer is not None:
            del self.fields["number"]


class ContactForm(forms.Form):
    name = text_field(_("Name"), 120, required=True)
    role = text_field(_("Aufgabe"), 80, help_text=_("Zum Beispiel Instandhaltung."))
    phone = text_field(
        _("Rufnummer"),
        40,
        help_text=_("Ruft diese Nummer an, wird der Kunde von selbst gefunden."),
    )
    email = email_field(_("E-Mail"))

    def __init__(
        self, *args: Any, contact: Contact | None = None, **kwargs: Any
    ) -> None:
        if contact is not None:
            names = (*CONTACT_NAMES, "is_active")
            kwargs.setdefault("initial", {n: getattr(contact, n) for n in names})
        super().__init__(*args, **kwargs)
        if contact is not None:
            self.fields["is_active"] = forms.BooleanField(
                label=_("arbeitet noch dort"), required=False
            )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Grund"),
        max_length=200,
        required=True,
        error_messages={"required": MISSING},
        help_text=_("Steht in der Kladde, zum Beispiel „Firma aufgelöst“."),
    )
