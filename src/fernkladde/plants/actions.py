"""Writing down plants, their types, and the ways to reach them.

Texts that look like a password are refused (`LooksLikeASecret`); a person who has
read the warning and knows better says `no_secret=True`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from fernkladde.customers import records
from fernkladde.customers.phones import ImpossibleNumber, e164
from fernkladde.journal.actions import Note, record, record_many
from fernkladde.values.refusal import Refusal

from .models import AccessKind, AccessPath, Plant, PlantType
from .secrets import refuse_secrets

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from django.db.models import Model

    from fernkladde.accounts.models import User
    from fernkladde.customers.models import Customer
    from fernkladde.customers.records import Changes, Draft


class PlantTypeFields(TypedDict, total=False):
    name: str
    check_first: str


class PlantFields(TypedDict, total=False):
    number: str
    name: str
    customer: Customer
    plant_type: PlantType | None
    serial_number: str
    site: str
    country: str
    control: str
    warranty_until: date | None
    tariff: Model | None  # a contracts.Tariff, of which this room knows nothing
    note: str
    is_active: bool


class AccessPathFields(TypedDict, total=False):
    kind: str
    identifier: str
    reference: str
    approval: str
    note: str


class AccessPathGone(Refusal):
    """Somebody has removed the access path already."""

    def __init__(self) -> None:
        super().__init__(_("Dieser Zugang wurde schon entfernt."))


@transaction.atomic
def create_plant_type(
    *, by: User | None, at: datetime, **fields: Unpack[PlantTypeFields]
) -> PlantType:
    values = records.strip(fields)
    plant_type = records.insert(PlantType(**values), key="name")
    record(
        kind="plants.type-created",
        subject=f"plant-type/{plant_type.pk}",
        by=by,
        at=at,
        facts=records.as_facts(values),
    )
    return plant_type


@transaction.atomic
def change_plant_type(
    *,
    plant_type: PlantType,
    by: User | None,
    at: datetime,
    **fields: Unpack[PlantTypeFields],
) -> bool:
    current = records.locked(plant_type)
    changes = records.update(current, records.strip(fields))
    records.copy_to(plant_type, current, changes)
    if changes:
        record(
            kind="plants.type-changed",
            subject=f"plant-type/{plant_type.pk}",
            by=by,
            at=at,
            facts={"name": plant_type.name, "changes": changes},
        )
    return bool(changes)


@transaction.atomic
def create_plant(
    *,
    by: User | None,
    at: datetime,
    no_secret: bool = False,
    **fields: Unpack[PlantFields],
) -> Plant:
    """Take in a plant; `number`, `name` and `customer` are needed."""
    draft = draft_plant(no_secret=no_secret, **fields)
    records.insert(draft.row)
    record_many([plant_created(draft, by=by, at=at)])
    return draft.row


def draft_plant(
    *, no_secret: bool = False, **fields: Unpack[PlantFields]
) -> Draft[Plant]:
    """Return a plant as it would be taken in, checked and not written."""
    values = _plant_values(fields, no_secret=no_secret)
    if "country" not in values:
        values["country"] = fields["customer"].country
    return records.drafted(Plant(**values), values)


def plant_created(draft: Draft[Plant], *, by: User | None, at: datetime) -> Note:
    facts, personal = records.told_apart(records.as_facts(draft.values))
    return Note(
        kind="plants.plant-created",
        subject=subject(draft.row),
        by=by,
        at=at,
        facts=facts,
        personal=personal,
    )


@transaction.atomic
def change_plant(
    *,
    plant: Plant,
    by: User | None,
    at: datetime,
    no_secret: bool = False,
    **fields: Unpack[PlantFields],
) -> bool:
    """Write what differs; cases stay with the customer whom they were opened for."""
    current, changes = records.change(
        plant, lambda row: alter_plant(row, no_secret=no_secret, **fields)
    )
    if changes:
        record_many([plant_changed(current, changes, by=by, at=at)])
    return bool(changes)


def alter_plant(
    plant: Plant, *, no_secret: bool = False, **fields: Unpack[PlantFields]
) -> Changes:
    """Let the row say what differs, checked and not written; return that."""
    return records.alter(plant, _plant_values(fields, no_secret=no_secret))


def plant_changed(
    plant: Plant, changes: Changes, *, by: User | None, at: datetime
) -> Note:
    facts, personal = records.changes_told_apart(changes, {"number": plant.number})
    return Note(
        kind="plants.plant-changed",
        subject=subject(plant),
        by=by,
        at=at,
        facts=facts,
        personal=personal,
    )


def plant_removed(plant: Plant, *, reason: str, by: User | None, at: datetime) -> Note:
    """Tell that a plant, to which nothing had happened yet, is there no longer."""
    return Note(
        kind="plants.plant-removed",
        subject=subject(plant),
        by=by,
        at=at,
        facts={"number": plant.number, "reason": reason},
    )


@transaction.atomic
def add_access_path(
    *,
    plant: Plant,
    by: User | None,
    at: datetime,
    no_secret: bool = False,
    **fields: Unpack[AccessPathFields],
) -> AccessPath:
    path = AccessPath(plant=plant, **records.strip(fields))
    _prepare(path, no_secret=no_secret)
    path.save(force_insert=True)
    _record_path("plants.access-added", path, by=by, at=at, told=_told(path))
    return path


@transaction.atomic
def change_access_path(
    *,
    path: AccessPath,
    by: User | None,
    at: datetime,
    no_secret: bool = False,
    **fields: Unpack[AccessPathFields],
) -> bool:
    current = _existing(path)
    before = _told(current)
    for name, value in records.strip(fields).items():
        setattr(current, name, value)
    _prepare(current, no_secret=no_secret)
    after = _told(current)
    changed = sorted(name for name in after if after[name] != before[name])
    if changed:
        current.save(update_fields=changed)
        told = {f"{name}_before": before[name] for name in changed}
        told |= {name: after[name] for name in changed}
        _record_path("plants.access-changed", current, by=by, at=at, told=told)
    records.copy_to(path, current, after)
    return bool(changed)


@transaction.atomic
def remove_access_path(*, path: AccessPath, by: User | None, at: datetime) -> None:
    current = _existing(path)
    AccessPath.objects.filter(pk=path.pk).delete()
    _record_path("plants.access-removed", current, by=by, at=at, told=_told(current))


def subject(plant: Plant) -> str:
    return f"plant/{plant.number}"


def _plant_values(fields: PlantFields, *, no_secret: bool) -> dict[str, Any]:
    values = records.strip(fields)
    if values.get("country"):
        values["country"] = values["country"].upper()
    if not no_secret:
        refuse_secrets(note=values.get("note", ""), control=values.get("control", ""))
    return values


def _prepare(path: AccessPath, *, no_secret: bool) -> None:
    """Check the path; a telephone number gets the form in which calls find it."""
    if not no_secret:
        refuse_secrets(**_told(path))
    if path.kind == AccessKind.PHONE:
        path.identifier = e164(
            path.identifier, country=path.plant.country, field="identifier"
        )
    elif path.kind == AccessKind.MODEM:
        path.identifier = _number_or_name(path)
    records.check(path)


def _number_or_name(path: AccessPath) -> str:
    """Return a modem's number; behind a SIM card it may be named by anything."""
    try:
        return e164(path.identifier, country=path.plant.country)
    except ImpossibleNumber:
        return path.identifier


def _told(path: AccessPath) -> dict[str, str]:
    names = ("kind", "identifier", "reference", "approval", "note")
    return {name: str(getattr(path, name)) for name in names}


def _existing(path: AccessPath) -> AccessPath:
    current = AccessPath.objects.select_for_update(
        of=("self",), no_key=True
    ).select_related("plant")
    found = current.filter(pk=path.pk).first()
    if found is None:
        raise AccessPathGone
    return found


def _record_path(
    kind: str,
    path: AccessPath,
    *,
    by: User | None,
    at: datetime,
    told: Mapping[str, str],
) -> None:
    """Note the path; whose number it is and who approves can be erased later."""
    personal = {name: text for name, text in told.items() if text}
    access_kind = personal.pop("kind", path.kind)
    personal.pop("kind_before", None)
    record(
        kind=kind,
        subject=subject(path.plant),
        by=by,
        at=at,
        facts={"number": path.plant.number, "access": path.pk, "kind": access_kind},
        personal=personal,
    )
