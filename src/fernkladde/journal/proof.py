"""Going along the chain: whether each entry stands where and as it was written.

Pure like `chain`: a verifier that stands alone takes these two files.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from .chain import GENESIS, Link, canonical, commitment, link_hash

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

ERASED = "journal.values-erased"


class Fault(StrEnum):
    MISSING = "missing"
    LINK = "link"
    CONTENT = "content"
    PERSONAL = "personal"
    OUTSIDE = "outside"
    HEAD = "head"


class Personal(NamedTuple):
    """A personal value beside its entry; erased ones name the entry that tells."""

    field: str
    value: str
    salt: str
    erased_by: int | None


class Written(NamedTuple):
    """An entry as it was found, with the hashes that it claims."""

    link: Link
    previous_hash: str
    hash: str


class Ends(NamedTuple):
    """The head, and the lowest and highest number there is (0 and 0: none)."""

    sequence: int
    hash: str
    first: int
    last: int


@dataclass(slots=True)
class Walk:
    """The way along the chain; `bad` is the first number at fault, once found."""

    sequence: int = 0
    hash: str = GENESIS
    count: int = 0
    bad: int | None = None
    fault: Fault | None = None
    # Erased values whose erasure has not been told of yet: entry, field -> teller.
    _untold: dict[tuple[int, str], int] = field(default_factory=dict)

    def step(self, written: Written, personal: Sequence[Personal] = ()) -> bool:
        """Go on by one entry; False at the first fault."""
        number = self.sequence + 1
        fault = self._fault(number, written, personal)
        if fault:
            return self._stop(number, fault)
        self.sequence = number
        self.hash = written.hash
        self.count += 1
        return written.link.kind != ERASED or self._hear(written.link)

    def end(self, ends: Ends) -> None:
        """Compare with the head, and see whether anything stands outside the chain."""
        if self.bad is not None:
            return
        if self.sequence < ends.sequence:
            self._stop(self.sequence + 1, Fault.MISSING)
        elif self._untold:
            self._stop(min(self._untold)[0], Fault.PERSONAL)
        elif self.hash != ends.hash:
            self._stop(self.sequence, Fault.HEAD)
        elif ends.last > ends.sequence:
            self._stop(ends.sequence + 1, Fault.OUTSIDE)
        elif ends.first < 1 <= ends.last:
            self._stop(ends.first, Fault.OUTSIDE)

    def _stop(self, number: int, fault: Fault) -> bool:
        self.bad, self.fault = number, fault
        return False

    def _fault(
        self, number: int, written: Written, personal: Sequence[Personal]
    ) -> Fault | None:
        link = written.link
        if link.sequence != number:
            return Fault.MISSING
        if written.previous_hash != self.hash:
            return Fault.LINK
        if not _hash_fits(written) or not _is_object(link.facts):
            return Fault.CONTENT
        if link.commitments == "{}":
            return Fault.PERSONAL if personal else None
        return self._personal_fault(link, personal)

    def _personal_fault(self, link: Link, personal: Sequence[Personal]) -> Fault | None:
        if not _is_object(link.commitments):
            return Fault.CONTENT
        promised = json.loads(link.commitments)
        if sorted(promised) != sorted(value.field for value in personal):
            return Fault.PERSONAL
        for value in personal:
            if not self._is_kept(link.sequence, value, promised[value.field]):
                return Fault.PERSONAL
        return None

    def _is_kept(self, number: int, value: Personal, promised: str) -> bool:
        if value.erased_by is None:
            return _fits(value, promised)
        self._untold[number, value.field] = value.erased_by
        return not (value.value or value.salt) and value.erased_by > number

    def _hear(self, link: Link) -> bool:
        """Strike off what this entry says it has erased; nothing may be left of it."""
        told: Mapping[str, Iterable[str]] = json.loads(link.facts).get("values", {})
        for number, fields in told.items():
            for name in fields:
                if self._untold.get((int(number), name)) == link.sequence:
                    del self._untold[int(number), name]
        left = [key for key, by in self._untold.items() if by == link.sequence]
        return not left or self._stop(min(left)[0], Fault.PERSONAL)


def entry_line(written: Written, personal: Sequence[Personal]) -> str:
    """Write an entry out as one line; `entry` is its canonical form."""
    beside = json.dumps(
        {
            "hash": written.hash,
            "personal": [list(value) for value in personal],
            "previous_hash": written.previous_hash,
        },
        ensure_ascii=False,
    )
    return f'{{"entry":{written.link.canonical()},{beside[1:]}'


def head_line(ends: Ends) -> str:
    return json.dumps({"head": ends._asdict()})


def walk_along(lines: Iterable[str]) -> Walk:
    """Verify a chain that was written out, from its first line to its head."""
    walk: Walk | None = None
    for line in lines:
        row = json.loads(line)
        if "head" in row:
            walk = walk or Walk()
            walk.end(Ends(**row["head"]))
            return walk
        written = _read(row)
        walk = walk or _walk_from(written)
        if not walk.step(written, [Personal(*value) for value in row["personal"]]):
            return walk
    walk = walk or Walk()
    # Without its head nobody can tell how much has been cut off.
    walk.end(Ends(walk.sequence + 1, hash="", first=1, last=0))
    return walk


def _walk_from(written: Written) -> Walk:
    """Believe what stands before the first line, if it is not the first entry."""
    number = written.link.sequence
    if number == 1:
        return Walk()
    return Walk(sequence=number - 1, hash=written.previous_hash)


def _read(row: Mapping[str, Any]) -> Written:
    entry = dict(row["entry"])
    texts: dict[str, Any] = {
        name: canonical(entry.pop(name)) for name in ("facts", "commitments")
    }
    return Written(Link(**entry, **texts), row["previous_hash"], row["hash"])


def _hash_fits(written: Written) -> bool:
    try:
        return link_hash(written.previous_hash, written.link) == written.hash
    except ValueError:
        return False


def _is_object(text: str) -> bool:
    """Tell whether the text is one JSON object.

    Else the border between two columns could be moved without changing the hash.
    """
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


def _fits(value: Personal, promised: str) -> bool:
    try:
        return commitment(value.field, value.value, value.salt) == promised
    except ValueError:
        return False
