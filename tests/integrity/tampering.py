"""The hand of someone who owns the database: one byte of one value, past all guards."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError, connection, transaction

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from random import Random

# What must never change, by table and column. Not here: the keys of rows that nothing
# refers to (they say nothing), and what a worker notes beside the files it makes.
COLUMNS = {
    "billing_invoice": (
        "id", "settlement_id", "kind", "series", "sequence", "number", "customer_id",
        "issued_on", "due_on", "currency", "net", "tax", "gross", "document",
        "document_sha256", "issued_at",
    ),
    "billing_line": (
        "invoice_id", "position", "case_id", "kind", "basis", "contract_id",
        "version_id", "service", "skill", "band", "name", "discount_percent",
        "seconds", "count", "unit_price", "per_minutes", "gross", "discount", "net",
    ),
    "billing_claim": (
        "settlement_id", "session_id", "call_id", "fee", "fee_case", "basis", "group",
        "group_worked", "group_billed",
    ),
    "billing_allowanceposting": (
        "contract_id", "settlement_id", "period_start", "for_period", "seconds",
        "handed_seconds", "cases", "case_number",
    ),
    "billing_settlement": (
        "id", "run_id", "customer_id", "settled_at", "settled_by_id", "content",
        "statement",
    ),
    "billing_counter": ("series", "value"),
    "billing_rendering": (
        "invoice_id", "settlement_id", "state", "pdf", "pdf_sha256", "xml",
        "xml_sha256",
    ),
    "journal_entry": (
        "sequence", "happened_at", "actor_id", "actor_label", "kind", "subject",
        "facts", "commitments", "clock_regression", "previous_hash", "hash",
    ),
    "journal_personalvalue": ("entry_id", "field", "value", "salt", "erased_by_id"),
    "journal_head": ("sequence", "hash", "happened_at"),
}  # fmt: skip
# And the work behind what was billed: rows with a live claim.
WORK = {
    "cases_session": (
        "number", "case_id", "service", "started_at", "ended_at", "skill",
        "connection", "billable", "goodwill_percent",
    ),
    "connections_call": ("number", "session_id", "started_at", "seconds", "cost"),
}  # fmt: skip
OF_CLAIMS = {"cases_session": "session_id", "connections_call": "call_id"}
KEYS = {"journal_entry": "sequence"}


@dataclass(frozen=True, slots=True)
class Place:
    """One value of one row; `key` names the row."""

    table: str
    column: str
    key: int

    def __str__(self) -> str:
        return f"{self.table} {self.key} {self.column}"

    @property
    def where(self) -> str:
        return f'"{KEYS.get(self.table, "id")}" = {self.key}'


def places() -> list[list[Place]]:
    """Return the places of each column that has a value anywhere, column by column."""
    found = []
    for table, columns in (COLUMNS | WORK).items():
        for column in columns:
            keys = _rows_with(table, column)
            if keys:
                found.append([Place(table, column, key) for key in keys])
    return found


def _rows_with(table: str, column: str) -> list[int]:
    sql = (
        f'SELECT "{KEYS.get(table, "id")}" FROM {table}'
        f""" WHERE "{column}" IS NOT NULL AND CAST("{column}" AS TEXT) <> ''"""
    )
    if table in OF_CLAIMS:
        sql += f" AND id IN (SELECT {OF_CLAIMS[table]} FROM billing_claim)"
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} ORDER BY 1")
        return [key for (key,) in cursor.fetchall()]


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def guards_lifted(table: str) -> Iterator[None]:
    """Let everything through for a moment; afterwards all guards stand again."""
    lifting = (
        _lifted_on_sqlite if connection.vendor == "sqlite" else _lifted_on_postgres
    )
    with lifting(table):
        yield


@contextmanager
def _lifted_on_postgres(table: str) -> Iterator[None]:
    """Drop the checks, which the caller's rollback puts back, and rest the guards."""
    with connection.cursor() as cursor:
        # A table with checks still waiting for the commit cannot be altered.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(
            "SELECT conname FROM pg_constraint"
            " WHERE contype = 'c' AND conrelid = %s::regclass",
            [table],
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield
        cursor.execute("SET LOCAL session_replication_role = origin")


@contextmanager
def _lifted_on_sqlite(table: str) -> Iterator[None]:
    sql = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s"
    with connection.cursor() as cursor:
        cursor.execute(sql, [table])
        guards = cursor.fetchall()
        cursor.execute("PRAGMA ignore_check_constraints = ON")
        for name, _sql in guards:
            cursor.execute(f'DROP TRIGGER "{name}"')
        yield
        for _name, made in guards:
            cursor.execute(made)
        cursor.execute("PRAGMA ignore_check_constraints = OFF")


def flip(place: Place, random: Random) -> bool:
    """Change one byte; False where the engine cannot hold what comes of it."""
    before = _stored(place)
    with suppress(DatabaseError, UnicodeError), transaction.atomic():
        with guards_lifted(place.table):
            _put(place, _flipped(before, random))
        if _stored(place) != before:
            return True
        transaction.set_rollback(True)
    return False


def _stored(place: Place) -> Any:
    """Return numbers and truth values as such, all else as the text for it."""
    column = f'"{place.column}"'
    with connection.cursor() as cursor:
        kind = (
            "typeof({0})" if connection.vendor == "sqlite" else "pg_typeof({0})::text"
        )
        cursor.execute(
            f"SELECT CAST({column} AS TEXT), {kind.format(column)}"
            f" FROM {place.table} WHERE {place.where}"
        )
        row = cursor.fetchone()
    if row is None:
        return None
    text, kind = row
    if kind == "boolean":
        return text == "true"
    return int(text) if kind in {"integer", "bigint", "smallint"} else text


def _flipped(before: Any, random: Random) -> int | str | bytes:
    if isinstance(before, bool):
        return not before
    if isinstance(before, int):
        return before ^ random.randrange(1, 256)
    raw = bytearray(before.encode())
    raw[random.randrange(len(raw))] ^= 1 << random.randrange(8)
    if connection.vendor == "sqlite":
        return bytes(raw)
    return raw.decode()


def _put(place: Place, value: int | str | bytes) -> None:
    written = "CAST(%s AS TEXT)" if isinstance(value, bytes) else "%s"
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE {place.table} SET "{place.column}" = {written}'
            f" WHERE {place.where}",
            [value],
        )


@contextmanager
def flipped_file(path: Path, random: Random) -> Iterator[None]:
    """Change one byte of a stored document, and put it back."""
    before = path.read_bytes()
    raw = bytearray(before)
    raw[random.randrange(len(raw))] ^= random.randrange(1, 256)
    path.write_bytes(raw)
    try:
        yield
    finally:
        path.write_bytes(before)
