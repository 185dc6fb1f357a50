"""The real worker: killed, frozen, without room or database; and its press (F-22)."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test import override_settings

from fernkladde.billing import rendering
from fernkladde.billing.models import Invoice, Rendering, RenderingState
from fernkladde.billing.sheets import Press, RenderingGivenUp, render
from fernkladde.cases.models import Session
from tests import make
from tests.billing import month

from .environment import small_month
from .environment.little_room import database_on, small_disk
from .environment.proxy import proxied
from .environment.workers import (
    Reprint,
    children_of,
    environment_of_worker,
    files,
    is_alive,
    make_due_now,
    printed_once,
    wait_until,
    work,
    worker,
)
from .harness import another_copy
from .survival import insist_on_invariants, report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from fernkladde.billing.sheets import Rendered

pytestmark = pytest.mark.slow

DOCUMENTS = 3
MEGABYTE = 1024**2
RESULT_OF_A_KILL = -signal.SIGKILL


@pytest.fixture
def data(own_database: None, tmp_path: Path) -> Iterator[Path]:
    """Issue a month whose documents are due by the clock of this machine."""
    small_month.prepare()
    small_month.end_the_month()
    make_due_now()
    folder = tmp_path / "var"
    with override_settings(DOCUMENTS=folder / "documents"):
        yield folder


def done() -> int:
    return Rendering.objects.filter(state=RenderingState.DONE).count()


def is_claimed() -> bool:
    return Rendering.objects.exclude(lease="").exists()


def all_are_done() -> bool:
    return done() == DOCUMENTS


def insist_on_the_bytes_of(made: dict[str, Rendered]) -> None:
    stored = files()
    for row in Rendering.objects.select_related("invoice", "settlement"):
        assert stored[row.pdf] == made[row.document].pdf
    insist_on_invariants()


def test_a_killed_worker_leaves_no_process_behind_and_is_followed_by_another(
    data: Path,
) -> None:
    made = printed_once()
    with worker(environment_of_worker(data)) as first:
        wait_until(lambda: bool(children_of(first.pid)) and is_claimed())
        children = children_of(first.pid)
        first.kill()
        assert first.wait(30) == RESULT_OF_A_KILL
        wait_until(lambda: not any(map(is_alive, children)))
    end_the_leases()
    with worker(environment_of_worker(data)):
        wait_until(all_are_done)

    insist_on_the_bytes_of(made)


def end_the_leases() -> None:
    """Let a minute be over: the test has no time for it."""
    Rendering.objects.filter(state=RenderingState.DUE).update(leased_until=None)


@pytest.mark.long
def test_a_frozen_worker_wakes_up_beside_another_and_both_go_on(data: Path) -> None:
    made = printed_once()
    beyond = datetime.now(UTC) + timedelta(seconds=90)
    with worker(environment_of_worker(data)) as first:
        # While it prints, and so within no transaction: one frozen there would hold
        # SQLite's only lock until it wakes up or is killed.
        wait_until(lambda: is_claimed() and bool(children_of(first.pid)))
        first.send_signal(signal.SIGSTOP)
        while work(Reprint(made), at=beyond):
            pass
        taken_over = sorted(Rendering.objects.values_list())
        first.send_signal(signal.SIGCONT)
        another_month()
        wait_until(lambda: done() == DOCUMENTS + 1)

        assert first.poll() is None
        assert set(taken_over) <= set(Rendering.objects.values_list())
    insist_on_invariants()


def another_month() -> None:
    """Give the worker something new, to see that it is awake."""
    month.work(start=month.local(4, month=11))
    month.bill(month.NOVEMBER)
    make_due_now_what_waits()


def make_due_now_what_waits() -> None:
    rows = Rendering.objects.filter(state=RenderingState.DUE)
    rows.update(due_at=datetime.now(UTC) - timedelta(seconds=1))


@pytest.mark.long
def test_workers_killed_again_and_again_come_to_the_same_end(data: Path) -> None:
    made = printed_once()
    rounds = 20
    for number in range(rounds):
        place = data / str(number)
        with another_copy(), override_settings(DOCUMENTS=place / "documents"):
            killed_in_its_work(environment_of_worker(place), after=number * 0.05)
            while work(Reprint(made), at=datetime.now(UTC) + 2 * rendering.LEASE):
                pass
            insist_on_the_bytes_of(made)
    report("real worker", "kill", rounds)


def killed_in_its_work(environment: dict[str, str], *, after: float) -> None:
    with worker(environment) as process:
        wait_until(is_claimed)
        threading.Event().wait(after)
        process.kill()
        process.wait(30)


SAYS = "fernkladde worker: "


def test_the_worker_waits_for_its_database_and_then_goes_on(data: Path) -> None:
    with (
        without_database(data) as (environment, take_away, bring_back),
        worker(environment) as process,
    ):
        wait_until(all_are_done)
        take_away()
        assert process.stderr is not None
        # The search may have met the failure first, and logs it before.
        said = next(line for line in process.stderr if line.startswith(SAYS))
        bring_back()
        another_month()
        wait_until(lambda: done() == DOCUMENTS + 1)
        ended = process.poll()

    assert "Platz" in said or "Die Datenbank antwortet nicht" in said
    assert ended is None


Doing = tuple[dict[str, str], "Callable[[], None]", "Callable[[], None]"]


@contextmanager
def without_database(data: Path) -> Iterator[Doing]:
    """Take a server away; below a file take the room."""
    if connection.vendor == "postgresql":
        with proxied() as wire:

            def bring_back() -> None:
                connection.close()  # ours went through it as well
                wire.open()

            yield environment_of_worker(data), wire.close, bring_back
        return
    with small_disk(megabytes=8) as disk, database_on(disk):

        def take_away() -> None:
            soon_forgotten_timer()
            disk.fill()
            while not Session.objects.filter(ended_at=None).exists():
                # The machine is busy, and the worker had time to write before.
                disk.make_room()
                soon_forgotten_timer()
                disk.fill()

        yield environment_of_worker(data), take_away, disk.make_room


def soon_forgotten_timer() -> None:
    """Give the worker something to write in a moment, when there is no room."""
    in_a_moment = datetime.now(UTC) + timedelta(seconds=3)
    make.running(started_at=in_a_moment - timedelta(hours=12))


def test_a_press_killed_in_the_middle_gives_the_document_up_and_prints_it_later(
    data: Path,
) -> None:
    text = Invoice.objects.order_by("sequence")[0].document
    with Press() as press:
        first = press.render(text)
        [child] = press._pool._processes  # type: ignore[union-attr]
        os.kill(child, signal.SIGSTOP)
        kill = threading.Timer(0.3, os.kill, (child, signal.SIGKILL))
        kill.start()
        with pytest.raises(RenderingGivenUp, match="died"):
            press.render(text)

        again = press.render(text)

    assert again == first


def test_a_press_without_memory_gives_up_and_another_prints_the_same(
    data: Path,
) -> None:
    press_of_little = Press(most_memory=64 * MEGABYTE)
    with press_of_little as press:
        rendering.render_due(press, clock=lambda: datetime.now(UTC))
    waiting = list(Rendering.objects.values_list("state", "pdf"))
    left = files()

    later = datetime.now(UTC) + timedelta(hours=1)
    with Press() as press:
        rendering.render_due(press, clock=lambda: later)

    assert waiting == [(RenderingState.DUE, "")] * DOCUMENTS
    assert left == {}
    assert all_are_done()
    invoice = Invoice.objects.order_by("sequence")[0]
    assert files()[invoice.rendering.pdf] == render(invoice.document).pdf
    insist_on_invariants()


def test_a_press_that_takes_too_long_is_stopped(data: Path) -> None:
    text = Invoice.objects.order_by("sequence")[0].document
    with Press(most_seconds=0.01) as press:
        with pytest.raises(RenderingGivenUp, match="not done after"):
            press.render(text)

        assert press._pool is None
