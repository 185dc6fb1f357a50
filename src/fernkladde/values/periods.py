"""Calendar steps that are always counted from the start.

31 January, 28 February, 31 March: a month's end that was short once does not
stay short, because no step starts from the one before it.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import MAXYEAR, MINYEAR, date
from functools import lru_cache

MONTHS_IN_YEAR = 12


@lru_cache(maxsize=4096)
def add_months(start: date, months: int) -> date | None:
    """Return the day `months` later, or the month's last; none beyond the calendar."""
    year, month = divmod(
        start.year * MONTHS_IN_YEAR + start.month - 1 + months, MONTHS_IN_YEAR
    )
    if not MINYEAR <= year <= MAXYEAR:
        return None
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))
