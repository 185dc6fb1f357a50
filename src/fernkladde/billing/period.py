"""The month of a run."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


class NoSuchMonth(ValueError):
    """The text is no month; the message says how to write one."""


@dataclass(frozen=True, slots=True, order=True)
class Month:
    year: int
    month: int

    @classmethod
    def parse(cls, text: str) -> Month:
        """Read "2026-03"."""
        found = re.fullmatch(r"(2\d{3})-(0[1-9]|1[0-2])", text)
        if not found:
            message = f"»{text}« ist kein Monat; geschrieben wird er wie 2026-03."
            raise NoSuchMonth(message)
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, day: date) -> Month:
        return cls(day.year, day.month)

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02}"

    @property
    def first(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        return date(
            self.year, self.month, calendar.monthrange(self.year, self.month)[1]
        )

    @property
    def next(self) -> Month:
        return Month.of(self.last + timedelta(days=1))

    @property
    def previous(self) -> Month:
        return Month.of(self.first - timedelta(days=1))

    def end(self, zone: ZoneInfo) -> datetime:
        """Return the instant at which the month is over in the firm's zone."""
        return end_of(self.last, zone)


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """Return the local midnight that ends a date."""
    return datetime.combine(day + timedelta(days=1), time(), zone)
