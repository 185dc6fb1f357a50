"""What the Kladde says of settlements: the other side of each comparison.

That the Kladde itself holds is checked on its own; here its entries are believed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from fernkladde.journal.as_stored import instant, instant_sql, rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PAGE = 5000
INVOICE_ISSUED = "billing.invoice-issued"
MONTH_SETTLED = "billing.month-settled"
ALLOWANCE_OPENED = "billing.allowance-opened"
FEES_OPENED = "billing.fees-opened"


class Told(NamedTuple):
    """An entry, with its facts read."""

    sequence: int
    happened_at: str
    actor: int | None
    subject: str
    kind: str
    facts: Mapping[str, Any]


def entries(kind: str) -> Iterator[Told]:
    """Yield the readable entries of a kind; what is not is the chain's matter."""
    return _entries("kind = %s", kind)


def entries_of_room(room: str) -> Iterator[Told]:
    """Yield the readable entries of all kinds of a room."""
    return _entries("kind LIKE %s", f"{room}.%")


def _entries(condition: str, value: str) -> Iterator[Told]:
    sql = (
        f"SELECT sequence, {instant_sql('happened_at')}, actor_id, subject, kind,"  # noqa: S608
        f" facts FROM journal_entry WHERE {condition} AND sequence > %s"
        " ORDER BY sequence LIMIT %s"
    )
    last = 0
    while found := rows(sql, value, last, PAGE):
        for sequence, at, actor, subject, kind, text in found:
            last = sequence
            facts = _object(text)
            if facts is not None:
                yield Told(sequence, instant(at), actor, subject, kind, facts)


def _object(text: str) -> dict[str, Any] | None:
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


@dataclass(slots=True)
class Settlements:
    """The entries about settlements by the hash of the content; each is used once."""

    _by_content: dict[str, list[Told]] = field(default_factory=dict)

    @classmethod
    def read(cls) -> Settlements:
        told = cls()
        for kind in (INVOICE_ISSUED, MONTH_SETTLED):
            for entry in entries(kind):
                content = str(entry.facts.get("content_sha256"))
                told._by_content.setdefault(content, []).append(entry)
        return told

    def take(self, content_sha256: str) -> Told | None:
        waiting = self._by_content.get(content_sha256)
        if not waiting:
            return None
        entry = waiting.pop(0)
        if not waiting:
            del self._by_content[content_sha256]
        return entry

    def left(self) -> list[Told]:
        """Return the entries that no settlement was found for."""
        return sorted(entry for told in self._by_content.values() for entry in told)
