"""Writing into the Kladde: always inside the caller's transaction."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import DEFAULT_DB_ALIAS, transaction

from fernkladde.search.index import catch_up

from . import chain
from .in_bulk import Columns
from .models import SYSTEM, Entry, Head, PersonalValue
from .proof import ERASED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from django.contrib.auth.base_user import AbstractBaseUser

    from .models import PersonalValueQuerySet

SALT_BYTES = 32
# SQLite takes a limited number of parameters in one statement.
AT_ONCE = 500
KIND = re.compile(r"[a-z]+\.[a-z][a-z0-9-]*")
ENTRIES = Columns(
    Entry, "sequence", "happened_at", "actor_id", "actor_label", "kind", "subject",
    "facts", "commitments", "clock_regression", "previous_hash", "hash",
)  # fmt: skip


class OutsideTransaction(RuntimeError):
    """A change and its entry are one transaction; here none is open."""


class KindUnreadable(ValueError):
    """A kind reads `<app>.<thing>-<past participle>`."""


class ErasedMeanwhile(RuntimeError):
    """Two erasures met; try again, and nothing is told twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What shall become an entry. `personal` can be erased later, `facts` cannot."""

    kind: str
    subject: str
    by: AbstractBaseUser | None
    at: datetime
    facts: Mapping[str, Any]
    personal: Mapping[str, str] = field(default_factory=dict)


def record(
    *,
    kind: str,
    subject: str,
    by: AbstractBaseUser | None,
    at: datetime,
    facts: Mapping[str, Any],
    personal: Mapping[str, str] | None = None,
) -> Entry:
    """Note what happened, last in the caller's transaction.

    From here to the commit all other writers wait: compute first.
    """
    note = Note(
        kind=kind, subject=subject, by=by, at=at, facts=facts, personal=personal or {}
    )
    return record_many([note])[0]


def record_many(notes: Iterable[Note]) -> list[Entry]:
    """Note many things at once, in their order, with one move of the head."""
    if not transaction.get_connection().in_atomic_block:
        raise OutsideTransaction("record inside transaction.atomic()")
    drafts = [_draft(note) for note in notes]
    if not drafts:
        return []
    _chain(drafts, _take_head(len(drafts)))
    # With the head taken nobody else writes: what the search reads now is the truth.
    catch_up()
    ENTRIES.insert(draft.row() for draft in drafts)
    if personal := [value for draft in drafts for value in draft.personal]:
        PersonalValue.objects.bulk_create(personal)
    _leave_head(drafts[-1])
    return [draft.written() for draft in drafts]


@transaction.atomic
def erase(
    *,
    values: PersonalValueQuerySet,
    subject: str,
    by: AbstractBaseUser | None,
    at: datetime,
    reason: str,
) -> Entry | None:
    """Erase personal values for good, and tell in an entry which and why.

    `reason` must not be personal itself: it stays. None if nothing was left to erase.
    """
    rows = list(values.kept().order_by("entry_id", "field"))
    if not rows:
        return None
    facts = {"reason": reason, "values": _fields_by_entry(rows)}
    entry = record(kind=ERASED, subject=subject, by=by, at=at, facts=facts)
    keys = [row.pk for row in rows]
    erased = sum(
        PersonalValue.objects.kept()
        .filter(pk__in=keys[start : start + AT_ONCE])
        .update(value="", salt="", erased_by=entry)
        for start in range(0, len(keys), AT_ONCE)
    )
    if erased != len(rows):
        raise ErasedMeanwhile("somebody else has erased some of these values")
    return entry


def _fields_by_entry(rows: Iterable[PersonalValue]) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for row in rows:
        fields.setdefault(str(row.entry_id), []).append(row.field)
    return fields


@dataclass(frozen=True, slots=True)
class _Draft:
    """An entry without its place in the chain yet, its texts written out once."""

    entry: Entry
    personal: Sequence[PersonalValue]
    happened_at: str
    facts: str
    commitments: str

    def link(self, sequence: int, *, clock_regression: bool) -> chain.Link:
        return chain.Link(
            sequence=sequence,
            happened_at=self.happened_at,
            actor=self.entry.actor_id,
            actor_label=self.entry.actor_label,
            kind=self.entry.kind,
            subject=self.entry.subject,
            facts=self.facts,
            commitments=self.commitments,
            clock_regression=clock_regression,
        )

    def row(self) -> tuple[Any, ...]:
        """Return the values of `ENTRIES`, the texts as they were hashed."""
        entry = self.entry
        return (
            entry.sequence,
            entry.happened_at,
            entry.actor_id,
            entry.actor_label,
            entry.kind,
            entry.subject,
            self.facts,
            self.commitments,
            entry.clock_regression,
            entry.previous_hash,
            entry.hash,
        )

    def written(self) -> Entry:
        """Return the entry as one that is in the database."""
        state = self.entry._state  # noqa: SLF001  as the ORM does after an INSERT
        state.adding, state.db = False, DEFAULT_DB_ALIAS
        return self.entry


@dataclass(frozen=True, slots=True)
class _End:
    """Where the chain ended before."""

    sequence: int
    hash: str
    happened_at: str


def _draft(note: Note) -> _Draft:
    if not KIND.fullmatch(note.kind):
        message = f"{note.kind!r} does not read <app>.<thing>-<past participle>"
        raise KindUnreadable(message)
    # An empty value tells nothing, and would look like an erased one.
    personal = [_personal_value(*item) for item in note.personal.items() if item[1]]
    facts = chain.plain(note.facts)
    commitments = {
        row.field: chain.commitment(row.field, row.value, row.salt) for row in personal
    }
    entry = Entry(
        happened_at=note.at,
        actor_id=note.by.pk if note.by else None,
        actor_label=label_of(note.by),
        kind=note.kind,
        subject=chain.plain(note.subject),
        facts=facts,
        commitments=commitments,
    )
    return _Draft(
        entry=entry,
        personal=personal,
        happened_at=chain.instant(note.at),
        facts=chain.canonical(facts),
        commitments=chain.canonical(commitments),
    )


def label_of(person: AbstractBaseUser | None) -> str:
    """Name who acted in a way that says nothing about the person once erased."""
    return f"user/{person.pk}" if person else SYSTEM


def _personal_value(name: str, value: str) -> PersonalValue:
    return PersonalValue(
        field=name, value=chain.plain(value), salt=secrets.token_hex(SALT_BYTES)
    )


def _take_head(count: int) -> _End:
    """Lock the head for this transaction and say where the chain ended.

    An UPDATE, since it locks on both engines; select_for_update() does nothing on
    SQLite.
    """
    with transaction.get_connection().cursor() as cursor:
        cursor.execute(
            "UPDATE journal_head SET sequence = sequence + %s WHERE id = %s"
            " RETURNING sequence, hash, happened_at",
            [count, Head.THE_ONE],
        )
        [(sequence, hash_, happened_at)] = cursor.fetchall()
    return _End(sequence - count, hash_, happened_at)


def _leave_head(last: _Draft) -> None:
    with transaction.get_connection().cursor() as cursor:
        cursor.execute(
            "UPDATE journal_head SET hash = %s, happened_at = %s WHERE id = %s",
            [last.entry.hash, last.happened_at, Head.THE_ONE],
        )


def _chain(drafts: Sequence[_Draft], end: _End) -> None:
    for draft in drafts:
        entry = draft.entry
        entry.sequence = end.sequence + 1
        entry.clock_regression = draft.happened_at < end.happened_at
        entry.previous_hash = end.hash
        link = draft.link(entry.sequence, clock_regression=entry.clock_regression)
        entry.hash = chain.link_hash(end.hash, link)
        for value in draft.personal:
            value.entry = entry
        end = _End(entry.sequence, entry.hash, draft.happened_at)
