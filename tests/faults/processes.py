"""Real processes of the product at the database that a test is connected to."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.db import connection, connections
from django.test import Client

from tests.installation import ROOT, settings_of_processes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.synchronize import Barrier
    from pathlib import Path

    from fernkladde.accounts.models import User

READY_WITHIN_SECONDS = 300


def environment(folder: Path) -> dict[str, str]:
    """Name our database, a folder of data, and the key that seals our logins."""
    name = str(connection.settings_dict["NAME"])
    url = f"sqlite:///{name}"
    if connection.vendor != "sqlite":
        server = urlsplit(os.environ["FERNKLADDE_DATABASE_URL"])
        url = urlunsplit(server._replace(path=f"/{name}"))
    return {
        **os.environ,
        "FERNKLADDE_DATABASE_URL": url,
        "FERNKLADDE_DATA": str(folder),
        "FERNKLADDE_SECRET_KEY": settings.SECRET_KEY,
        "DJANGO_SETTINGS_MODULE": settings_of_processes(),
    }


def command(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    """Start a command of the product."""
    return subprocess.Popen(
        [sys.executable, "-m", "fernkladde", *arguments],
        env=environment(folder),
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def at_once(*acts: Callable[[], object]) -> None:
    """Do each in a process of its own; all begin at the same moment."""
    connections.close_all()
    context = multiprocessing.get_context("fork")
    start = context.Barrier(len(acts))
    runs = [context.Process(target=_when_all_are_there, args=(a, start)) for a in acts]
    for run in runs:
        run.start()
    for run in runs:
        run.join(180)
    assert [run.exitcode for run in runs] == [0] * len(runs)


def _when_all_are_there(act: Callable[[], object], start: Barrier) -> None:
    start.wait(timeout=300)
    act()
    connections.close_all()


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    address: str
    page: str


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


@dataclass(slots=True)
class Visitor:
    """A person at a browser without JavaScript; remembers every answer's status."""

    server: str
    cookies: str
    token: str
    statuses: list[int] = field(default_factory=list)

    def get(self, address: str) -> Answer:
        return self._ask(address, None)

    def post(self, address: str, **given: str) -> Answer:
        form = {"csrfmiddlewaretoken": self.token, **given}
        return self._ask(address, urllib.parse.urlencode(form).encode())

    def _ask(self, address: str, form: bytes | None) -> Answer:
        request = urllib.request.Request(self.server + address, form)
        request.add_header("Cookie", self.cookies)
        opener = urllib.request.build_opener(_NoRedirect)
        try:
            with opener.open(request, timeout=300) as response:
                answer = _answer(response.status, response)
        except urllib.error.HTTPError as response:
            answer = _answer(response.code, response)
        self.statuses.append(answer.status)
        return answer


def _answer(status: int, response: urllib.response.addinfourl) -> Answer:
    where = response.headers.get("Location", "")
    return Answer(status, where, response.read().decode())


@dataclass(frozen=True, slots=True)
class Server:
    """A web server of the product, with several processes."""

    address: str

    def visited_by(self, person: User) -> Visitor:
        """Let a person in who has logged in already."""
        client = Client()
        client.force_login(person)
        token = secrets.token_hex(16)
        cookies = {
            settings.SESSION_COOKIE_NAME: client.session.session_key,
            settings.CSRF_COOKIE_NAME: token,
        }
        sent = "; ".join(f"{name}={value}" for name, value in cookies.items())
        return Visitor(self.address, sent, token)


@contextlib.contextmanager
def served(folder: Path, *, workers: int = 2) -> Iterator[Server]:
    """Serve the pages; what the server has to complain about fails the test."""
    port = _free_port()
    connection.close()
    server = command(folder, "serve", "--port", str(port), "--workers", str(workers))
    try:
        _wait_until_ready(port, server)
        yield Server(f"http://127.0.0.1:{port}")
    finally:
        server.terminate()
        _said, complaints = server.communicate(timeout=300)
    assert "Traceback" not in complaints, complaints


def _free_port() -> int:
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(port: int, server: subprocess.Popen[str]) -> None:
    until = time.monotonic() + READY_WITHIN_SECONDS
    while time.monotonic() < until and server.poll() is None:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        time.sleep(0.1)
    server.kill()
    raise AssertionError(server.communicate()[1])
