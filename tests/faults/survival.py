"""What must hold after a fault: nothing half, and the same end as without it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection

from fernkladde.integrity.invariants import check_invariants

from .canonical import canonical_export, differences
from .harness import KILL, Fault, another_copy, broken, events_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

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
    act: Callable[[], object], points: Iterable[int], kind: str, whole: Undisturbed
) -> None:
    """Break at each event, finish, and do it once more: it creates nothing.

    A kill leaves nothing but the database; where that is as after an earlier kill,
    how it goes on has been seen already.
    """
    seen: list[Export] = []
    for point in points:
        with another_copy():
            assert broken(act, at=point, kind=kind), f"no event {point}"
            insist_on_invariants()
            if kind == KILL:
                left = canonical_export()
                if left in seen:
                    continue
                seen.append(left)
            act()
            insist_on_invariants()
            insist_that(canonical_export(), whole.after)
            act()
            insist_that(canonical_export(), whole.after)


def all_or_nothing(
    act: Callable[[], object], points: Iterable[int], kind: str, whole: Undisturbed
) -> None:
    """Break at each event: what is there is the state before, or that afterwards."""
    left = list(points)
    while left:
        with another_copy():
            left = _until_it_was_done(act, left, kind, whole)


def _until_it_was_done(
    act: Callable[[], object], points: list[int], kind: str, whole: Undisturbed
) -> list[int]:
    """Try events as long as nothing is left behind; return those not yet tried."""
    left = list(points)
    while left:
        point = left.pop(0)
        assert broken(act, at=point, kind=kind), f"no event {point}"
        insist_on_invariants()
        found = canonical_export()
        if found == whole.after:
            break
        insist_that(found, whole.before)
    act()
    insist_on_invariants()
    insist_that(canonical_export(), whole.after)
    return left


def all_points(counted: Fault) -> range:
    return range(1, counted.seen + 1)


def chosen_points(counted: Fault, *, every: int) -> list[int]:
    """Return each k-th event, and all around a COMMIT: these decide."""
    points = set(range(1 + every // 2, counted.seen + 1, every))
    return sorted(points | set(counted.commits))


def report(what: str, kind: str, points: int) -> None:
    """Print for `-rP` how many points were tried."""
    print(f"faults: {connection.vendor}, {what}, {kind}: {points}")  # noqa: T201
