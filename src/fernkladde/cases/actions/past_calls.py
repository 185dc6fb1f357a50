"""Calls of the old note book: checked one by one, written and removed in bulk.

They are told in the Kladde by the batch that brought them, not one by one: they were
no work of this house's clock, and nothing is ever billed by them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict, Unpack

from django.utils.translation import gettext as _

from fernkladde.cases.clock import InTheFuture
from fernkladde.cases.models import PastCall
from fernkladde.customers import records
from fernkladde.journal.in_bulk import Columns
from fernkladde.plants.secrets import refuse_secrets

from .cases import PlantOfAnother

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, time

    from fernkladde.customers.models import Customer
    from fernkladde.plants.models import Plant

COLUMNS = (
    "key", "customer_id", "plant_id", "called_on", "began", "seconds", "technician",
    "note", "batch_id",
)  # fmt: skip


class PastCallFields(TypedDict, total=False):
    key: str
    customer: Customer
    plant: Plant | None
    called_on: date
    began: time | None
    seconds: int
    technician: str
    note: str


def draft_past_call(*, today: date, **fields: Unpack[PastCallFields]) -> PastCall:
    """Return a past call as it would be taken in, checked and not written."""
    call = PastCall(**records.strip(fields))
    if call.called_on > today:
        raise InTheFuture(field="called_on")
    if call.plant and call.plant.customer_id != call.customer_id:
        raise PlantOfAnother(call.plant)
    refuse_secrets(note=call.note)
    records.check(call)
    return call


def insert_past_calls(rows: Iterable[tuple[object, ...]]) -> None:
    """Write rows of `COLUMNS` that were checked; days and times as ISO texts."""
    Columns(PastCall, *COLUMNS).insert(rows)


def past_call_exists(key: str) -> bool:
    return PastCall.objects.filter(key=key).exists()


def remove_past_calls(batch_id: int) -> int:
    """Remove what a batch has brought; return how many these were."""
    removed, _by_model = PastCall.objects.filter(batch_id=batch_id).delete()
    return removed


def describe(call: PastCall) -> str:
    """Name a past call for people: day, technician, minutes."""
    names = {
        "day": f"{call.called_on:%d.%m.%Y}",
        "who": call.technician or "–",
        "minutes": call.seconds // 60,
    }
    return _("%(day)s, %(who)s, %(minutes)d min") % names
