"""Keeping the index right: what is due is read again and its tokens are written.

`journal.actions.record_many` catches up inside every action's transaction, after it
has taken the head, so that nobody else writes between reading and writing. What is
written past the actions, or is too much for one, waits for the next one or the worker.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from django.db import DatabaseError, connection, transaction

from .kinds import STRETCH, indexed_kinds, kind_with
from .models import Due, Entry
from .words import tokens_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from .kinds import Kind
    from .words import Text

# So many things are read again with one write; the rest is left to the worker.
AT_ONCE = 500
# Locks are numbers on PostgreSQL; this one belongs to who writes the index.
WRITING = 7_265_110

log = logging.getLogger(__name__)
_waits: ContextVar[bool] = ContextVar("search_waits", default=False)


@contextmanager
def once_at_the_end() -> Iterator[None]:
    """Let what becomes due meanwhile wait: for whoever writes many things in a row.

    After a failure it waits for the next action or the worker.
    """
    before = _waits.set(True)
    try:
        yield
    finally:
        _waits.reset(before)
    catch_up()


def catch_up() -> int:
    """Index what is due, at most `AT_ONCE` things; return how many were due.

    The index is derived: if it cannot be written, the work is done all the same, and
    what is due stays due.
    """
    if _waits.get() or not Due.objects.exists():
        return 0
    try:
        with transaction.atomic():
            return _catch_up()
    except DatabaseError:
        log.exception("the search index could not be written")
        return 0


def catch_up_all() -> Iterator[int]:
    """Index all that is due in many short transactions; yield what each has done."""
    while done := catch_up():
        yield done


def begin_anew() -> None:
    """Note everything as due. The search goes on with what it has meanwhile."""
    with transaction.atomic(), connection.cursor() as cursor:
        for kind in indexed_kinds():
            for keys in _keys_that_are(kind), _keys_in_index(kind):
                cursor.execute(
                    "INSERT INTO search_due (kind, key, passed_on)"  # noqa: S608
                    f" SELECT {kind.code}, key, FALSE FROM ({keys}) AS keys"
                    " ORDER BY key"
                )


def _keys_that_are(kind: Kind) -> str:
    table = kind.model._meta.db_table  # noqa: SLF001 - Django's own name
    return f'SELECT id AS key FROM "{table}"'  # noqa: S608 - our own names


def _keys_in_index(kind: Kind) -> str:
    """Return the query for what may be gone; what is not is due already."""
    table = kind.model._meta.db_table  # noqa: SLF001 - Django's own name
    key = f"id - {kind.first_id}"
    return (
        f"SELECT {key} AS key FROM search_entry"  # noqa: S608 - our own names
        f" WHERE id BETWEEN {kind.first_id} AND {kind.first_id + STRETCH - 1}"
        f' AND {key} NOT IN (SELECT id FROM "{table}")'
    )


def stale() -> Iterator[tuple[str, int]]:
    """Yield kind and key of all whose tokens are not what they should be.

    What is due is expected to be stale and left out.
    """
    due = {(row.kind, row.key) for row in Due.objects.all().iterator()}
    for kind in indexed_kinds():
        for keys in _in_batches(kind):
            should_be = _tokens_by_key(kind, keys)
            kept = _entries(kind, keys)
            for key in sorted(should_be.keys() | kept.keys()):
                differs = should_be.get(key) != kept.get(key)
                if differs and (kind.code, key) not in due:
                    yield kind.name, key


def _catch_up() -> int:
    _wait_for_others()
    rows = list(Due.objects.order_by("pk")[:AT_ONCE])
    _pass_on(rows)
    by_kind: dict[int, set[int]] = {}
    for row in rows:
        by_kind.setdefault(row.kind, set()).add(row.key)
    for code, keys in by_kind.items():
        if kind := kind_with(code):
            _write(kind, sorted(keys))
    Due.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


def _wait_for_others() -> None:
    """Let one write at a time: who reads a text late must not write it first."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [WRITING])


def _pass_on(rows: Iterable[Due]) -> None:
    """Note as due what bears the names of these things."""
    for row in rows:
        named = kind_with(row.kind)
        if not (row.passed_on and named):
            continue
        for kind in indexed_kinds():
            if link := kind.named_by.get(named.name):
                bearing = kind.model._default_manager.filter(**{link: row.key})  # noqa: SLF001
                Due.objects.bulk_create(
                    Due(kind=kind.code, key=key)
                    for key in bearing.order_by("pk").values_list("pk", flat=True)
                )


def _write(kind: Kind, keys: Collection[int]) -> None:
    should_be = _tokens_by_key(kind, keys)
    kept = _entries(kind, keys)
    gone = [kind.first_id + key for key in kept if key not in should_be]
    Entry.objects.filter(pk__in=gone).delete()
    differing = [
        Entry(pk=kind.first_id + key, words=words)
        for key, words in should_be.items()
        if kept.get(key) != words
    ]
    Entry.objects.bulk_create(
        differing,
        update_conflicts=True,
        update_fields=["words"],
        unique_fields=["id"],
    )


def _tokens_by_key(kind: Kind, keys: Collection[int]) -> dict[int, str]:
    first, *others = kind.feeds
    texts: dict[int, list[Text]] = {key: [text] for key, text in first.read(keys)}
    for feed in others:
        for key, text in feed.read(keys):
            if key in texts:
                texts[key].append(text)
    return {key: tokens_of(each) for key, each in texts.items()}


def _entries(kind: Kind, keys: Collection[int]) -> dict[int, str]:
    wanted = Entry.objects.filter(pk__in=[kind.first_id + key for key in keys])
    return {pk - kind.first_id: words for pk, words in wanted.values_list()}


def _in_batches(kind: Kind) -> Iterator[list[int]]:
    """Yield the keys of all things and entries of a kind, some at a time."""
    things = kind.model._default_manager.order_by("pk")  # noqa: SLF001
    entries = Entry.objects.filter(
        pk__gte=kind.first_id, pk__lt=kind.first_id + STRETCH
    ).order_by("pk")
    after = -1
    while True:
        here = things.filter(pk__gt=after).values_list("pk", flat=True)[:AT_ONCE]
        there = entries.filter(pk__gt=kind.first_id + after)
        ids = there.values_list("pk", flat=True)[:AT_ONCE]
        keys = sorted({*here, *kind.keys_of(ids)})[:AT_ONCE]
        if not keys:
            return
        yield keys
        after = keys[-1]
