"""Rate decks as they come from telephone companies: CSV of many habits.

Text in, rates out, every fault named by its row. Money may have a decimal
comma; cells are parted by semicolon, comma or tab; UTF-8, UTF-16 or Windows-1252.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from fernkladde.values.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

COLUMNS = (
    "prefix",
    "destination",
    "connect_fee",
    "price_per_minute",
    "first_interval",
    "next_interval",
)
HEADINGS = {
    "prefix": ("prefix", "vorwahl", "rufnummer", "code"),
    "destination": ("destination", "ziel", "land", "name"),
    "connect_fee": ("connect_fee", "verbindungsgebühr", "verbindungsgebuehr", "setup"),
    "price_per_minute": (
        "price_per_minute", "preis je minute", "preis/min", "minutenpreis", "preis",
    ),
    "first_interval": ("first_interval", "erster takt", "takt 1", "takt1"),
    "next_interval": ("next_interval", "folgetakt", "takt 2", "takt2"),
}  # fmt: skip
MONEY = ("connect_fee", "price_per_minute")
INTERVALS = ("first_interval", "next_interval")
NEEDED = ("prefix", "price_per_minute")
PREFIX = re.compile(r"\+[0-9]{0,15}")
GERMAN_NUMBER = re.compile(r"[0-9]{1,3}(?:\.?[0-9]{3})*(?:,[0-9]+)?")
PLAIN_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
MOST_ROWS = 200_000


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong in a row of the file, counted from 1 with the headings."""

    row: int
    sentence: str

    def __str__(self) -> str:
        names = {"row": self.row, "sentence": self.sentence}
        return _("Zeile %(row)d: %(sentence)s") % names


class InvalidRates(Refusal):
    """The file is no rate deck; `faults` name the rows."""

    def __init__(self, faults: Sequence[RowFault]) -> None:
        self.faults = tuple(faults)
        super().__init__(str(faults[0]), field="file")


class _Fault(Exception):
    """One cell that cannot be read."""


def rates_from_csv(content: bytes | str) -> list[dict[str, Any]]:
    """Return the rates in the shape of a scenario's deck, in the file's order."""
    rows = list(_rows(_text(content)))
    if not rows:
        raise InvalidRates([RowFault(1, _("Die Datei ist leer."))])
    columns = _columns(rows[0][1])
    faults: list[RowFault] = []
    rates: list[dict[str, Any]] = []
    seen: dict[str, int] = {}
    for number, cells in rows[1:] if columns else rows:
        try:
            rate = _rate(dict(zip(columns or COLUMNS, cells, strict=False)))
            _check_new(rate["prefix"], seen, number)
            rates.append(rate)
        except _Fault as fault:
            faults.append(RowFault(number, str(fault)))
    if faults:
        raise InvalidRates(faults)
    if not rates:
        raise InvalidRates([RowFault(2, _("Unter den Überschriften steht nichts."))])
    return rates


def _text(content: bytes | str) -> str:
    if isinstance(content, str):
        return content.removeprefix("\ufeff")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    sentence = _("Die Zeichen sind nicht lesbar. Bitte als CSV in UTF-8 speichern.")
    raise InvalidRates([RowFault(1, sentence)])


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not empty, with their line in the file."""
    if "\0" in text:
        sentence = _("Die Datei ist keine Textdatei.")
        raise InvalidRates(
            [RowFault(text[: text.index("\0")].count("\n") + 1, sentence)]
        )
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = next((mark for mark in ";\t," if mark in first), ";")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for cells in reader:
            if reader.line_num > MOST_ROWS:
                sentence = _("Die Datei hat zu viele Zeilen.")
                raise InvalidRates([RowFault(reader.line_num, sentence)])
            if any(cell.strip() for cell in cells):
                yield reader.line_num, [cell.strip() for cell in cells]
    except csv.Error as error:
        sentence = _("Hier endet ein Anführungszeichen nicht.")
        if "limit" in str(error):
            sentence = _("Eine Zelle ist zu lang.")
        raise InvalidRates([RowFault(reader.line_num, sentence)]) from None


def _columns(cells: list[str]) -> list[str] | None:
    """Return the columns by their headings, None where there are none."""
    named = {word: name for name, words in HEADINGS.items() for word in words}
    columns = [named.get(cell.lower(), "") for cell in cells]
    if not any(columns):
        return None
    if missing := [name for name in NEEDED if name not in columns]:
        sentence = _("Die Spalte „%(name)s“ fehlt.") % {"name": missing[0]}
        raise InvalidRates([RowFault(1, sentence)])
    return columns


def _rate(cells: dict[str, str]) -> dict[str, Any]:
    rate: dict[str, Any] = {"prefix": _prefix(cells.get("prefix", ""))}
    if destination := cells.get("destination"):
        rate["destination"] = destination
    for name in MONEY:
        if cells.get(name) or name in NEEDED:
            rate[name] = _money(cells.get(name, ""))
    for name in INTERVALS:
        if cells.get(name):
            rate[name] = _seconds(cells[name])
    return rate


def _prefix(cell: str) -> str:
    """Return "+49" for "+49", "0049" and, as Excel leaves it, "49"."""
    digits = re.sub(r"[\s/()-]", "", cell)
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    if digits[:1].isdigit() and not digits.startswith("0"):
        digits = f"+{digits}"
    if not PREFIX.fullmatch(digits):
        sentence = _("„%(cell)s“ ist keine Vorwahl, zum Beispiel +49 oder 0043.")
        raise _Fault(sentence % {"cell": cell})
    return digits


def _money(cell: str) -> str:
    plain = re.sub(r"[\s€]|EUR", "", cell)
    if "," in plain and GERMAN_NUMBER.fullmatch(plain):
        plain = plain.replace(".", "").replace(",", ".")
    if not PLAIN_NUMBER.fullmatch(plain):
        sentence = _("„%(cell)s“ ist kein Preis, zum Beispiel 0,029.")
        raise _Fault(sentence % {"cell": cell})
    return f"{Decimal(plain):f}"


def _seconds(cell: str) -> int:
    if not re.fullmatch(r"[0-9]{1,5}", cell) or int(cell) == 0:
        sentence = _("„%(cell)s“ ist kein Takt in Sekunden, zum Beispiel 60.")
        raise _Fault(sentence % {"cell": cell})
    return int(cell)


def _check_new(prefix: str, seen: dict[str, int], row: int) -> None:
    if prefix in seen:
        sentence = _("Die Vorwahl %(prefix)s steht schon in Zeile %(row)d.")
        raise _Fault(sentence % {"prefix": prefix, "row": seen[prefix]})
    seen[prefix] = row
