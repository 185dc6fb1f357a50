"""Carrying out what was judged: all of it in one transaction, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from fernkladde.contracts.queries import local_date
from fernkladde.imports.models import Batch, BatchState, Outcome
from fernkladde.journal.actions import record, record_many
from fernkladde.values.refusal import Refusal

from .judging import judge
from .kinds import KINDS
from .portions import portions
from .verdicts import Tally

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from fernkladde.journal.actions import Note

    from .kinds.kind import Kind, Taking
    from .table import Table
    from .verdicts import Judged
    from .works import Works

NOTES_AT_ONCE = 1000


class RowsRefused(Refusal):
    """Something of the table cannot be taken in, and so nothing is."""

    def __init__(self, tally: Tally) -> None:
        self.tally = tally
        sentence = _("Nichts übernommen: %(count)d Zeilen sind abgelehnt.")
        super().__init__(sentence % {"count": tally[Outcome.REFUSED]})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A table with its kind and columns, and the moment at which it is looked at."""

    kind: Kind
    table: Table
    columns: Mapping[str, int]
    at: datetime

    def judged(self) -> Iterable[Judged]:
        today = local_date(self.at)
        return judge(self.kind, self.table, self.columns, today=today)


def collect(
    reading: Reading,
    works: Works | None = None,
    *,
    each: Callable[[Judged], None] | None = None,
) -> Tally:
    """Judge all rows and keep what has to be written; `each` sees every verdict."""
    tally = Tally()
    for judged in reading.judged():
        tally.add(judged.verdict)
        if works is not None and judged.work is not None:
            works.add(judged.work)
        if each:
            each(judged)
    return tally


def carry_out(works: Works, tally: Tally, taking: Taking) -> None:
    """Write all works of a batch, inside the caller's transaction.

    The Kladde comes last: once its head is taken, other writers wait.
    """
    if tally[Outcome.REFUSED]:
        raise RowsRefused(tally)
    batch = taking.batch
    notes = KINDS[batch.kind].write(works, taking)
    _record(notes)
    entry = record(
        kind="imports.batch-taken",
        subject=f"import/{batch.pk}",
        by=taking.by,
        at=taking.at,
        facts={"kind": batch.kind, "sha256": batch.sha256, **tally.as_columns()},
        personal={"file": batch.file_name},
    )
    values = {
        "state": BatchState.TAKEN,
        "taken_at": taking.at,
        "entry_sequence": entry.sequence,
        "faults": [],
        **tally.as_columns(),
    }
    Batch.objects.filter(pk=batch.pk).update(**values)
    forget_file(batch)


def take_back(taking: Taking) -> None:
    """Undo a batch, inside the caller's transaction, or refuse all of it."""
    batch = taking.batch
    _record(KINDS[batch.kind].undo(taking))
    record(
        kind="imports.batch-undone",
        subject=f"import/{batch.pk}",
        by=taking.by,
        at=taking.at,
        facts={"kind": batch.kind, "sha256": batch.sha256},
        personal={"file": batch.file_name},
    )
    Batch.objects.filter(pk=batch.pk).update(
        state=BatchState.UNDONE, undone_at=taking.at, faults=[]
    )
    batch.traces.all().delete()


def forget_file(batch: Batch) -> None:
    """Let go of the table itself: what is in it stands in the records now."""
    batch.pieces.all().delete()
    batch.verdict_pages.all().delete()


def _record(notes: Iterable[Note]) -> None:
    for portion in portions(notes, NOTES_AT_ONCE):
        record_many(portion)
