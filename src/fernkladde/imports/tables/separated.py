"""Text tables: any separator, any line end, every fault told by its line."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .encoding import Encoding, encoding_of
from .limits import LONGEST_LINE, MOST_COLUMNS, MOST_LINES, Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Sequence

    from .cells import Cell

SEPARATORS = {
    ";": gettext_lazy("Semikolon"),
    ",": gettext_lazy("Komma"),
    "\t": gettext_lazy("Tabulator"),
    "|": gettext_lazy("senkrechter Strich"),
}
# Excel's own way to say it, in a first line of its own.
SAID = re.compile(r"sep=(.)\s*", re.IGNORECASE)
SAMPLE_LINES = 20


@dataclass(frozen=True, slots=True)
class Row:
    """A row and the line where it begins in the file, counted from 1."""

    line: int
    cells: Sequence[Cell]


class Separated:
    """A text table; `known` counts the headings that a row has."""

    def __init__(self, file: IO[bytes], known: Callable[[Sequence[Cell]], int]) -> None:
        self._file = file
        self._encoding = encoding_of(file)
        self._separator, self._skipped = self._find_separator(known)

    @property
    def told(self) -> list[str]:
        return [
            _("Zeichensatz %(label)s") % {"label": self._encoding.label},
            _("Trennzeichen %(name)s") % {"name": self._name_of_separator()},
        ]

    def _name_of_separator(self) -> str:
        return str(SEPARATORS.get(self._separator, f"„{self._separator}“"))

    def rows(self) -> Iterator[Row]:
        """Yield the rows that are not blank; the file may be gone through again."""
        lines = _lines(self._file, self._encoding)
        for _line in range(self._skipped):
            next(lines, None)
        return _rows(lines, self._separator, after=self._skipped)

    def _find_separator(
        self, known: Callable[[Sequence[Cell]], int]
    ) -> tuple[str, int]:
        lines = _lines(self._file, self._encoding)
        sample = [line for line, _n in zip(lines, range(SAMPLE_LINES), strict=False)]
        lines.close()
        if sample and (said := SAID.fullmatch(sample[0].strip("\r\n"))):
            return said[1], 1
        return max(SEPARATORS, key=lambda mark: _fit(sample, mark, known)), 0


def _fit(
    sample: Sequence[str], separator: str, known: Callable[[Sequence[Cell]], int]
) -> tuple[int, int, int]:
    """Say how well a separator fits: headings it shows, rows of one width, width."""
    try:
        rows = [row for row in csv.reader(sample, delimiter=separator) if row]
    except csv.Error:
        return 0, 0, 0
    widths = Counter(len(row) for row in rows if len(row) > 1)
    headings = max((known(row) for row in rows), default=0)
    if not widths:
        return headings, 0, 0
    [(width, alike)] = widths.most_common(1)
    return headings, alike, width


def _lines(file: IO[bytes], encoding: Encoding) -> Generator[str, None, None]:
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding.codec, newline="")
    number = 0
    try:
        while line := text.readline(LONGEST_LINE):
            number += 1
            if len(line) == LONGEST_LINE:
                raise Unreadable(_("Diese Zeile ist viel zu lang."), line=number)
            yield line
    finally:
        # Else the file would be closed with the wrapper; it may be closed already.
        with suppress(ValueError):
            text.detach()


def _rows(lines: Iterable[str], separator: str, *, after: int) -> Iterator[Row]:
    reader = csv.reader(
        lines, delimiter=separator, strict=True, skipinitialspace=separator != " "
    )
    begins = after + 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as fault:
            raise Unreadable(_sentence(fault), line=begins) from None
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            _check_shape(cells, begins)
            yield Row(begins, cells)
        begins = after + reader.line_num + 1


def _check_shape(cells: Sequence[str], line: int) -> None:
    if len(cells) > MOST_COLUMNS and any(cells[MOST_COLUMNS:]):
        sentence = _("Mehr als %(most)d Spalten.") % {"most": MOST_COLUMNS}
        raise Unreadable(sentence, line=line)
    if line > MOST_LINES + 1:
        sentence = _("Mehr als %(most)d Zeilen. Bitte teilen.") % {"most": MOST_LINES}
        raise Unreadable(sentence)


def _sentence(fault: csv.Error) -> str:
    if "limit" in str(fault):
        return _(
            "Hier beginnt eine Zelle, die viel zu lang ist. Fehlt ein"
            " Anführungszeichen?"
        )
    if "end of data" in str(fault):
        return _("Hier beginnt ein Anführungszeichen, das nicht endet.")
    return _(
        "Nach einem schließenden Anführungszeichen steht noch etwas. Anführungszeichen"
        " im Text bitte doppelt schreiben."
    )
