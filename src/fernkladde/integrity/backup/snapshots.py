"""The state of the database at one instant, while others go on writing."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from django.db import connection

from .manifest import DATABASE, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from django.db.backends.base.base import BaseDatabaseWrapper

    from .archive import Writer

# `migrate` writes this one itself.
OF_MIGRATIONS = "django_migrations"
WRITTEN_COLUMNS = (
    "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(%s)"
    " AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum"
)


class Snapshot(Protocol):
    engine: str
    tables: tuple[Table, ...]

    def rows(self, sql: str) -> Sequence[tuple[Any, ...]]: ...

    def write_into(self, writer: Writer) -> None: ...


@contextmanager
def snapshot(folder: Path) -> Iterator[Snapshot]:
    """Take what is committed now; `folder` is for the time of the backup."""
    taking = _of_sqlite(folder) if connection.vendor == "sqlite" else _of_postgres()
    with taking as taken:
        yield taken


class _OfSqlite:
    """A copy of the whole file: tables, guards, and nothing of what was deleted."""

    engine = "sqlite"
    tables: tuple[Table, ...] = ()

    def __init__(self, path: Path) -> None:
        self._path = path

    def rows(self, sql: str) -> Sequence[tuple[Any, ...]]:
        # Nobody else has this file: no lock and no -wal beside it are wanted.
        address = f"{self._path.as_uri()}?immutable=1"
        with closing(sqlite3.connect(address, uri=True)) as opened:
            return opened.execute(sql).fetchall()

    def write_into(self, writer: Writer) -> None:
        with self._path.open("rb") as file:
            writer.copy(DATABASE, file)


@contextmanager
def _of_sqlite(folder: Path) -> Iterator[Snapshot]:
    path = folder / DATABASE
    # One statement is one reading transaction: in WAL mode it stops nobody.
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(path)])
    try:
        yield _OfSqlite(path)
    finally:
        path.unlink()


class _OfPostgres:
    """All tables by COPY in one transaction: no other program is needed for it."""

    engine = "postgresql"

    def __init__(self, opened: BaseDatabaseWrapper) -> None:
        self._opened = opened
        self.tables = tuple(_table(opened, name) for name in own_tables(opened))

    def rows(self, sql: str) -> Sequence[tuple[Any, ...]]:
        with self._opened.cursor() as cursor:
            cursor.execute(sql)
            found: Sequence[tuple[Any, ...]] = cursor.fetchall()
            return found

    def write_into(self, writer: Writer) -> None:
        for table in self.tables:
            sql = f"COPY {listed_columns(table)} TO STDOUT"
            with (
                writer.member(table.member) as sink,
                self._opened.wrap_database_errors,
                self._opened.connection.cursor() as cursor,
                cursor.copy(sql) as rows,
            ):
                for part in rows:
                    sink.write(part)


@contextmanager
def _of_postgres() -> Iterator[Snapshot]:
    opened = connection.copy()
    try:
        with opened.cursor() as cursor:
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield _OfPostgres(opened)
    finally:
        opened.close()


def own_tables(opened: BaseDatabaseWrapper) -> list[str]:
    """Return the tables that hold data, in the order of their names."""
    names = opened.introspection.django_table_names(
        only_existing=True, include_views=False
    )
    return sorted(set(names) - {OF_MIGRATIONS})


def columns_of(opened: BaseDatabaseWrapper, table: str) -> tuple[str, ...]:
    """Return the columns that hold something: PostgreSQL makes others itself."""
    with opened.cursor() as cursor:
        cursor.execute(WRITTEN_COLUMNS, [f'"{table}"'])
        return tuple(name for (name,) in cursor.fetchall())


def listed_columns(table: Table) -> str:
    columns = ", ".join(f'"{name}"' for name in table.columns)
    return f'"{table.name}" ({columns})'


def _table(opened: BaseDatabaseWrapper, name: str) -> Table:
    with opened.cursor() as cursor:
        sequences = opened.introspection.get_sequences(cursor, name)
        last_id = None
        for sequence in sequences:
            cursor.execute(
                f'SELECT last_value FROM "{sequence["name"]}" WHERE is_called'  # noqa: S608
            )
            last_id = next((row[0] for row in cursor.fetchall()), None)
    return Table(name, columns_of(opened, name), last_id)
