"""`fernkladde worker`: fulfil the duties that wait in the database."""

from __future__ import annotations

import signal
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from .django import set_up

if TYPE_CHECKING:
    import argparse

NAME = "worker"
HELP = "make the documents that wait, until stopped"
EXAMPLE = "fernkladde worker"

PAUSE_SECONDS = 1.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--once", action="store_true", help="stop when nothing is due any more"
    )


def run(args: argparse.Namespace) -> int:
    set_up()
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    work(stopping, once=args.once)
    return 0


def work(stopping: threading.Event, *, once: bool) -> None:
    """Take up what is due; rest a second when there is nothing."""
    from fernkladde.billing.rendering import render_due
    from fernkladde.billing.sheets import Press

    with Press() as press:
        while not stopping.is_set():
            _end_forgotten_timers(datetime.now(UTC))
            done = render_due(press, clock=lambda: datetime.now(UTC))
            if not done and once:
                return
            if not done:
                stopping.wait(PAUSE_SECONDS)


def _end_forgotten_timers(at: datetime) -> None:
    """Look before the action: it takes the write lock, and mostly for nothing."""
    from fernkladde.cases.actions import stop_forgotten_timers
    from fernkladde.cases.queries import forgotten_timers

    if forgotten_timers(at).exists():
        stop_forgotten_timers(at=at)
