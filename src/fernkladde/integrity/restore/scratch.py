"""Another database for a while: a file of its own, or one on the same server."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import ProgrammingError, connection, connections
from django.utils.translation import gettext as _

from .refusals import NotRestored

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def connected_to(name: str) -> Iterator[None]:
    """Let this process's queries go to another database of the same kind."""
    settings = connections.settings["default"]
    ours, original = connections["default"], settings["NAME"]
    settings["NAME"] = name
    connections["default"] = connections.create_connection("default")
    try:
        yield
    finally:
        connections["default"].close()
        settings["NAME"] = original
        connections["default"] = ours


@contextmanager
def scratch_database() -> Iterator[str]:
    """Make an empty database on the PostgreSQL server in use, and drop it again."""
    name = f"{connection.settings_dict['NAME'][:40]}_verify_{secrets.token_hex(4)}"
    with connection.cursor() as cursor:
        try:
            cursor.execute(f'CREATE DATABASE "{name}" ENCODING UTF8 TEMPLATE template0')
        except ProgrammingError:
            raise NotRestored(
                _(
                    "Zum Prüfen braucht es eine Datenbank auf Probe, und diese Rolle "
                    "darf keine anlegen: mit einer Rolle prüfen, die CREATEDB hat."
                )
            ) from None
    try:
        yield name
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
