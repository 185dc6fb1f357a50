"""Eight writers at once keep one line (K3), as threads and as processes."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from django.db import connection, transaction

from fernkladde.journal import actions, queries
from fernkladde.journal.models import Entry, PersonalValue
from tests.journal import make
from tests.journal.make import NOON

if TYPE_CHECKING:
    from multiprocessing.synchronize import Barrier

WRITERS = 8
EACH = 12


def write(writer: int) -> None:
    """Write in several transactions of one, two and three entries."""
    for turn in range(EACH // 6):
        for size in (1, 2, 3):
            with transaction.atomic():
                actions.record_many(
                    make.note(facts={"writer": writer, "turn": turn, "number": number})
                    for number in range(size)
                )
    connection.close()


def write_at_once(writer: int, start: Barrier) -> None:
    start.wait(timeout=300)
    write(writer)


def one_line_of(count: int) -> None:
    assert queries.verify() == queries.Verification(count=count)
    writers = [entry.facts["writer"] for entry in Entry.objects.in_order()]
    assert {writers.count(writer) for writer in range(WRITERS)} == {EACH}


def test_eight_threads_keep_one_line(own_database: None) -> None:
    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))

    one_line_of(WRITERS * EACH)


def test_eight_processes_keep_one_line(own_database: None) -> None:
    connection.close()
    context = multiprocessing.get_context("fork")
    start = context.Barrier(WRITERS)
    writers = [
        context.Process(target=write_at_once, args=(writer, start))
        for writer in range(WRITERS)
    ]

    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(timeout=600)

    assert [writer.exitcode for writer in writers] == [0] * WRITERS
    one_line_of(WRITERS * EACH)


def test_a_writer_that_gives_up_leaves_no_gap(own_database: None) -> None:
    def write_or_give_up(writer: int) -> None:
        with transaction.atomic():
            make.entry(facts={"writer": writer})
            transaction.set_rollback(writer % 2 == 1)
        connection.close()

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write_or_give_up, range(40)))

    assert queries.verify() == queries.Verification(count=20)


def test_the_chain_is_verified_while_others_write(own_database: None) -> None:
    with ThreadPoolExecutor(WRITERS) as pool:
        writing = [pool.submit(write, writer) for writer in range(WRITERS)]
        verified = [queries.verify() for _ in range(20)]
        for writer in writing:
            writer.result()

    assert all(verification.holds for verification in verified)


def test_of_two_erasures_at_once_each_value_is_told_once(own_database: None) -> None:
    with transaction.atomic():
        for number in range(5):
            make.entry(subject="contact/12", personal={"phone": str(number)})

    def erase(_: int) -> bool:
        try:
            return bool(
                actions.erase(
                    values=PersonalValue.objects.all(),
                    subject="contact/12",
                    by=None,
                    at=NOON,
                    reason="Frist",
                )
            )
        except actions.ErasedMeanwhile:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        erased = list(pool.map(erase, range(4)))

    assert erased.count(True) == 1
    assert queries.verify() == queries.Verification(count=6)
