"""The file of a backup: any changed byte is found, and nothing hostile gets out."""

from __future__ import annotations

import hashlib
import json
import random
import tarfile
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest

from fernkladde.integrity.backup.archive import (
    FORMAT,
    Writer,
    _end,
    _whole,
    open_archive,
)
from fernkladde.integrity.backup.manifest import BackupUnusable, Manifest, Member

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MANIFEST = Manifest(
    product="0.1.0",
    engine="sqlite",
    made_at="2026-11-25T02:00:00+00:00",
    migrations=(("journal", "0001_initial"),),
    sequence=7,
    hash="a" * 64,
    key_mark="0123456789abcdef",
    tables=(),
    members=(),
)
CONTENTS = {
    "database.sqlite3": b"SQLite format 3\0" + bytes(range(256)) * 20,
    "documents/2026/RE-2026-0001.pdf": b"%PDF-1.7\n" + b"x" * 700,
    "documents/2026/RE-2026-0001.xml": b"",
    "secret-key": b"k" * 64,
}


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    path = tmp_path / "backup.tar"
    with path.open("w+b") as file:
        writer = Writer(file)
        for name, content in CONTENTS.items():
            writer.copy(name, BytesIO(content))
        writer.finish(MANIFEST)
    return path


def check(path: Path) -> None:
    with open_archive(path) as archive:
        archive.check()


def contents_of(path: Path) -> dict[str, bytes]:
    with open_archive(path) as archive:
        return {m.name: b"".join(chunks) for m, chunks in archive.contents()}


def _sealed(manifest: bytes) -> bytes:
    return _whole("manifest.json", manifest) + _end(manifest)


def test_what_was_put_in_comes_out(backup: Path) -> None:
    found = contents_of(backup)

    assert {name: found[name] for name in CONTENTS} == CONTENTS
    check(backup)


def test_any_tar_can_unpack_it(backup: Path, tmp_path: Path) -> None:
    with tarfile.open(backup) as tar:
        tar.extractall(tmp_path / "out", filter="data")

    for name, content in CONTENTS.items():
        assert (tmp_path / "out" / name).read_bytes() == content


@pytest.mark.parametrize("step", [11, pytest.param(1, marks=pytest.mark.long)])
def test_one_flipped_bit_in_any_byte_is_found(backup: Path, step: int) -> None:
    whole, chance = backup.read_bytes(), random.Random(1)
    unnoticed = []

    for place in range(0, len(whole), step):
        changed = bytearray(whole)
        changed[place] ^= 1 << chance.randrange(8)
        backup.write_bytes(changed)
        try:
            check(backup)
        except BackupUnusable:
            continue
        unnoticed.append(place)

    assert unnoticed == []


def test_a_file_that_was_cut_off_or_grew_is_found(backup: Path) -> None:
    whole = backup.read_bytes()

    for length in (0, 1, 511, 1024, 5000, len(whole) - 512, len(whole) - 1):
        backup.write_bytes(whole[:length])
        with pytest.raises(BackupUnusable):
            check(backup)
    backup.write_bytes(whole + b"\0" * 512)
    with pytest.raises(BackupUnusable):
        check(backup)


def test_the_damaged_member_is_named(backup: Path) -> None:
    whole = backup.read_bytes()
    backup.write_bytes(whole.replace(b"%PDF-1.7", b"%PDF-1.4"))

    with pytest.raises(BackupUnusable, match=r"documents/2026/RE-2026-0001\.pdf"):
        check(backup)


def test_a_newer_format_is_told_from_a_damaged_file(backup: Path) -> None:
    whole = backup.read_bytes()
    old, new = (f"format {number}\n".encode() for number in (FORMAT, FORMAT + 1))
    backup.write_bytes(whole.replace(old, new))

    with pytest.raises(BackupUnusable, match="erst Fernkladde erneuern"):
        check(backup)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"SQLite format 3\0" * 200])
