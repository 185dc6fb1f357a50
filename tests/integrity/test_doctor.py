"""The doctor: each check finds what it is there for, and says what to do."""

from __future__ import annotations

import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.db import connection, transaction

from fernkladde.accounts.roles import Role
from fernkladde.integrity.doctor.addresses import check_addresses
from fernkladde.integrity.doctor.database import (
    check_durability,
    check_guards,
    check_program,
    check_role,
)
from fernkladde.integrity.doctor.examine import examine
from fernkladde.integrity.doctor.findings import Finding, Level
from fernkladde.integrity.doctor.firm import check_company, check_people
from fernkladde.integrity.doctor.folder import check_folder, check_key, file_system_of
from fernkladde.integrity.doctor.operation import (
    check_backup,
    check_clock,
    check_worker,
)
from fernkladde.journal.actions import record
from tests import make
from tests.billing import month
from tests.billing.month import AT
from tests.journal.tampering import run

from .company import Place, empty_database, place_in, render_documents

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pytest_django.fixtures import Settings

    from tests.installation import Installation


@pytest.fixture
def place(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setenv("FERNKLADDE_DATA", str(tmp_path / "var"))
    place = place_in(tmp_path, settings)
    (place.data / "secret-key").chmod(0o600)
    settings.PUBLIC_URL = "https://kladde.example.com"
    settings.SECURE = True
    settings.ALLOWED_HOSTS = ["kladde.example.com"]
    return place


def one(found: Finding | Iterable[Finding], level: Level) -> str:
    """Return the one text there is of a level."""
    findings = [found] if isinstance(found, Finding) else list(found)
    [text] = [finding.text for finding in findings if finding.level == level]
    return text


@pytest.mark.django_db
class TestInstallation:
    """What stands in a database."""

    def test_documents_that_wait_show_that_no_worker_runs(self, place: Place) -> None:
        month.firm()
        month.work()
        month.bill()

        soon = list(check_worker(AT + timedelta(minutes=4)))
        late = check_worker(AT + timedelta(minutes=6))

        assert [finding.level for finding in soon] == [Level.OK]
        assert "Dokumente (1)" in one(late, Level.FAULT)
        render_documents()
        assert one(check_worker(AT + timedelta(minutes=6)), Level.OK)

    def test_a_clock_that_went_back_is_told_from_one_that_stands_right(self) -> None:
        with transaction.atomic():
            record(kind="a.b-done", subject="x", by=None, at=AT, facts={})

        assert "geht nach" in one(check_clock(AT - timedelta(minutes=2)), Level.FAULT)

    def test_the_clocks_of_two_machines_are_compared(self) -> None:
        found = check_clock(datetime.now(UTC) - timedelta(minutes=2))

        apart = connection.vendor == "postgresql"
        said = one(found, Level.FAULT if apart else Level.OK)
        assert ("auseinander" in said) == apart

    def test_what_an_invoice_lacks_is_listed(self) -> None:
        make.policy()

        assert "die IBAN" in one(check_company(), Level.ADVICE)

    def test_the_demo_password_is_a_fault_where_others_can_come(
        self, place: Place, settings: Settings
    ) -> None:
        anna = make.user(Role.ADMINISTRATOR)
        anna.set_password("known to all")
        anna.save()

        public = check_people("known to all")
        settings.PUBLIC_URL = ""
        private = check_people("known to all")

        assert anna.username in one(public, Level.FAULT)
        assert anna.username in one(private, Level.ADVICE)
        assert one(check_people("another"), Level.OK)

    def test_without_an_administrator_the_way_to_one_is_told(self) -> None:
        assert "fernkladde setup" in one(check_people("demo"), Level.ADVICE)

    def test_a_missing_guard_is_named(self) -> None:
        if connection.vendor == "sqlite":
            run("DROP TRIGGER billing_line_rows_are_never_changed")
        else:
            run("DROP TRIGGER billing_line_rows_are_never_changed ON billing_line")

        assert "billing_line_rows_are_never_changed" in one(check_guards(), Level.FAULT)

    def test_a_role_that_owns_the_tables_is_advised_against(self) -> None:
        found = list(check_role())

        levels = [Level.ADVICE] if connection.vendor == "postgresql" else []
        assert [finding.level for finding in found] == levels

    def test_the_program_is_named_with_its_version(self) -> None:
        name = "SQLite" if connection.vendor == "sqlite" else "PostgreSQL"

        assert name in one(check_program(), Level.OK)


def test_a_healthy_installation_has_no_fault(place: Place, own_database: None) -> None:
    month.firm()
    make.user(Role.ADMINISTRATOR)

    found = list(examine(at=AT, demo_password="demo"))

    # The tests' PostgreSQL may forget at a power cut, its role may do all, and its
    # clock stands on today.
    known = {"durability", "role", "clock"} if connection.vendor == "postgresql" else ()
    rest = [finding for finding in found if finding.check not in known]
    assert [f for f in rest if f.level == Level.FAULT] == []
    assert {f.check for f in rest if f.level == Level.ADVICE} == {"backup"}


def test_settings_that_lose_commits_at_a_power_cut_are_faults(
    own_database: None,
) -> None:
    if connection.vendor == "sqlite":
        held = one(check_durability(), Level.OK)
        run("PRAGMA synchronous = NORMAL")
        assert held
        assert "synchronous=1" in one(check_durability(), Level.FAULT)
    else:
        loose = one(check_durability(), Level.FAULT)
        assert "synchronous_commit=off" in loose


def test_the_age_of_the_last_backup_decides(place: Place, own_database: None) -> None:
    assert "noch keine Sicherung" in one(check_backup(AT), Level.ADVICE)
    made = place.back_up()

    soon = check_backup(AT + timedelta(hours=47))
    late = check_backup(AT + timedelta(hours=49))
    made.path.unlink()
    gone = check_backup(AT + timedelta(hours=1))

    assert str(made.path) in one(soon, Level.OK)
    assert "vor 2 Tagen" in one(late, Level.ADVICE)
    assert "nicht mehr dort" in one(gone, Level.OK)


def test_a_database_without_tables_ends_the_round(
    place: Place, tmp_path: Path, own_database: None
) -> None:
    with empty_database(tmp_path):
        *_before, last = examine(at=AT, demo_password="demo")

    assert (last.check, last.level) == ("database", Level.FAULT)
    # Nothing was made by looking.
    assert sorted(path.name for path in place.data.iterdir()) == ["secret-key"]


def test_a_data_folder_that_others_may_enter_is_a_fault(place: Place) -> None:
    held = one(check_folder(), Level.OK)
    place.data.chmod(0o755)

    assert str(place.data) in held
    assert "chmod 700" in one(check_folder(), Level.FAULT)


def test_a_folder_that_was_not_chosen_is_advised_against(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FERNKLADDE_DATA")

    assert "absolut" in one(check_folder(), Level.ADVICE)


def test_a_key_that_others_may_read_or_that_is_short_is_a_fault(
    place: Place, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = one(check_key(), Level.OK)
    (place.data / "secret-key").chmod(stat.S_IRUSR | stat.S_IRGRP)
    readable = one(check_key(), Level.FAULT)
    monkeypatch.setenv("FERNKLADDE_SECRET_KEY", settings.SECRET_KEY)
    given = one(check_key(), Level.ADVICE)
    settings.SECRET_KEY = "short"

    assert held
    assert "chmod 600" in readable
    assert "keiner Sicherung" in given
    assert "zu kurz" in one(check_key(), Level.FAULT)


@pytest.mark.parametrize(
    ("url", "hosts", "level", "said"),
    [
        ("https://a.example", ["a.example"], Level.OK, "a.example"),
        ("https://a.example", [".example"], Level.OK, "a.example"),
        ("https://[::1]:8443", ["[::1]"], Level.OK, "::1"),
        ("http://localhost:8000", ["localhost"], Level.OK, "localhost"),
        ("", ["localhost"], Level.ADVICE, "leer"),
        ("http://a.example", ["a.example"], Level.ADVICE, "unverschlüsselt"),
        ("https://a.example", ["b.example"], Level.FAULT, "FERNKLADDE_HOSTS"),
        ("https://a.example/", ["a.example"], Level.FAULT, "ohne etwas dahinter"),
        ("a.example", ["a.example"], Level.FAULT, "https://name"),
        ("https://a.example", ["*"], Level.FAULT, "jeden Namen"),
    ],
)
def test_addresses_fit_to_each_other(
    settings: Settings, url: str, hosts: list[str], level: Level, said: str
) -> None:
    settings.PUBLIC_URL = url
    settings.SECURE = url.startswith("https://")
    settings.ALLOWED_HOSTS = hosts

    assert said in one(check_addresses(), level)


def test_the_innermost_mount_tells_the_kind_of_disk() -> None:
    mounts = "a / ext4 rw 0 0\nb /srv nfs4 rw 0 0\nc /srv/my\\040data xfs rw 0 0\n"

    assert file_system_of(Path("/var/x"), mounts) == "ext4"
    assert file_system_of(Path("/srv/x"), mounts) == "nfs4"
    assert file_system_of(Path("/srv/my data/x"), mounts) == "xfs"
    assert file_system_of(Path("/srvother"), mounts) == "ext4"


@pytest.mark.slow
def test_the_command_ends_with_1_at_a_fault_and_with_0_without(
    installation: Installation,
) -> None:
    fresh = installation.run("doctor", "--json")
    installation.run("migrate")
    ready = installation.run("doctor", "--json")

    faults = [
        row["check"] for row in json.loads(fresh.stdout) if row["level"] == "fault"
    ]
    assert (fresh.returncode, faults) == (1, ["database"])
    left = {row["check"] for row in json.loads(ready.stdout) if row["level"] == "fault"}
    durable = connection.vendor == "sqlite"
    assert left == (set() if durable else {"durability"})
    assert ready.returncode == len(left)
