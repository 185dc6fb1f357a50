"""The single values of a scenario: what each may be, and how it is written."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .reading import Scalar, Unfit, unfit

if TYPE_CHECKING:
    from collections.abc import Callable

# No amount of money or time that means anything needs more than these.
_MOST = 10**12
_MOST_DECIMALS = 400
_ALL = 100  # per cent
_TOO_LARGE = f"must be a number below {_MOST:,}"
_TOO_FINE = f"must have at most {_MOST_DECIMALS} decimals"

_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_PERCENT = re.compile(r"100(\.0+)?|[0-9]?[0-9](\.[0-9]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CLOCK = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?!24)[0-9]{2}:[0-9]{2}(:[0-9]{2})?"
    r"(Z|[+-][0-9]{2}:[0-5][0-9])"
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)

_MOMENT = "a moment in whole seconds with its offset, such as 2026-03-31T14:05:00+02:00"

# Two days inside the calendar, so that the local date exists in every time zone.
_FIRST_INSTANT = (datetime(1, 1, 3, tzinfo=UTC) - _EPOCH) // _SECOND
_LAST_INSTANT = (datetime(9999, 12, 29, tzinfo=UTC) - _EPOCH) // _SECOND


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise unfit("text", value)
    if not value:
        raise Unfit("must not be empty")
    return _unicode(value)


def _words(value: object) -> str:
    if not isinstance(value, str):
        raise unfit("text", value)
    return _unicode(value)


def _unicode(value: str) -> str:
    """JSON can escape half of a surrogate pair; no file can hold it afterwards."""
    if not value.isascii() and any("\ud800" <= sign <= "\udfff" for sign in value):
        raise unfit("proper Unicode text", value)
    return value


def _boolean(value: object) -> bool:
    if not isinstance(value, bool):
        raise unfit("true or false", value)
    return value


def _number(value: object) -> Decimal | None:
    """Return a number as the decimal it is written as; none for what is not one."""
    if isinstance(value, bool):
        return None
    if isinstance(value, float):
        value = Decimal(repr(value))
    if isinstance(value, int):
        return Decimal(value) if abs(value) < _MOST else Decimal(_MOST)
    return value if isinstance(value, Decimal) and value.is_finite() else None


def _whole(value: object, least: int | None) -> int:
    expected = "a whole number" + ("" if least is None else f" of at least {least}")
    if type(value) is int:
        whole = value
    else:
        number = _number(value)
        if number is None or number != number.to_integral_value():
            raise unfit(expected, value)
        whole = int(_within(number))
    if least is not None and whole < least:
        raise unfit(expected, value)
    if not -_MOST < whole < _MOST:
        raise Unfit(_TOO_LARGE)
    return whole


def _within(number: Decimal) -> Decimal:
    """Refuse numbers that only a slip can write."""
    if not number:
        return Decimal(0)
    if number.adjusted() >= len(str(_MOST)) - 1:
        raise Unfit(_TOO_LARGE)
    if number.as_tuple().exponent < -_MOST_DECIMALS:  # type: ignore[operator]
        raise Unfit(_TOO_FINE)
    return number


def _decimal(value: object) -> Decimal:
    if isinstance(value, str) and _DECIMAL.fullmatch(value):
        return _within(Decimal(value))
    number = _number(value)
    if number is None:
        raise unfit("a decimal number", value)
    return _within(number)


def _percent(value: object) -> Decimal:
    if isinstance(value, str) and _PERCENT.fullmatch(value):
        return _within(Decimal(value))
    number = _number(value)
    if number is None or not 0 <= number <= _ALL:
        raise unfit("a percentage from 0 to 100", value)
    return _within(number)


def _date(value: object) -> date:
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise unfit("a date such as 2026-03-31", value)


def _instant(value: object) -> int:
    if isinstance(value, str) and _INSTANT.fullmatch(value):
        try:
            instant = (datetime.fromisoformat(value) - _EPOCH) // _SECOND
        except (ValueError, OverflowError):
            pass
        else:
            if _FIRST_INSTANT <= instant <= _LAST_INSTANT:
                return instant
    raise unfit(_MOMENT, value)


def _clock(value: object) -> int:
    if isinstance(value, str) and _CLOCK.fullmatch(value):
        return int(value[:2]) * 60 + int(value[3:])
    raise unfit("a time of day from 00:00 to 24:00", value)


OF_THE_MACHINE = frozenset({"localtime", "posixrules"})


def _zone(value: object) -> str:
    name = _text(value)
    # Zones with leap seconds or of the machine's own choosing are no IANA names.
    if not name.startswith(("right/", "posix/")) and name not in OF_THE_MACHINE:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            pass
        else:
            return name
    raise unfit("the name of a time zone", value)


def _first_version(value: object) -> int:
    if _whole(value, None) != 1:
        raise unfit("1", value)
    return 1


def _write_decimal(value: Decimal) -> str:
    return f"{value:f}"


def _write_clock(value: int) -> str:
    return f"{value // 60:02}:{value % 60:02}"


@lru_cache(maxsize=1024)
def _write_day(number: int) -> str:
    return (_EPOCH + timedelta(days=number)).date().isoformat()


def _write_instant(value: int) -> str:
    day, second = divmod(value, 86_400)
    minute, second = divmod(second, 60)
    return f"{_write_day(day)}T{minute // 60:02}:{minute % 60:02}:{second:02}Z"


TEXT = Scalar(_text)
WORDS = Scalar(_words)
BOOLEAN = Scalar(_boolean)
DECIMAL = Scalar(_decimal, _write_decimal)
PERCENT = Scalar(_percent, _write_decimal)
DATE = Scalar(_date, date.isoformat)
INSTANT = Scalar(_instant, _write_instant)
CLOCK = Scalar(_clock, _write_clock)
TIMEZONE = Scalar(_zone)
FORM_VERSION = Scalar(_first_version)
INTEGER = Scalar(lambda value: _whole(value, None))
NATURAL = Scalar(lambda value: _whole(value, 0))
POSITIVE = Scalar(lambda value: _whole(value, 1))


def choice(*allowed: str) -> Scalar:
    expected = f"one of {', '.join(allowed)}"

    def take(value: object) -> str:
        if isinstance(value, str) and value in allowed:
            return value
        raise unfit(expected, value)

    return Scalar(take)


def matching(pattern: str, description: str) -> Scalar:
    expression = re.compile(pattern)

    def take(value: object) -> str:
        if isinstance(value, str) and expression.fullmatch(value):
            return value
        raise unfit(description, value)

    return Scalar(take)


def or_word(word: str, other: Scalar) -> Scalar:
    """Read one fixed word, or else what `other` reads."""

    def take(value: object) -> object:
        return word if value == word else other.take(value)

    return Scalar(take)


def or_null(other: Scalar) -> Scalar:
    def take(value: object) -> object:
        return None if value is None else other.take(value)

    def write(value: object) -> object:
        return None if value is None else other.write(value)

    return Scalar(take, write)


def fault_of(take: Callable[[object], object], value: object) -> str | None:
    """Return what is wrong with the value, if anything is."""
    try:
        take(value)
    except Unfit as fault:
        return str(fault)
    return None
