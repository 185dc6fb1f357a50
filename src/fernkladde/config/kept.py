"""On a full disk people can still read.

SQLite reads by two small files beside its database. They go with the last connection,
and without room they cannot be made again: so each web process keeps one open.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from django.db import OperationalError, connections

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper


def kept_open() -> BaseDatabaseWrapper | None:
    """Return a connection that only has to stay; a server needs none."""
    if connections["default"].vendor != "sqlite":
        return None
    kept = connections.create_connection("default")
    # Where there is no room from the start, each page says so.
    with contextlib.suppress(OperationalError), kept.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sqlite_master")
        cursor.fetchall()
    return kept
