"""What was erased after a backup stays erased when the backup is put back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import transaction

from fernkladde.accounts import actions
from fernkladde.accounts.models import User
from fernkladde.accounts.roles import Role
from fernkladde.exports.kladde import write_journal
from fernkladde.integrity.restore.refusals import NotRestored
from fernkladde.integrity.restore.replay import restore_backup
from fernkladde.journal import queries as journal
from fernkladde.journal.actions import erase, record
from fernkladde.journal.models import PersonalValue
from tests import make
from tests.billing.month import AT

from .company import Place, empty_database, place_in

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django.fixtures import Settings

    from fernkladde.integrity.restore.replay import Restored

NAME = "Jonas Wegmann"


@pytest.fixture
def place(tmp_path: Path, settings: Settings, own_database: None) -> Place:
    return place_in(tmp_path, settings)


@pytest.fixture
def petra(place: Place) -> User:
    return make.user(Role.ADMINISTRATOR)


@pytest.fixture
def jonas(petra: User) -> User:
    return actions.create_user(
        username="jonas", full_name=NAME, role=Role.TECHNICIAN, by=petra, at=AT
    )


@pytest.fixture
def backup(place: Place, jonas: User) -> Path:
    tell_of(NAME, "case/26-0412")
    return place.back_up().path


def tell_of(person: str, subject: str) -> None:
    with transaction.atomic():
        record(
            kind="cases.note-added",
            subject=subject,
            by=None,
            at=AT,
            facts={},
            personal={"person": person},
        )


def written_out(folder: Path, *, start: int = 1) -> Path:
    path = folder / "kladde.jsonl"
    with path.open("wb") as file:
        write_journal(file, start=start)
    return path


def restore(path: Path, later: Path) -> Restored:
    return restore_backup(path=path, clock=lambda: AT, later_journal=later)


def names_left() -> list[str]:
    names = [*User.objects.values_list("full_name", flat=True)]
    return [n for n in [*names, *PersonalValue.objects.values_list("value", flat=True)]
            if "Wegmann" in n or n == "jonas"]  # fmt: skip


def leave(jonas: User, petra: User) -> None:
    """Let somebody go who wants to be forgotten, also in a case's note."""
    actions.deactivate(user=jonas, by=petra, at=AT)
    actions.anonymize(user=jonas, by=petra, at=AT, reason="Austritt")
    erase(
        values=PersonalValue.objects.about("case/26-0412"),
        subject="case/26-0412",
        by=petra,
        at=AT,
        reason="Art. 17 DSGVO",
    )


@pytest.mark.parametrize("whole", [True, False])
def test_a_name_erased_after_the_backup_is_not_back(
    backup: Path,
    jonas: User,
    petra: User,
    tmp_path: Path,
    settings: Settings,
    *,
    whole: bool,
) -> None:
    # The entry after the backup's last one tells of the backup itself.
    start = 1 if whole else journal.head().sequence
    leave(jonas, petra)
    later = written_out(tmp_path, start=start)
    place_in(tmp_path / "there", settings)

    with empty_database(tmp_path):
        restored = restore(backup, later)

        assert restored.faults == ()
        assert restored.erasures == 3
        assert names_left() == []
        gone = User.objects.get(pk=jonas.pk)
        assert (gone.is_active, gone.has_usable_password()) == (False, False)
        assert journal.verify().holds


def test_without_a_later_kladde_the_name_is_back(
    backup: Path, jonas: User, petra: User, tmp_path: Path, settings: Settings
) -> None:
    leave(jonas, petra)
    place_in(tmp_path / "there", settings)

    with empty_database(tmp_path):
        restored = restore_backup(path=backup, clock=lambda: AT)

        assert restored.erasures is None
        assert names_left()


def test_a_later_kladde_without_erasures_erases_nothing(
    backup: Path, tmp_path: Path, settings: Settings
) -> None:
    tell_of("Erika", "case/26-0500")
    later = written_out(tmp_path)
    place_in(tmp_path / "there", settings)

    with empty_database(tmp_path):
        restored = restore(backup, later)

        assert restored.erasures == 0
        assert names_left()


def test_a_kladde_from_before_the_backup_is_refused_and_nothing_is_touched(
    place: Place, jonas: User, tmp_path: Path, settings: Settings
) -> None:
    earlier = written_out(tmp_path)
    tell_of("Erika", "case/26-0500")
    backup = place.back_up().path
    place_in(tmp_path / "there", settings)

    with empty_database(tmp_path):
        with pytest.raises(NotRestored, match="führt die der Sicherung nicht weiter"):
            restore(backup, earlier)

        assert restore_backup(path=backup, clock=lambda: AT).faults == ()


def test_a_kladde_that_does_not_hold_is_refused(
    backup: Path, jonas: User, petra: User, tmp_path: Path, settings: Settings
) -> None:
    leave(jonas, petra)
    later = written_out(tmp_path)
    later.write_text(later.read_text().replace("Austritt", "Umzug"))

    with empty_database(tmp_path), pytest.raises(NotRestored, match="hält nicht, ab"):
        restore(backup, later)


@pytest.mark.parametrize("text", ["{", "[1]", '{"entry": {"sequence": 1}}', "PK\x03"])
def test_what_is_no_kladde_is_refused(backup: Path, tmp_path: Path, text: str) -> None:
    other = tmp_path / "other.txt"
    other.write_text(text)

    with empty_database(tmp_path), pytest.raises(NotRestored, match="keine Kladde"):
        restore(backup, other)


def test_a_file_that_is_not_there_is_named(backup: Path, tmp_path: Path) -> None:
    with empty_database(tmp_path), pytest.raises(NotRestored, match="nowhere"):
        restore(backup, tmp_path / "nowhere")
