"""Tables of plants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from fernkladde.contracts.actions.contracts import Altered
from fernkladde.imports.models import TableKind
from fernkladde.imports.tables.cells import day
from fernkladde.imports.tables.fields import Field
from fernkladde.plants import actions
from fernkladde.plants.models import Plant

from .choices import country
from .customers import UNDONE
from .records import RecordKind
from .references import to_customer, to_plant_type, to_tariff

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from django.db.models import Model, QuerySet

    from fernkladde.accounts.models import User
    from fernkladde.customers.records import Draft
    from fernkladde.imports.tables.fields import Given
    from fernkladde.journal.actions import Note


class Plants(RecordKind):
    name = TableKind.PLANTS
    model = Plant
    references = (to_customer(), to_plant_type(), to_tariff())
    fields = (
        Field(
            name="number", label=_("Anlagennummer"), sample="A-2001", is_needed=True,
            words=("Anlagen-Nr.", "Anlagennr", "Maschinennummer", "Maschinen-Nr.",
                   "Nr.", "Nummer", "Equipment", "plant number", "plant no",
                   "machine number"),
        ),
        Field(
            name="name", label=_("Name"), sample="Presse 3", is_needed=True,
            words=("Anlage", "Bezeichnung", "Maschine", "Anlagenname", "plant",
                   "machine", "description"),
        ),
        Field(
            name="customer", label=_("Kundennummer"), sample="10001", is_needed=True,
            words=("Kunde", "Kunden-Nr.", "Kd.-Nr.", "Kundennr", "KdNr", "Firma",
                   "Debitor", "Betreiber", "customer number", "customer no"),
        ),
        Field(
            name="plant_type", label=_("Anlagentyp"),
            words=("Typ", "Maschinentyp", "Baureihe", "Modell", "type", "model"),
        ),
        Field(
            name="serial_number", label=_("Fabriknummer"), sample="SN-48211",
            words=("Seriennummer", "Serien-Nr.", "Fabrik-Nr.", "S/N", "serial",
                   "serial no"),
        ),
        Field(
            name="site", label=_("Standort"), sample="Werk 2, Halle 4",
            words=("Werk", "Aufstellort", "Ort", "location"),
        ),
        Field(
            name="country", label=_("Land"), sample="DE", read=country,
            words=("Ländercode", "LKZ", "country code"),
        ),
        Field(
            name="control", label=_("Steuerung"), sample="S7-1500",
            words=("SPS", "Steuerungstyp", "plc", "controller"),
        ),
        Field(
            name="warranty_until", label=_("Gewährleistung bis"), sample="31.12.2027",
            read=day,
            words=("Garantie bis", "Gewährleistungsende", "Garantieende",
                   "Ende Gewährleistung", "warranty until", "warranty end"),
        ),
        Field(
            name="tariff", label=_("Tarif"),
            words=("Tarifkürzel", "tariff code", "price list"),
        ),
        Field(
            name="note", label=_("Notiz"),
            words=("Notizen", "Bemerkung", "Bemerkungen", "Kommentar", "notes",
                   "comment", "remark"),
        ),
    )  # fmt: skip

    def key(self, given: Given) -> str:
        return str(given.values.get("number", ""))

    def with_links(self) -> QuerySet[Plant]:
        return Plant.objects.select_related("customer", "plant_type", "tariff")

    def known(self, rows: Sequence[Given]) -> Mapping[str, Model]:
        numbers = [self.key(given) for given in rows]
        found = self.with_links().filter(number__in=numbers)
        return {plant.number: plant for plant in found}

    def draft(self, values: Mapping[str, Any]) -> Draft[Plant]:
        return actions.draft_plant(**values)

    def alter(self, row: Plant, values: Mapping[str, Any]) -> Altered:
        return Altered(actions.alter_plant(row, **values))

    def created(self, draft: Draft[Plant], *, by: User | None, at: datetime) -> Note:
        return actions.plant_created(draft, by=by, at=at)

    def changed(
        self, row: Plant, altered: Altered, *, by: User | None, at: datetime
    ) -> Note:
        return actions.plant_changed(row, altered.changes, by=by, at=at)

    def removed(self, row: Plant, *, by: User | None, at: datetime) -> Note:
        return actions.plant_removed(row, reason=UNDONE, by=by, at=at)
