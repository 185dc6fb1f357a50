"""One moment of a live database: what others write meanwhile is not seen."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Iterator

BEGIN = {
    # Deferred: it takes no lock, where Django's own would keep all writers out.
    "sqlite": "BEGIN DEFERRED",
    "postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
}


@contextmanager
def one_moment() -> Iterator[None]:
    """Read inside one transaction that writes nothing; an open one is used as it is."""
    if connection.in_atomic_block:
        yield
        return
    _run(BEGIN[connection.vendor])
    try:
        yield
    finally:
        _run("ROLLBACK")


def _run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
