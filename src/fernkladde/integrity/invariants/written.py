"""One way to write a value, whichever engine it was read from, to compare it.

What cannot be read stays as it is: then it fits nothing.
"""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Context, Decimal, InvalidOperation
from typing import Any

from fernkladde.journal.as_stored import instant
from fernkladde.rating.document import minutes, number

# SQLite keeps amounts as binary fractions, exact to this many digits.
EXACT = Context(prec=15)
WHOLE_SECOND = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000000Z", re.ASCII)
FLAGS = {0: False, 1: True}


def amount(value: object) -> str | None:
    """Write a number of either engine without needless zeros: "59.5"."""
    if value is None:
        return None
    try:
        return number(EXACT.create_decimal(str(value)))
    except (InvalidOperation, ValueError):
        return str(value)


def decimal(value: object) -> Decimal:
    """Read an amount; what is none is not equal to itself, and so to nothing."""
    try:
        return EXACT.create_decimal(str(value))
    except (InvalidOperation, ValueError):
        return Decimal("NaN")


def moment(text: str | None) -> str | None:
    return None if text is None else instant(text)


def seconds_since_1970(text: str | None) -> int | str | None:
    """Return whole seconds as rating counts them; a fraction fits nothing."""
    if text is None:
        return None
    # Python reads more than one form of an instant; only the one counts here.
    if not WHOLE_SECOND.fullmatch(instant(text)):
        return text
    try:
        return int(datetime.fromisoformat(instant(text)).timestamp())
    except ValueError:
        return text


def flag(value: Any) -> object:
    return FLAGS.get(value, value)


def as_minutes(seconds: object) -> object:
    return minutes(seconds) if isinstance(seconds, int) else seconds
