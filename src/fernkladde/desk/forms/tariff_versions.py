"""A tariff version as one types it: head, tables and connection costs in one form.

What was typed becomes the engine's own document; its faults find their way back to
the field by their path.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from fernkladde.contracts.models import RateDeck
from fernkladde.desk.words import SERVICES, SKILLS, WEEKDAYS, word
from fernkladde.rating import InvalidScenario, parse_tariff_version

from .fields import MISSING, day_field, number_field, text_field, whole_field
from .tariff_rows import (
    BandForm,
    FeeForm,
    PriceRowForm,
    QuietForm,
    as_document,
    filled,
    row_set,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.http import QueryDict

    from fernkladde.rating import Fault
    from fernkladde.rating.terms import TariffVersion

    from .tariff_rows import RowSet

PLACE = re.compile(r"\$\.(\w+)(?:\[(\d+)\])?(?:\.(\w+))?")
UNFINISHED = _("Manches stimmt noch nicht; gespeichert ist nichts.")
ROWS = ("prices", "bands", "fees")
GROUPS = (
    ("session", _("jeder Einsatz für sich, kurze Pausen werden zusammengefasst")),
    ("day", _("alles an einem Tag am selben Fall zusammen")),
    ("case", _("alles am selben Fall zusammen, über Tage hinweg")),
)
BAND_RULES = (
    (
        "unit_start",
        _("Beginn des Takts: er kostet, was bei seinem Beginn gilt"),
    ),
    ("exact", _("Minutengenau: jede Minute kostet, was gerade gilt")),
    ("per_band", _("Je Zeitband: jedes Band wird für sich aufgerundet")),
    ("highest", _("Höchstes: alles kostet, was das teuerste berührte Band kostet")),
)
MODES = (
    ("none", _("nicht berechnet")),
    ("at_cost", _("nach Aufwand: die wirklichen Kosten, mit Aufschlag")),
    ("deck", _("nach Verbindungstarif: Preis je Vorwahl")),
    ("flat", _("pauschal: ein Betrag je Verbindung")),
)


class HeadForm(QuietForm):
    valid_from = day_field(
        _("Gilt ab"),
        required=True,
        help_text=_("Der erste Leistungstag, der nach dieser Fassung kostet."),
    )
    note = text_field(
        _("Anmerkung"), 200, help_text=_("Zum Beispiel Beschluss vom 12.05.")
    )
    currency = text_field(_("Währung"), 3, help_text=_("EUR, CHF, USD …"))
    group_by = forms.ChoiceField(
        label=_("Was wird zusammen aufgerundet?"),
        choices=GROUPS,
        initial="day",
        widget=forms.RadioSelect,
        error_messages={"required": MISSING},
    )
    merge_gap_minutes = whole_field(
        _("Zusammenfassen bis … Minuten Pause"),
        help_text=_("Nur bei einzelnen Einsätzen; leer: gar nicht."),
    )
    team_as_one = forms.BooleanField(
        label=_("Team als eine Person aufrunden"),
        required=False,
        help_text=_("Sonst wird für jeden Techniker einzeln gerundet."),
    )
    band_rule = forms.ChoiceField(
        label=_("Welche Zeit trägt welches Zeitband?"),
        choices=BAND_RULES,
        initial="unit_start",
        widget=forms.RadioSelect,
        error_messages={"required": MISSING},
    )

    def clean_currency(self) -> str:
        text: str = self.cleaned_data["currency"].upper() or "EUR"
        if not re.fullmatch("[A-Z]{3}", text):
            raise forms.ValidationError(
                gettext("„%(typed)s“ ist keine Währung. Schreiben Sie EUR oder CHF.")
                % {"typed": text}
            )
        return text


class ConnectionForm(QuietForm):
    mode = forms.ChoiceField(
        label=_("Verbindungskosten werden"),
        choices=MODES,
        initial="none",
        widget=forms.RadioSelect,
    )
    deck = forms.ChoiceField(label=_("Verbindungstarif"), required=False)
    amount = number_field(_("Betrag je Verbindung"), money=True)
    markup_percent = number_field(
        _("Aufschlag in %"), help_text=_("Bei Aufwand und Verbindungstarif.")
    )
    ignore_below_seconds = whole_field(
        _("kürzer als … Sekunden kostet nichts"), help_text=_("Leer: alle zählen.")
    )
    always = forms.BooleanField(
        label=_("auch berechnen, wenn die Arbeit selbst frei ist"),
        required=False,
        help_text=_("Zum Beispiel in der Gewährleistung."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        decks: Any = self.fields["deck"]
        known = RateDeck.objects.order_by("name").values_list("code", "name")
        decks.choices = [("", "–"), *known]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("mode") == "deck" and not given.get("deck"):
            self.add_error("deck", gettext("Welcher Verbindungstarif gilt?"))
        is_missing = given.get("amount") is None and "amount" not in self.errors
        if given.get("mode") == "flat" and is_missing:
            self.add_error("amount", gettext("Wie viel kostet eine Verbindung?"))
        return given

    def document(self) -> dict[str, Any] | None:
        """Return the terms; fields of another mode are left out."""
        given = filled(self.cleaned_data)
        mode = given["mode"]
        if mode == "none":
            return None
        if mode != "deck":
            given.pop("deck", None)
        if mode != "flat":
            given.pop("amount", None)
        else:
            given.pop("markup_percent", None)
        if not given.get("always"):
            given.pop("always", None)
        return as_document(given)


class VersionEditor:
    """All forms of one version; what was typed is kept in every of them."""

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        terms: Mapping[str, Any] | None = None,
        note: str = "",
        labels: Iterable[str] = (),
        quiet: bool = False,
    ) -> None:
        self.terms = terms = terms or {}
        self.faults: list[str] = []
        self.head = HeadForm(
            data, initial={"currency": "EUR", **terms, "note": note}, quiet=quiet
        )
        self.connection = ConnectionForm(
            data,
            prefix="connection",
            initial=terms.get("connection") or {},
            quiet=quiet,
        )
        bands = [{**band, "from_time": band["from"]} for band in terms.get("bands", ())]
        known = _labels(labels, bands)
        self.prices = row_set(
            PriceRowForm,
            "prices",
            data=data,
            rows=[_named(row) for row in terms.get("prices", ())],
            quiet=quiet,
        )
        self.bands = row_set(
            BandForm, "bands", data=data, rows=bands, quiet=quiet, labels=known
        )
        self.fees = row_set(
            FeeForm, "fees", data=data, rows=list(terms.get("fees", ())), quiet=quiet
        )

    def tables(self) -> dict[str, RowSet]:
        return {"prices": self.prices, "bands": self.bands, "fees": self.fees}

    def read(self) -> TariffVersion | None:
        """Return the version that was typed; else every fault stands at its field."""
        parts: list[Any] = [self.head, self.connection, *self.tables().values()]
        # Each part is asked, so that all faults are shown at once.
        valid = [part.is_valid() for part in parts]
        if not all(valid):
            self.faults.append(str(UNFINISHED))
            return None
        if not self._prices_stand_alone():
            return None
        try:
            return parse_tariff_version(self.document())
        except InvalidScenario as invalid:
            self.show(invalid.faults)
            return None

    def document(self) -> dict[str, Any]:
        """Return the typed version in the engine's vocabulary."""
        head = filled(self.head.cleaned_data)
        head.pop("note", None)
        head["valid_from"] = head["valid_from"].isoformat()
        rows = {name: table.documents() for name, table in self.tables().items()}
        connection = self.connection.document()
        if connection is not None:
            head["connection"] = connection
        return {**head, **rows}

    def _prices_stand_alone(self) -> bool:
        """Check that there is a price, and no two for the same work."""
        known: dict[tuple[str, str], int] = {}
        rows = self.prices.filled_forms()
        for number, form in enumerate(rows, start=1):
            given = form.cleaned_data
            pair = (given.get("service") or "*", given.get("skill") or "*")
            if pair in known:
                form.add_error("service", _same_price(pair, known[pair]))
            known.setdefault(pair, number)
        if not rows:
            self.faults.append(
                gettext("Mindestens eine Preiszeile ist nötig: was kostet die Zeit?")
            )
        elif any(form.errors for form in rows):
            self.faults.append(str(UNFINISHED))
        return not self.faults

    def show(self, faults: Iterable[Fault]) -> None:
        """Say each fault where it was typed; what has no field stands at the top."""
        for fault in faults:
            if not self._show(fault):
                self.faults.append(str(fault))

    def _show(self, fault: Fault) -> bool:
        found = PLACE.match(fault.path)
        if found is None:
            return False
        name, index, field = found.groups()
        if name in ROWS and index is not None:
            form: forms.Form = self.tables()[name].filled_forms()[int(index)]
        elif name == "connection":
            form = self.connection
        else:
            form, field = self.head, name
        field = {"from": "from_time"}.get(field or "", field)
        form.add_error(field if field in form.fields else None, fault.sentence)
        return True


def _named(row: Mapping[str, Any]) -> dict[str, Any]:
    """Leave "*" out: an empty field means all."""
    return {name: value for name, value in row.items() if value != "*"}


def _same_price(pair: tuple[str, str], number: int) -> str:
    service, skill = pair
    names = {
        "service": gettext("alle Leistungsarten")
        if service == "*"
        else word(service, SERVICES),
        "skill": gettext("alle Qualifikationen")
        if skill == "*"
        else word(skill, SKILLS),
        "number": number,
    }
    sentence = gettext(
        "Für %(service)s, %(skill)s steht schon in Zeile %(number)d ein Preis."
    )
    return sentence % names


def _labels(labels: Iterable[str], bands: Iterable[Mapping[str, Any]]) -> list[str]:
    used = {day for band in bands for day in band["days"] if day not in WEEKDAYS}
    return sorted({"holiday", *labels, *used})


def with_rows_added(data: QueryDict, prefix: str, number: int = 1) -> QueryDict:
    """Return what was typed, with empty rows at the end of one table."""
    more = data.copy()
    key = f"{prefix}-TOTAL_FORMS"
    try:
        total = int(data.get(key, "0"))
    except ValueError:
        total = 0
    more[key] = str(min(total + number, 200))
    return more