def test_what_is_no_backup_is_called_so(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other"
    path.write_bytes(content)

    with pytest.raises(BackupUnusable, match="keine Sicherung von Fernkladde"):
        check(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BackupUnusable, match=r"nothing\.tar"):
        check(tmp_path / "nothing.tar")


@pytest.mark.parametrize(
    "name",
    [
        "../secret-key",
        "/etc/passwd",
        "documents/../../x",
        "documents//x",
        "documents/",
        "documents/a\\b",
        "documents/a\nb",
        "documents/./x",
        "documents",
        "tables/../x",
        "tables/a b",
        'tables/x"; DROP TABLE y',
        "anything",
        "",
    ],
)
def test_a_name_that_leads_out_of_its_folder_is_refused(
    backup: Path, name: str
) -> None:
    text = json.loads(MANIFEST.to_json())
    text["members"] = [{"name": name, "size": 0, "sha256": "0" * 64}]
    start = len(_whole("FERNKLADDE", backup.read_bytes()[512:582]))
    backup.write_bytes(backup.read_bytes()[:start] + _sealed(json.dumps(text).encode()))

    with pytest.raises(BackupUnusable, match="unlesbar"):
        check(backup)


@pytest.mark.parametrize("size", [-1, 10**15, 2**70])
def test_a_size_that_the_file_does_not_have_is_refused(backup: Path, size: int) -> None:
    text = json.loads(MANIFEST.to_json())
    text["members"] = [{"name": "database.sqlite3", "size": size, "sha256": "0" * 64}]
    backup.write_bytes(backup.read_bytes()[:1024] + _sealed(json.dumps(text).encode()))

    with pytest.raises(BackupUnusable):
        check(backup)


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE])
def test_a_member_that_is_no_plain_file_is_refused(backup: Path, kind: bytes) -> None:
    """The reader writes the header that must stand there; a link is another one."""
    link = tarfile.TarInfo("database.sqlite3")
    link.type, link.linkname = kind, "/etc/passwd"
    content = BytesIO()
    with content as file:
        Writer(file)
        start = file.tell()
        file.write(link.tobuf(tarfile.GNU_FORMAT))
        leaf = file.getvalue()[:start]
        empty = hashlib.sha256().hexdigest()
        members = (
            Member("FERNKLADDE", 70, hashlib.sha256(leaf[512:582]).hexdigest()),
            Member("database.sqlite3", 0, empty),
        )
        manifest = replace(MANIFEST, members=members).to_json()
        file.write(_sealed(manifest))
        backup.write_bytes(file.getvalue())

    with pytest.raises(BackupUnusable, match=r"database\.sqlite3"):
        check(backup)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text.pop("members"),
        lambda text: text.update(members=[1]),
        lambda text: text.update(migrations="x"),
        lambda text: text.update(engine=None),
        lambda text: text.update(more=1),
        lambda text: text.update(members=text["members"] * 2),
        lambda text: text.update(
            tables=[{"name": "a", "columns": ['b", c'], "last_id": 1}]
        ),
        lambda text: text.update(
            tables=[{"name": "a", "columns": ["b"], "last_id": "1; DROP"}]
        ),
    ],
)
def test_a_manifest_that_means_nothing_is_refused(
    backup: Path, spoil: Callable[[dict[str, Any]], Any]
) -> None:
    with open_archive(backup) as archive:
        text = json.loads(archive.manifest.to_json())
    spoil(text)
    backup.write_bytes(backup.read_bytes()[:1024] + _sealed(json.dumps(text).encode()))

    with pytest.raises(BackupUnusable, match="unlesbar"):
        check(backup)


@pytest.mark.parametrize("text", [b"", b"null", b"[]", b"\xff", b"[" * 10**5])
def test_a_manifest_that_is_no_object_is_refused(backup: Path, text: bytes) -> None:
    backup.write_bytes(backup.read_bytes()[:1024] + _sealed(text))

    with pytest.raises(BackupUnusable, match="unlesbar"):
        check(backup)
