"""The hand of someone who owns the database: guards lifted, bits flipped."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError, connection, transaction

from fernkladde.journal import queries

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fernkladde.journal.queries import Verification

CHECKS = {
    "journal_entry": "entries_are_counted_from_one",
    "journal_personalvalue": "a_personal_value_is_kept_or_erased",
}
INTEGERS = {"sequence", "actor_id", "entry_id", "erased_by_id"}


def run(sql: str, *params: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


@contextlib.contextmanager
def guards_lifted() -> Iterator[None]:
    """Drop what the Kladde's tables refuse; the test's rollback puts it back."""
    if connection.vendor == "sqlite":
        run("PRAGMA ignore_check_constraints = ON")
    else:
        _lift_checks()
    _drop_guards()
    try:
        yield
    finally:
        if connection.vendor == "sqlite":
            run("PRAGMA ignore_check_constraints = OFF")


def _lift_checks() -> None:
    # A table with checks still waiting for the commit cannot be altered.
    run("SET CONSTRAINTS ALL IMMEDIATE")
    run("SET CONSTRAINTS ALL DEFERRED")
    for table, name in CHECKS.items():
        run(f"ALTER TABLE {table} DROP CONSTRAINT {name}")


def _drop_guards() -> None:
    if connection.vendor == "sqlite":
        catalogue = "SELECT name, '' FROM sqlite_master WHERE type = 'trigger'"
    else:
        catalogue = (
            "SELECT tgname, ' ON ' || tgrelid::regclass FROM pg_trigger"
            " WHERE NOT tgisinternal"
        )
    with connection.cursor() as cursor:
        cursor.execute(catalogue)
        for name, table in cursor.fetchall():
            if name.startswith("journal_"):
                cursor.execute(f"DROP TRIGGER {name}{table}")


@contextlib.contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def stored(table: str, column: str, where: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT CAST({column} AS TEXT) FROM {table} WHERE {where}")
        return cursor.fetchone()[0]


def flips(table: str, column: str, where: str) -> Iterator[tuple[str, Verification]]:
    """Verify once for each flipped bit that the database takes and that changes it.

    Every bit of a number, of a truth value, and of every third byte of a text.
    """
    before = stored(table, column, where)
    for name, value in _flipped(column, str(before)):
        with undone(), contextlib.suppress(DatabaseError, UnicodeError):
            with transaction.atomic():
                _put(table, column, where, value)
            if not _is_the_same(table, column, where, before):
                yield name, queries.verify()


def _is_the_same(table: str, column: str, where: str, before: object) -> bool:
    """Tell whether PostgreSQL has read the other text as the same instant."""
    return column == "happened_at" and stored(table, column, where) == before


def _flipped(column: str, text: str) -> Iterator[tuple[str, object]]:
    if column == "clock_regression" and connection.vendor != "sqlite":
        yield "the truth value", text != "true"
    elif column in INTEGERS or column == "clock_regression":
        for bit in range(8):
            yield f"bit {bit}", int(text) ^ (1 << bit)
    else:
        raw = text.encode()
        for byte in range(0, len(raw), 3):
            for bit in range(8):
                changed = bytearray(raw)
                changed[byte] ^= 1 << bit
                yield f"byte {byte} bit {bit}", bytes(changed)


def _put(table: str, column: str, where: str, value: object) -> None:
    if isinstance(value, bytes) and connection.vendor == "sqlite":
        sql = f"UPDATE {table} SET {column} = CAST(%s AS TEXT) WHERE {where}"
    else:
        sql = f"UPDATE {table} SET {column} = %s WHERE {where}"
        value = value.decode() if isinstance(value, bytes) else value
    run(sql, value)
