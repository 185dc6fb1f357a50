"""What the Kladde answers: what it tells, where it ends, and whether it holds."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from . import proof
from .as_stored import instant, instant_sql, rows
from .chain import GENESIS, Link
from .models import Entry, Head
from .proof import Ends, Fault, Personal, Walk, Written
from .sentences import sentence, subject_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from django_stubs_ext import StrOrPromise

    from .models import EntryQuerySet

CHUNK = 5000
FLAG = {"sqlite": "CAST(clock_regression AS INTEGER)", "postgresql": "clock_regression"}
FAULTS: Mapping[Fault, StrOrPromise] = {
    Fault.MISSING: _("Der Eintrag fehlt."),
    Fault.LINK: _("Der Eintrag schließt nicht an den Eintrag davor an."),
    Fault.CONTENT: _("Der Inhalt passt nicht zum Hash."),
    Fault.PERSONAL: _("Die persönlichen Angaben passen nicht zum Eintrag."),
    Fault.OUTSIDE: _("Der Eintrag steht außerhalb der Kette."),
    Fault.HEAD: _("Der Kettenkopf passt nicht zum letzten Eintrag."),
}


@dataclass(frozen=True, slots=True)
class ChainHead:
    """The end of the chain, as it is printed on what leaves the house."""

    sequence: int
    hash: str


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as people read it."""

    sequence: int
    happened_at: datetime
    actor: str
    text: str
    subject: str
    subject_name: str
    kind: str
    clock_regression: bool
    hash: str


@dataclass(frozen=True, slots=True)
class Verification:
    """How many entries hold, and the first number that does not."""

    count: int
    first_bad: int | None = None
    fault: Fault | None = None

    @property
    def holds(self) -> bool:
        return self.first_bad is None

    @property
    def reason(self) -> str:
        return str(FAULTS[self.fault]) if self.fault else ""


def head() -> ChainHead:
    row = Head.objects.get()
    return ChainHead(row.sequence, row.hash)


def is_in_chain(printed: ChainHead) -> bool:
    """Tell whether a head from a paper is still in the chain, wherever it ends now.

    Only this shows a chain that was cut off or written anew as a whole (K2).
    """
    entries = Entry.objects.filter(sequence=printed.sequence, hash=printed.hash)
    return entries.exists() or printed == ChainHead(0, GENESIS)


def verify(start: int = 1) -> Verification:
    """Go along the chain from an entry on; the one before it is believed.

    It needs no lock: what others write meanwhile lies behind the head that is read
    first.
    """
    walk = Walk(sequence=start - 1, hash=_hash_before(start))
    ends = _ends()
    for written, personal in _written(start, ends.sequence):
        if not walk.step(written, personal):
            break
    walk.end(ends)
    return Verification(walk.count, walk.bad, walk.fault)


def _hash_before(start: int) -> str:
    if start == 1:
        return GENESIS
    return Entry.objects.values_list("hash", flat=True).get(sequence=start - 1)


def readable(entries: EntryQuerySet) -> list[Line]:
    """Tell the entries as sentences.

    Two queries and one for each kind of subject, however many entries there are.
    """
    rows = list(entries.select_related("actor").prefetch_related("personal_values"))
    names = subject_names(entry.subject for entry in rows)
    return [_line(entry, names[entry.subject]) for entry in rows]


def _line(entry: Entry, subject_name: str) -> Line:
    actor = str(entry.actor or _("Das System"))
    personal = {
        row.field: row.value if row.erased_by_id is None else str(_("(gelöscht)"))
        for row in entry.personal_values.all()
    }
    words = {**entry.facts, **personal, "actor": actor, "subject": subject_name}
    return Line(
        sequence=entry.sequence,
        happened_at=entry.happened_at,
        actor=actor,
        text=sentence(entry.kind, words),
        subject=entry.subject,
        subject_name=subject_name,
        kind=entry.kind,
        clock_regression=entry.clock_regression,
        hash=entry.hash,
    )


def written_out(start: int = 1) -> Iterator[str]:
    """Yield the chain as lines of JSON for a verifier that needs no Fernkladde.

    The head is the last line.
    """
    ends = _ends()
    for written, personal in _written(start, ends.sequence):
        yield proof.entry_line(written, personal)
    yield proof.head_line(ends)


def _ends() -> Ends:
    """Return the head and the outermost numbers, all of the same moment."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT head.sequence, head.hash, entries.lowest, entries.highest FROM"
            " (SELECT MIN(sequence) AS lowest, MAX(sequence) AS highest"
            " FROM journal_entry) entries LEFT JOIN journal_head head ON head.id = 1"
        )
        sequence, hash_, first, last = cursor.fetchone()
    return Ends(sequence or 0, hash_ or GENESIS, first or 0, last or 0)


def _written(start: int, end: int) -> Iterator[tuple[Written, Sequence[Personal]]]:
    """Yield the entries of [start, end] as the database has them, past the ORM.

    Nothing may be read and written out again on the way: a change in how a value is
    written is a change. It is also several times faster.
    """
    sql = (
        f"SELECT sequence, {instant_sql('happened_at')}, actor_id, actor_label, kind,"  # noqa: S608
        f" subject, facts, commitments, {FLAG[connection.vendor]}, previous_hash, hash"
        " FROM journal_entry WHERE sequence BETWEEN %s AND %s ORDER BY sequence"
    )
    for first in range(start, end + 1, CHUNK):
        last = min(first + CHUNK - 1, end)
        personal = _personal(first, last)
        for row in rows(sql, first, last):
            yield _as_written(row), personal.get(row[0], ())


def _personal(first: int, last: int) -> Mapping[int, Sequence[Personal]]:
    found = defaultdict(list)
    sql = (
        "SELECT entry_id, field, value, salt, erased_by_id"
        " FROM journal_personalvalue WHERE entry_id BETWEEN %s AND %s"
    )
    for number, *value in rows(sql, first, last):
        found[number].append(Personal(*value))
    return found


def _as_written(row: tuple[Any, ...]) -> Written:
    sequence, happened_at, *rest, previous_hash, hash_ = row
    return Written(Link(sequence, instant(happened_at), *rest), previous_hash, hash_)
