"""The file of a backup: a plain tar that every `tar` can unpack, and a seal.

    FERNKLADDE      what this is, for people and for `open_archive`
    …               the members, one after the other
    manifest.json   where the backup comes from, size and SHA-256 of each member
    SEAL            size and SHA-256 of the manifest

What stands between the members follows from the manifest: the reader does not
believe tar headers but writes the expected ones itself and compares. So any changed
byte is found, and there is nothing that a hostile header could say.
"""

from __future__ import annotations

import hashlib
import re
import tarfile
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import IO, TYPE_CHECKING

from django.utils.translation import gettext as _

from .manifest import FLYLEAF, BackupUnusable, Manifest, Member

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

FORMAT = 1
MANIFEST = "manifest.json"
SEAL = "SEAL"
BLOCK = tarfile.BLOCKSIZE
CHUNK = 1 << 20
MOST_MANIFEST = 256 << 20
FLYLEAF_TEXT = (
    "Fernkladde backup, format {format}\nPut it back with: fernkladde restore FILE\n"
)
FLYLEAF_START = re.compile(rb"Fernkladde backup, format ([0-9]{1,9})\n")
SEAL_TEXT = "manifest {size} {sha256}\n"
SEAL_WORDS = re.compile(rb"manifest ([0-9]{1,12}) ([0-9a-f]{64})\n")


def header(name: str, size: int) -> bytes:
    """Return the tar header; nothing in it but name and size ever differs."""
    info = tarfile.TarInfo(name)
    info.size = size
    info.mode = 0o600
    return info.tobuf(tarfile.GNU_FORMAT, "utf-8", "strict")


def padding(size: int) -> bytes:
    return bytes(-size % BLOCK)


def _whole(name: str, content: bytes) -> bytes:
    return header(name, len(content)) + content + padding(len(content))


def _end(manifest: bytes) -> bytes:
    """Return what stands behind the manifest: the seal, and the end of the tar."""
    sha256 = hashlib.sha256(manifest).hexdigest()
    seal = SEAL_TEXT.format(size=len(manifest), sha256=sha256).encode()
    return _whole(SEAL, seal) + bytes(2 * BLOCK)


LENGTH_OF_END = len(_end(b""))


class Sink:
    """Where the content of one member goes; it is counted and hashed on the way."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._hash = hashlib.sha256()
        self.size = 0

    def write(self, content: bytes | memoryview) -> None:
        self._file.write(content)
        self._hash.update(content)
        self.size += len(content)

    def member(self, name: str) -> Member:
        return Member(name, self.size, self._hash.hexdigest())


class Writer:
    """Writes members one by one; their sizes need not be known beforehand."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.members: list[Member] = []
        with self.member(FLYLEAF) as sink:
            sink.write(FLYLEAF_TEXT.format(format=FORMAT).encode())

    @contextmanager
    def member(self, name: str) -> Iterator[Sink]:
        start = self._file.tell()
        self._file.write(header(name, 0))
        sink = Sink(self._file)
        yield sink
        self._file.write(padding(sink.size))
        end = self._file.tell()
        self._file.seek(start)
        self._file.write(header(name, sink.size))
        self._file.seek(end)
        self.members.append(sink.member(name))

    def copy(self, name: str, source: IO[bytes]) -> None:
        with self.member(name) as sink:
            while chunk := source.read(CHUNK):
                sink.write(chunk)

    def finish(self, manifest: Manifest) -> Manifest:
        """Close the backup with its manifest, completed by what was written."""
        whole = replace(manifest, members=tuple(self.members))
        content = whole.to_json()
        self._file.write(_whole(MANIFEST, content) + _end(content))
        return whole


