"""Whether a backup fits to this installation, asked before anything is touched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _

from fernkladde import __version__
from fernkladde.integrity.backup.documents import documents_folder
from fernkladde.integrity.backup.keys import is_given, key_mark
from fernkladde.integrity.backup.snapshots import own_tables

from .refusals import NotRestored

if TYPE_CHECKING:
    from fernkladde.integrity.backup.manifest import Manifest

# What `migrate` itself fills; a login session of nobody is nothing either.
FILLED_BY_MIGRATE = {
    "auth_permission",
    "django_content_type",
    "django_session",
    "journal_head",
}
ENGINES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def refuse_unfit(manifest: Manifest, *, new_key: bool) -> None:
    """Refuse what this version, this kind of database or this key cannot take."""
    if manifest.engine != connection.vendor:
        sentence = _(
            "Die Sicherung ist von %(theirs)s, diese Installation hat %(ours)s: "
            "FERNKLADDE_DATABASE_URL auf eine Datenbank von %(theirs)s setzen."
        )
        theirs = ENGINES.get(manifest.engine, manifest.engine)
        words = {"theirs": theirs, "ours": ENGINES[connection.vendor]}
        raise NotRestored(sentence % words)
    if not set(manifest.migrations) <= set(MigrationLoader(None).disk_migrations):
        sentence = _(
            "Die Sicherung ist von einer neueren Fassung (%(theirs)s) als dieser "
            "(%(ours)s): erst Fernkladde erneuern."
        )
        words = {"theirs": manifest.product, "ours": __version__}
        raise NotRestored(sentence % words)
    if not new_key:
        _refuse_other_key(manifest)


def _refuse_other_key(manifest: Manifest) -> None:
    """Refuse a key from the environment that is not the backup's."""
    given = is_given()
    if manifest.has_key and not given:
        return
    if key_mark(settings.SECRET_KEY) == manifest.key_mark:
        return
    if given:
        sentence = _(
            "FERNKLADDE_SECRET_KEY ist nicht der Schlüssel dieser Sicherung: den "
            "richtigen setzen, oder mit --new-key alle neu anmelden lassen."
        )
    else:
        sentence = _(
            "Die Sicherung enthält ihren Schlüssel nicht, er stand in "
            "FERNKLADDE_SECRET_KEY: ihn dort setzen, oder mit --new-key alle neu "
            "anmelden lassen."
        )
    raise NotRestored(sentence)


def refuse_unless_empty() -> None:
    """Refuse an installation that holds anything: nothing is ever overwritten."""
    filled = filled_tables()
    if filled:
        sentence = _(
            "Hier ist schon eingerichtet (%(table)s ist nicht leer): nur in eine leere "
            "Installation wird zurückgespielt, etwa mit FERNKLADDE_DATA auf einen "
            "neuen Ordner."
        )
        raise NotRestored(sentence % {"table": filled[0]})
    folder = documents_folder()
    if folder.exists() and any(folder.iterdir()):
        sentence = _(
            "In %(folder)s liegen schon Dokumente: den Ordner erst beiseite legen."
        )
        raise NotRestored(sentence % {"folder": folder})


def filled_tables() -> list[str]:
    filled = []
    with connection.cursor() as cursor:
        for name in own_tables(connection):
            cursor.execute(f'SELECT 1 FROM "{name}" LIMIT 1')  # noqa: S608
            if cursor.fetchone() and name not in FILLED_BY_MIGRATE:
                filled.append(name)
    return filled


def refuse_newer_tables(manifest: Manifest) -> None:
    """Refuse an empty database that is already ahead of the backup."""
    ahead = set(MigrationRecorder(connection).applied_migrations())
    if not ahead <= set(manifest.migrations):
        raise NotRestored(
            _(
                "Die leere Datenbank hat schon die Form einer neueren Fassung als die "
                "Sicherung: eine neue Datenbank anlegen und nichts vorher starten; "
                "restore macht die Tabellen selbst."
            )
        )
