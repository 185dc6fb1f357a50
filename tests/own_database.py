"""A database of its own for one test, with everything committed for real.

Append-only guards also stop the flush after Django's transactional tests, so a test
with real commits, threads or processes takes the fixture `own_database` instead of
`transactional_db`: a copy of the migrated test database, thrown away afterwards.
"""

from __future__ import annotations

import contextlib
import secrets
from typing import TYPE_CHECKING

import pytest
from django.db import connection, connections

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_django.plugin import DjangoDbBlocker


@contextlib.contextmanager
def sqlite_copy(path: Path) -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(path)])
    yield str(path)


@contextlib.contextmanager
def postgres_copy() -> Iterator[str]:
    """Copy on the server; for that nobody may be connected to the original."""
    original = connection.settings_dict["NAME"]
    copy = f"{original}_{secrets.token_hex(4)}"
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{original}"')
    try:
        yield copy
    finally:
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{copy}" WITH (FORCE)')


@contextlib.contextmanager
def connected_to(name: str) -> Iterator[None]:
    """Let this and all new connections of the process go to another database."""
    settings = connections.settings["default"]
    ours, original = connections["default"], settings["NAME"]
    settings["NAME"] = name
    connections["default"] = connections.create_connection("default")
    try:
        # The first connection turns a new file to WAL; two at once would collide.
        connections["default"].ensure_connection()
        yield
    finally:
        connections["default"].close()
        settings["NAME"] = original
        connections["default"] = ours


@pytest.fixture
def own_database(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path: Path
) -> Iterator[None]:
    with django_db_blocker.unblock():
        copying = (
            sqlite_copy(tmp_path / "own.sqlite3")
            if connection.vendor == "sqlite"
            else postgres_copy()
        )
        with copying as name, connected_to(name):
            yield
