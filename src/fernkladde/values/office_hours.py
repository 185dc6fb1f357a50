"""When somebody is there: hours by weekday, and how long is worked between instants.

Lengths are elapsed time: on a day on which the clock changes an opening that spans
the change is an hour shorter or longer, as it is for who sits there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from zoneinfo import ZoneInfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
A_DAY = timedelta(days=1)
# Who has not been there for so long will not come: nothing is due then.
LONGEST_CLOSED = 400


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """Opening times by weekday, or by the label that stands in a day's place.

    Times are minutes since midnight, the end exclusive; 1440 is the day's end. A
    label or weekday without an entry is closed.
    """

    zone: ZoneInfo
    week: Mapping[str, tuple[int, int]]
    special: Mapping[date, str]

    def opening(self, day: date) -> tuple[datetime, datetime] | None:
        """Return when the day opens and closes, in UTC; None if it stays closed."""
        label = self.special.get(day) or WEEKDAYS[day.weekday()]
        hours = self.week.get(label)
        if hours is None:
            return None
        return self._instant(day, hours[0]), self._instant(day, hours[1])

    def after(self, start: datetime, length: timedelta) -> datetime | None:
        """Return when so much open time has passed; None if it never does."""
        left = length
        for opens, closes in self._openings(start):
            begins = max(opens, start)
            if closes - begins >= left:
                return begins + left
            left -= max(timedelta(), closes - begins)
        return None

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return the open time in [start, end)."""
        worked = timedelta()
        for opens, closes in self._openings(start):
            if opens >= end:
                break
            worked += max(timedelta(), min(closes, end) - max(opens, start))
        return worked

    def _openings(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield what is open from the local day of `start` on, until it ends."""
        day, closed = start.astimezone(self.zone).date(), 0
        while closed < LONGEST_CLOSED:
            closed += 1
            if hours := self.opening(day):
                closed = 0
                yield hours
            day += A_DAY

    def _instant(self, day: date, minutes: int) -> datetime:
        days, rest = divmod(minutes, 24 * 60)
        wall = time(rest // 60, rest % 60)
        local = datetime.combine(day + days * A_DAY, wall, tzinfo=self.zone)
        return local.astimezone(UTC)
