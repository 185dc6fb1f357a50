"""The database: whether it keeps what it has promised, also at a power cut (F-23)."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.utils.translation import gettext as _

from fernkladde.journal.durability import forgetful, loose_settings
from fernkladde.journal.guards import missing_guards

from .findings import advice, fault, ok

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .findings import Finding

# RETURNING came with 3.35, and everything else that is used before it.
OLDEST_SQLITE = (3, 35, 0)
OLDEST_POSTGRES = 140000


def check_program() -> Iterator[Finding]:
    """Look at the program behind the database."""
    if connection.vendor == "sqlite":
        yield _sqlite_program()
    else:
        yield _postgres_program()


def _sqlite_program() -> Finding:
    words = {"version": sqlite3.sqlite_version}
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        sentence = _("SQLite %(version)s ist zu alt: 3.35 oder neuer einrichten.")
        return fault("database-program", sentence % words)
    options = {row[0] for row in _rows("PRAGMA compile_options")}
    unfit = sorted(options & {"OMIT_JSON", "OMIT_TRIGGER", "THREADSAFE=0"})
    if unfit:
        sentence = _(
            "SQLite %(version)s ist mit %(options)s gebaut: ein anderes nehmen."
        )
        return fault(
            "database-program", sentence % {**words, "options": ", ".join(unfit)}
        )
    return ok("database-program", _("SQLite %(version)s") % words)


def _postgres_program() -> Finding:
    [(number,)] = _rows("SELECT current_setting('server_version_num')::int")
    words = {
        "version": _setting("server_version"),
        "encoding": _setting("server_encoding"),
    }
    if number < OLDEST_POSTGRES:
        sentence = _("PostgreSQL %(version)s ist zu alt: 14 oder neuer einrichten.")
        return fault("database-program", sentence % words)
    if words["encoding"] != "UTF8":
        sentence = _("Die Datenbank speichert %(encoding)s: eine in UTF8 anlegen.")
        return fault("database-program", sentence % words)
    return ok("database-program", _("PostgreSQL %(version)s") % words)


def check_durability() -> Finding:
    """Name what could lose issued invoices at a power cut."""
    if loose := loose_settings():
        return fault("durability", forgetful(loose))
    return ok("durability", _("Geschriebenes übersteht einen Stromausfall"))


def check_guards() -> Finding:
    missing = [*missing_guards(connection), *_passed_over()]
    if missing:
        sentence = _(
            "Sperren fehlen, Ausgestelltes ließe sich ändern: %(names)s. Aus einer "
            "Sicherung neu beginnen, oder klären, wer sie entfernt hat."
        )
        return fault("guards", sentence % {"names": ", ".join(missing)})
    return ok("guards", _("Alle Sperren sind in Kraft"))


def _passed_over() -> list[str]:
    """Name what lets SQLite's INSERT OR REPLACE pass the guards against deleting."""
    if connection.vendor != "sqlite":
        return []
    [(recursive,)] = _rows("PRAGMA recursive_triggers")
    return [] if recursive else ["recursive_triggers"]


def check_role() -> Iterator[Finding]:
    """Advise against a role that could lift the guards of its own tables."""
    if connection.vendor != "postgresql":
        return
    sql = (
        "SELECT current_setting('is_superuser') = 'on', pg_get_userbyid(relowner)"
        " = current_user FROM pg_class WHERE oid = to_regclass('journal_entry')"
    )
    [(superuser, owner)] = _rows(sql)
    if superuser or owner:
        yield advice(
            "role",
            _(
                "Die Rolle der Datenbank könnte Sperren aufheben: den Dienst mit einer "
                "Rolle ohne DDL betreiben, siehe Betriebshandbuch."
            ),
        )
    else:
        yield ok("role", _("Die Rolle der Datenbank kann keine Sperre aufheben"))


def _setting(name: str) -> str:
    return str(_rows(f"SHOW {name}")[0][0])


def _rows(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())
