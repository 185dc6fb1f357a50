"""The disk is full (F-04): one sentence, nothing half, and reading still works.

The database lies on a disk of a few megabytes, below PostgreSQL in a tablespace there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from django.db import OperationalError, connection

from fernkladde.billing.models import Settlement
from fernkladde.integrity.surroundings import has_no_room, why_impossible

from . import clock_work
from .canonical import canonical_export
from .environment import small_month
from .environment.little_room import database_on, small_disk
from .survival import insist_on_invariants, insist_that, report, undisturbed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from .clock_work import Prepare
    from .environment.little_room import SmallDisk
    from .survival import Undisturbed

pytestmark = pytest.mark.slow

# An empty database of PostgreSQL alone takes most of it.
MEGABYTES = {"sqlite": 8, "postgresql": 64}
# A copy of a database of PostgreSQL takes a second or more. In KiB.
STEP = {"sqlite": 16, "postgresql": 64}


@dataclass(frozen=True, slots=True)
class Full:
    """What was met on a full disk; `settled` customers had got through before."""

    broke: bool
    settled: int


@pytest.fixture
def disk(own_database: None) -> Iterator[SmallDisk]:
    with small_disk(megabytes=MEGABYTES[connection.vendor]) as made:
        yield made


def full(act: Callable[[], object]) -> bool:
    """Act where there is little room; return whether it was too little."""
    try:
        act()
    except OperationalError as fault:
        insist_on_room_as_the_reason(fault)
        return True
    return False


def insist_on_room_as_the_reason(fault: Exception) -> None:
    assert has_no_room(fault), fault
    assert "kein Platz" in why_impossible(fault)


def completed_when_there_is_room(
    act: Callable[[], object], disk: SmallDisk, whole: Undisturbed, *, leaving: int
) -> Full:
    """Act with so many KiB left; look while it is full, make room, act again."""
    with database_on(disk):
        canonical_export()
        disk.fill(leaving=leaving)
        broke = full(act)
        insist_on_invariants()
        settled = Settlement.objects.count()
        disk.make_room()
        act()
        insist_on_invariants()
        insist_that(canonical_export(), whole.after)
    return Full(broke=broke, settled=settled)


def at_each(
    leavings: Iterable[int], act: Callable[[], object], disk: SmallDisk, what: str
) -> list[Full]:
    whole = undisturbed(act)
    found = [
        completed_when_there_is_room(act, disk, whole, leaving=leaving)
        for leaving in leavings
    ]
    too_full = sum(one.broke for one in found)
    report(what, f"disk full, {too_full} of them too full", len(found))
    return found


def test_a_month_on_a_full_disk_is_completed_when_there_is_room(
    disk: SmallDisk,
) -> None:
    small_month.prepare()

    found = at_each([0, 128, 320, 512], small_month.end_the_month, disk, "month end")

    assert found[0].broke
    assert sum(one.broke for one in found) > 1


@pytest.mark.long
def test_a_month_with_any_room_left_is_completed_when_there_is_more(
    disk: SmallDisk,
) -> None:
    small_month.prepare()

    steps = range(0, 1600, STEP[connection.vendor])
    found = at_each(steps, small_month.end_the_month, disk, "month end")

    assert (found[0].broke, found[-1].broke) == (True, False)
    settled = {one.settled for one in found}
    assert {0, small_month.CUSTOMERS} <= settled
    # A file also fills up between two customers: the first has a whole month then.
    assert len(settled) > 2 or connection.vendor == "postgresql"


@pytest.mark.parametrize(
    "play", [clock_work.start, clock_work.stop], ids=lambda play: play.__name__
)
def test_a_clock_on_a_full_disk_goes_on_when_there_is_room(
    disk: SmallDisk, play: Prepare
) -> None:
    [found] = at_each([0], play(), disk, f"timer: {play.__name__}")

    # PostgreSQL may have room left in the files that it has already.
    assert found.broke or connection.vendor == "postgresql"
