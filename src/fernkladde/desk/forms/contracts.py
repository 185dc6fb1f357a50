"""The form of a service contract, every rule explained in half a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from fernkladde.contracts.models import AllowancePeriod, Covers, SurchargeOnCovered
from fernkladde.desk.words import SERVICES
from fernkladde.plants.models import Plant

from .customers import tariff_choice
from .fields import (
    MISSING,
    codes_field,
    day_field,
    hours_field,
    long_text_field,
    text_field,
    whole_field,
)
from .records import customer_field, customers_field

if TYPE_CHECKING:
    from fernkladde.accounts.models import User
    from fernkladde.contracts.models import Contract
    from fernkladde.customers.models import Customer

PLAIN = (
    "name", "valid_from", "valid_until", "priority", "covers", "includes_connection",
    "allowance_period", "allowance_minutes", "allowance_cases", "carry_over_periods",
    "carry_over_minutes", "surcharge_on_covered", "respond_minutes", "solve_minutes",
    "respond_minutes_down", "solve_minutes_down", "note",
)  # fmt: skip
NO_ALLOWANCE = {
    "allowance_period": "",
    "allowance_minutes": None,
    "allowance_cases": None,
    "carry_over_periods": 0,
    "carry_over_term": False,
    "carry_over_minutes": None,
    "surcharge_on_covered": SurchargeOnCovered.IGNORE,
}
COVERS = (
    (Covers.EVERYTHING, _("Alles: was hineinfällt, kostet nichts extra")),
    (Covers.ALLOWANCE, _("Ein Kontingent: was darüber hinausgeht, wird berechnet")),
    (Covers.NOTHING, _("Nichts: der Vertrag bringt nur eigene Preise")),
)
SURCHARGES = (
    (
        SurchargeOnCovered.IGNORE,
        _("ist enthalten: eine Minute kostet eine Minute, auch nachts"),
    ),
    (
        SurchargeOnCovered.WEIGHT,
        _("zählt entsprechend mehr: 30 min mit 50 % Zuschlag kosten 45 min"),
    ),
    (
        SurchargeOnCovered.CHARGE,
        _("wird berechnet: die Zeit aus dem Kontingent, der Aufschlag in Geld"),
    ),
)
CARRIES = (
    ("none", _("verfällt am Ende des Zeitraums")),
    ("periods", _("gilt noch einige Zeiträume weiter")),
    ("term", _("gilt bis zum Ende des Vertrags")),
)


class ContractFilter(forms.Form):
    q = forms.CharField(
        label=_("Nummer, Name oder Kunde"),
        required=False,
        max_length=100,
        widget=forms.SearchInput,
    )
    show = forms.ChoiceField(
        label=_("Welche"),
        required=False,
        choices=[
            ("", _("laufende")),
            ("ending", _("enden in 3 Monaten")),
            ("future", _("künftige")),
            ("ended", _("beendete")),
            ("all", _("alle")),
        ],
    )
    covers = forms.ChoiceField(
        label=_("Deckt"), required=False, choices=[("", _("alles")), *Covers.choices]
    )


class WhoseForm(forms.Form):
    """Whose contract it will be: whose plants can be chosen hangs on it."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["customer"] = customer_field(
            _("Kunde"), user=user, help_text=_("Kundennummer oder Name.")
        )


