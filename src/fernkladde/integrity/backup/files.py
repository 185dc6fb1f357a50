"""Files that appear whole or not at all, and never in the place of another one."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# What a killed backup left behind goes with the first one of another day.
LEFT_OVER = ".fernkladde-unfinished-"
LEFT_OVER_SECONDS = 24 * 3600


@contextmanager
def private_file(path: Path) -> Iterator[IO[bytes]]:
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    with os.fdopen(handle, "w+b") as file:
        yield file


def make_folder(folder: Path) -> None:
    if not folder.exists():
        folder.mkdir(mode=0o700, parents=True)


def refuse_existing(target: Path) -> None:
    if target.exists():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))


@contextmanager
def room_beside(target: Path) -> Iterator[Path]:
    """Give a private folder on the target's own disk, and clear it away."""
    for old in target.parent.glob(f"{LEFT_OVER}*"):
        if time.time() - old.stat().st_mtime > LEFT_OVER_SECONDS:
            shutil.rmtree(old, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=LEFT_OVER, dir=target.parent)).absolute()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def publish(part: Path, target: Path) -> None:
    """Give the finished file its name, without ever replacing another one."""
    try:
        os.link(part, target)
    except FileExistsError:
        raise
    except OSError:
        # A disk without hard links, such as a memory stick: look, then rename.
        refuse_existing(target)
        part.rename(target)
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Make sure that the names in a folder outlive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
