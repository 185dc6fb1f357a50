"""A disk of a few megabytes that fills up (F-04)."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.db import OperationalError, connection, connections

from tests.own_database import connected_to

if TYPE_CHECKING:
    from collections.abc import Iterator

BLOCK = 4096


@dataclass(frozen=True, slots=True)
class SmallDisk:
    path: Path

    @property
    def ballast(self) -> Path:
        return self.path / "ballast"

    def fill(self, *, leaving: int = 0) -> None:
        """Take all room but so many KiB; a server at work may be quicker with it."""
        free = shutil.disk_usage(self.path).free - leaving * 1024
        assert free >= 0
        with suppress(OSError), self.ballast.open("wb", buffering=0) as file:
            for _ in range(free // BLOCK):
                file.write(b"x" * BLOCK)
        if not leaving:
            assert shutil.disk_usage(self.path).free < BLOCK

    def make_room(self) -> None:
        self.ballast.unlink(missing_ok=True)


@contextmanager
def small_disk(*, megabytes: int) -> Iterator[SmallDisk]:
    """Mount memory as a disk of its own; where that is not allowed, skip loudly.

    Not below pytest's own folders: a server that is another user must get there.
    """
    folder = Path(tempfile.mkdtemp(prefix="fk-disk-"))
    folder.chmod(0o755)
    size = f"size={megabytes}m"
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", size, "fernkladde", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        folder.rmdir()
        pytest.skip(f"NOT TESTED: a full disk; no disk can be made: {mounted.stderr}")
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)
        folder.rmdir()


@contextmanager
def database_on(disk: SmallDisk) -> Iterator[None]:
    """Go on in a copy of the database that lies on the small disk."""
    if connection.vendor == "sqlite":
        connection.close()
        copy = disk.path / "copy.sqlite3"
        shutil.copyfile(connection.settings_dict["NAME"], copy)
        with connected_to(str(copy)):
            yield
        for file in disk.path.glob("copy.sqlite3*"):
            file.unlink()
    else:
        with _copy_in_tablespace(disk) as name, connected_to(name):
            yield


@contextmanager
def _copy_in_tablespace(disk: SmallDisk) -> Iterator[str]:
    """Let PostgreSQL put a copy there; its own log (WAL) stays where it is.

    A full tablespace stops the checkpoints of the whole server, and with them what
    other tests do there: only a server of its own is fit for this.
    """
    if "PYTEST_XDIST_WORKER" in os.environ:
        pytest.skip("NOT TESTED here: a full disk below PostgreSQL; needs it alone")
    original = connection.settings_dict["NAME"]
    copy = f"{original}_full"
    place = disk.path / "tablespace"
    place.mkdir()
    with suppress(LookupError):
        shutil.chown(place, "nobody")
    connection.close()
    with connection._nodb_cursor() as cursor:
        try:
            cursor.execute(f"CREATE TABLESPACE {copy} LOCATION '{place}'")
        except OperationalError as refused:
            pytest.skip(f"NOT TESTED: a full disk below PostgreSQL: {refused}")
    try:
        with connection._nodb_cursor() as cursor:
            cursor.execute(
                f'CREATE DATABASE "{copy}" TEMPLATE "{original}" TABLESPACE {copy}'
            )
        yield copy
    finally:
        connections["default"].close()
        disk.make_room()
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{copy}" WITH (FORCE)')
            cursor.execute(f"DROP TABLESPACE {copy}")
        shutil.rmtree(place)
