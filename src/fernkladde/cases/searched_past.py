"""What is found of past calls: their notes, by whom, and at whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fernkladde.search.kinds import Feed, Found, Kind, Watched, feed, register
from fernkladde.search.words import Text

from .models import PastCall

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

PAST_CALL = 7
LONGEST_TITLE = 80


def register_past_calls() -> None:
    register(
        Kind(
            name="past-call",
            code=PAST_CALL,
            model=PastCall,
            newest=("-called_on", "-pk"),
            links=("customer", "plant"),
            shown=_shown,
            named_by={"customer": "customer_id", "plant": "plant_id"},
        )
    )
    call = Watched(
        table="cases_pastcall",
        columns=("technician", "note", "customer_id", "plant_id"),
    )
    feed("past-call", Feed(read=_past_calls, watched=(call,)))


def _past_calls(keys: Collection[int]) -> Iterator[tuple[int, Text]]:
    rows = PastCall.objects.filter(pk__in=keys).select_related("customer", "plant")
    for row in rows:
        words = [row.note, row.technician, row.customer.number, row.customer.name]
        if row.plant:
            words += [row.plant.number, row.plant.name, row.plant.serial_number]
        yield row.pk, Text(words=tuple(words))


def _shown(rows: Sequence[PastCall], _typed: str) -> Iterator[Found]:
    """Name a past call by its day: it has no number of its own."""
    for row in rows:
        title = row.note.splitlines()[0] if row.note else row.technician
        detail = " · ".join(
            filter(None, [row.customer.name, row.plant.name if row.plant else ""])
        )
        yield Found(
            "past-call",
            row.called_on.isoformat(),
            title[:LONGEST_TITLE],
            detail,
            customer=row.customer.number,
        )
