"""From a backup into tables and files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from fernkladde.integrity.backup.manifest import (
    DATABASE,
    DOCUMENTS,
    SECRET_KEY,
    TABLES,
    BackupUnusable,
)
from fernkladde.integrity.backup.snapshots import columns_of, listed_columns

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from fernkladde.integrity.backup.archive import Archive
    from fernkladde.integrity.backup.manifest import Manifest, Table

PRIVATE = 0o600


def unpack_files(archive: Archive, folder: Path) -> None:
    """Write database, documents and key below a folder, down to the disk."""
    (folder / DOCUMENTS).mkdir(mode=0o700)
    for member, chunks in archive.contents():
        if member.name in {DATABASE, SECRET_KEY} or member.name.startswith(DOCUMENTS):
            path = folder / member.name
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write(path, chunks)


def _write(path: Path, chunks: Iterable[bytes]) -> None:
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE)
    with os.fdopen(handle, "wb") as file:
        for chunk in chunks:
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())


def make_tables_of(manifest: Manifest) -> None:
    """Bring an empty database to the form that the backup was made in."""
    applied = set(manifest.migrations)
    executor = MigrationExecutor(connection)
    graph = executor.loader.graph
    last_of_app = [
        key
        for key in sorted(applied)
        if not any(
            child.key in applied and child.key[0] == key[0]
            for child in graph.node_map[key].children
        )
    ]
    executor.migrate(last_of_app)


def make_tables_of_today() -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def load_tables(archive: Archive) -> None:
    """Fill the tables of PostgreSQL, inside the caller's transaction.

    The guards would refuse rows that come in any other order than they were made
    in; for the length of this transaction they rest, and nobody else gets in.
    """
    tables = {table.member: table for table in archive.manifest.tables}
    for table in tables.values():
        _refuse_other_columns(table)
    with connection.cursor() as cursor:
        for table in tables.values():
            cursor.execute(f'ALTER TABLE "{table.name}" DISABLE TRIGGER USER')
        names = ", ".join(f'"{table.name}"' for table in tables.values())
        cursor.execute(f"TRUNCATE {names}")
        for member, chunks in archive.contents():
            if member.name.startswith(TABLES):
                _load(tables[member.name], chunks)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables.values():
            cursor.execute(f'ALTER TABLE "{table.name}" ENABLE TRIGGER USER')


def _load(table: Table, chunks: Iterable[bytes]) -> None:
    with connection.cursor() as cursor:
        sql = f"COPY {listed_columns(table)} FROM STDIN"
        with connection.wrap_database_errors, cursor.copy(sql) as rows:
            for chunk in chunks:
                rows.write(chunk)
        if table.last_id is None:
            return
        [sequence] = connection.introspection.get_sequences(cursor, table.name)
        cursor.execute("SELECT setval(%s, %s)", [sequence["name"], table.last_id])


def _refuse_other_columns(table: Table) -> None:
    if set(columns_of(connection, table.name)) != set(table.columns):
        sentence = _("Die Tabelle %(table)s der Sicherung hat andere Spalten.")
        raise BackupUnusable(sentence % {"table": table.name})


def load_in_one_go(archive: Archive) -> None:
    make_tables_of(archive.manifest)
    with transaction.atomic():
        load_tables(archive)