@dataclass(frozen=True, slots=True)
class Archive:
    """An opened backup whose manifest holds; contents are checked as they are read."""

    file: IO[bytes]
    manifest: Manifest

    def check(self) -> None:
        """Read everything once; raise `BackupUnusable` at the first fault."""
        for member, chunks in self.contents():
            for _chunk in chunks:
                pass
            if member.name == FLYLEAF and member.sha256 != _flyleaf_hash():
                raise _damaged(FLYLEAF)

    def contents(self) -> Iterator[tuple[Member, Iterable[bytes]]]:
        """Yield each member with its content, in chunks, raising where it differs."""
        offset = 0
        for member in self.manifest.members:
            yield member, self._chunks(member, offset)
            offset += _room(member)

    def _chunks(self, member: Member, offset: int) -> Iterator[bytes]:
        self.file.seek(offset)
        expected = header(member.name, member.size)
        if self.file.read(len(expected)) != expected:
            raise _damaged(member.name)
        found, left = hashlib.sha256(), member.size
        while left and (chunk := self.file.read(min(CHUNK, left))):
            found.update(chunk)
            left -= len(chunk)
            yield chunk
        rest = padding(member.size)
        same = found.hexdigest() == member.sha256
        if left or not same or self.file.read(len(rest)) != rest:
            raise _damaged(member.name)


@contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """Open a backup; raise `BackupUnusable` if it is none, or none of this format."""
    try:
        file = path.open("rb")
    except OSError as fault:
        sentence = _("%(path)s lässt sich nicht lesen: %(why)s.")
        raise BackupUnusable(sentence % {"path": path, "why": fault.strerror}) from None
    with file:
        _refuse_strangers(file)
        manifest, start = _read_manifest(file)
        if sum(map(_room, manifest.members)) != start:
            raise _damaged(MANIFEST)
        yield Archive(file, manifest)


def _refuse_strangers(file: IO[bytes]) -> None:
    begin = file.read(2 * BLOCK)
    known = FLYLEAF_START.match(begin, BLOCK)
    if not (begin.startswith(FLYLEAF.encode() + b"\0") and known):
        raise BackupUnusable(
            _(
                "Das ist keine Sicherung von Fernkladde, oder schon ihr Anfang ist "
                "beschädigt."
            )
        )
    if int(known[1]) > FORMAT:
        raise BackupUnusable(
            _(
                "Die Sicherung hat das neuere Format %(found)d, diese Fassung kennt "
                "%(known)d: erst Fernkladde erneuern."
            )
            % {"found": int(known[1]), "known": FORMAT}
        )


def _read_manifest(file: IO[bytes]) -> tuple[Manifest, int]:
    """Return the manifest and where it starts; the seal at the end leads to it."""
    length = file.seek(0, 2)
    file.seek(max(length - LENGTH_OF_END, 0))
    seal = SEAL_WORDS.match(file.read(), BLOCK)
    if not seal or int(seal[1]) > MOST_MANIFEST:
        raise _cut_off()
    size = int(seal[1])
    start = length - LENGTH_OF_END - _room_for(MANIFEST, size)
    if start < 0:
        raise _cut_off()
    file.seek(start)
    found = file.read()
    content = found[len(header(MANIFEST, size)) :][:size]
    if found != _whole(MANIFEST, content) + _end(content):
        raise _damaged(MANIFEST)
    return Manifest.from_json(content), start


def _cut_off() -> BackupUnusable:
    return BackupUnusable(
        _("Die Sicherung ist abgeschnitten oder an ihrem Ende beschädigt.")
    )


def _room(member: Member) -> int:
    """Return how many bytes of the file a member takes."""
    return _room_for(member.name, member.size)


def _room_for(name: str, size: int) -> int:
    return len(header(name, size)) + size + len(padding(size))


def _flyleaf_hash() -> str:
    return hashlib.sha256(FLYLEAF_TEXT.format(format=FORMAT).encode()).hexdigest()


def _damaged(name: str) -> BackupUnusable:
    sentence = _("Die Sicherung ist beschädigt: %(name)s ist nicht, was gesichert war.")
    return BackupUnusable(sentence % {"name": name})
