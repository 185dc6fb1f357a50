"""What a cell can hold, and how people write numbers, days and spans in it.

Text is read the German way first: "1.234,5" and "1.234" are the same thousand. What
can mean two things in a date is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from .limits import LONGEST_CELL


@dataclass(frozen=True, slots=True)
class Broken:
    """A cell without a value to take: an error of Excel, a formula never computed."""

    sentence: str


Cell = str | Decimal | datetime | date | time | timedelta | bool | Broken

# The days on which Excel's serial numbers can be meant as dates: 1950 to 2099.
FIRST_SERIAL, LAST_SERIAL = 18_264, 73_050
EXCEL_EPOCH = date(1899, 12, 30)
THIS_CENTURY_UP_TO = 79
SECONDS_IN_MINUTE = 60
SECONDS_OF_A_DAY = 86_400
MOST_LETTERS = 60
LONGEST_MINUTES = 60 * 24 * 31

GERMAN_DAY = re.compile(r"([0-9]{1,2})\.\s?([0-9]{1,2})\.\s?([0-9]{4}|[0-9]{2})")
ISO_DAY = re.compile(r"([0-9]{4})[-/]([0-9]{1,2})[-/]([0-9]{1,2})")
CLOCK = re.compile(
    r"([0-9]{1,2})[:.]([0-9]{2})(?:[:.]([0-9]{2}))?(?:\s*Uhr)?", re.IGNORECASE
)
DAY_AND_CLOCK = re.compile(
    r"(\S+?)(?:,?\s+|T)([0-9]{1,2}[:.][0-9]{2}(?:[:.][0-9]{2})?)Z?"
)
GERMAN_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,3}(?:[.\s'][0-9]{3})+|[0-9]+)(?:,[0-9]+)?")
PLAIN_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
SPAN = re.compile(
    r"([0-9]{1,4}):([0-5][0-9])(?::([0-5][0-9]))?\s*(?:h|std\.?|stunden)?", re.I
)
AMOUNT_AND_UNIT = re.compile(r"([+-]?[0-9.,\s']+?)\s*([a-zA-Zäöü]+\.?)", re.IGNORECASE)
MINUTES = {"m", "min", "minute", "minuten", "minutes", "mins"}
HOURS = {"h", "std", "stunde", "stunden", "hour", "hours", "hrs"}
YES = {"ja", "j", "yes", "y", "true", "wahr", "1", "x", "✓"}
NO = {"nein", "n", "no", "false", "falsch", "0", "-"}
EXCEL_TEXT = re.compile(r'="((?:[^"]|"")*)"')
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class CellFault(Exception):
    """What stands in the cell cannot be taken; the sentence says why."""


def is_blank(cell: Cell) -> bool:
    return isinstance(cell, str) and not cell.strip()


def text(cell: Cell) -> str:
    """Return a cell as text: numbers without idle zeros, days as Germans write them."""
    if isinstance(cell, Broken):
        raise CellFault(cell.sentence)
    if isinstance(cell, str):
        return _plain_text(cell)
    return shown(cell)


def shown(cell: Cell) -> str:
    """Return how a cell looks, for sentences about it."""
    if isinstance(cell, bool):
        return _("ja") if cell else _("nein")
    if isinstance(cell, Decimal):
        return f"{cell.normalize():f}"
    if isinstance(cell, date | time):
        return _moment(cell)
    return "" if isinstance(cell, Broken) else str(cell)


def _moment(cell: date | time) -> str:
    if isinstance(cell, time):
        return f"{cell:%H:%M}"
    with_clock = isinstance(cell, datetime) and cell.time() != time()
    return f"{cell:%d.%m.%Y %H:%M}" if with_clock else f"{cell:%d.%m.%Y}"


def _plain_text(cell: str) -> str:
    if found := EXCEL_TEXT.fullmatch(cell.strip()):
        cell = found[1].replace('""', '"')
    if CONTROL.search(cell):
        raise CellFault(_("enthält Zeichen, die keine Schrift sind."))
    if len(cell) > LONGEST_CELL:
        sentence = _("ist länger als %(most)d Zeichen.")
        raise CellFault(sentence % {"most": LONGEST_CELL})
    plain = cell.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ").strip()
    if plain.startswith("="):
        raise CellFault(_("enthält eine Formel. Bitte den Wert einsetzen."))
    return plain


def _brief(cell: Cell) -> str:
    """Return the text of what is written in few letters: figures, days, times."""
    typed = text(cell)
    if len(typed) > MOST_LETTERS:
        sentence = _("„%(typed)s“ ist zu lang für diese Spalte.")
        raise CellFault(sentence % {"typed": _short(typed)})
    return typed


def day(cell: Cell) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, Decimal):
        return _from_serial(cell)
    typed = _brief(cell)
    return _written_day(typed)


def _written_day(typed: str) -> date:
    written = typed
    if both := DAY_AND_CLOCK.fullmatch(typed):
        written = both[1]
    if found := GERMAN_DAY.fullmatch(written):
        return _day(typed, _full_year(found[3]), int(found[2]), int(found[1]))
    if found := ISO_DAY.fullmatch(written):
        return _day(typed, int(found[1]), int(found[2]), int(found[3]))
    if re.fullmatch(r"[0-9]{5}(?:[.,][0-9]+)?", written):
        return _from_serial(Decimal(written.replace(",", ".")))
    sentence = _("„%(typed)s“ ist kein Datum, zum Beispiel 31.12.2025.")
    raise CellFault(sentence % {"typed": _short(typed)})


def _full_year(written: str) -> int:
    year = int(written)
    if len(written) > len("26"):
        return year
    return year + (2000 if year <= THIS_CENTURY_UP_TO else 1900)


def _day(typed: str, year: int, month: int, day_: int) -> date:
    try:
        return date(year, month, day_)
    except ValueError:
        sentence = _("Den Tag „%(typed)s“ gibt es nicht.")
        raise CellFault(sentence % {"typed": _short(typed)}) from None


def _from_serial(number: Decimal) -> date:
    if not FIRST_SERIAL <= number <= LAST_SERIAL:
        sentence = _("„%(typed)s“ ist kein Datum, zum Beispiel 31.12.2025.")
        raise CellFault(sentence % {"typed": shown(number)})
    return EXCEL_EPOCH + timedelta(days=int(number))


def clock(cell: Cell) -> time:
    """Read a time of day, to the minute or the second."""
    if isinstance(cell, datetime):
        return cell.time()
    if isinstance(cell, time):
        return cell
    if isinstance(cell, Decimal) and 0 <= cell < 1:
        return time_of_day(round(cell * SECONDS_OF_A_DAY))
    typed = _brief(cell)
    if both := DAY_AND_CLOCK.fullmatch(typed):
        typed = both[2]
    found = CLOCK.fullmatch(typed)
    if not found:
        sentence = _("„%(typed)s“ ist keine Uhrzeit, zum Beispiel 14:05.")
        raise CellFault(sentence % {"typed": _short(typed)})
    try:
        return time(int(found[1]), int(found[2]), int(found[3] or 0))
    except ValueError:
        sentence = _("Die Uhrzeit „%(typed)s“ gibt es nicht; ein Tag endet um 23:59.")
        raise CellFault(sentence % {"typed": _short(typed)}) from None


def time_of_day(passed: int) -> time:
    """Return the time so many seconds after midnight; the day ends one before it."""
    minutes_, seconds_ = divmod(min(passed, SECONDS_OF_A_DAY - 1), SECONDS_IN_MINUTE)
    return time(*divmod(minutes_, 60), seconds_)


def has_clock(cell: Cell) -> bool:
    """Tell whether a day was written together with a time of day."""
    if isinstance(cell, datetime):
        return cell.time() != time()
    if not isinstance(cell, str) or len(cell) > MOST_LETTERS:
        return False
    return bool(DAY_AND_CLOCK.fullmatch(cell.strip()))


def number(cell: Cell) -> Decimal:
    if isinstance(cell, Decimal):
        return cell
    typed = _brief(cell)
    plain = typed.replace("\u202f", "").strip()
    if GERMAN_NUMBER.fullmatch(plain):
        return Decimal(re.sub(r"[.\s']", "", plain).replace(",", "."))
    if PLAIN_NUMBER.fullmatch(plain):
        return _decimal(plain)
    sentence = _("„%(typed)s“ ist keine Zahl, zum Beispiel 1.234,5.")
    raise CellFault(sentence % {"typed": _short(typed)})


def _decimal(plain: str) -> Decimal:
    try:
        return Decimal(plain)
    except InvalidOperation:  # pragma: no cover - the pattern lets none through
        raise CellFault(plain) from None


def whole(cell: Cell) -> int:
    """Read a whole number that a column of the database can hold."""
    value = number(cell)
    if value != value.to_integral_value():
        sentence = _("„%(typed)s“ ist keine ganze Zahl.")
        raise CellFault(sentence % {"typed": shown(value)})
    return int(_within(value, Decimal(2**31 - 1)))


def count(cell: Cell) -> int:
    value = whole(cell)
    if value < 0:
        raise CellFault(_("ist kleiner als null."))
    return value


def seconds(cell: Cell) -> int:
    """Read a span: "35", "22,5", "35 min", "1:30 h", "1,5 Std.", a time of Excel."""
    if isinstance(cell, timedelta):
        return _span(Decimal(int(cell.total_seconds())))
    if isinstance(cell, time):
        return _span(Decimal(cell.hour * 3600 + cell.minute * 60 + cell.second))
    typed = _brief(cell)
    if found := SPAN.fullmatch(typed):
        hours, minutes, rest = (int(part or 0) for part in found.groups())
        return _span(Decimal(hours * 3600 + minutes * 60 + rest))
    if found := AMOUNT_AND_UNIT.fullmatch(typed):
        return _span(number(found[1]) * _unit(typed, found[2]))
    return _span(number(cell) * SECONDS_IN_MINUTE)


def _unit(typed: str, unit: str) -> int:
    unit = unit.lower().rstrip(".")
    if unit in MINUTES:
        return SECONDS_IN_MINUTE
    if unit in HOURS:
        return 60 * SECONDS_IN_MINUTE
    sentence = _("„%(typed)s“ ist keine Dauer, zum Beispiel 35 oder 1:30 h.")
    raise CellFault(sentence % {"typed": _short(typed)})


def _span(value: Decimal) -> int:
    if value < 0:
        raise CellFault(_("ist kleiner als null."))
    _within(value, Decimal(LONGEST_MINUTES * SECONDS_IN_MINUTE))
    return int(value.to_integral_value())


def minutes(cell: Cell) -> int:
    """Read a span in whole minutes."""
    found = seconds(cell)
    if found % SECONDS_IN_MINUTE:
        raise CellFault(_("bitte in ganzen Minuten."))
    return found // SECONDS_IN_MINUTE


def _within(value: Decimal, most: Decimal) -> Decimal:
    if abs(value) > most:
        raise CellFault(_("ist zu groß."))
    return value


def yes_or_no(cell: Cell) -> bool:
    if isinstance(cell, bool):
        return cell
    typed = text(cell).lower()
    if typed in YES:
        return True
    if typed in NO:
        return False
    sentence = _("„%(typed)s“ heißt weder ja noch nein.")
    raise CellFault(sentence % {"typed": _short(typed)})


def several(cell: Cell) -> list[str]:
    """Read several names in one cell, parted by comma, semicolon or a new line."""
    parts = re.split(r"[,;\n]", text(cell))
    return [part.strip() for part in parts if part.strip()]


def _short(typed: str) -> str:
    longest = 40
    return typed if len(typed) <= longest else f"{typed[:longest]}…"
