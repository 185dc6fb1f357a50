"""A table taken in by whoever stands at the machine: judged, then taken at once."""

from __future__ import annotations

import hashlib
from typing import IO, TYPE_CHECKING

from django.db import transaction

from fernkladde.imports.models import Batch, BatchState, Outcome

from .batches import known_headings, open_table, remember_columns
from .columns import by_hand, recognized
from .kinds import KINDS
from .kinds.kind import Taking
from .limits import MEGABYTE
from .taking import Reading, RowsRefused, carry_out, collect
from .works import Works

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from .verdicts import Judged, Tally


def read_table(
    *, kind: str, file: IO[bytes], wishes: Iterable[str], sheet: str, at: datetime
) -> Reading:
    """Open a table with its columns as they are recognized and as they are wished."""
    of_kind = KINDS[kind]
    table = open_table(of_kind, file, sheet)
    known = known_headings(of_kind)
    columns = recognized(of_kind.fields, table.headings, known=known)
    wished = by_hand(of_kind.fields, table.headings, wishes)
    free = {n: p for n, p in columns.items() if p not in wished.values()}
    return Reading(kind=of_kind, table=table, columns=free | wished, at=at)


def look_over(reading: Reading, *, each: Callable[[Judged], None]) -> Tally:
    """Judge all rows and write nothing."""
    return collect(reading, each=each)


def take_in(
    reading: Reading,
    *,
    file: IO[bytes],
    file_name: str,
    each: Callable[[Judged], None],
) -> tuple[Tally, Batch | None]:
    """Judge all rows and take them, or refuse all of them (`RowsRefused`).

    Where everything stands so already there is nothing to take, and no batch.
    """
    kind = reading.kind
    with Works(on_disk=kind.is_large) as works:
        tally = collect(reading, works, each=each)
        if tally[Outcome.REFUSED]:
            raise RowsRefused(tally)
        if not (tally[Outcome.NEW] or tally[Outcome.CHANGED]):
            return tally, None
        with transaction.atomic():
            batch = Batch.objects.create(
                kind=kind.name,
                file_name=file_name,
                size=file.seek(0, 2),
                sha256=_sha256(file),
                headings=reading.table.headings,
                columns=dict(reading.columns),
                told=reading.table.told,
                state=BatchState.TAKING,
                given_at=reading.at,
            )
            remember_columns(kind, reading.table.headings, reading.columns)
            carry_out(works, tally, Taking(batch=batch, by=None, at=reading.at))
    batch.refresh_from_db()
    return tally, batch


def _sha256(file: IO[bytes]) -> str:
    file.seek(0)
    digest = hashlib.sha256()
    while piece := file.read(MEGABYTE):
        digest.update(piece)
    return digest.hexdigest()
