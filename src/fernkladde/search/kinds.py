"""What can be found, as the rooms above have announced it.

A room registers a kind of thing with its `Kind`, and feeds it: a `Feed` reads texts
of things in bulk and says which tables they come from. Other rooms may feed the same
kind: calls feed cases with the numbers that were dialled.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from django.db.models import Model, Q, QuerySet

    from .words import Text

Name = Literal[
    "customer", "contact", "plant", "contract", "case", "invoice", "past-call"
]

# Each kind has a stretch of ids of its own, in which its keys lie close together.
STRETCH = 1 << 40
# Kinds from this code on have many things. Their best fits are asked for alone, and the
# others then come newest first without being weighed, so that a common word costs no
# more than a rare one; on SQLite their words have a table of their own.
MANY = 5


@dataclass(frozen=True, slots=True)
class Found:
    """One thing found. `number` is its address; a contact's is its customer's.

    `excerpt` shows where the words stand, if not in what is shown anyway.
    """

    kind: Name
    number: str
    title: str
    detail: str = ""
    is_active: bool = True
    customer: str = ""
    excerpt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A table whose rows are read by a feed.

    `key` is the SQL of the thing's id over a row, written `{row}`. A change of the
    columns `passed_on` also concerns the things of other kinds that name this one.
    `counts` says which rows have anything to be found at all.
    """

    table: str
    columns: tuple[str, ...]
    key: str = "{row}.id"
    counts: str = ""
    passed_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """Texts for some keys. A kind's first feed yields every thing that exists."""

    read: Callable[[Collection[int]], Iterable[tuple[int, Text]]]
    watched: tuple[Watched, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of thing that can be found.

    `model` has a `visible_to(person)`; `newest` orders what fits equally well. `shown`
    makes rows readable, which come with their `links`; it gets what was typed.
    `named_by` are the links by which a thing bears the names of others: "customer_id"
    those of the kind "customer". `also` finds more by a number that was typed. A kind
    without feeds is not in the index, and has only that.
    """

    name: Name
    code: int
    model: type[Model]
    newest: tuple[str, ...]
    links: tuple[str, ...] = ()
    shown: Callable[[Sequence[Any], str], Iterable[Found]]
    named_by: dict[Name, str] = field(default_factory=dict)
    also: Callable[[str], Q] | None = None
    feeds: list[Feed] = field(default_factory=list)

    @property
    def ids(self) -> tuple[int, int]:
        """The first and the last id that entries of this kind can have."""
        return self.code * STRETCH, (self.code + 1) * STRETCH - 1

    @property
    def has_many(self) -> bool:
        return self.code >= MANY

    def id_of(self, key: int) -> int:
        return self.code * STRETCH + key

    def visible_to(self, person: object) -> QuerySet[Any]:
        rows: Any = self.model._default_manager  # noqa: SLF001 - Django's own name
        found: QuerySet[Any] = rows.visible_to(person).select_related(*self.links)
        return found


_KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    _KINDS[kind.name] = kind


def feed(name: Name, more: Feed) -> None:
    """Let another room's texts be found at a kind that is registered already."""
    _KINDS[name].feeds.append(more)


def kind_of(name: str) -> Kind:
    return _KINDS[name]


def indexed_kinds() -> Iterator[Kind]:
    return (kind for kind in _KINDS.values() if kind.feeds)


def kind_with(code: int) -> Kind | None:
    return next((kind for kind in indexed_kinds() if kind.code == code), None)
