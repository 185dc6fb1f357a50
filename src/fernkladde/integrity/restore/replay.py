"""Putting a backup back into an empty installation, the database last.

Until the database is in its place the installation is empty, and restoring may be
tried again.
"""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction

from fernkladde.integrity.backup.archive import open_archive
from fernkladde.integrity.backup.documents import documents_folder
from fernkladde.integrity.backup.files import sync_folder
from fernkladde.integrity.backup.keys import key_file
from fernkladde.integrity.backup.manifest import DATABASE, DOCUMENTS, SECRET_KEY
from fernkladde.integrity.backup.record import record_restoring

from .erasures import erasures_since, repeat_erasures
from .examine import faults_of_restored
from .fitting import refuse_newer_tables, refuse_unfit, refuse_unless_empty
from .refusals import plain_refusals
from .scratch import connected_to
from .unpack import load_tables, make_tables_of, make_tables_of_today, unpack_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from fernkladde.integrity.backup.archive import Archive
    from fernkladde.integrity.backup.manifest import Manifest

    from .erasures import Erasures

BESIDE = ("", "-wal", "-shm")


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back; `faults` were in the backup already, or are new."""

    manifest: Manifest
    faults: tuple[str, ...]
    # How often something was erased once more; None if no later Kladde was given.
    erasures: int | None = None


def restore_backup(
    *,
    path: Path,
    clock: Callable[[], datetime],
    new_key: bool = False,
    later_journal: Path | None = None,
) -> Restored:
    """Put everything back and examine it; refuse where anything is there already.

    What a later Kladde tells to have been erased since is erased once more.
    """
    with open_archive(path) as archive, plain_refusals(Path(settings.DATA)):
        refuse_unfit(archive.manifest, new_key=new_key)
        archive.check()
        erasures = _erasures(archive, later_journal)
        refuse_unless_empty()
        if archive.manifest.engine == "sqlite":
            _replay_sqlite(archive, new_key=new_key)
        else:
            _replay_postgres(archive, new_key=new_key)
        call_command("migrate", verbosity=0, interactive=False)
        found = tuple(faults_of_restored(archive.manifest, documents_folder()))
        record_restoring(manifest=archive.manifest, at=clock())
        if erasures is None:
            return Restored(archive.manifest, found)
        repeat_erasures(erasures, at=clock())
        return Restored(archive.manifest, found, len(erasures))


def _erasures(archive: Archive, later_journal: Path | None) -> Erasures | None:
    if later_journal is None:
        return None
    return erasures_since(archive.manifest, later_journal)


def _replay_sqlite(archive: Archive, *, new_key: bool) -> None:
    place = Path(connection.settings_dict["NAME"]).absolute()
    with _room_in(Path(settings.DATA)) as folder:
        unpack_files(archive, folder)
        with connected_to(str(folder / DATABASE)):
            make_tables_of_today()
        _put_files(folder, new_key=new_key)
        connection.close()
        for ending in BESIDE:
            place.with_name(f"{place.name}{ending}").unlink(missing_ok=True)
        shutil.move(folder / DATABASE, place)
        sync_folder(place.parent)


def _replay_postgres(archive: Archive, *, new_key: bool) -> None:
    refuse_newer_tables(archive.manifest)
    make_tables_of(archive.manifest)
    with _room_in(Path(settings.DATA)) as folder:
        unpack_files(archive, folder)
        with transaction.atomic():
            load_tables(archive)
            _put_files(folder, new_key=new_key)


def _put_files(folder: Path, *, new_key: bool) -> None:
    """Move documents and key to their places; both are empty or replaced."""
    documents = documents_folder()
    if documents.exists():
        documents.rmdir()
    (folder / DOCUMENTS).rename(documents)
    if (folder / SECRET_KEY).exists() and not new_key:
        (folder / SECRET_KEY).replace(key_file())
    sync_folder(Path(settings.DATA))


@contextmanager
def _room_in(data: Path) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix=".fernkladde-restoring-", dir=data))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
