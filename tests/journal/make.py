"""Makers: the smallest valid note, every field open."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from fernkladde.journal.actions import Note, record_many

if TYPE_CHECKING:
    from fernkladde.journal.models import Entry

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def note(**fields: Any) -> Note:
    defaults: dict[str, Any] = {
        "kind": "cases.session-stopped",
        "subject": "case/26-0412",
        "by": None,
        "at": NOON,
        "facts": {"seconds": 540},
    }
    return Note(**{**defaults, **fields})


def entry(**fields: Any) -> Entry:
    return record_many([note(**fields)])[0]
