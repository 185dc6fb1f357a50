"""Local dates and wall clocks of one time zone, looked up once per day and a half."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

DAY = 86_400
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = date(1970, 1, 1).toordinal()

# 36 hours. No two changes of a clock were ever closer than 95 hours (Freetown,
# September 1939), so that a block holds one change at most.
_BLOCK_BITS = 17


def day_number(day: date) -> int:
    """Count the days since 1970-01-01."""
    return day.toordinal() - _EPOCH_DAY


def date_of(number: int) -> date:
    return date.fromordinal(number + _EPOCH_DAY)


class Zone:
    """The offsets of one time zone, remembered block by block."""

    __slots__ = ("_blocks", "_info")

    def __init__(self, name: str) -> None:
        self._info = ZoneInfo(name)
        # block number -> (instant of the change or the block's end, before, after)
        self._blocks: dict[int, tuple[int, int, int]] = {}

    def day(self, instant: int) -> int:
        """Return the number of the local day in which the instant lies."""
        try:
            change, before, after = self._blocks[instant >> _BLOCK_BITS]
        except KeyError:
            change, before, after = self._look_up(instant >> _BLOCK_BITS)
        return (instant + (before if instant < change else after)) // DAY

    def stretch(self, instant: int) -> tuple[int, int]:
        """Return the offset at the instant and until when it surely holds."""
        block = instant >> _BLOCK_BITS
        try:
            change, before, after = self._blocks[block]
        except KeyError:
            change, before, after = self._look_up(block)
        if instant < change:
            return before, change
        return after, (block + 1) << _BLOCK_BITS

    def _look_up(self, block: int) -> tuple[int, int, int]:
        start, end = block << _BLOCK_BITS, (block + 1) << _BLOCK_BITS
        before, after = self._offset(start), self._offset(end)
        while before != after and end - start > 1:
            middle = (start + end) // 2
            if self._offset(middle) == before:
                start = middle
            else:
                end = middle
        found = self._blocks[block] = (end, before, after)
        return found

    def _offset(self, instant: int) -> int:
        local = (_EPOCH + timedelta(seconds=instant)).astimezone(self._info)
        offset = local.utcoffset()
        return 0 if offset is None else int(offset.total_seconds())
