"""Rows that were deleted, added or exchanged past all guards are found, each one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest
from django.db import connection

from fernkladde.integrity.invariants import check_invariants

from . import settled
from .tampering import guards_lifted, undone

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from pytest_django.fixtures import Settings

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

# A table, and which of its rows: the first that fits.
DELETED = [
    ("billing_invoice", "sequence = 2"),
    ("billing_invoice", "sequence = (SELECT MAX(sequence) FROM billing_invoice)"),
    ("billing_line", "position = 1"),
    ("billing_claim", "session_id IS NOT NULL"),
    ("billing_claim", "call_id IS NOT NULL"),
    ("billing_claim", "fee IS NOT NULL AND settlement_id IS NOT NULL"),
    ("billing_claim", "settlement_id IS NULL"),
    ("billing_allowanceposting", "settlement_id IS NOT NULL"),
    ("billing_allowanceposting", "settlement_id IS NULL"),
    ("billing_settlement", "statement = ''"),
    ("billing_settlement", "statement <> ''"),
    ("billing_counter", "value > 0"),
    ("billing_rendering", "invoice_id IS NOT NULL"),
    ("journal_entry", "sequence = 1"),
    ("journal_entry", "sequence = 7"),
    ("journal_entry", "sequence = (SELECT MAX(sequence) FROM journal_entry)"),
    ("journal_personalvalue", "erased_by_id IS NULL"),
    ("journal_personalvalue", "erased_by_id IS NOT NULL"),
    ("journal_head", "id = 1"),
    ("cases_session", "id IN (SELECT session_id FROM billing_claim)"),
    ("connections_call", "id IN (SELECT call_id FROM billing_claim)"),
]
# What a row is copied with: other values, so that no unique key stands in the way.
ADDED = [
    ("billing_line", "position = 1", {"id": "9999", "position": "99"}),
    ("billing_claim", "settlement_id > 0 AND fee IS NOT NULL",
     {"id": "9999", "fee": "'[\"F-9\", \"Einwahl\", \"T1\", null]'"}),
    ("billing_claim", "settlement_id IS NULL",
     {"id": "9999", "fee": "'[\"F-9\", \"Einwahl\", \"T1\", null]'"}),
    ("billing_allowanceposting", "settlement_id IS NOT NULL", {"id": "9999"}),
    ("billing_allowanceposting", "settlement_id IS NULL", {"id": "9999"}),
    ("billing_counter", "value > 0", {"id": "9999", "series": "'RE-1999'"}),
    ("billing_settlement", "statement <> ''",
     {"id": "9999", "run_id": "(SELECT MAX(id) + 1 FROM billing_run)"}),
    ("journal_entry", "sequence = 3",
     {"sequence": "(SELECT MAX(sequence) + 1 FROM journal_entry)"}),
    ("journal_entry", "sequence = 3", {"sequence": "0"}),
    ("journal_personalvalue", "erased_by_id IS NULL",
     {"id": "9999", "field": "'another'"}),
]  # fmt: skip
# Columns that two rows exchange, and which two.
TWO_LINES = "invoice_id = (SELECT MAX(invoice_id) FROM billing_line WHERE position = 2)"
SWAPPED = [
    ("billing_invoice", ("sequence",), "sequence IN (1, 2)"),
    ("billing_invoice", ("number", "sequence"), "sequence IN (2, 3)"),
    ("billing_invoice", ("settlement_id",), "sequence IN (1, 3)"),
    ("billing_line", ("position",), f"{TWO_LINES} AND position IN (1, 2)"),
    ("billing_line", ("invoice_id",), "position = 1"),
    ("billing_claim", ("settlement_id",), "session_id IS NOT NULL"),
    ("billing_claim", ("session_id",), "session_id IS NOT NULL"),
    ("billing_allowanceposting", ("contract_id",), "settlement_id IS NOT NULL"),
    ("billing_allowanceposting", ("settlement_id",), "settlement_id IS NOT NULL"),
    ("billing_settlement", ("customer_id",), "statement = ''"),
    ("billing_settlement", ("content",), "statement = ''"),
    ("billing_rendering", ("pdf", "pdf_sha256"), "invoice_id IS NOT NULL"),
    ("journal_entry", ("sequence",), "sequence IN (4, 5)"),
    ("journal_entry", ("facts",), "sequence IN (4, 5)"),
    ("journal_personalvalue", ("value", "salt"), "erased_by_id IS NULL"),
    ("cases_session", ("case_id",), "id IN (SELECT session_id FROM billing_claim)"),
]  # fmt: skip


@pytest.fixture
def company(tmp_path: Path, settings: Settings) -> None:
    settings.DOCUMENTS = tmp_path
    settled.make_company(tmp_path)
    assert check_invariants() == []


def run(sql: str, parameters: Sequence[object] = ()) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)  # type: ignore[arg-type]
        return cursor.fetchall() if cursor.description else []


def key_of(table: str) -> str:
    return "sequence" if table == "journal_entry" else "id"


def keys(table: str, where: str) -> list[object]:
    found = run(f"SELECT {key_of(table)} FROM {table} WHERE {where} ORDER BY 1")
    return [key for (key,) in found]


def missed(table: str, change: Callable[[], None]) -> bool:
    """Tell whether nobody notices the change; undo it."""
    with undone():
        with guards_lifted(table):
            change()
        return check_invariants() == []


@pytest.mark.usefixtures("company")
def test_each_deleted_row_is_found() -> None:
    def delete(table: str, where: str) -> None:
        run(f"DELETE FROM {table} WHERE {key_of(table)} = %s", keys(table, where)[:1])

    found = [row for row in DELETED if missed(row[0], partial(delete, *row))]

    assert found == []


@pytest.mark.usefixtures("company")
def test_each_added_row_is_found() -> None:
    def copy(table: str, where: str, changes: dict[str, str]) -> None:
        columns = [
            f'"{name}"' for (name,) in run(f"SELECT name FROM {_columns(table)}")
        ]
        values = [changes.get(name.strip('"'), name) for name in columns]
        run(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)}"
            f" FROM {table} WHERE {key_of(table)} = %s",
            keys(table, where)[:1],
        )

    found = [row for row in ADDED if missed(row[0], partial(copy, *row))]

    assert found == []


def _columns(table: str) -> str:
    if connection.vendor == "sqlite":
        return f"pragma_table_info('{table}')"
    return (
        "(SELECT column_name AS name FROM information_schema.columns"
        f" WHERE table_name = '{table}') AS columns"
    )


@pytest.mark.usefixtures("company")
def test_each_exchange_between_two_rows_is_found() -> None:
    found = [row for row in SWAPPED if missed(row[0], partial(swap, *row))]

    assert found == []


def swap(table: str, columns: Sequence[str], where: str) -> None:
    """Exchange the columns between the first two rows that differ in all of them."""
    one, other = pair(table, columns, where)
    for column in columns:
        of_one, of_other = (value(table, column, key) for key in (one, other))
        assert of_one != of_other
        put(table, column, one, between(of_one))
        if column == "sequence" and table == "journal_entry":
            put(table, column, other, of_one)
            put(table, column, -1, of_other)
        else:
            put(table, column, other, of_one)
            put(table, column, one, of_other)


def between(value: object) -> object:
    """Return what the first row holds meanwhile: no unique key may see both at once."""
    if isinstance(value, int):
        return -1
    is_number = isinstance(value, str) and value.startswith("RE-")
    return f"{value} " if is_number else value


def pair(table: str, columns: Sequence[str], where: str) -> tuple[object, object]:
    found = keys(table, where)
    for other in found[1:]:
        if all(
            value(table, column, found[0]) != value(table, column, other)
            for column in columns
        ):
            return found[0], other
    message = f"{table} has no two rows that differ in {columns}"
    raise AssertionError(message)


def value(table: str, column: str, key: object) -> object:
    sql = f"SELECT {column} FROM {table} WHERE {key_of(table)} = %s"
    return run(sql, [key])[0][0]


def put(table: str, column: str, key: object, to: object) -> None:
    sql = f"UPDATE {table} SET {column} = %s WHERE {key_of(table)} = %s"
    run(sql, [to, key])
