"""Judging a table in a test: bytes in, verdicts out."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from fernkladde.imports.tables import batches, duty
from fernkladde.imports.tables.at_once import look_over, read_table

if TYPE_CHECKING:
    from fernkladde.imports.models import Batch
    from fernkladde.imports.tables.verdicts import Verdict

# A Monday in the morning; 10:00 in Berlin.
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


class Said(NamedTuple):
    """A verdict as a test reads it."""

    line: int
    outcome: str
    why: str


def told_of(
    kind: str,
    content: bytes,
    *,
    sheet: str = "",
    maps: tuple[str, ...] = (),
    at: datetime = NOW,
) -> tuple[list[str], list[Verdict]]:
    """Return how the file was read, and what is said of its rows."""
    file = io.BytesIO(content)
    reading = read_table(kind=kind, file=file, wishes=maps, sheet=sheet, at=at)
    verdicts: list[Verdict] = []
    look_over(reading, each=lambda judged: verdicts.append(judged.verdict))
    return reading.table.told, verdicts


def verdicts(
    kind: str,
    content: bytes | str,
    *,
    sheet: str = "",
    maps: tuple[str, ...] = (),
    at: datetime = NOW,
) -> list[Said]:
    if isinstance(content, str):
        content = content.encode()
    _told, found = told_of(kind, content, sheet=sheet, maps=maps, at=at)
    return [Said(v.line, v.outcome.value, " ".join(v.sentences)) for v in found]


def given(kind: str, content: bytes | str, *, name: str = "tabelle.csv") -> Batch:
    """Give a table and have it checked."""
    if isinstance(content, str):
        content = content.encode()
    batch = batches.give_table(
        kind=kind, content=[content], file_name=name, by=None, at=NOW
    )
    batches.have_checked(batch=batch, columns=batch.columns, by=None, at=NOW)
    return fulfilled(batch)


def taken(kind: str, content: bytes | str, *, name: str = "tabelle.csv") -> Batch:
    """Give a table, have it checked and taken."""
    batch = given(kind, content, name=name)
    batches.have_taken(batch=batch, by=None, at=NOW)
    return fulfilled(batch)


def undone(batch: Batch) -> Batch:
    batches.have_undone(batch=batch, by=None, at=NOW)
    return fulfilled(batch)


def fulfilled(batch: Batch) -> Batch:
    assert duty.fulfil(batch.pk, clock=lambda: NOW)
    batch.refresh_from_db()
    return batch
