"""Taking records back: what is new goes, what was changed says what it said before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from fernkladde.imports.models import Trace
from fernkladde.imports.tables.portions import portions
from fernkladde.values.refusal import Refusal

from .kind import AT_ONCE, NotUndoable
from .resting import resting_on
from .snapshots import restored, snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from fernkladde.journal.actions import Note

    from .kind import Taking
    from .records import RecordKind

# More would be read by nobody.
MOST_TOLD = 50


def undo_records(kind: RecordKind, taking: Taking) -> list[Note]:
    """Undo all of a batch, inside the caller's transaction, or refuse all of it."""
    traces = Trace.objects.filter(batch=taking.batch).order_by("-pk")
    faults: list[str] = []
    notes: list[Note] = []
    for portion in portions(traces.iterator(), AT_ONCE):
        rows = kind.locked([trace.record for trace in portion])
        found = list(_in_the_way(kind, portion, rows))
        faults += found
        if not faults:
            notes += _undone(kind, portion, rows, taking)
        if len(faults) >= MOST_TOLD:
            break
    if faults:
        raise NotUndoable(faults[:MOST_TOLD])
    return notes


def _in_the_way(
    kind: RecordKind, traces: Sequence[Trace], rows: dict[int, Any]
) -> Iterator[str]:
    new = [trace.record for trace in traces if trace.before is None]
    resting = resting_on(kind.model, new)
    for trace in traces:
        row = rows.get(trace.record)
        if row is None:
            yield _("Ein Datensatz ist nicht mehr da.")
        elif snapshot(row, set(trace.after or ())) != trace.after:
            yield _("%(what)s: wurde seither geändert.") % {"what": row}
        elif resting.get(trace.record):
            names = {"what": row, "nouns": ", ".join(resting[trace.record])}
            yield _("%(what)s: darauf beziehen sich %(nouns)s.") % names


def _undone(
    kind: RecordKind, traces: Iterable[Trace], rows: dict[int, Any], taking: Taking
) -> list[Note]:
    notes: list[Note] = []
    gone = []
    for trace in traces:
        row = rows[trace.record]
        if trace.before is None:
            gone.append(trace.record)
            notes.append(kind.removed(row, by=taking.by, at=taking.at))
        else:
            notes.append(_as_before(kind, row, trace, taking))
    try:
        kind.model._default_manager.filter(pk__in=gone).delete()  # noqa: SLF001
    except ProtectedError:
        raise NotUndoable(
            [_("Eben hat sich etwas geändert. Bitte noch einmal.")]
        ) from None
    return notes


def _as_before(kind: RecordKind, row: Any, trace: Trace, taking: Taking) -> Note:
    try:
        altered = kind.alter(row, restored(row, trace.before or {}))
    except Refusal as refusal:
        raise NotUndoable([f"{row}: {refusal}"]) from None
    kind.save(row, altered)
    return kind.changed(row, altered, by=taking.by, at=taking.at)
