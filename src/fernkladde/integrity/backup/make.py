"""Making a backup: the database first, then the documents that it speaks of.

A document lies there before its row says that it is done. So whoever takes the rows
first finds all their documents, and a document too many does no harm.
"""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils.translation import gettext as _

from fernkladde import __version__
from fernkladde.values.refusal import Refusal

from .archive import Writer
from .documents import (
    DUE_DOCUMENTS,
    document_faults,
    due_documents,
    stored_documents,
)
from .files import make_folder, private_file, publish, refuse_existing, room_beside
from .keys import is_in_file, key_file, key_mark
from .manifest import DOCUMENTS, SECRET_KEY, Manifest, may_be_named
from .record import record_backup
from .snapshots import snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from .snapshots import Snapshot

# What a killed backup left behind goes with the first one of another day.
LEFT_OVER = ".fernkladde-unfinished-"
LEFT_OVER_SECONDS = 24 * 3600


HEAD = "journal_head"


class NothingBackedUp(Refusal):
    """No backup was made, and nothing half is left behind; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Made:
    """A finished backup; `faults` are documents that are missing or not theirs."""

    path: Path
    size: int
    manifest: Manifest
    faults: tuple[str, ...]


def default_name(at: datetime) -> str:
    return f"fernkladde-{at:%Y-%m-%d-%H%M%S}.tar"


def make_backup(*, target: Path, clock: Callable[[], datetime]) -> Made:
    """Put everything into one new file, and note in the Kladde that it was done."""
    began = clock()
    with _plain_refusals(target):
        _refuse_nothing()
        make_folder(target.parent)
        refuse_existing(target)
        with room_beside(target) as folder:
            part = folder / target.name
            manifest, due = _write(part, folder, began)
            publish(part, target)
    made = Made(
        path=target,
        size=target.stat().st_size,
        manifest=manifest,
        faults=document_faults(due, manifest.documents),
    )
    try:
        record_backup(
            path=target, size=made.size, manifest=manifest, began=began, at=clock()
        )
    except DatabaseError as fault:
        return replace(made, faults=(*made.faults, _not_noted(fault)))
    return made


def _not_noted(fault: DatabaseError) -> str:
    """Say that a good backup is not told of: the disk it was made for is full."""
    sentence = _(
        "Die Sicherung ist gut, steht aber nicht in der Kladde, weil nichts mehr "
        "gespeichert wird: %(why)s."
    )
    return sentence % {"why": str(fault).splitlines()[0]}


def _refuse_nothing() -> None:
    if HEAD not in connection.introspection.table_names():
        raise NothingBackedUp(
            _("Hier ist noch nichts eingerichtet, also auch nichts zu sichern.")
        )


def _write(part: Path, folder: Path, at: datetime) -> tuple[Manifest, dict[str, str]]:
    """Write the backup; return its manifest and the documents that its rows name."""
    with private_file(part) as file, snapshot(folder) as taken:
        writer = Writer(file)
        taken.write_into(writer)
        due = due_documents(taken.rows(DUE_DOCUMENTS))
        for name, path in stored_documents():
            _copy_document(writer, f"{DOCUMENTS}{name}", path)
        if is_in_file():
            with key_file().open("rb") as key:
                writer.copy(SECRET_KEY, key)
        manifest = writer.finish(_manifest(taken, at))
        file.flush()
        os.fsync(file.fileno())
    return manifest, due


def _manifest(taken: Snapshot, at: datetime) -> Manifest:
    migrations = taken.rows("SELECT app, name FROM django_migrations ORDER BY id")
    [(sequence, hash_)] = taken.rows("SELECT sequence, hash FROM journal_head")
    return Manifest(
        product=__version__,
        engine=taken.engine,
        made_at=at.astimezone(UTC).isoformat(timespec="seconds"),
        migrations=tuple((app, name) for app, name in migrations),
        sequence=sequence,
        hash=hash_,
        key_mark=key_mark(settings.SECRET_KEY),
        tables=taken.tables,
        members=(),
    )


def _copy_document(writer: Writer, name: str, path: Path) -> None:
    if not may_be_named(name):
        sentence = _(
            "Der Name eines Dokuments taugt nicht für eine Sicherung: %(name)r."
        )
        raise NothingBackedUp(sentence % {"name": str(path)})
    # Made anew under the same name, or gone: then its row tells what is missing.
    with suppress(FileNotFoundError), path.open("rb") as source:
        writer.copy(name, source)


@contextmanager
def _plain_refusals(target: Path) -> Iterator[None]:
    try:
        yield
    except FileExistsError:
        sentence = _("%(path)s gibt es schon; eine Sicherung überschreibt nichts.")
        raise NothingBackedUp(sentence % {"path": target}) from None
    except OSError as fault:
        raise _not_backed_up(target, fault.strerror or str(fault), fault) from fault
    except DatabaseError as fault:
        raise _not_backed_up(target, str(fault).splitlines()[0], fault) from fault


def _not_backed_up(target: Path, why: str, fault: Exception) -> NothingBackedUp:
    full = "disk is full" in why or getattr(fault, "errno", None) == errno.ENOSPC
    if full:
        sentence = _(
            "Nichts gesichert: Der Platz in %(folder)s reicht nicht; Platz schaffen "
            "oder einen anderen Ordner nennen."
        )
    else:
        sentence = _("Nichts gesichert, %(folder)s: %(why)s.")
    return NothingBackedUp(sentence % {"folder": target.parent, "why": why})
