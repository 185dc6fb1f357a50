"""Making a backup: everything is in it, nothing half is left, nobody is stopped."""

from __future__ import annotations

import os
import random
import resource
import signal
import stat
import threading
import time
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings as django_settings
from django.db import connection, connections, transaction

from fernkladde.billing.models import Rendering
from fernkladde.integrity.backup.archive import open_archive
from fernkladde.integrity.backup.make import NothingBackedUp
from fernkladde.integrity.backup.manifest import BackupUnusable
from fernkladde.integrity.backup.record import MADE, folder_of, last_backup
from fernkladde.journal import queries as journal
from fernkladde.journal.models import Entry
from tests import make
from tests.billing.month import AT

from .company import Place, bill_a_month, empty_database, place_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytest_django.fixtures import Settings


@pytest.fixture
def place(tmp_path: Path, settings: Settings, own_database: None) -> Place:
    return place_in(tmp_path, settings)


def names_in(path: Path) -> set[str]:
    with open_archive(path) as archive:
        return {member.name for member in archive.manifest.members}


def test_documents_key_and_database_are_in_one_private_file(place: Place) -> None:
    bill_a_month(customers=1)
    before = journal.head()

    made = place.back_up()

    row = Rendering.objects.get()
    names = names_in(made.path)
    data = {name for name in names if name.startswith(("database", "tables/"))}
    assert {f"documents/{row.pdf}", f"documents/{row.xml}", "secret-key"} <= names
    assert data
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert (made.manifest.sequence, made.manifest.hash) == (
        before.sequence,
        before.hash,
    )
    assert made.manifest.documents[row.pdf] == row.pdf_sha256
    assert made.faults == ()
    assert place.left_behind() == ["one.tar"]


def test_the_kladde_tells_of_the_backup_and_knows_the_last_one(place: Place) -> None:
    assert last_backup() is None
    place.back_up("one.tar", at=AT)
    place.back_up("two.tar", at=AT + timedelta(hours=1))

    last = last_backup()

    assert last is not None
    assert (last.name, last.made_at) == ("two.tar", AT + timedelta(hours=1))
    assert folder_of(last) == str(place.target().parent)
    assert Entry.objects.of_kind(MADE).count() == 2
    assert journal.verify().holds


def test_a_backup_never_replaces_another_file(place: Place) -> None:
    made = place.back_up()
    content = made.path.read_bytes()

    with pytest.raises(NothingBackedUp, match="überschreibt nichts"):
        place.back_up()

    assert made.path.read_bytes() == content
    assert Entry.objects.of_kind(MADE).count() == 1


def test_the_key_of_the_environment_stays_out_of_the_backup(place: Place) -> None:
    (place.data / "secret-key").write_text("that of another time")

    made = place.back_up()

    assert "secret-key" not in names_in(made.path)
    assert django_settings.SECRET_KEY.encode() not in made.path.read_bytes()


def test_a_missing_and_a_changed_document_are_named_and_the_rest_is_saved(
    place: Place,
) -> None:
    bill_a_month(customers=1)
    row = Rendering.objects.get()
    (place.documents / row.pdf).unlink()
    (place.documents / row.xml).write_bytes(b"<other/>")

    made = place.back_up()

    assert len(made.faults) == 2
    assert f"{row.pdf} fehlt" in made.faults[0]
    assert f"{row.xml} ist verändert" in made.faults[1]
    assert made.path.exists()


def test_what_is_unfinished_or_a_link_stays_out(place: Place, tmp_path: Path) -> None:
    place.documents.mkdir()
    (place.documents / "x.pdf.1a2b.part").write_bytes(b"half")
    (place.documents / "link.pdf").symlink_to("/etc/hostname")

    made = place.back_up()

    assert made.manifest.documents == {}


@contextmanager
def no_file_larger_than(limit: int) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_where_the_file_finds_no_room_nothing_is_left_of_it(place: Place) -> None:
    place.documents.mkdir()
    (place.documents / "large.pdf").write_bytes(bytes(3_000_000))

    with no_file_larger_than(2_000_000), pytest.raises(NothingBackedUp) as refused:
        place.back_up()

    assert str(place.target().parent) in str(refused.value)
    assert place.left_behind() == []
    assert last_backup() is None


def test_a_killed_backup_leaves_no_file_that_looks_like_one(place: Place) -> None:
    place.documents.mkdir()
    with (place.documents / "large.pdf").open("wb") as file:
        file.truncate(2 << 30)
    connections.close_all()

    child = os.fork()
    if child == 0:
        try:
            place.back_up()
        finally:
            os._exit(0)
    while not place.left_behind():
        time.sleep(0.01)
    time.sleep(0.1)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)

    [left] = place.left_behind()
    assert left.startswith(".fernkladde-unfinished-")
    (place.documents / "large.pdf").unlink()
    assert place.back_up().faults == ()


def test_an_open_transaction_is_not_in_the_backup_and_does_not_stop_it(
    place: Place,
) -> None:
    ready, done = threading.Event(), threading.Event()

    def write() -> None:
        with transaction.atomic():
            make.customer(number="K-OPEN")
            ready.set()
            assert done.wait(300)
        connections.close_all()

    def end_at_the_first_write(
        execute: Callable[..., Any], sql: str, *rest: Any
    ) -> Any:
        """Let the writer end only when the backup has to tell of itself."""
        if sql.startswith(("BEGIN IMMEDIATE", "UPDATE")):
            done.set()
        return execute(sql, *rest)

    writing = threading.Thread(target=write)
    writing.start()
    assert ready.wait(60)
    with connection.execute_wrapper(end_at_the_first_write):
        made = place.back_up()
    writing.join()

    assert b"K-OPEN" not in made.path.read_bytes()
    assert b"K-OPEN" in place.back_up("two.tar").path.read_bytes()


def test_nothing_is_backed_up_where_nothing_was_set_up(
    place: Place, tmp_path: Path
) -> None:
    with (
        empty_database(tmp_path),
        pytest.raises(NothingBackedUp, match="noch nichts eingerichtet"),
    ):
        place.back_up()

    assert place.left_behind() == []


def test_a_flipped_byte_in_200_random_places_of_a_backup_is_found_each_time(
    place: Place,
) -> None:
    bill_a_month(customers=1)
    path = place.back_up().path
    whole, chance = path.read_bytes(), random.Random(0)
    found = 0

    for _ in range(200):
        changed = bytearray(whole)
        changed[chance.randrange(len(whole))] ^= chance.randrange(1, 256)
        path.write_bytes(changed)
        with pytest.raises(BackupUnusable), open_archive(path) as archive:
            archive.check()
        found += 1

    assert found == 200
