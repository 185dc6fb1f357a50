"""`fernkladde demo`: a company to look at, served until it is stopped."""

from __future__ import annotations

import contextlib
import errno
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from . import serve
from .django import bring_up_to_date, set_up

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

NAME = "demo"
HELP = "make a demo company and serve it"
EXAMPLE = "fernkladde demo --port 8000"

READY_WITHIN_SECONDS = 60
STOP_WITHIN_SECONDS = 15


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)


def run(args: argparse.Namespace) -> int:
    if fault := _address_fault(args.host, args.port):
        print(f"fernkladde demo: {fault}", file=sys.stderr)
        return 1
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    set_up()
    bring_up_to_date()
    _build_once()
    with _processes(args.host, args.port) as processes:
        return _serve(args.host, args.port, processes, stopping)


def _address_fault(host: str, port: int) -> str:
    """Try the address before the work of building, and say what is wrong with it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with contextlib.closing(socket.socket(family)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as fault:
            if getattr(fault, "errno", None) == errno.EADDRINUSE:
                return f"Port {port} ist belegt; einen anderen wählen mit --port."
            return f"{host}:{port} ist keine Adresse dieses Rechners ({fault})."
    return ""


def _build_once() -> None:
    from fernkladde.accounts.models import User

    from .demo_company.build import build_demo_company

    if User.objects.exists():
        return
    print("Die Beispielfirma wird angelegt …", flush=True)
    started = time.monotonic()
    build_demo_company(now=datetime.now(UTC), told=_tell)
    print(f"\rfertig nach {time.monotonic() - started:.0f} s   ", flush=True)


def _tell(month: str) -> None:
    if sys.stdout.isatty():
        print(f"\r{month}", end="", flush=True)


@contextlib.contextmanager
def _processes(host: str, port: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Run web and worker beside each other and end both together."""
    worker = [sys.executable, "-m", "fernkladde", "worker"]
    running = [
        subprocess.Popen(command, start_new_session=True)
        for command in (serve.command(host, port), worker)
    ]
    try:
        yield running
    finally:
        for process in running:
            process.terminate()
        for process in running:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(STOP_WITHIN_SECONDS)
            process.kill()


def _serve(
    host: str,
    port: int,
    processes: list[subprocess.Popen[bytes]],
    stopping: threading.Event,
) -> int:
    from django.urls import reverse

    url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    if not _wait_until_ready(url + reverse("login"), processes, stopping):
        if stopping.is_set():
            return 0
        print("fernkladde demo: Die Seiten antworten nicht.", file=sys.stderr)
        return 1
    _greet(url)
    while not stopping.wait(0.5):
        if any(process.poll() is not None for process in processes):
            print("fernkladde demo: Ein Prozess ist beendet.", file=sys.stderr)
            return 1
    return 0


def _wait_until_ready(
    url: str, processes: list[subprocess.Popen[bytes]], stopping: threading.Event
) -> bool:
    url = url.replace("//0.0.0.0", "//127.0.0.1").replace("//[::]", "//[::1]")
    last = time.monotonic() + READY_WITHIN_SECONDS
    while time.monotonic() < last and not stopping.is_set():
        if processes[0].poll() is not None:
            return False
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310  our own address
                return True
        except urllib.error.HTTPError:
            return False
        except OSError:
            time.sleep(0.1)
    return False


def _greet(url: str) -> None:
    from fernkladde.accounts.models import User

    from .demo_company.firm import PASSWORD

    print(f"ready {url}", flush=True)
    print(f"\nAnmelden mit dem Kennwort {PASSWORD} als")
    for person in User.objects.active().order_by("pk"):
        role = str(person.get_role_display())
        print(f"  {person.username:<10} {person.full_name:<18} {role}")
    print("\nBeenden mit Strg-C. Alle Daten liegen im Datenordner (./var).", flush=True)