class ContractForm(forms.Form):
    number = text_field(_("Vertragsnummer"), 60, required=True)
    name = text_field(
        _("Name"),
        200,
        required=True,
        help_text=_("Zum Beispiel Silber."),
    )
    valid_from = day_field(
        _("Beginn"),
        required=True,
        help_text=_("Ab hier zählen die Zeiträume des Kontingents."),
    )
    valid_until = day_field(
        _("Ende"), help_text=_("Letzter Tag, einschließlich; leer: ohne Ende.")
    )
    covers = forms.ChoiceField(
        label=_("Was ist gedeckt?"),
        choices=COVERS,
        widget=forms.RadioSelect,
        error_messages={"required": MISSING},
    )
    allowance_minutes = hours_field(
        _("Stunden je Zeitraum"), help_text=_("Zum Beispiel 10 oder 7:30.")
    )
    allowance_cases = whole_field(
        _("oder Fälle je Zeitraum"),
        help_text=_("Der erste Einsatz eines Falls nimmt einen, alle weiteren keinen."),
    )
    allowance_period = forms.ChoiceField(
        label=_("Zeitraum"),
        required=False,
        choices=[("", "–"), *AllowancePeriod.choices],
        help_text=_("Beginnt mit dem Vertrag, nicht mit dem Kalender."),
    )
    carry_over = forms.ChoiceField(
        label=_("Was übrig bleibt"),
        required=False,
        choices=CARRIES,
        initial="none",
        widget=forms.RadioSelect,
    )
    carry_over_periods = whole_field(_("wie viele Zeiträume weiter"))
    carry_over_minutes = hours_field(
        _("höchstens übertragen"),
        help_text=_("Stunden, die ein Zeitraum insgesamt weitergibt; leer: alle."),
    )
    surcharge_on_covered = forms.ChoiceField(
        label=_("Zuschlag auf gedeckte Zeit"),
        required=False,
        choices=SURCHARGES,
        initial=SurchargeOnCovered.IGNORE,
        widget=forms.RadioSelect,
    )
    plants = forms.ModelMultipleChoiceField(
        Plant.objects.none(),
        label=_("Nur für diese Anlagen"),
        required=False,
        to_field_name="number",
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nichts angekreuzt: für alle Anlagen."),
    )
    services = codes_field(
        _("Nur für diese Leistungsarten"),
        SERVICES,
        help_text=_("Durch Komma getrennt, zum Beispiel Fernwartung; leer: alle."),
    )
    tariff = tariff_choice(
        _("Tarif für Mehraufwand"),
        empty=_("der von Anlage oder Kunde"),
        help_text=_("Nach ihm kostet, was der Vertrag nicht deckt."),
    )
    respond_minutes = hours_field(
        _("Antwort binnen"), help_text=_("Stunden der Geschäftszeit, etwa 4:00.")
    )
    solve_minutes = hours_field(_("Lösung binnen"))
    respond_minutes_down = hours_field(
        _("Antwort binnen, wenn die Produktion steht"),
        help_text=_("Leer: wie sonst."),
    )
    solve_minutes_down = hours_field(_("Lösung binnen, wenn die Produktion steht"))
    includes_connection = forms.BooleanField(
        label=_("Verbindungskosten sind enthalten"), required=False
    )
    priority = whole_field(
        _("Rang"),
        least=-1000,
        help_text=_("Passen mehrere Verträge, zahlt der kleinere Rang zuerst."),
    )
    note = long_text_field(_("Notiz"))

    def __init__(
        self,
        *args: Any,
        user: User,
        customer: Customer,
        contract: Contract | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs["initial"] = _values(contract) if contract else {"priority": 100}
        super().__init__(*args, **kwargs)
        if contract is not None:
            del self.fields["number"]
        others = list(contract.shared_with.all()) if contract else []
        self.fields["shared_with"] = customers_field(
            _("Konzernkunden"),
            user=user,
            help_text=_(
                "Andere Kunden, die ihn mitnutzen: Nummern, durch Komma getrennt."
            ),
        )
        plants = Plant.objects.visible_to(user).filter(customer__in=[customer, *others])
        field: Any = self.fields["plants"]
        field.queryset = plants.order_by("name", "pk")

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        carry = given.pop("carry_over", "") or "none"
        given["carry_over_term"] = carry == "term"
        self._clean_carried(given, carry)
        if given.get("covers") == Covers.ALLOWANCE:
            self._clean_allowance(given)
        else:
            given |= NO_ALLOWANCE
        given["services"] = given.get("services") or None
        given["shared_with"] = given.get("shared_with") or []
        given["limited_to_plants"] = bool(given.get("plants"))
        given["priority"] = 100 if given.get("priority") is None else given["priority"]
        surcharge = given.get("surcharge_on_covered") or SurchargeOnCovered.IGNORE
        given["surcharge_on_covered"] = surcharge
        return given

    def _clean_carried(self, given: dict[str, Any], carry: str) -> None:
        if carry != "periods":
            given["carry_over_periods"] = 0
        elif not given.get("carry_over_periods"):
            self.add_error(
                "carry_over_periods",
                gettext("Wie viele Zeiträume gilt der Rest weiter?"),
            )
        if carry == "none":
            given["carry_over_minutes"] = None

    def _clean_allowance(self, given: dict[str, Any]) -> None:
        amounts = (given.get("allowance_minutes"), given.get("allowance_cases"))
        faulty = {"allowance_minutes", "allowance_cases"} & self.errors.keys()
        if amounts.count(None) == len(amounts) and not faulty:
            self.add_error(
                "allowance_minutes",
                gettext("Wie groß ist das Kontingent? Stunden oder Fälle eintragen."),
            )
        elif None not in amounts:
            self.add_error(
                "allowance_cases",
                gettext("Entweder Stunden oder Fälle: bitte eines von beiden leeren."),
            )
        elif amounts[1] is not None and (
            given.get("carry_over_periods") or given.get("carry_over_term")
        ):
            self.add_error(
                "carry_over_periods",
                gettext("Fälle werden nicht übertragen."),
            )
        if not given.get("allowance_period"):
            self.add_error("allowance_period", gettext("Bitte den Zeitraum wählen."))


def _values(contract: Contract) -> dict[str, Any]:
    carry = "periods" if contract.carry_over_periods else "none"
    return {
        **{name: getattr(contract, name) for name in PLAIN},
        "carry_over": "term" if contract.carry_over_term else carry,
        "carry_over_periods": contract.carry_over_periods or None,
        "services": contract.services or [],
        "tariff": contract.tariff and contract.tariff.code,
        "plants": [plant.number for plant in contract.plants.all()],
        "shared_with": ", ".join(c.number for c in contract.shared_with.all()),
    }


def surcharge_words(contract: Contract) -> str:
    return str(dict(SURCHARGES)[SurchargeOnCovered(contract.surcharge_on_covered)])
