"""Allowances of the model: periods, what was taken, and what may be handed on."""

from __future__ import annotations

import calendar
from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .facts import Facts

Row = dict[str, Any]
Taken = defaultdict[tuple[str, int], int]
MONTHS = {"month": 1, "quarter": 3}


def period_start(contract: Row, index: int) -> date:
    """Count calendar steps from the contract's start, always from there."""
    start: date = contract["valid_from"]
    if index == 0:
        return start
    months = start.month - 1 + index * MONTHS[contract["allowance"]["period"]]
    year, month = start.year + months // 12, months % 12 + 1
    return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))


def period_of(contract: Row, day: date) -> int:
    index = 0
    while contract["allowance"]["period"] != "term" and (
        period_start(contract, index + 1) <= day
    ):
        index += 1
    return index


class Allowances:
    """The balances while one month is rated: books first, then what it takes."""

    def __init__(self, facts: Facts) -> None:
        self.contracts = [
            c for c in facts.contracts.values() if c["covers"] == "allowance"
        ]
        self.used: Taken = defaultdict(int, facts.used)
        self.handed: Taken = defaultdict(int, facts.handed)
        self.cases: defaultdict[tuple[str, int], set[str]] = defaultdict(set)
        self.cases |= {key: set(cases) for key, cases in facts.by_case.items()}
        self.carried: dict[tuple[str, int], int] = {}

    def granted(self, contract: Row) -> int:
        terms = contract["allowance"]
        if "cases" in terms:
            return int(terms["cases"])
        return int(terms["minutes"]) * 60

    def left(self, contract: Row, index: int) -> int:
        return max(0, self.granted(contract) - self.used[contract["id"], index])

    def can_hand_on(self, contract: Row, index: int) -> int:
        most = contract["allowance"].get("carry_over_minutes")
        left = self.left(contract, index)
        if most is None:
            return left
        rest: int = most * 60 - self.handed[contract["id"], index]
        return max(0, min(left, rest))

    def earlier(self, contract: Row, index: int) -> range:
        terms = contract["allowance"]
        over = 0 if "cases" in terms else terms.get("carry_over_periods", 0)
        return range(0 if over == "term" else max(0, index - over), index)

    def carried_in(self, contract: Row, index: int) -> int:
        earlier = self.earlier(contract, index)
        return sum(self.can_hand_on(contract, before) for before in earlier)

    def look(self, group: Row) -> None:
        """Note what could be carried into each period, just before it is needed."""
        if group["basis"] != "contract":
            return
        for contract in group["contracts"]:
            if contract["covers"] != "allowance":
                continue
            for index in range(period_of(contract, group["day"]) + 1):
                carried = self.carried_in(contract, index)
                self.carried.setdefault((contract["id"], index), carried)

    def cover(self, contract: Row, group: Row, runs: list[Row]) -> int:
        """Return how many of the billed seconds this contract pays, oldest first."""
        wanted: int = sum(run["seconds"] for run in runs)
        if contract["covers"] == "everything":
            return wanted
        if contract["covers"] == "nothing" or not wanted:
            return 0
        index = period_of(contract, group["day"])
        if "cases" in contract["allowance"]:
            return wanted if self._take_case(contract, index, group) else 0
        paid = 0
        for payer in [*self.earlier(contract, index), index]:
            able = self.left if payer == index else self.can_hand_on
            seconds = min(wanted - paid, able(contract, payer))
            self._book(contract, payer, index, seconds, group)
            paid += seconds
        return paid

    def _book(
        self, contract: Row, payer: int, index: int, seconds: int, group: Row
    ) -> None:
        if seconds:
            self.used[contract["id"], payer] += seconds
            self.handed[contract["id"], payer] += seconds if payer != index else 0
            group["posts"][contract["id"], payer, index, ""] += seconds

    def _take_case(self, contract: Row, index: int, group: Row) -> bool:
        key = (contract["id"], index)
        if group["case"] in self.cases[key]:
            return True
        if not self.left(contract, index):
            return False
        self.used[key] += 1
        self.cases[key].add(group["case"])
        group["posts"][contract["id"], index, index, group["case"]] += 1
        return True

    def rows(self, last: date) -> set[tuple[Any, ...]]:
        """State each period that began up to the last service date."""
        return {
            (
                contract["id"],
                period_start(contract, index),
                self.granted(contract),
                self.carried.get(
                    (contract["id"], index), self.carried_in(contract, index)
                ),
                self.used[contract["id"], index],
                self.left(contract, index),
            )
            for contract in self.contracts
            if contract["valid_from"] <= last
            for index in range(period_of(contract, self._end(contract, last)) + 1)
        }

    def _end(self, contract: Row, last: date) -> date:
        return min(last, contract["valid_until"] or last)
