"""`fernkladde worker`: fulfil the duties that wait in the database."""

from __future__ import annotations

import signal
import sys
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from .django import set_up
from .steps import Steps

if TYPE_CHECKING:
    import argparse

    from fernkladde.billing.sheets import Press

NAME = "worker"
HELP = "make the documents that wait, until stopped"
EXAMPLE = "fernkladde worker"

PAUSE_SECONDS = 1.0
PAUSE_AFTER_FAULT_SECONDS = 5.0


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
    """Take up what is due; rest a second when there is nothing.

    Without room or database it waits until they are back: then nobody need remember
    to start it again.
    """
    from fernkladde.billing.sheets import Press
    from fernkladde.integrity.surroundings import why_impossible

    steps, told = Steps(), ""
    with Press() as press:
        while not stopping.is_set():
            try:
                done = _turn(press, steps)
            except Exception as fault:
                sentence = why_impossible(fault)
                if once or not sentence:
                    raise
                told = _tell_once(sentence, told)
                _leave_broken_connection()
                stopping.wait(PAUSE_AFTER_FAULT_SECONDS)
                continue
            told = ""
            if not done and once:
                return
            if not done:
                stopping.wait(PAUSE_SECONDS)


def _turn(press: Press, steps: Steps) -> int:
    from fernkladde.billing.live.standing import keep_figures
    from fernkladde.billing.rendering import render_due
    from fernkladde.search.index import catch_up

    now = datetime.now(UTC)
    believed = steps.may_be_believed(now)
    if believed:
        _end_forgotten_timers(now)
    done = catch_up() + render_due(press, clock=lambda: datetime.now(UTC))
    if done:
        return done
    if believed:
        keep_figures(at=now)
    return _take_tables(now)


def _take_tables(at: datetime) -> int:
    """Check or take in one table; last, since a large one takes minutes."""
    from fernkladde.imports.tables.batches import discard_forgotten
    from fernkladde.imports.tables.duty import fulfil_due

    done = fulfil_due(clock=lambda: datetime.now(UTC))
    return done or discard_forgotten(at=at)


def _tell_once(sentence: str, told: str) -> str:
    if sentence != told:
        print(f"fernkladde worker: {sentence}", file=sys.stderr, flush=True)
    return sentence


def _leave_broken_connection() -> None:
    """Give up a connection that the server has ended; the next turn opens one.

    One to a file stays open: on a full disk it could not be opened again.
    """
    from django.db import connection

    if connection.connection is not None and not connection.is_usable():
        connection.close()


def _end_forgotten_timers(at: datetime) -> None:
    """Look before the action: it takes the write lock, and mostly for nothing."""
    from fernkladde.cases.actions import stop_forgotten_timers
    from fernkladde.cases.queries import forgotten_timers

    if forgotten_timers(at).exists():
        stop_forgotten_timers(at=at)
