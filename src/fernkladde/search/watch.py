"""Triggers that note in `search_due` what has to be read again.

They see every write in its own transaction: of the ORM, in bulk, and raw SQL. Python
then makes the tokens (`index.catch_up`), since no database knows the stems. SQLite
drops a table's triggers when Django remakes it, so they are put back after every
migration.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection

from .kinds import Watched, indexed_kinds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper

    from .kinds import Kind

TABLE = "search_due"
PREFIX = "search_watches_"


def watch_again(**_signal: object) -> None:
    """Put every trigger that is missing or has changed, where its columns exist."""
    if TABLE not in connection.introspection.table_names():
        return
    kept = _bodies_kept(connection)
    with connection.cursor() as cursor:
        for trigger in _all_triggers(connection.vendor):
            if kept.get(trigger.name) == trigger.body:
                continue
            if set(trigger.watched.columns) <= _columns_of(trigger.watched.table):
                for sql in trigger.statements:
                    cursor.execute(sql)


def missing_watches() -> list[str]:
    """Name the triggers that are not in force as they should be."""
    kept = _bodies_kept(connection)
    expected = _all_triggers(connection.vendor)
    return sorted(each.name for each in expected if kept.get(each.name) != each.body)


@dataclass(frozen=True, slots=True)
class Trigger:
    """One trigger: how it is put, and what the database keeps of it."""

    name: str
    watched: Watched
    statements: tuple[str, ...]
    body: str


def _all_triggers(vendor: str) -> Iterator[Trigger]:
    for kind in indexed_kinds():
        for feed in kind.feeds:
            for watched in feed.watched:
                if vendor == "sqlite":
                    yield from _of_sqlite(kind, watched)
                else:
                    yield _of_postgres(kind, watched)


def _of_sqlite(kind: Kind, watched: Watched) -> Iterator[Trigger]:
    base = f"{PREFIX}{kind.name}_{watched.table}"
    for event, where, noted in (
        ("INSERT", _counting(watched, "NEW"), [_note(kind, watched, "NEW")]),
        ("DELETE", _counting(watched, "OLD"), [_note(kind, watched, "OLD")]),
        (
            f"UPDATE OF {_columns(watched)}",
            _differs(watched.columns, "IS NOT"),
            _notes_of_update(kind, watched, "IS NOT"),
        ),
    ):
        name = f"{base}_{event.split()[0].lower()}"
        sql = (
            f'CREATE TRIGGER "{name}" AFTER {event} ON "{watched.table}"'
            f" WHEN {where} BEGIN {' '.join(noted)} END"
        )
        yield Trigger(name, watched, (f'DROP TRIGGER IF EXISTS "{name}"', sql), sql)


def _of_postgres(kind: Kind, watched: Watched) -> Trigger:
    name = f"{PREFIX}{kind.name}_{watched.table}"
    differs = "IS DISTINCT FROM"
    updated = " ".join(_notes_of_update(kind, watched, differs))
    body = (
        " BEGIN"
        f" IF TG_OP = 'INSERT' THEN IF {_counting(watched, 'NEW')} THEN"
        f" {_note(kind, watched, 'NEW')} END IF;"
        f" ELSIF TG_OP = 'DELETE' THEN IF {_counting(watched, 'OLD')} THEN"
        f" {_note(kind, watched, 'OLD')} END IF;"
        f" ELSIF {_differs(watched.columns, differs)} THEN {updated} END IF;"
        " RETURN NULL; END "
    )
    function = (
        f'CREATE OR REPLACE FUNCTION "{name}"() RETURNS trigger'
        f" LANGUAGE plpgsql AS $watch${body}$watch$"
    )
    trigger = (
        f'CREATE TRIGGER "{name}" AFTER INSERT OR DELETE OR UPDATE OF'
        f' {_columns(watched)} ON "{watched.table}"'
        f' FOR EACH ROW EXECUTE FUNCTION "{name}"()'
    )
    drop = f'DROP TRIGGER IF EXISTS "{name}" ON "{watched.table}"'
    return Trigger(name, watched, (function, drop, trigger), body)


def _notes_of_update(kind: Kind, watched: Watched, differs: str) -> list[str]:
    """Note a row under the thing it belongs to now, and the one it belonged to."""
    passed_on = "FALSE"
    if watched.passed_on:
        passed_on = _differs(watched.passed_on, differs)
    notes = [_note(kind, watched, "NEW", passed_on=passed_on)]
    if watched.key != "{row}.id":
        notes.append(_note(kind, watched, "OLD"))
    return notes


def _note(kind: Kind, watched: Watched, row: str, *, passed_on: str = "FALSE") -> str:
    key = watched.key.format(row=row)
    return (
        f"INSERT INTO {TABLE} (kind, key, passed_on)"
        f" SELECT {kind.code}, {key}, {passed_on} WHERE {key} IS NOT NULL;"
    )


def _counting(watched: Watched, row: str) -> str:
    return watched.counts.format(row=row) if watched.counts else "TRUE"


def _columns(watched: Watched) -> str:
    return ", ".join(f'"{name}"' for name in watched.columns)


def _differs(columns: tuple[str, ...], operator: str) -> str:
    pairs = (f'NEW."{name}" {operator} OLD."{name}"' for name in columns)
    return f"({' OR '.join(pairs)})"


def _columns_of(table: str) -> set[str]:
    """Name a table's columns; nothing if it does not exist yet."""
    if connection.vendor == "sqlite":
        sql = "SELECT name FROM pragma_table_xinfo(%s)"
    else:
        sql = (
            "SELECT attname FROM pg_attribute"
            " WHERE attrelid = to_regclass(%s) AND attnum > 0"
        )
    with connection.cursor() as cursor:
        cursor.execute(sql, [table])
        return {name for (name,) in cursor.fetchall()}


def _bodies_kept(opened: BaseDatabaseWrapper) -> dict[str, str]:
    if opened.vendor == "sqlite":
        sql = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    else:
        sql = (
            "SELECT t.tgname, p.prosrc FROM pg_trigger t"
            " JOIN pg_proc p ON p.oid = t.tgfoid"
            " WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')"
        )
    with opened.cursor() as cursor:
        cursor.execute(sql)
        return dict(cursor.fetchall())
