"""Workers that are killed, frozen, or real processes of their own."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.db import connection

from fernkladde.billing import rendering
from fernkladde.billing.models import Rendering
from fernkladde.billing.sheets import Press, Rendered
from tests.billing.month import AT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TAKEN_OVER = AT + rendering.LEASE + timedelta(seconds=1)


@dataclass(slots=True)
class Reprint:
    """Gives what the press made once of the same text, and counts.

    The real press makes the same bytes each time, but a process that has compiled
    once cannot be forked. Before the n-th document it does what is wished.
    """

    made: dict[str, Rendered]
    before: dict[int, Callable[[], None]] = field(default_factory=dict)
    count: int = 0

    def render(self, text: str) -> Rendered:
        self.count += 1
        self.before.get(self.count, lambda: None)()
        return self.made[text]


def printed_once() -> dict[str, Rendered]:
    """Let the real press make all documents that are due."""
    rows = Rendering.objects.select_related("invoice", "settlement")
    with Press() as press:
        return {row.document: press.render(row.document) for row in rows}


def work(reprint: Reprint, *, at: datetime = AT) -> int:
    return rendering.render_due(cast("Press", reprint), clock=lambda: at)


def files() -> dict[str, bytes]:
    """Return all that lies in the folder of documents."""
    folder = Path(settings.DOCUMENTS)
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def freeze() -> None:
    os.kill(os.getpid(), signal.SIGSTOP)


@contextmanager
def frozen(act: Callable[[], object]) -> Iterator[int]:
    """Let a child act until it freezes itself; it wakes up and ends afterwards."""
    connection.close()
    child = os.fork()
    if not child:
        with contextlib.suppress(BaseException):
            act()
            os._exit(0)
        os._exit(1)
    _pid, status = os.waitpid(child, os.WUNTRACED)
    assert os.WIFSTOPPED(status)
    try:
        yield child
    finally:
        os.kill(child, signal.SIGCONT)
        _pid, status = os.waitpid(child, 0)
    assert os.WEXITSTATUS(status) == 0


@contextmanager
def worker(environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """Run the real worker; whatever becomes of it, it is gone afterwards."""
    command = [sys.executable, "-m", "fernkladde", "worker"]
    process = subprocess.Popen(
        command, env=environment, stderr=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGCONT)
        process.kill()
        process.wait(30)
        if process.stderr:
            process.stderr.close()


def environment_of_worker(data: Path) -> dict[str, str]:
    """Name the database that this test is connected to, as it reaches it."""
    database = connection.settings_dict
    url = f"sqlite:///{database['NAME']}"
    if connection.vendor == "postgresql":
        url = (
            f"postgresql://{database['USER']}:{database['PASSWORD']}@/"
            f"{database['NAME']}?host={database['HOST']}"
        )
        if database["PORT"]:
            url = url.replace("@/", f"@{database['HOST']}:{database['PORT']}/")
            url = url.split("?", maxsplit=1)[0]
    return {
        **os.environ,
        "FERNKLADDE_DATA": str(data),
        "FERNKLADDE_DATABASE_URL": url,
        "FERNKLADDE_SECRET_KEY": settings.SECRET_KEY,
        "DJANGO_SETTINGS_MODULE": "fernkladde.config.settings",
    }


def make_due_now() -> None:
    """Let what an injected clock has issued be due by the clock of this machine."""
    Rendering.objects.update(due_at=datetime.now(UTC) - timedelta(seconds=1))


def wait_until(holds: Callable[[], bool], *, seconds: float = 600) -> None:
    last = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < last, "it did not come to pass"
        time.sleep(0.02)


def children_of(process: int) -> list[int]:
    path = Path(f"/proc/{process}/task/{process}/children")
    return [int(pid) for pid in path.read_text().split()]


def is_alive(process: int) -> bool:
    """Tell whether it runs: one that is only waiting to be collected does not."""
    with contextlib.suppress(OSError):
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        return state not in {"Z", "X"}
    return False
