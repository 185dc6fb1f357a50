"""Whether there is a database of this version to check at all."""

from __future__ import annotations

from pathlib import Path

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _


def why_unreadable() -> str:
    """Say in a sentence why nothing can be checked; empty where it can.

    Nothing is made on the way: SQLite would leave an empty file behind.
    """
    if connection.vendor == "sqlite" and not _sqlite_file_exists():
        sentence = _("Die Datenbank %(file)s gibt es nicht. Stimmt FERNKLADDE_DATA?")
        return sentence % {"file": connection.settings_dict["NAME"]}
    try:
        return _why_other_form()
    except DatabaseError as fault:
        sentence = _("Die Datenbank ist nicht zu lesen: %(fault)s")
        return sentence % {"fault": " ".join(str(fault).split())}


def _sqlite_file_exists() -> bool:
    if connection.connection is not None:
        return True
    return Path(connection.settings_dict["NAME"]).is_file()


def _why_other_form() -> str:
    executor = MigrationExecutor(connection)
    graph = executor.loader.graph
    known = executor.loader.disk_migrations.keys()
    if executor.loader.applied_migrations.keys() - known:
        return _("Die Datenbank ist von einer neueren Fassung von Fernkladde.")
    if executor.migration_plan(graph.leaf_nodes()):
        return _(
            "Die Datenbank ist nicht auf dem Stand dieser Fassung."
            " Bitte zuerst: fernkladde migrate"
        )
    return ""
