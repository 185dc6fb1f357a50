"""Tables of service contracts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from fernkladde.contracts.actions import contracts as actions
from fernkladde.contracts.models import Contract, Covers
from fernkladde.imports.models import TableKind
from fernkladde.imports.tables.cells import (
    count,
    day,
    minutes,
    several,
    whole,
    yes_or_no,
)
from fernkladde.imports.tables.fields import Field

from .choices import carried, covers, period, services, surcharge
from .customers import UNDONE
from .records import RecordKind
from .references import to_customer, to_plant, to_tariff

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from django.db.models import Model, QuerySet

    from fernkladde.accounts.models import User
    from fernkladde.contracts.actions.contracts import Altered
    from fernkladde.customers.records import Draft
    from fernkladde.imports.tables.fields import Given
    from fernkladde.journal.actions import Note

OF_ALLOWANCE = frozenset(
    ("allowance_minutes", "allowance_cases", "allowance_period", "carry_over_periods",
     "carry_over_minutes", "surcharge_on_covered")
)  # fmt: skip


class Contracts(RecordKind):
    name = TableKind.CONTRACTS
    model = Contract
    references = (
        to_customer(),
        to_customer("shared_with", many=True),
        to_plant("plants", many=True),
        to_tariff(),
    )
    fields = (
        Field(
            name="number", label=_("Vertragsnummer"), sample="V-301", is_needed=True,
            words=("Vertrags-Nr.", "Vertragsnr", "Vertrag Nr.", "Nr.", "Nummer",
                   "contract number", "contract no"),
        ),
        Field(
            name="name", label=_("Name"), sample="Silber", is_needed=True,
            words=("Vertrag", "Bezeichnung", "Vertragsart", "contract", "description"),
        ),
        Field(
            name="customer", label=_("Kundennummer"), sample="10001", is_needed=True,
            words=("Kunde", "Kunden-Nr.", "Kd.-Nr.", "Kundennr", "KdNr", "Firma",
                   "Debitor", "customer number", "customer no"),
        ),
        Field(
            name="valid_from", label=_("Beginn"), sample="01.01.2026", read=day,
            is_needed=True,
            words=("gültig ab", "Vertragsbeginn", "von", "ab", "Laufzeit von", "start",
                   "valid from", "begin"),
        ),
        Field(
            name="valid_until", label=_("Ende"), sample="31.12.2027", read=day,
            words=("gültig bis", "Vertragsende", "bis", "Laufzeit bis", "end",
                   "valid until"),
        ),
        Field(
            name="covers", label=_("Deckt"), sample="Kontingent", read=covers,
            words=("Deckung", "Umfang", "Art", "cover", "coverage"),
        ),
        Field(
            name="allowance_minutes", label=_("Kontingent (Minuten)"), sample="600",
            read=minutes,
            words=("Minuten", "Kontingent", "Kontingentminuten", "Freiminuten",
                   "Minuten je Zeitraum", "minutes", "included minutes"),
        ),
        Field(
            name="allowance_cases", label=_("Kontingent (Fälle)"), read=count,
            words=("Fälle", "Anzahl Fälle", "Fälle je Zeitraum", "cases"),
        ),
        Field(
            name="allowance_period", label=_("Zeitraum"), sample="Jahr", read=period,
            words=("Kontingentzeitraum", "Periode", "period"),
        ),
        Field(
            name="carry_over_periods", label=_("Übertrag (Zeiträume)"), read=carried,
            words=("Übertrag", "Zeiträume Übertrag", "carry over"),
        ),
        Field(
            name="carry_over_minutes", label=_("Übertrag höchstens (Minuten)"),
            read=minutes, words=("Übertrag höchstens", "carry over at most"),
        ),
        Field(
            name="surcharge_on_covered", label=_("Zuschlag auf gedeckte Zeit"),
            read=surcharge, words=("Zuschläge",),
        ),
        Field(
            name="includes_connection", label=_("Verbindungskosten enthalten"),
            sample="nein", read=yes_or_no,
            words=("Verbindungskosten sind enthalten", "includes connection"),
        ),
        Field(
            name="shared_with", label=_("Konzernkunden"), read=several,
            words=("gilt auch für", "shared with"),
        ),
        Field(
            name="plants", label=_("Anlagen"), read=several,
            words=("nur für Anlagen", "Anlagennummern"),
        ),
        Field(
            name="services", label=_("Leistungsarten"), read=services,
            words=("nur für Leistungsarten", "Leistungen"),
        ),
        Field(
            name="tariff", label=_("Tarif"),
            words=("Tarif für Mehraufwand", "Tarifkürzel", "tariff code"),
        ),
        Field(
            name="priority", label=_("Rang"), read=whole, words=("Priorität",),
        ),
        Field(
            name="note", label=_("Notiz"),
            words=("Notizen", "Bemerkung", "Bemerkungen", "Kommentar", "notes",
                   "comment", "remark"),
        ),
    )  # fmt: skip

    def key(self, given: Given) -> str:
        return str(given.values.get("number", ""))

    def complete(self, given: Given) -> None:
        """Let what the cells say of the allowance become what a contract says."""
        values = given.values
        tells = OF_ALLOWANCE & values.keys()
        if "covers" not in values and tells:
            values["covers"] = Covers.ALLOWANCE.value
        if "carry_over_periods" in values:
            periods = values["carry_over_periods"]
            values["carry_over_term"] = periods is None
            values["carry_over_periods"] = periods or 0
        if tells and values["covers"] != Covers.ALLOWANCE:
            sentence = gettext(
                "Angaben zum Kontingent passen nur zu „%(label)s“ bei „Deckt“."
            )
            given.faults.append(sentence % {"label": Covers.ALLOWANCE.label})

    def with_links(self) -> QuerySet[Contract]:
        rows = Contract.objects.select_related("customer", "tariff")
        return rows.prefetch_related("shared_with", "plants")

    def known(self, rows: Sequence[Given]) -> Mapping[str, Model]:
        numbers = [self.key(given) for given in rows]
        found = self.with_links().filter(number__in=numbers)
        return {contract.number: contract for contract in found}

    def draft(self, values: Mapping[str, Any]) -> Draft[Contract]:
        return actions.draft_contract(**values)

    def alter(self, row: Contract, values: Mapping[str, Any]) -> Altered:
        return actions.alter_contract(row, **values)

    def save(self, row: Contract, altered: Altered) -> None:
        actions.save_contract(row, altered)

    def link(self, drafts: Sequence[Draft[Contract]]) -> None:
        for name, column in (("shared_with", "customer_id"), ("plants", "plant_id")):
            through: Any = getattr(Contract, name).through
            through.objects.bulk_create(
                through(contract_id=draft.row.pk, **{column: other.pk})
                for draft in drafts
                for other in draft.values[name]
            )

    def created(self, draft: Draft[Contract], *, by: User | None, at: datetime) -> Note:
        return actions.contract_created(draft, by=by, at=at)

    def changed(
        self, row: Contract, altered: Altered, *, by: User | None, at: datetime
    ) -> Note:
        return actions.contract_changed(row, altered, by=by, at=at)

    def removed(self, row: Contract, *, by: User | None, at: datetime) -> Note:
        return actions.contract_removed(row, reason=UNDONE, by=by, at=at)
