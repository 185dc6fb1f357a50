"""Rows as the database has them, past the ORM.

For whoever proves something: nothing may be read and written out again on the way,
since a change in how a value is written is a change. Text that a flipped bit has made
unreadable is shown as its bytes.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Iterator

UNREADABLE = "backslashreplace"
POSTGRES_INSTANT = 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'


def rows(sql: str, *params: int | str) -> list[tuple[Any, ...]]:
    """Fetch all of a query that keeps within a limit of its own."""
    with connection.cursor() as cursor, _any_text():
        cursor.execute(sql, params)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def instant_sql(column: str) -> str:
    """Return the expression that reads an instant as text, for `instant`."""
    if connection.vendor == "sqlite":
        return f"CAST({column} AS TEXT)"
    return f"to_char({column} AT TIME ZONE 'UTC', '{POSTGRES_INSTANT}')"


def instant(text: str) -> str:
    """Return the instant in the chain's form; SQLite leaves out a fraction of zero."""
    if text.endswith("Z"):
        return text
    fraction = "" if "." in text else ".000000"
    return text.replace(" ", "T", 1) + fraction + "Z"


@contextmanager
def _any_text() -> Iterator[None]:
    if connection.vendor != "sqlite":
        yield
        return
    connection.connection.text_factory = lambda raw: raw.decode("utf-8", UNREADABLE)
    try:
        yield
    finally:
        connection.connection.text_factory = str
