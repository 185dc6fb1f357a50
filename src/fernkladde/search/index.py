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

from .kinds import indexed_kinds, kind_with
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
        if connection.needs_rollback:
            # Not even what was done before can be kept: the caller has to know why.
            raise
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


def wipe() -> None:
    """Forget for good what was replaced: FTS5 keeps old words until it merges them.

    PostgreSQL forgets them with its VACUUM.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for half in ("search_few", "search_many"):
                cursor.execute(f"INSERT INTO {half} ({half}) VALUES ('rebuild')")  # noqa: S608


def _keys_that_are(kind: Kind) -> str:
    table = kind.model._meta.db_table  # noqa: SLF001 - Django's own name
    return f'SELECT id AS key FROM "{table}"'  # noqa: S608 - our own names


def _keys_in_index(kind: Kind) -> str:
    """Return the query for what may be gone; what is not is due already."""
    table = kind.model._meta.db_table  # noqa: SLF001 - Django's own name
    first, last = kind.ids
    return (
        f"SELECT id - {first} AS key FROM search_entry"  # noqa: S608 - our own names
        f" WHERE id BETWEEN {first} AND {last}"
        f' AND id - {first} NOT IN (SELECT id FROM "{table}")'
    )


def _catch_up() -> int:
    _wait_for_others()
    done = 0
    # What a new name is passed on to becomes due on the way.
    while done < AT_ONCE and (some := _index_some(AT_ONCE - done)):
        done += some
    return done


def _index_some(most: int) -> int:
    rows = list(Due.objects.order_by("pk")[:most])
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
    should_be, kept = words_for(kind, keys), words_of(kind, keys)
    gone = [kind.id_of(key) for key in kept if key not in should_be]
    Entry.objects.filter(pk__in=gone).delete()
    differing = [
        Entry(pk=kind.id_of(key), words=words)
        for key, words in should_be.items()
        if kept.get(key) != words
    ]
    Entry.objects.bulk_create(
        differing,
        update_conflicts=True,
        update_fields=["words"],
        unique_fields=["id"],
    )


def words_for(kind: Kind, keys: Collection[int]) -> dict[int, str]:
    """Return by key the words that entries should have."""
    first, *others = kind.feeds
    texts: dict[int, list[Text]] = {key: [text] for key, text in first.read(keys)}
    for feed in others:
        for key, text in feed.read(keys):
            if key in texts:
                texts[key].append(text)
    return {key: tokens_of(each) for key, each in texts.items()}


def words_of(kind: Kind, keys: Collection[int]) -> dict[int, str]:
    """Return by key the words that entries have."""
    wanted = Entry.objects.filter(pk__in=[kind.id_of(key) for key in keys])
    first = kind.id_of(0)
    return {id_ - first: words for id_, words in wanted.values_list("pk", "words")}
