"""Service contracts: whom they serve, what they cover, at which prices."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from fernkladde.contracts.models import Contract, Covers
from fernkladde.customers import records
from fernkladde.journal.actions import Note, record_many
from fernkladde.values.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from fernkladde.accounts.models import User
    from fernkladde.contracts.models import Tariff
    from fernkladde.customers.models import Customer
    from fernkladde.customers.records import Changes, Draft
    from fernkladde.plants.models import Plant

# The ledger of an allowance counts in the periods and the unit that these make.
COUNTED = frozenset(("customer", "covers", "valid_from", "allowance_period"))


class ContractFields(TypedDict, total=False):
    number: str
    name: str
    customer: Customer
    shared_with: Sequence[Customer]
    limited_to_plants: bool
    plants: Sequence[Plant]
    services: list[str] | None
    valid_from: date
    valid_until: date | None
    priority: int
    tariff: Tariff | None
    covers: str
    includes_connection: bool
    allowance_period: str
    allowance_minutes: int | None
    allowance_cases: int | None
    carry_over_periods: int
    carry_over_term: bool
    carry_over_minutes: int | None
    surcharge_on_covered: str
    respond_minutes: int | None
    solve_minutes: int | None
    respond_minutes_down: int | None
    solve_minutes_down: int | None
    note: str


@dataclass(frozen=True, slots=True)
class Altered:
    """What differs, as the Kladde tells it, and the links that are to be set anew."""

    changes: Changes
    links: Mapping[str, Sequence[Any]] = field(default_factory=dict)


class ContractInUse(Refusal):
    """Something was taken from the allowance; its periods and unit stay."""

    def __init__(self, contract: Contract, field: str) -> None:
        self.contract = contract
        sentence = _(
            "Aus Vertrag %(number)s wurde schon abgerechnet: Kunde, Beginn, Zeitraum"
            " und Art des Kontingents bleiben. Bitte den Vertrag beenden und einen"
            " neuen anlegen."
        )
        super().__init__(sentence % {"number": contract.number}, field=field)


@transaction.atomic
def create_contract(
    *, by: User | None, at: datetime, **fields: Unpack[ContractFields]
) -> Contract:
    """Take in a contract; `limited_to_plants` follows from `plants` if not given."""
    draft = draft_contract(**fields)
    records.insert(draft.row)
    draft.row.shared_with.set(draft.values["shared_with"])
    draft.row.plants.set(draft.values["plants"])
    record_many([contract_created(draft, by=by, at=at)])
    return draft.row


def draft_contract(**fields: Unpack[ContractFields]) -> Draft[Contract]:
    """Return a contract as it would be taken in, checked and not written.

    Whom and what it is linked to stands in the draft's values.
    """
    values = records.strip(fields)
    customers, plants = values.pop("shared_with", ()), values.pop("plants", ())
    values.setdefault("limited_to_plants", bool(plants))
    contract = Contract(**values)
    others = _others(contract, customers)
    _check(contract)
    _check_plants(contract, others, plants)
    links = {"shared_with": others, "plants": list(plants)}
    return records.drafted(contract, {**values, **links})


def contract_created(draft: Draft[Contract], *, by: User | None, at: datetime) -> Note:
    facts, personal = records.told_apart(records.as_facts(draft.values))
    return Note(
        kind="contracts.contract-created",
        subject=subject(draft.row),
        by=by,
        at=at,
        facts=facts,
        personal=personal,
    )


@transaction.atomic
def change_contract(
    *,
    contract: Contract,
    by: User | None,
    at: datetime,
    **fields: Unpack[ContractFields],
) -> bool:
    """Write what differs; return whether anything did."""
    current = records.locked(contract)
    altered = alter_contract(current, **fields)
    save_contract(current, altered)
    plain = fields.keys() - set(_LINKS)
    records.copy_to(contract, current, dict.fromkeys(plain))
    if altered.changes:
        record_many([contract_changed(current, altered, by=by, at=at)])
    return bool(altered.changes)


def alter_contract(contract: Contract, **fields: Unpack[ContractFields]) -> Altered:
    """Let the row say what differs, checked and not written; return that."""
    values = records.strip(fields)
    links = {
        name: values.pop(name) for name in ("shared_with", "plants") & values.keys()
    }
    changes = records.alter(contract, values, check_also=_check)
    _check_use(contract, changes)
    new_links = _new_links(contract, links)
    told = {
        name: [sorted(records.as_fact(rows)) for rows in pair]
        for name, pair in new_links.items()
    }
    return Altered(changes | told, {name: pair[1] for name, pair in new_links.items()})


def save_contract(contract: Contract, altered: Altered) -> None:
    """Write what `alter_contract` has found."""
    columns = [name for name in altered.changes if name not in altered.links]
    if columns:
        contract.save(update_fields=columns)
    for name, rows in altered.links.items():
        getattr(contract, name).set(rows)


def contract_changed(
    contract: Contract, altered: Altered, *, by: User | None, at: datetime
) -> Note:
    facts, personal = records.changes_told_apart(altered.changes, {})
    return Note(
        kind="contracts.contract-changed",
        subject=subject(contract),
        by=by,
        at=at,
        facts=facts,
        personal=personal,
    )


def contract_removed(
    contract: Contract, *, reason: str, by: User | None, at: datetime
) -> Note:
    """Tell that a contract, under which nothing had happened, is there no longer."""
    return Note(
        kind="contracts.contract-removed",
        subject=subject(contract),
        by=by,
        at=at,
        facts={"number": contract.number, "reason": reason},
    )


def subject(contract: Contract) -> str:
    return f"contract/{contract.number}"


def _others(contract: Contract, customers: Iterable[Customer]) -> list[Customer]:
    """Return who else may use the contract; its own customer does anyway."""
    return [other for other in customers if other.pk != contract.customer_id]


def _new_links(
    contract: Contract, links: dict[str, Any]
) -> dict[str, tuple[list[Any], list[Any]]]:
    """Return the customers and plants that differ: who they were and will be."""
    before = {name: list(getattr(contract, name).all()) for name in _LINKS}
    after = before | {name: list(rows) for name, rows in links.items()}
    after["shared_with"] = _others(contract, after["shared_with"])
    _check_plants(contract, after["shared_with"], after["plants"])
    return {
        name: (before[name], after[name])
        for name in _LINKS
        if {row.pk for row in before[name]} != {row.pk for row in after[name]}
    }


_LINKS = ("shared_with", "plants")


def _check(contract: Contract) -> None:
    if contract.valid_until and contract.valid_until < contract.valid_from:
        sentence = _("Der Vertrag endet vor seinem Beginn.")
        raise records.invalid("valid_until", sentence)
    if contract.covers == Covers.ALLOWANCE:
        _check_allowance(contract)


def _check_allowance(contract: Contract) -> None:
    if not contract.allowance_period:
        sentence = _("Bitte den Zeitraum des Kontingents wählen.")
        raise records.invalid("allowance_period", sentence)
    amounts = (contract.allowance_minutes, contract.allowance_cases)
    if amounts.count(None) != 1:
        sentence = _("Das Kontingent bitte entweder in Minuten oder in Fällen angeben.")
        raise records.invalid("allowance_minutes", sentence)


def _check_plants(
    contract: Contract, others: Sequence[Customer], plants: Iterable[Plant]
) -> None:
    users = {contract.customer_id, *(other.pk for other in others)}
    for plant in plants:
        if plant.customer_id not in users:
            sentence = _("Anlage %(plant)s gehört keinem Kunden dieses Vertrags.")
            names = {"plant": plant.number}
            raise records.invalid("plants", sentence % names)


def _check_use(contract: Contract, changes: records.Changes) -> None:
    """Refuse to move the periods from which invoices have taken something."""
    touched = sorted(COUNTED & changes.keys())
    for name in ("allowance_minutes", "allowance_cases"):
        if name in changes and None in changes[name]:
            touched.append(name)
    postings = contract.postings.filter(released_by=None)
    if touched and postings.exists():
        raise ContractInUse(contract, touched[0])
    later = postings.filter(period_start__gt=contract.valid_until or date.max)
    if "valid_until" in changes and later.exists():
        raise ContractInUse(contract, "valid_until")
