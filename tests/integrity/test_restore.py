"""Putting back: only into an empty installation, whole, with its guards."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings as django_settings
from django.db import IntegrityError, connection, transaction

from fernkladde.billing.models import Invoice, Rendering
from fernkladde.integrity.backup.archive import open_archive
from fernkladde.integrity.backup.manifest import BackupUnusable
from fernkladde.integrity.backup.record import RESTORED
from fernkladde.integrity.restore.refusals import NotRestored
from fernkladde.integrity.restore.replay import restore_backup
from fernkladde.integrity.restore.verify import verify_backup
from fernkladde.journal import queries as journal
from fernkladde.journal.guards import missing_guards
from fernkladde.journal.models import Entry
from tests import make
from tests.billing.month import AT
from tests.journal.tampering import guards_lifted, run

from .company import (
    Place,
    bill_a_month,
    empty_database,
    place_in,
    seal_again,
)

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django.fixtures import Settings

    from fernkladde.integrity.restore.replay import Restored


@pytest.fixture
def place(tmp_path: Path, settings: Settings, own_database: None) -> Place:
    return place_in(tmp_path, settings)


@pytest.fixture
def backup(place: Place) -> Path:
    bill_a_month()
    return place.back_up().path


def restore(path: Path) -> Restored:
    return restore_backup(path=path, clock=lambda: AT)


def all_rows() -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table that a month touches."""
    tables = ("accounts_user", "billing_invoice", "billing_line", "billing_claim",
              "billing_rendering", "cases_session", "customers_customer")  # fmt: skip
    with connection.cursor() as cursor:
        rows = {}
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}" ORDER BY id')
            rows[table] = cursor.fetchall()
        return rows


def test_everything_is_back_with_its_guards(
    place: Place, backup: Path, tmp_path: Path, settings: Settings
) -> None:
    rows, documents = all_rows(), place.documents
    contents = {p.name: p.read_bytes() for p in documents.rglob("*.*")}
    there = place_in(tmp_path / "there", settings, key="made anew")

    with empty_database(tmp_path):
        restored = restore(backup)

        assert restored.faults == ()
        assert all_rows() == rows
        assert missing_guards(connection) == []
        with pytest.raises(IntegrityError), transaction.atomic():
            Invoice.objects.update(net=0)
        found = {p.name: p.read_bytes() for p in there.documents.rglob("*.*")}
        assert found == contents
        assert (there.data / "secret-key").read_text() == django_settings.SECRET_KEY
        assert stat.S_IMODE((there.data / "secret-key").stat().st_mode) == 0o600
        assert sorted(path.name for path in there.data.iterdir()) == [
            "documents",
            "secret-key",
        ]


def test_the_kladde_tells_of_the_restoring_and_goes_on(
    backup: Path, tmp_path: Path, settings: Settings
) -> None:
    place_in(tmp_path / "there", settings)

    with empty_database(tmp_path):
        restored = restore(backup)

        entry = Entry.objects.of_kind(RESTORED).get()
        assert entry.facts["until"] == restored.manifest.sequence
        assert entry.sequence == restored.manifest.sequence + 1
        assert journal.verify().holds
        # New rows get new ids: nothing that the Kladde speaks of is given out twice.
        assert make.user().pk > max(row[0] for row in all_rows()["accounts_user"][:-1])


def test_an_installation_that_holds_anything_is_left_alone(
    place: Place, backup: Path
) -> None:
    before = all_rows()

    with pytest.raises(NotRestored, match="schon eingerichtet"):
        restore(backup)

    assert all_rows() == before


def test_documents_that_lie_there_already_are_left_alone(
    backup: Path, tmp_path: Path, settings: Settings
) -> None:
    there = place_in(tmp_path / "there", settings)
    there.documents.mkdir()
    (there.documents / "own.pdf").write_bytes(b"mine")

    with (
        empty_database(tmp_path),
        pytest.raises(NotRestored, match="beiseite legen"),
    ):
        restore(backup)

    assert (there.documents / "own.pdf").read_bytes() == b"mine"


def test_a_damaged_backup_puts_nothing_back(
    backup: Path, tmp_path: Path, settings: Settings
) -> None:
    there = place_in(tmp_path / "there", settings)
    content = bytearray(backup.read_bytes())
    content[len(content) // 2] ^= 1
    backup.write_bytes(content)

    with empty_database(tmp_path):
        with pytest.raises(BackupUnusable, match="beschädigt"):
            restore(backup)

        assert "journal_entry" not in connection.introspection.table_names()
    assert not there.documents.exists()


def test_another_kind_of_database_is_named(backup: Path) -> None:
    other = "postgresql" if connection.vendor == "sqlite" else "sqlite"
    seal_again(backup, engine=other)

    with pytest.raises(NotRestored, match="FERNKLADDE_DATABASE_URL"):
        verify_backup(path=backup)


def test_a_backup_of_a_newer_version_is_refused(backup: Path) -> None:
    with open_archive(backup) as archive:
        known = archive.manifest.migrations
    seal_again(backup, migrations=(*known, ("billing", "0099_later")), product="9.0")

    with pytest.raises(NotRestored, match=r"neueren Fassung \(9\.0\)"):
        verify_backup(path=backup)


def test_the_wrong_key_in_the_environment_is_refused_but_can_be_accepted(
    backup: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    monkeypatch.setenv("FERNKLADDE_SECRET_KEY", "another")
    settings.SECRET_KEY = "another"

    with pytest.raises(NotRestored, match="nicht der Schlüssel dieser Sicherung"):
        verify_backup(path=backup)

    assert verify_backup(path=backup, new_key=True).faults == ()


def test_a_key_that_is_not_in_the_backup_is_asked_for(
    place: Place, settings: Settings
) -> None:
    (place.data / "secret-key").unlink()
    path = place.back_up().path
    settings.SECRET_KEY = "made anew"

    with pytest.raises(NotRestored, match="enthält ihren Schlüssel nicht"):
        verify_backup(path=path)


def test_verifying_changes_nothing_here(place: Place, backup: Path) -> None:
    before = (all_rows(), journal.head(), place.left_behind())

    verified = verify_backup(path=backup)

    assert verified.faults == ()
    assert (all_rows(), journal.head(), place.left_behind()) == before


def test_verifying_names_a_document_that_the_backup_lacks(place: Place) -> None:
    bill_a_month(customers=1)
    row = Rendering.objects.get()
    (place.documents / row.pdf).unlink()
    path = place.back_up().path

    verified = verify_backup(path=path)

    assert any(row.pdf in fault for fault in verified.faults)


def test_verifying_names_a_row_that_was_changed_before_the_backup(
    place: Place,
) -> None:
    bill_a_month(customers=1)
    with guards_lifted():
        run("UPDATE journal_entry SET subject = 'x' WHERE sequence = 2")
    path = place.back_up().path

    verified = verify_backup(path=path)

    assert any("journal_entry 2:" in fault for fault in verified.faults)
