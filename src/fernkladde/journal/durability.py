"""Whether the database keeps what it has confirmed, also at a power cut (F-23).

No test can show it by killing a process; what can be asked is whether the database
is set to wait for the disk. An invoice that a customer holds must not vanish.
"""

from __future__ import annotations

from typing import Any, cast

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from fernkladde.values.refusal import Refusal

FULL = 2
DURABLE_COMMITS = {"on", "local", "remote_write", "remote_apply"}
# In the other modes the file whose end is the COMMIT goes without waiting for its
# folder: sqlite.org "PRAGMA synchronous", EXTRA.
SQLITE = (
    "SELECT (SELECT journal_mode FROM pragma_journal_mode),"
    " (SELECT synchronous FROM pragma_synchronous)"
)
POSTGRES = (
    "SELECT current_setting('fsync'), current_setting('full_page_writes'),"
    " current_setting('synchronous_commit')"
)


class DatabaseForgets(Refusal):
    """Nothing is issued where a power cut could take it back."""


def refuse_forgetful_database() -> None:
    """Refuse a database that may forget; only tests run on one, and say so."""
    if settings.DATABASE_MAY_FORGET:
        return
    if loose := loose_settings():
        raise DatabaseForgets(forgetful(loose))


def forgetful(loose: list[str]) -> str:
    sentence = _(
        "Ein Stromausfall kann Rechnungen kosten, so wird nichts ausgestellt: In der "
        "Datenbank ist %(settings)s eingestellt; das ändert die Administration."
    )
    return sentence % {"settings": ", ".join(loose)}


def loose_settings() -> list[str]:
    """Name the settings by which what was committed could be lost, as `name=value`."""
    return _loose_sqlite() if connection.vendor == "sqlite" else _loose_postgres()


def _loose_sqlite() -> list[str]:
    mode, synchronous = _row(SQLITE)
    loose = [] if mode == "wal" else [f"journal_mode={mode}"]
    return loose if synchronous >= FULL else [*loose, f"synchronous={synchronous}"]


def _loose_postgres() -> list[str]:
    fsync, pages, commit = _row(POSTGRES)
    found = {"fsync": fsync, "full_page_writes": pages}
    loose = [f"{name}={value}" for name, value in found.items() if value != "on"]
    if commit not in DURABLE_COMMITS:
        loose.append(f"synchronous_commit={commit}")
    return loose


def _row(sql: str) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cast("tuple[Any, ...]", cursor.fetchone())
