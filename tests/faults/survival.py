"""What must hold after a fault: nothing half, and the same end as without it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection

from fernkladde.integrity.invariants import check_invariants

from .canonical import canonical_export, differences
from .harness import Fault, another_copy, broken, events_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from .canonical import Export


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """Something done without a fault: its events, and what is there afterwards."""

    counted: Fault
    before: Export
    after: Export


def undisturbed(act: Callable[[], object]) -> Undisturbed:
    with another_copy():
        before = canonical_export()
        counted = events_of(act)
        return Undisturbed(counted, before, canonical_export())


def insist_on_invariants() -> None:
    assert check_invariants() == []


def insist_that(found: Export, expected: Export) -> None:
    told = differences(found, expected)
    assert not told, "\n".join(told)


def completed_after(
    act: Callable[[], object], at: int, kind: str, whole: Undisturbed
) -> None:
    """Break at an event, finish, and do it once more: it creates nothing."""
    with another_copy():
        assert broken(act, at=at, kind=kind), f"no event {at}"
        insist_on_invariants()
        act()
        insist_on_invariants()
        insist_that(canonical_export(), whole.after)
        act()
        insist_that(canonical_export(), whole.after)


def all_or_nothing(
    act: Callable[[], object],
    at: int,
    kind: str,
    whole: Undisturbed,
    *,
    again: bool = True,
) -> None:
    """Break at an event: what is there is the state before, or that afterwards."""
    with another_copy():
        assert broken(act, at=at, kind=kind), f"no event {at}"
        insist_on_invariants()
        found = canonical_export()
        if found != whole.after:
            insist_that(found, whole.before)
        if again:
            act()
            insist_on_invariants()
            insist_that(canonical_export(), whole.after)


def chosen_points(counted: Fault, *, every: int) -> list[int]:
    """Return each k-th event, and all around a COMMIT: these decide."""
    points = set(range(1 + every // 2, counted.seen + 1, every))
    return sorted(points | set(counted.commits))


def report(what: str, kind: str, points: int) -> None:
    """Print for `-rP` how many points were tried."""
    print(f"faults: {connection.vendor}, {what}, {kind}: {points}")  # noqa: T201
