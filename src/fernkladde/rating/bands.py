"""Which billed second carries which band (section 4).

A stretch is worked time under one entry; a run is billed time at one price.
Nothing here looks at single seconds or single steps: a run of a thousand steps
costs as much as one of two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .steps import started_steps, stepped
from .zone import DAY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from .facts import Session
    from .prices import Entry, Plan, Price
    from .zone import Zone

Stretch = tuple[int, "Entry"]
Run = tuple[int, "Price"]


def stretches(sessions: Iterable[Session], plan: Plan, zone: Zone) -> list[Stretch]:
    """Lay the sessions one after the other and cut them where the band changes."""
    if not plan.bands:
        return [(sum([s.end - s.start for s in sessions]), plan.base)]
    found: list[Stretch] = []
    for session in sessions:
        _cut(found, session.start, session.end, plan, zone)
    return found


def _cut(found: list[Stretch], start: int, end: int, plan: Plan, zone: Zone) -> None:
    while start < end:
        offset, stop = zone.stretch(start)
        day, second = divmod(start + offset, DAY)
        entry, edge = plan.entry_at(day, second)
        stop = min(end, stop, start + edge - second)
        _add(found, stop - start, entry)
        start = stop


def _add(found: list[tuple[int, Entry]], seconds: int, entry: Entry) -> None:
    if found and found[-1][1] is entry:
        found[-1] = (found[-1][0] + seconds, entry)
    else:
        found.append((seconds, entry))


def total(parts: Sequence[tuple[int, object]]) -> int:
    """Return the seconds of stretches or runs together."""
    return parts[0][0] if len(parts) == 1 else sum([part for part, _ in parts])


def billed_runs(plan: Plan, worked: Sequence[Stretch]) -> list[Run]:
    """Turn worked into billed time, in order, each run at one price."""
    seconds = total(worked)
    if seconds <= plan.free:
        return []
    if plan.free and not plan.cliff:
        worked = without_beginning(worked, plan.free)
        seconds -= plan.free
    first = first_block(plan, worked)
    if len(worked) == 1:
        entry = worked[0][1]
        # Under a single band all four rules agree.
        billed = stepped(seconds, first, plan.next, plan.tolerance)
        if not plan.first_block:
            return [(billed, entry.normal)]
        return _priced(plan, [(billed, entry)])
    return _priced(plan, _RULES[plan.edition.version.band_rule](plan, worked, first))


def first_block(plan: Plan, counted: Sequence[Stretch]) -> int:
    """Return M: the row's, or the minimum of the band in force at the beginning."""
    minimum = counted[0][1].minimum
    return minimum if minimum > plan.first else plan.first


def blocks(
    plan: Plan, worked: Sequence[Stretch], billed: Sequence[Run]
) -> tuple[int, int]:
    """Return the first block in seconds, and how many steps follow it."""
    if not billed:
        return 0, 0
    if plan.free and not plan.cliff:
        worked = without_beginning(worked, plan.free)
    first = first_block(plan, worked)
    return first, (total(billed) - first) // plan.next


def without_beginning(worked: Sequence[Stretch], seconds: int) -> list[Stretch]:
    kept: list[Stretch] = []
    for part, entry in worked:
        taken = min(part, seconds)
        seconds -= taken
        if part > taken:
            kept.append((part - taken, entry))
    return kept


def _by_unit_start(plan: Plan, worked: Sequence[Stretch], first: int) -> list[Stretch]:
    """Price each unit by the band in force where it begins."""
    seconds = total(worked)
    steps = started_steps(seconds, first, plan.next, plan.tolerance)
    billed: list[Stretch] = [(first, worked[0][1])]
    begun = position = 0
    for part, entry in worked:
        position += part
        # Unit k begins at first + k × next; here those that begin before `position`.
        before = min(steps, max(0, -(-(position - first) // plan.next)))
        if before > begun:
            _add(billed, (before - begun) * plan.next, entry)
            begun = before
    return billed


def _exactly(plan: Plan, worked: Sequence[Stretch], first: int) -> list[Stretch]:
    """Give each worked second its own band, and padding the cheapest touched."""
    seconds = total(worked)
    left = stepped(seconds, first, plan.next, plan.tolerance)
    billed: list[Stretch] = []
    for part, entry in worked:
        taken = min(part, left)
        if taken:
            _add(billed, taken, entry)
            left -= taken
    if left:
        _add(billed, left, min(_touched(worked), key=_cheapest_first))
    return billed


def _per_band(plan: Plan, worked: Sequence[Stretch], first: int) -> list[Stretch]:
    """Sum each band by itself and let each sum go through the step formula."""
    sums: dict[Entry, int] = {}
    for part, entry in worked:
        sums[entry] = sums.get(entry, 0) + part
    billed: list[Stretch] = []
    for entry, seconds in sums.items():
        block = plan.next if billed else first
        billed.append((stepped(seconds, block, plan.next, plan.tolerance), entry))
    return billed


def _at_the_highest(plan: Plan, worked: Sequence[Stretch], first: int) -> list[Stretch]:
    seconds = total(worked)
    billed = stepped(seconds, first, plan.next, plan.tolerance)
    return [(billed, min(_touched(worked), key=_dearest_first))]


_RULES: dict[str, Callable[[Plan, Sequence[Stretch], int], list[Stretch]]] = {
    "unit_start": _by_unit_start,
    "exact": _exactly,
    "per_band": _per_band,
    "highest": _at_the_highest,
}


def _touched(worked: Sequence[Stretch]) -> set[Entry]:
    return {entry for _, entry in worked}


def _cheapest_first(entry: Entry) -> tuple[int, int]:
    """Order by the normal price; of equals the base, then the first listed."""
    return entry.normal.unit, entry.rank


def _dearest_first(entry: Entry) -> tuple[int, int]:
    return -entry.normal.unit, entry.rank


def _priced(plan: Plan, billed: Sequence[Stretch]) -> list[Run]:
    """Put the first block at its own price where it has one."""
    block = plan.first_block
    runs: list[Run] = []
    for seconds, entry in billed:
        inside = min(block, seconds) if entry.first is not entry.normal else 0
        block -= min(block, seconds)
        if inside:
            runs.append((inside, entry.first))
        if inside < seconds:
            runs.append((seconds - inside, entry.normal))
    return runs
