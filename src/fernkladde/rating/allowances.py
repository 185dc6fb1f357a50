"""What is left of an allowance, period by period, and who draws on it (section 5).

Amounts are seconds, or cases where the allowance counts cases. Periods are
numbered from the start of the contract; what earlier invoices used is given.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, timedelta
from typing import TYPE_CHECKING

from fernkladde.values.periods import add_months
from fernkladde.values.rounding import half_up

from .rows import AllowanceRow, Posting
from .zone import date_of, day_number

if TYPE_CHECKING:
    from collections import deque
    from collections.abc import Iterator

    from .bands import Run
    from .prices import Price
    from .terms import Allowance, Contract

# What one group drew: the period that pays, the period of the work, the seconds,
# and the case where cases are counted.
Drawn = tuple[int, int, int, "str | None"]

MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
_NO_DAY = date.max.toordinal()  # later than any day number


class Calendar:
    """The periods of one contract, made as far as they are asked for."""

    def __init__(self, contract: Contract, allowance: Allowance) -> None:
        self._from = contract.valid_from
        self._until = contract.valid_until
        self._months = MONTHS.get(allowance.period)
        self._starts = [day_number(contract.valid_from)]

    def index(self, day: int) -> int:
        """Return the number of the period in which the day lies."""
        starts = self._starts
        while starts[-1] <= day:
            starts.append(self._start_of(len(starts)))
        return bisect_right(starts, day) - 1

    def start(self, index: int) -> date:
        return date_of(self._starts[index])

    def end(self, index: int) -> date:
        """Return the last day, cut at the end of the contract."""
        ends = [] if self._until is None else [self._until]
        known = self._starts
        after = index + 1
        following = known[after] if after < len(known) else self._start_of(after)
        if following < _NO_DAY:
            ends.append(date_of(following) - timedelta(days=1))
        return min(ends, default=date.max)

    def begun(self, day: int) -> int:
        """Count the periods that began up to the day, within the contract."""
        if self._until is not None:
            day = min(day, day_number(self._until))
        return self.index(day) + 1 if day >= self._starts[0] else 0

    def _start_of(self, index: int) -> int:
        if self._months is None:
            return _NO_DAY
        start = add_months(self._from, index * self._months)
        return _NO_DAY if start is None else day_number(start)


def starts_period(contract: Contract, allowance: Allowance, day: date) -> bool:
    """Tell whether a period of the contract begins on the day."""
    calendar = Calendar(contract, allowance)
    number = day_number(day)
    index = calendar.begun(number) - 1
    return index >= 0 and calendar.start(index) == day


def _weighed(seconds: int, price: Price, left: int) -> tuple[int, int]:
    """Return how many seconds of a run are covered, and what they use up."""
    over, under = price.weight
    cost = half_up(seconds * over, under)
    if cost <= left:
        return seconds, cost
    # The period is empty after this, even where the last second did not fit.
    return left * under // over, left


class Ledger:
    """The allowance of one contract while the groups are served in their order."""

    def __init__(self, contract: Contract, allowance: Allowance) -> None:
        self.contract = contract
        self.allowance = allowance
        self.calendar = Calendar(contract, allowance)
        self.counts_cases = allowance.cases is not None
        self.granted = (
            allowance.cases or 0 if self.counts_cases else (allowance.minutes or 0) * 60
        )
        self.mode = allowance.surcharge_on_covered
        self._weighs = self.mode == "weight"
        self._used: dict[int, int] = {}
        self._handed: dict[int, int] = {}
        self._served: dict[int, set[str]] = {}
        self._carried_in: list[int] = []
        self._spent = 0  # periods below this one have nothing left to hand on
        self._take_over_used()

    def _take_over_used(self) -> None:
        for row in self.contract.used:
            index = self.calendar.index(day_number(row.period_start))
            self._used[index] = row.cases if self.counts_cases else row.seconds
            self._handed[index] = row.handed_seconds
            self._served[index] = set(row.case_ids)

    def left(self, index: int) -> int:
        """Return what a period has left; it never goes below nothing."""
        left = self.granted - self._used.get(index, 0)
        return left if left > 0 else 0

    def usable(self, day: int) -> int:
        """Return what work of the day can still draw on, carried time included."""
        index = self.calendar.index(day)
        earlier = range(self._oldest(index), index)
        carried = 0 if self.counts_cases else sum(map(self._giveable, earlier))
        return carried + self.left(index)

    def _giveable(self, index: int) -> int:
        """Return what a period can still hand on to later ones."""
        left = self.left(index)
        cap = self.allowance.carry_over_minutes
        if cap is None:
            return left
        return max(0, min(left, cap * 60 - self._handed.get(index, 0)))

    def _oldest(self, index: int) -> int:
        """Return the first period that may pay for work in period `index`."""
        periods = self.allowance.carry_over_periods
        return 0 if periods == "term" else max(0, index - periods)

    def cover(
        self, day: int, case: str, runs: deque[Run]
    ) -> tuple[list[Run], list[Drawn]]:
        """Take from the front of `runs` what the allowance gives."""
        index = self.calendar.index(day)
        if index >= len(self._carried_in):
            self._note_carried_in(index)
        if self.counts_cases:
            return self._cover_case(index, case, runs)
        covered: list[Run] = []
        drawn: list[Drawn] = []
        for payer in self._payers(index):
            left = self.left(payer) if payer == index else self._giveable(payer)
            taken = self._draw(left, runs, covered)
            if taken:
                drawn.append((payer, index, taken, None))
                self._used[payer] = self._used.get(payer, 0) + taken
                if payer < index:
                    self._handed[payer] = self._handed.get(payer, 0) + taken
            if not runs:
                break
        return covered, drawn

    def _payers(self, index: int) -> range:
        """Return the usable periods, the oldest first, the day's own last."""
        while self._spent < index and not self._giveable(self._spent):
            self._spent += 1
        return range(max(self._oldest(index), min(self._spent, index)), index + 1)

    def _draw(self, left: int, runs: deque[Run], covered: list[Run]) -> int:
        """Let a period that has `left` pay, and return what that took of it."""
        taken = 0
        while runs and left > taken:
            seconds, price = runs.popleft()
            part, cost = seconds, seconds
            if self._weighs:
                part, cost = _weighed(seconds, price, left - taken)
            elif seconds > left - taken:
                part = cost = left - taken
            taken += cost
            if part:
                covered.append((part, price))
            if part < seconds:
                runs.appendleft((seconds - part, price))
        return taken

    def _cover_case(
        self, index: int, case: str, runs: deque[Run]
    ) -> tuple[list[Run], list[Drawn]]:
        served = self._served.setdefault(index, set())
        drawn: list[Drawn] = []
        if case not in served:
            if not self.left(index):
                return [], []
            served.add(case)
            self._used[index] = self._used.get(index, 0) + 1
            drawn.append((index, index, 0, case))
        covered = list(runs)
        runs.clear()
        return covered, drawn

    def posting(self, drawn: Drawn) -> Posting:
        """Write down what was drawn, with the days on which the periods begin."""
        payer, index, seconds, case = drawn
        return Posting(
            contract=self.contract.id,
            period_start=self.calendar.start(payer),
            for_period=self.calendar.start(index),
            seconds=seconds,
            cases=0 if case is None else 1,
            case=case,
        )

    def _note_carried_in(self, upto: int) -> None:
        """Remember for each period up to `upto` what can be given to it now."""
        first = len(self._carried_in)
        oldest = self._oldest(first)
        usable = sum(map(self._giveable, range(oldest, first)))
        for index in range(first, upto + 1):
            if oldest < self._oldest(index):
                usable -= self._giveable(oldest)
                oldest += 1
            self._carried_in.append(0 if self.counts_cases else usable)
            usable += self._giveable(index)

    def rows(self, last_day: int) -> Iterator[AllowanceRow]:
        """Yield each period that began up to the last rated service date."""
        periods = self.calendar.begun(last_day)
        self._note_carried_in(periods - 1)
        for index in range(periods):
            yield AllowanceRow(
                contract=self.contract.id,
                period_start=self.calendar.start(index),
                period_end=self.calendar.end(index),
                unit="cases" if self.counts_cases else "seconds",
                granted=self.granted,
                carried_in=self._carried_in[index],
                used=self._used.get(index, 0),
                left=self.left(index),
            )
