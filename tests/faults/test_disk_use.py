"""What people meet on a full disk (F-04): pages, documents, backups."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import closing, contextmanager, suppress
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.conf import settings as django_settings
from django.db import close_old_connections, connection
from django.urls import reverse

from fernkladde.accounts.roles import Role
from fernkladde.billing import rendering
from fernkladde.billing.models import Rendering, RenderingState
from fernkladde.cases.models import Session
from fernkladde.config.kept import kept_open
from fernkladde.integrity.backup.make import NothingBackedUp, make_backup
from fernkladde.integrity.backup.record import last_backup
from fernkladde.integrity.restore.verify import verify_backup
from tests import make
from tests.billing import month
from tests.billing.month import AT
from tests.integrity.company import Press, place_in
from tests.own_database import connected_to

from .environment import small_month
from .environment.little_room import database_on, small_disk
from .processes import READY_WITHIN_SECONDS
from .survival import insist_on_invariants

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from django.http import HttpResponse
    from django.test import Client
    from pytest_django.fixtures import Settings

    from tests.installation import Installation

    from .environment.little_room import SmallDisk

pytestmark = pytest.mark.slow

on_a_file = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="the database is a file, and on that disk"
)


@pytest.fixture
def disk() -> Iterator[SmallDisk]:
    with small_disk(megabytes=8) as made:
        yield made


@contextmanager
def full(disk: SmallDisk) -> Iterator[None]:
    disk.fill()
    try:
        yield
    finally:
        disk.make_room()


def asked(client: Client, address: str, **data: str) -> HttpResponse:
    """Ask as a web process does, that opens a file anew for each request."""
    close_old_connections()
    try:
        if data:
            return client.post(address, data)  # type: ignore[return-value]
        return client.get(address)  # type: ignore[return-value]
    finally:
        close_old_connections()


@on_a_file
def test_on_a_full_disk_pages_are_read_and_each_refusal_says_why(
    own_database: None, disk: SmallDisk, client: Client
) -> None:
    client.raise_request_exception = False
    case = make.case()
    start = reverse("start-timer", args=[case.number])
    form = {"service": "remote", "connection": "none", "client_key": "page-1"}
    with database_on(disk), closing(kept_open()):  # type: ignore[type-var]
        client.force_login(make.user(Role.TECHNICIAN))

        with full(disk):
            read = asked(client, reverse("case", args=[case.number]))
            refused = asked(client, start, **form)
            running = Session.objects.count()
        started = asked(client, start, **form)

        assert read.status_code == 200
        assert refused.status_code == 503
        assert "kein Platz" in refused.content.decode()
        assert running == 0
        assert started.status_code == 302
        assert Session.objects.running().count() == 1


@pytest.fixture
def documents(
    own_database: None, disk: SmallDisk, settings: Settings, tmp_path: Path
) -> Path:
    place_in(tmp_path, settings)
    settings.DOCUMENTS = disk.path / "documents"
    return disk.path / "documents"


def render(at: datetime) -> int:
    return rendering.render_due(Press(), clock=lambda: at)  # type: ignore[arg-type]


def states() -> list[str]:
    return list(Rendering.objects.values_list("state", flat=True))


def test_documents_without_room_wait_and_leave_nothing_half(
    documents: Path, disk: SmallDisk
) -> None:
    small_month.prepare()
    small_month.end_the_month()
    often = 2 * rendering.MOST_ATTEMPTS
    at = AT

    with full(disk):
        for _ in range(often):
            at += timedelta(minutes=10)
            render(at)
        waiting = states()
        left = [path for path in documents.rglob("*") if path.is_file()]
        said = {row.error for row in Rendering.objects.all()}
    render(at + timedelta(minutes=10))

    assert waiting == [RenderingState.DUE] * len(waiting)
    assert left == []
    assert said == {"No space left on device"}
    assert states() == [RenderingState.DONE] * len(waiting)
    insist_on_invariants()


def test_a_backup_without_room_is_none_and_says_so(
    own_database: None, disk: SmallDisk, settings: Settings, tmp_path: Path
) -> None:
    place_in(tmp_path, settings)
    target = disk.path / "backups" / "one.tar"

    disk.fill(leaving=8)
    with pytest.raises(NothingBackedUp) as refusal:
        make_backup(target=target, clock=lambda: AT)
    left = list(target.parent.iterdir())
    disk.make_room()

    assert "Der Platz in" in str(refusal.value)
    assert left == []
    assert last_backup() is None


@on_a_file
def test_a_full_disk_can_still_be_backed_up_to_another_one(
    own_database: None, disk: SmallDisk, settings: Settings, tmp_path: Path
) -> None:
    place_in(tmp_path, settings)
    target = tmp_path / "elsewhere" / "one.tar"
    with database_on(disk), closing(kept_open()):  # type: ignore[type-var]
        month.firm()
        with full(disk):
            made = make_backup(target=target, clock=lambda: AT)

        [fault] = made.faults
        assert "nicht in der Kladde" in fault
        assert verify_backup(path=target).faults == ()
        insist_on_invariants()


@pytest.fixture
def all_on_it(
    own_database: None, installation: Installation, disk: SmallDisk
) -> dict[str, str]:
    """Put the data folder with the database on the small disk; name its place."""
    data = disk.path / "var"
    data.mkdir()
    connection.close()
    source = connection.settings_dict["NAME"]
    shutil.copyfile(source, data / "fernkladde.sqlite3")
    return {
        **installation.environment,
        "FERNKLADDE_DATA": str(data),
        "FERNKLADDE_SECRET_KEY": django_settings.SECRET_KEY,
    }


@on_a_file
def test_a_web_process_alone_goes_on_reading_on_a_full_disk(
    all_on_it: dict[str, str], disk: SmallDisk, client: Client
) -> None:
    with serving(all_on_it) as address:
        with connected_to(f"{all_on_it['FERNKLADDE_DATA']}/fernkladde.sqlite3"):
            client.force_login(make.user(Role.TECHNICIAN))
        cookie = {"Cookie": f"session={client.cookies['session'].value}"}
        request = urllib.request.Request(address, headers=cookie)
        with full(disk), urllib.request.urlopen(request, timeout=120) as answer:
            status, landed = answer.status, answer.url

    assert (status, landed) == (200, address)


@on_a_file
def test_a_command_on_a_full_disk_ends_with_one_sentence(
    all_on_it: dict[str, str], disk: SmallDisk
) -> None:
    command = [sys.executable, "-m", "fernkladde", "month-end", "2026-10"]

    with full(disk):
        ended = subprocess.run(
            command, env=all_on_it, capture_output=True, text=True, check=False
        )

    assert ended.returncode == 1
    assert ended.stdout == ""
    [line] = ended.stderr.splitlines()
    assert line.startswith("fernkladde month-end: Auf der Platte ist kein Platz")


@contextmanager
def serving(environment: dict[str, str]) -> Iterator[str]:
    """Run the real web process, alone, and yield the address of its first page."""
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "fernkladde", "serve", "--port", str(port)]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}/"
    try:
        wait_for(address)
        yield address
    finally:
        process.terminate()
        process.wait(30)


def wait_for(address: str) -> None:
    until = time.monotonic() + READY_WITHIN_SECONDS
    while time.monotonic() < until:
        with suppress(OSError), urllib.request.urlopen(address, timeout=5):
            return
        time.sleep(0.1)
    pytest.fail("the pages did not answer")
