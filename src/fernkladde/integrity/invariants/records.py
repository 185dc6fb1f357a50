"""N10: what a row refers to is there; and on SQLite the file itself is sound."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import apps
from django.db import connection
from django.utils.translation import gettext as _

from fernkladde.journal.as_stored import rows
from fernkladde.journal.guards import guard_states

from .findings import Part

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .findings import Findings

ROOMS = ("accounts", "billing", "cases", "connections", "contracts", "customers",
         "imports", "journal", "plants")  # fmt: skip


def check_guards(found: Findings) -> None:
    """N2: the database itself refuses changes, by every guard it was given."""
    states = guard_states(connection)
    found.counted(Part.GUARDS, len(states))
    for name in sorted(name for name, holds in states.items() if not holds):
        sentence = _("Diese Sperre gilt nicht mehr.")
        found.bad(Part.GUARDS, "N2", "trigger", name, sentence)


def check_records(found: Findings) -> None:
    for table, column, target, key in _references():
        found.counted(Part.RECORDS)
        sql = (
            f'SELECT MIN(a."{column}") FROM "{table}" a'  # noqa: S608
            f' LEFT JOIN "{target}" b ON b."{key}" = a."{column}"'
            f' WHERE a."{column}" IS NOT NULL AND b."{key}" IS NULL'
        )
        [(missing,)] = rows(sql)
        if missing is not None:
            sentence = _("Verweist auf %(target)s %(key)s; diese Zeile fehlt.")
            names = {"target": target, "key": missing}
            found.bad(Part.RECORDS, "N10", table, column, sentence % names)


def _references() -> Iterator[tuple[str, str, str, str]]:
    """Name each foreign key: table, column, and the key it refers to."""
    for room in ROOMS:
        for model in apps.get_app_config(room).get_models(include_auto_created=True):
            for field in model._meta.concrete_fields:  # noqa: SLF001
                if field.related_model is not None:
                    target = field.target_field  # type: ignore[attr-defined]
                    yield (
                        model._meta.db_table,  # noqa: SLF001
                        str(field.column),
                        target.model._meta.db_table,  # noqa: SLF001
                        target.column,
                    )


def check_file(found: Findings) -> None:
    """Let SQLite look over its pages, indexes and checks; PostgreSQL does by itself."""
    if connection.vendor != "sqlite":
        return
    found.counted(Part.RECORDS)
    for (told,) in rows("PRAGMA integrity_check(1)"):
        if told != "ok":
            sentence = _("SQLite meldet: %(told)s.") % {"told": str(told).rstrip(".")}
            found.bad(Part.RECORDS, "F-19", "sqlite", "–", sentence)
