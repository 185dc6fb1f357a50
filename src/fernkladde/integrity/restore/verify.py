"""Whether a backup could be put back: it is, into a scratch place, and examined."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fernkladde.integrity.backup.archive import open_archive
from fernkladde.integrity.backup.manifest import DATABASE, DOCUMENTS

from .examine import faults_of_restored
from .fitting import refuse_unfit
from .refusals import plain_refusals
from .scratch import connected_to, scratch_database
from .unpack import load_in_one_go, make_tables_of_today, unpack_files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fernkladde.integrity.backup.archive import Archive
    from fernkladde.integrity.backup.manifest import Manifest


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found in a backup that was put back; no faults mean that it holds."""

    manifest: Manifest
    faults: tuple[str, ...]


def verify_backup(*, path: Path, new_key: bool = False) -> Verified:
    """Put a backup back into a scratch place and look for the first bad thing."""
    scratch = Path(tempfile.gettempdir())
    with (
        open_archive(path) as archive,
        plain_refusals(scratch),
        tempfile.TemporaryDirectory(prefix="fernkladde-verify-") as folder,
    ):
        refuse_unfit(archive.manifest, new_key=new_key)
        archive.check()
        unpack_files(archive, Path(folder))
        with _scratch(archive, Path(folder)):
            make_tables_of_today()
            faults = tuple(
                faults_of_restored(archive.manifest, Path(folder) / DOCUMENTS)
            )
        return Verified(archive.manifest, faults)


@contextmanager
def _scratch(archive: Archive, folder: Path) -> Iterator[None]:
    if archive.manifest.engine == "sqlite":
        with connected_to(str(folder / DATABASE)):
            yield
        return
    with scratch_database() as name, connected_to(name):
        load_in_one_go(archive)
        yield
