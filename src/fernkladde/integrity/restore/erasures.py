"""Erasing once more what was erased after a backup was made.

A backup brings back what its moment held, also what somebody has asked to be erased
since. Only the Kladde that went on without the backup knows of it: one that was
written out later (`export journal`) is heard, and its erasures are repeated.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from fernkladde.accounts.actions import ANONYMIZED, anonymize_again
from fernkladde.accounts.models import User
from fernkladde.journal.actions import erase, label_of
from fernkladde.journal.models import PersonalValue
from fernkladde.journal.proof import ERASED, walk_along

from .refusals import NotRestored

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

    from fernkladde.integrity.backup.manifest import Manifest


@dataclass(frozen=True, slots=True)
class Erasure:
    """Fields of entries that were erased; `fields` by the number of their entry."""

    subject: str
    reason: str
    fields: dict[str, list[str]]


@dataclass(slots=True)
class Erasures:
    """What a later Kladde tells: what was erased, and who has left for good."""

    of_values: list[Erasure] = field(default_factory=list)
    of_people: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.of_values) + len(self.of_people)


def erasures_since(manifest: Manifest, path: Path) -> Erasures:
    """Read what was erased after a backup from a Kladde that was written out.

    Refused is one that does not hold, or is not the book that the backup is of.
    """
    heard = _Heard(manifest.sequence)
    try:
        with path.open(encoding="utf-8") as lines:
            walk = walk_along(heard.along(lines))
    except OSError as fault:
        sentence = _("%(file)s ist nicht zu lesen: %(why)s.")
        why = fault.strerror or fault
        raise NotRestored(sentence % {"file": path, "why": why}) from fault
    except (ValueError, TypeError, LookupError, AttributeError) as fault:
        sentence = _("%(file)s ist keine Kladde, wie „export journal“ sie ausgibt.")
        raise NotRestored(sentence % {"file": path}) from fault
    if walk.bad is not None:
        sentence = _("Die Kladde in %(file)s hält nicht, ab Eintrag %(number)d.")
        raise NotRestored(sentence % {"file": path, "number": walk.bad})
    if heard.hash != manifest.hash:
        sentence = _(
            "Die Kladde in %(file)s führt die der Sicherung nicht weiter: Gebraucht "
            "wird eine spätere desselben Buchs, die bei Eintrag %(number)d oder davor "
            "beginnt."
        )
        words = {"file": path, "number": manifest.sequence + 1}
        raise NotRestored(sentence % words)
    return heard.erasures


@dataclass(slots=True)
class _Heard:
    """Listens to the lines on their way to the one who verifies them."""

    until: int
    # Of the entry that the backup ends with, as this book has it.
    hash: str = ""
    erasures: Erasures = field(default_factory=Erasures)

    def along(self, lines: Iterable[str]) -> Iterator[str]:
        for line in lines:
            row = json.loads(line)
            if "entry" in row:
                self._hear(row)
            yield line

    def _hear(self, row: dict[str, Any]) -> None:
        entry = row["entry"]
        if entry["sequence"] == self.until:
            self.hash = row["hash"]
        elif entry["sequence"] == self.until + 1:
            self.hash = row["previous_hash"]
        if entry["sequence"] <= self.until:
            return
        facts = entry["facts"]
        if entry["kind"] == ERASED:
            self.erasures.of_values.append(
                Erasure(entry["subject"], facts["reason"], facts["values"])
            )
        elif entry["kind"] == ANONYMIZED:
            self.erasures.of_people.append(entry["subject"])


@transaction.atomic
def repeat_erasures(erasures: Erasures, *, at: datetime) -> None:
    """Erase it here as well, and tell it in the Kladde as it was told there."""
    reasons = {}
    for one in erasures.of_values:
        reasons[one.subject] = one.reason
        erase(
            values=PersonalValue.objects.filter(_any_of(one.fields)),
            subject=one.subject,
            by=None,
            at=at,
            reason=one.reason,
        )
    people = {label_of(user): user for user in User.objects.all()}
    for label in erasures.of_people:
        if label in people:
            reason = reasons.get(label, "")
            anonymize_again(user=people[label], at=at, reason=reason)


def _any_of(fields: dict[str, list[str]]) -> Q:
    each = (Q(entry_id=int(n), field__in=names) for n, names in fields.items())
    return reduce(or_, each, Q(pk__in=()))
