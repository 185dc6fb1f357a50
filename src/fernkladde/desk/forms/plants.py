"""Forms about plants, the ways to reach them, and their types."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fernkladde.plants.models import AccessKind, Plant, PlantType
from fernkladde.plants.secrets import LooksLikeASecret

from .countries import country_field
from .customers import tariff_choice
from .fields import day_field, long_text_field, text_field
from .records import customer_field
from .refusals import refusals_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fernkladde.accounts.models import User
    from fernkladde.plants.models import AccessPath

NAMES = (
    "name", "serial_number", "site", "country", "control", "warranty_until", "note",
)  # fmt: skip
PATH_NAMES = ("kind", "identifier", "reference", "approval", "note")


class PlantFilter(forms.Form):
    q = forms.CharField(
        label=_("Nummer, Name, Fabriknummer, Standort, Kunde"),
        required=False,
        max_length=100,
        widget=forms.SearchInput,
    )
    warranty = forms.ChoiceField(
        label=_("Gewährleistung"),
        required=False,
        choices=[
            ("", _("alle")),
            ("in", _("in Gewährleistung")),
            ("soon", _("endet in 3 Monaten")),
            ("out", _("abgelaufen")),
            ("unknown", _("kein Datum")),
        ],
    )
    access = forms.ChoiceField(
        label=_("Zugang"),
        required=False,
        choices=[("", _("alle")), *AccessKind.choices, ("none", _("ohne Zugang"))],
    )
    show = forms.ChoiceField(
        label=_("Welche"),
        required=False,
        choices=[
            ("", _("aktive")),
            ("inactive", _("stillgelegte")),
            ("all", _("alle")),
        ],
    )


class SecretForm(forms.Form):
    """Texts that may look like a password; who knows better says so and goes on."""

    no_secret = forms.BooleanField(
        label=_("Das ist kein Passwort und kein Schlüssel"), required=False
    )

    def asks_about_secrets(self) -> bool:
        """Show the way past the warning only once it was given, or used."""
        return self.is_bound and (self.was_warned or bool(self.data.get("no_secret")))

    was_warned = False


@contextmanager
def warnings_and_refusals_in(form: SecretForm) -> Iterator[None]:
    """Say in the form what was refused; a warning can be overruled the next time."""
    with refusals_in(form):
        try:
            yield
        except LooksLikeASecret:
            form.was_warned = True
            raise


class PlantForm(SecretForm):
    """A plant; number and customer are only asked for where it is new."""

    number = text_field(_("Anlagennummer"), 60, required=True)
    name = text_field(_("Name"), 200, required=True)
    plant_type = forms.ModelChoiceField(
        PlantType.objects.order_by("name"),
        label=_("Anlagentyp"),
        required=False,
        to_field_name="name",
        empty_label=_("keiner"),
        help_text=_("Der Typ bringt die Prüfliste mit."),
    )
    serial_number = text_field(_("Fabriknummer"), 80)
    site = text_field(_("Standort"), 120, help_text=_("Ort, Werk oder Halle."))
    country = country_field(_("Land"))
    control = text_field(
        _("Steuerung"), 120, help_text=_("Zum Beispiel S7-1516F, TIA V18.")
    )
    warranty_until = day_field(
        _("Gewährleistung bis"), help_text=_("Der letzte Tag, einschließlich.")
    )
    tariff = tariff_choice(_("Tarif"), empty=_("der des Kunden"))
    note = long_text_field(_("Notiz"))
    is_active = forms.BooleanField(label=_("in Betrieb"), required=False)

    def __init__(
        self, *args: Any, user: User, plant: Plant | None = None, **kwargs: Any
    ) -> None:
        if plant is not None:
            kwargs.setdefault("initial", _values(plant))
        super().__init__(*args, **kwargs)
        if plant is not None:
            del self.fields["number"]
        else:
            del self.fields["is_active"]
        self.fields["customer"] = customer_field(
            _("Kunde"),
            user=user,
            help_text=_("Kundennummer oder Name. Fälle bleiben beim bisherigen Kunden.")
            if plant
            else _("Kundennummer oder Name."),
        )
        self.order_fields(["number", "name", "customer"])


def _values(plant: Plant) -> dict[str, Any]:
    return {
        **{name: getattr(plant, name) for name in (*NAMES, "is_active")},
        "customer": plant.customer.number,
        "tariff": plant.tariff and plant.tariff.code,
        "plant_type": plant.plant_type and plant.plant_type.name,
    }


class AccessPathForm(SecretForm):
    kind = forms.ChoiceField(label=_("Art"), choices=AccessKind.choices)
    identifier = text_field(
        _("Nummer, Gateway oder Name"),
        200,
        help_text=_("Rufnummer des Modems, Adresse des Routers, Kennung im Programm."),
    )
    reference = text_field(
        _("Wo die Zugangsdaten liegen"),
        200,
        help_text=_("Nur der Ort, zum Beispiel „KeePass: Kunde / Presse 3“."),
    )
    approval = text_field(
        _("Wer freigibt"),
        200,
        help_text=_("Wer beim Kunden zustimmt und wie, etwa Schlüsselschalter."),
    )
    note = text_field(_("Notiz"), 300)
    field_order = (*PATH_NAMES, "no_secret")

    def __init__(
        self, *args: Any, path: AccessPath | None = None, **kwargs: Any
    ) -> None:
        if path is not None:
            kwargs.setdefault("initial", {n: getattr(path, n) for n in PATH_NAMES})
        super().__init__(*args, **kwargs)


class PlantTypeForm(forms.Form):
    name = text_field(_("Name"), 120, required=True)
    check_first = long_text_field(
        _("Prüfliste"),
        rows=8,
        help_text=_(
            "Eine Frage je Zeile: was der Kunde ansieht, bevor Arbeit beginnt, die"
            " etwas kostet."
        ),
    )
