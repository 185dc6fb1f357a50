"""Backups while clocks run and a month is issued: each of them restores and holds.

F-18 of the list of faults: `./fernkladde test --all` makes fifty.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import time
import traceback
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest
from django.db import connections

from fernkladde.billing.issue import issue_for_a_while
from fernkladde.billing.models import Rendering
from fernkladde.billing.rendering import render_due
from fernkladde.billing.sheets import Press
from fernkladde.cases.actions import start_timer, stop_timer
from fernkladde.integrity.restore.verify import verify_backup
from fernkladde.journal import queries as journal
from tests import make
from tests.billing import month
from tests.billing.month import AT, OCTOBER, TODAY

from .company import place_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytest_django.fixtures import Settings

    from fernkladde.accounts.models import User
    from fernkladde.cases.models import Case

TECHNICIANS = 2
CUSTOMERS = 200


@contextmanager
def working(*jobs: Callable[[], None]) -> Iterator[None]:
    """Let each job go on in a process of its own, until the end."""
    connections.close_all()
    context = multiprocessing.get_context("fork")
    processes = [context.Process(target=_ended_with_signs, args=(job,)) for job in jobs]
    for process in processes:
        process.start()
    try:
        yield
        assert [p.exitcode for p in processes] == [None] * len(jobs)
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.join(60)
            process.kill()


def _ended_with_signs(job: Callable[[], None]) -> None:
    """Work until the signal; a worker whose parent is gone does not go on for ever."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    signal.alarm(900)
    try:
        job()
    except Exception:
        traceback.print_exc()
        os._exit(1)


def keep_timing(case: Case, technician: User) -> None:
    """Start and stop clocks, one after the other."""
    at = datetime(2026, 11, 3, 8, tzinfo=UTC)
    while True:
        session = start_timer(case=case, technician=technician, by=technician, at=at)
        stop_timer(session=session, by=technician, at=at + timedelta(seconds=30))
        at += timedelta(minutes=1)
        # SQLite lets no writer queue: who never rests would keep the others out.
        time.sleep(0.05)


def keep_issuing(customers: list[str]) -> None:
    """Issue one customer after the other and store the documents of each."""
    # In a process of its own, as the worker does it: Typst's threads do not come along
    # into a forked one.
    with Press() as press:
        for number in customers:
            issue_for_a_while(
                month=OCTOBER,
                customers=[number],
                issued_on=TODAY,
                by=None,
                at=AT,
                seconds=60,
            )
            while render_due(press, clock=lambda: AT):
                pass
        signal.pause()


def stored() -> int:
    return Rendering.objects.filter(state="done").count()


@pytest.mark.slow
@pytest.mark.parametrize("count", [3, pytest.param(50, marks=pytest.mark.long)])
def test_every_backup_made_while_others_write_restores_and_holds(
    count: int, tmp_path: Path, settings: Settings, own_database: None
) -> None:
    place = place_in(tmp_path, settings)
    month.firm()
    customers = [month.work().case.customer.number for _ in range(CUSTOMERS)]
    month.approve()
    jobs = [partial(keep_timing, make.case(), make.user()) for _ in range(TECHNICIANS)]

    made = []
    with working(*jobs, partial(keep_issuing, customers)):
        for number in range(count):
            entries, documents = journal.head().sequence, stored()
            made.append(place.back_up(f"{number}.tar"))
            # The next one only when others have gone on, at both kinds of work.
            while journal.head().sequence < entries + 5 or stored() == documents:
                time.sleep(0.01)

    ends = [backup.manifest.sequence for backup in made]
    assert ends == sorted(set(ends))
    assert len(made[-1].manifest.documents) > len(made[0].manifest.documents)
    for backup in made:
        assert backup.faults == ()
        assert verify_backup(path=backup.path).faults == ()
