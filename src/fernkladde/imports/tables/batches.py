"""What people do with a batch: give a table, name its columns, have it taken, undo.

Nothing of it is told in the Kladde before records change: up to then a batch is a
draft, and is discarded without a trace.
"""

from __future__ import annotations

import hashlib
import tempfile
from contextlib import contextmanager
from datetime import timedelta
from typing import IO, TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from fernkladde.imports.models import (
    AT_WORK,
    Batch,
    BatchState,
    KnownColumns,
    Piece,
)
from fernkladde.values.refusal import Refusal

from .columns import check_needed, recognized
from .fields import all_words
from .kinds import KINDS
from .limits import MEGABYTE, check_size
from .table import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from fernkladde.accounts.models import User

    from .kinds.kind import Kind

LONGEST_NAME = 200
# What nobody wants taken is forgotten: there are names of people in it.
KEPT = timedelta(days=7)
DRAFTS = (
    BatchState.GIVEN,
    BatchState.CHECKED,
    BatchState.UNREADABLE,
)


class NotNow(Refusal):
    """The batch is in a state in which this cannot be done, or somebody was quicker."""

    def __init__(self, batch: Batch) -> None:
        sentence = _("Das geht jetzt nicht: die Datei ist „%(state)s“.")
        super().__init__(sentence % {"state": batch.get_state_display()})


def open_table(kind: Kind, file: IO[bytes], sheet: str = "") -> Table:
    return Table(file, words=all_words(kind.fields), sheet=sheet or None)


def known_headings(kind: Kind) -> Mapping[str, str]:
    """Return how this kind's columns were named by hand the last time."""
    rows = KnownColumns.objects.filter(kind=kind.name.value)
    found: Mapping[str, str] = next(iter(rows.values_list("headings", flat=True)), {})
    return found


def give_table(
    *,
    kind: str,
    content: Iterable[bytes],
    file_name: str,
    by: User | None,
    at: datetime,
    sheet: str = "",
) -> Batch:
    """Keep a table with what can be told of its columns; refuse what is none."""
    of_kind = KINDS[kind]
    with tempfile.TemporaryFile() as file:
        digest = _copied(content, file)
        table = open_table(of_kind, file, sheet)
        known = known_headings(of_kind)
        columns = recognized(of_kind.fields, table.headings, known=known)
        batch = Batch(
            kind=kind,
            file_name=_shortened(file_name),
            size=file.seek(0, 2),
            sha256=digest,
            sheet=sheet,
            headings=table.headings,
            columns=columns,
            told=table.told,
            given_at=at,
            given_by=by,
        )
        _keep(batch, file)
    return batch


def _copied(content: Iterable[bytes], file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    size = 0
    for piece in content:
        size += len(piece)
        if size:
            check_size(size)
        digest.update(piece)
        file.write(piece)
    check_size(size)
    return digest.hexdigest()


def _shortened(name: str) -> str:
    """Return a file's name without what no name has, its ending kept."""
    plain = "".join(letter for letter in name if letter.isprintable())
    return plain[-LONGEST_NAME:] or "–"


@transaction.atomic
def _keep(batch: Batch, file: IO[bytes]) -> None:
    batch.save(force_insert=True)
    file.seek(0)
    place = 0
    while content := file.read(MEGABYTE):
        Piece.objects.create(batch=batch, place=place, content=content)
        place += 1


@contextmanager
def content_of(batch: Batch) -> Iterator[IO[bytes]]:
    """Open the file of a batch, put together from its pieces."""
    with tempfile.TemporaryFile() as file:
        rows = batch.pieces.order_by("place").values_list("content", flat=True)
        for content in rows.iterator(chunk_size=1):
            file.write(bytes(content))
        yield file


@transaction.atomic
def have_checked(
    *, batch: Batch, columns: Mapping[str, int], by: User | None, at: datetime
) -> None:
    """Let the table be judged by these columns, and remember how they are named."""
    kind = KINDS[batch.kind]
    known = {one.name for one in kind.fields}
    chosen = {
        name: place
        for name, place in columns.items()
        if name in known and 0 <= place < len(batch.headings)
    }
    check_needed(kind.fields, chosen)
    _want(batch, BatchState.CHECKING, DRAFTS, by=by, at=at, columns=chosen)
    batch.columns = chosen
    remember_columns(kind, batch.headings, chosen)


def remember_columns(
    kind: Kind, headings: list[str], columns: Mapping[str, int]
) -> None:
    """Keep by which heading a field was found that its own words do not tell."""
    own = recognized(kind.fields, headings)
    chosen = {
        name: headings[place]
        for name, place in columns.items()
        if own.get(name) != place
    }
    if not chosen:
        return
    row, _new = KnownColumns.objects.get_or_create(kind=kind.name.value)
    row.headings = {**row.headings, **chosen}
    row.save(update_fields=["headings"])


def have_taken(*, batch: Batch, by: User | None, at: datetime) -> None:
    if batch.refused or not (batch.new or batch.changed):
        raise NotNow(batch)
    _want(batch, BatchState.TAKING, (BatchState.CHECKED,), by=by, at=at)


def have_undone(*, batch: Batch, by: User | None, at: datetime) -> None:
    _want(batch, BatchState.UNDOING, (BatchState.TAKEN,), by=by, at=at)


def _want(
    batch: Batch,
    state: BatchState,
    allowed: Iterable[BatchState],
    *,
    by: User | None,
    at: datetime,
    **values: object,
) -> None:
    """Make it a duty; of two clicks only one finds the batch as it was."""
    rows = Batch.objects.filter(pk=batch.pk, state__in=list(allowed))
    wanted = rows.update(
        state=state,
        wanted_by=by,
        due_at=at,
        attempts=0,
        lease="",
        leased_until=None,
        done_rows=0,
        faults=[],
        **values,
    )
    batch.refresh_from_db()
    if not wanted:
        raise NotNow(batch)


def discard(*, batch: Batch) -> None:
    """Forget a table that was not taken, with all that was said of it."""
    rows = Batch.objects.filter(pk=batch.pk, state__in=DRAFTS)
    if not rows.delete()[0]:
        batch.refresh_from_db()
        raise NotNow(batch)


def discard_forgotten(*, at: datetime) -> int:
    """Forget tables that nobody has wanted taken for a week; return how many."""
    rows = Batch.objects.filter(state__in=DRAFTS, given_at__lt=at - KEPT)
    keys = list(rows.order_by("pk").values_list("pk", flat=True)[:10])
    Batch.objects.filter(pk__in=keys, state__in=DRAFTS).exclude(
        state__in=AT_WORK
    ).delete()
    return len(keys)
