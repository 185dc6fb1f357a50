"""Which numbers of a workbook are days, times of day or spans: by their format."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Context, Decimal, InvalidOperation
from typing import TYPE_CHECKING, Literal

from .cells import SECONDS_OF_A_DAY, time_of_day

if TYPE_CHECKING:
    from .cells import Cell

Meaning = Literal["number", "day", "clock", "span"]

# Formats that every Excel knows by number (ECMA-376, part 1, 18.8.30).
DAYS = {14, 15, 16, 17, 22, *range(27, 37), *range(50, 59)}
CLOCKS = {18, 19, 20, 21, 45, 47}
SPANS = {46}
# Texts in quotes, escaped letters, colors and conditions mean no part of a date.
NO_PARTS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
EPOCH = datetime(1899, 12, 30, tzinfo=UTC)
EPOCH_OF_1904 = datetime(1904, 1, 1, tzinfo=UTC)
LAST_DAY = 2_958_465  # 31 December 9999
# Excel counts in binary fractions of 15 digits: 0.1 + 0.2 was meant as 0.3.
WITHOUT_DUST = Context(prec=15)


class Formats:
    """Takes `styles.xml`; gives the meaning of a style's numbers."""

    def __init__(self) -> None:
        self._own: dict[int, str] = {}
        self._of_style: list[Meaning] = []
        self._inside = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "numFmt":
            self._own[_number(attributes.get("numFmtId"))] = attributes.get(
                "formatCode", ""
            )
        elif name == "cellXfs":
            self._inside = True
        elif name == "xf" and self._inside:
            self._of_style.append(self._meaning(_number(attributes.get("numFmtId"))))

    def text(self, data: str) -> None:
        """Take nothing: formats stand in attributes."""

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._inside = False

    def of_style(self, style: str | None) -> Meaning:
        number = _number(style)
        known = 0 <= number < len(self._of_style)
        return self._of_style[number] if known else "number"

    def _meaning(self, number: int) -> Meaning:
        if number in self._own:
            return _read_format(self._own[number])
        if number in DAYS:
            return "day"
        if number in CLOCKS:
            return "clock"
        return "span" if number in SPANS else "number"


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004


def _read_format(code: str) -> Meaning:
    code = NO_PARTS.sub("", code.split(";", maxsplit=1)[0]).lower()
    if "general" in code or "standard" in code:
        return "number"
    if "[" in code:
        return "span"
    if "y" in code or "d" in code or "j" in code or "t" in code:
        return "day"
    if "h" in code or "s" in code:
        return "clock"
    return "day" if "m" in code else "number"


def from_number(text: str, meaning: Meaning, *, from_1904: bool) -> Cell:
    """Return what a number in a cell means; what is no number stays a text."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return text
    if not value.is_finite():
        return text
    if meaning == "number" or not 0 <= value <= LAST_DAY:
        return WITHOUT_DUST.plus(value)
    return _moment(value, meaning, from_1904=from_1904)


def _moment(value: Decimal, meaning: Meaning, *, from_1904: bool) -> Cell:
    passed = timedelta(seconds=round(value * SECONDS_OF_A_DAY))
    if meaning == "span":
        return passed
    if value < 1:
        return time_of_day(int(passed.total_seconds()))
    epoch = EPOCH_OF_1904 if from_1904 else EPOCH
    return (epoch + passed).replace(tzinfo=None)
