"""Whether the index can be relied on: asked cheaply, or entry by entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from .index import words_for, words_of
from .kinds import indexed_kinds
from .models import Due, Entry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .kinds import Kind

AT_ONCE = 500


def can_search() -> bool:
    """Tell whether the database's program knows how to search words."""
    if connection.vendor != "sqlite":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pragma_module_list WHERE name = 'fts5'")
        return cursor.fetchone() is not None


def astray() -> Iterator[tuple[str, int]]:
    """Yield kind and key of things without an entry, and of entries without a thing.

    Of each kind and of either sort the first. What is due is on its way.
    """
    for kind in indexed_kinds():
        for sql in _without_entry(kind), _without_thing(kind):
            with connection.cursor() as cursor:
                cursor.execute(sql)
                [(key,)] = cursor.fetchall()
            if key is not None:
                yield kind.name, key


def stale() -> Iterator[tuple[str, int]]:
    """Yield kind and key of all whose tokens are not what they should be.

    What is due is on its way. All texts are read for it.
    """
    due = {(row.kind, row.key) for row in Due.objects.all().iterator()}
    for kind in indexed_kinds():
        for keys in _in_batches(kind):
            should_be, kept = words_for(kind, keys), words_of(kind, keys)
            for key in sorted(should_be.keys() | kept.keys()):
                differs = should_be.get(key) != kept.get(key)
                if differs and (kind.code, key) not in due:
                    yield kind.name, key


def _without_entry(kind: Kind) -> str:
    table = kind.model._meta.db_table  # noqa: SLF001 - Django's own name
    return (
        f'SELECT MIN(t.id) FROM "{table}" t WHERE NOT EXISTS'  # noqa: S608 - our words
        f" (SELECT 1 FROM search_entry e WHERE e.id = t.id + {kind.id_of(0)})"
        f" AND t.id NOT IN (SELECT key FROM search_due WHERE kind = {kind.code})"
    )


def _without_thing(kind: Kind) -> str:
    table = kind.model._meta.db_table  # noqa: SLF001 - Django's own name
    first, last = kind.ids
    return (
        f"SELECT MIN(e.id) - {first} FROM search_entry e"  # noqa: S608 - our words
        f" WHERE e.id BETWEEN {first} AND {last} AND NOT EXISTS"
        f' (SELECT 1 FROM "{table}" t WHERE t.id = e.id - {first})'
        f" AND e.id - {first} NOT IN"
        f" (SELECT key FROM search_due WHERE kind = {kind.code})"
    )


def _in_batches(kind: Kind) -> Iterator[list[int]]:
    """Yield the keys of all things and entries of a kind, some at a time."""
    first, last = kind.ids
    things = kind.model._default_manager.order_by("pk")  # noqa: SLF001
    entries = Entry.objects.filter(pk__lte=last).order_by("pk")
    after = -1
    while True:
        here = things.filter(pk__gt=after).values_list("pk", flat=True)[:AT_ONCE]
        there = entries.filter(pk__gt=first + after).values_list("pk", flat=True)
        keys = sorted({*here, *(id_ - first for id_ in there[:AT_ONCE])})[:AT_ONCE]
        if not keys:
            return
        yield keys
        after = keys[-1]
