"""The model of a company: what was agreed and what was done, as plain dictionaries.

Instants are whole seconds since 1970. The books say what issued months took.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import date
    from fractions import Fraction
    from zoneinfo import ZoneInfo

Row = dict[str, Any]
TOLERANCE = 60  # seconds that two clocks may differ by
LONGEST = 12 * 3600  # a timer is not believed any longer
FOREVER = 10**12


@dataclass
class Facts:
    zone: ZoneInfo
    require_consent: bool = False
    default_tariff: str = "T1"
    tariffs: dict[str, list[Row]] = field(default_factory=dict)
    customers: dict[str, Row] = field(default_factory=dict)
    plants: dict[str, Row] = field(default_factory=dict)
    contracts: dict[str, Row] = field(default_factory=dict)
    cases: dict[str, Row] = field(default_factory=dict)
    sessions: dict[str, Row] = field(default_factory=dict)
    calls: dict[str, Row] = field(default_factory=dict)
    # The books: what settled months took.
    claimed: dict[str, Row] = field(default_factory=dict)  # by session
    claimed_calls: set[str] = field(default_factory=set)
    fees: set[tuple[Any, ...]] = field(default_factory=set)
    used: dict[tuple[str, int], int] = field(default_factory=lambda: defaultdict(int))
    handed: dict[tuple[str, int], int] = field(default_factory=lambda: defaultdict(int))
    by_case: dict[tuple[str, int], set[str]] = field(
        default_factory=lambda: defaultdict(set)
    )
    settled: set[tuple[str, str]] = field(default_factory=set)  # month, customer
    in_use: set[tuple[str, str]] = field(default_factory=set)  # tariff, valid_from
    billed: dict[str, Fraction] = field(default_factory=dict)  # net by case

    # The clock

    def valid(self, technician: str) -> list[Row]:
        return [
            session
            for session in self.sessions.values()
            if session["technician"] == technician and not session["voided"]
        ]

    def running(self, technician: str) -> Row | None:
        mine = self.valid(technician)
        return next((row for row in mine if row["end"] is None), None)

    def clash(
        self,
        technician: str,
        start: int,
        end: int | None,
        *,
        parallel: bool = False,
        but: str = "",
    ) -> str:
        """Name the refusal that stands in the way of a stretch of work, or nothing."""
        others = [row for row in self.valid(technician) if row["number"] != but]
        if end is None and any(row["end"] is None for row in others):
            return "TimerRuns"
        for row in others:
            if parallel or row["parallel"]:
                continue
            theirs = FOREVER if row["end"] is None else row["end"]
            if row["start"] < (FOREVER if end is None else end) and start < theirs:
                return "SessionsOverlap"
        return ""

    def earliest_start(self, technician: str, at: int) -> int:
        """Wait for the end of what was done just before, if only for a minute."""
        before = [
            row
            for row in self.valid(technician)
            if not row["parallel"] and row["start"] <= at
        ]
        last = max(before, key=lambda row: int(row["start"]), default=None)
        end = last["end"] if last else None
        return end if end is not None and at < end <= at + TOLERANCE else at

    def add_session(self, number: str, **values: Any) -> Row:
        row: Row = {
            "number": number,
            "service": "remote",
            "end": None,
            "paused": False,
            "confirmed": False,
            "voided": False,
            "billable": True,
            "goodwill": None,
            "parallel": False,
        } | values
        self.sessions[number] = row
        return row

    def stop(self, row: Row, at: int, *, paused: bool) -> None:
        """End a timer; what ran less than a second or too long stays unconfirmed."""
        worked = at - row["start"]
        row["end"] = max(at, row["start"] + 1)
        row["confirmed"] = 1 <= worked <= LONGEST
        row["paused"] = paused

    # What a month has to deal with

    def unbilled(self) -> list[Row]:
        return [
            row
            for row in self.sessions.values()
            if row["end"] is not None
            and row["confirmed"]
            and not row["voided"]
            and row["number"] not in self.claimed
        ]

    def customer_of(self, session: Row) -> str:
        return str(self.cases[session["case"]]["customer"])

    def versions_from(self, tariff: str) -> set[str]:
        return {str(version["valid_from"]) for version in self.tariffs[tariff]}

    def last_version_in_use(self, tariff: str) -> str:
        used = [first for name, first in self.in_use if name == tariff]
        return max(used, default="")


def new_customer(number: str, **values: Any) -> Row:
    defaults: Row = {
        "number": number,
        "address": True,
        "tariff": None,
        "charging_from": None,
        "consent_from": None,
    }
    return defaults | values


def new_case(number: str, customer: str, reported_on: date, **values: Any) -> Row:
    defaults: Row = {
        "number": number,
        "customer": customer,
        "plant": None,
        "reported_on": reported_on,
        "cause": "unknown",
        "goodwill": None,
        "consented_at": None,
        "cap": None,
        "cap_set_at": None,
        "agreed_at": [],
    }
    return defaults | values
