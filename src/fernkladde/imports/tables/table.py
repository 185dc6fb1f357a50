"""A file as a table: what kind it is, where its headings stand, its rows below."""

from __future__ import annotations

import re
from typing import IO, TYPE_CHECKING

from django.utils.translation import gettext as _

from fernkladde.customers.folding import fold

from .cells import Broken, CellFault, text
from .limits import HEAD_ROWS, Unreadable, check_size
from .separated import Separated
from .workbook import Workbook

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from .cells import Cell
    from .separated import Row

NO_WORD = re.compile(r"[\W_]+")
LONGEST_HEADING = 80
ARCHIVE = b"PK\x03\x04"
SIGNS = (
    (b"\xd0\xcf\x11\xe0", "XLS"),
    (b"%PDF", "PDF"),
    (b"\x1f\x8b", "GZIP"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7Z"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
)
PAGES = ("<!doctype", "<html", "<?xml")


def folded(heading: str) -> str:
    """Return a heading as it is compared: „Kunden-Nr.“ and "kundennr" are one."""
    return NO_WORD.sub("", fold(heading))


class Table:
    """The rows of a file below its headings; it can be gone through again and again."""

    def __init__(
        self, file: IO[bytes], *, words: Collection[str], sheet: str | None = None
    ) -> None:
        self._words = words
        file.seek(0, 2)
        check_size(file.tell())
        self._source = _source(file, self._known, sheet)
        head = self._head()
        self.head_line = head.line
        self.headings = [_heading(cell, n) for n, cell in enumerate(head.cells)]

    @property
    def told(self) -> list[str]:
        """Say how the file was understood, for people to look over."""
        line = _("Überschriften in Zeile %(line)d") % {"line": self.head_line}
        return [*self._source.told, line]

    def rows(self) -> Iterator[Row]:
        for row in self._source.rows():
            if row.line > self.head_line:
                yield row

    def _known(self, cells: Sequence[Cell]) -> int:
        """Count the headings in a row that one can know."""
        return len({word for cell in cells if (word := _word(cell)) in self._words})

    def _head(self) -> Row:
        """Return the row with the most known headings among the first, else the first.

        A table may have a title above it.
        """
        first = [row for row, _n in zip(self._source.rows(), range(HEAD_ROWS))]  # noqa: B905
        if not first:
            raise Unreadable(_("In der Datei steht nichts."))
        return max(first, key=lambda row: (self._known(row.cells), -row.line))


def _source(file: IO[bytes], known: object, sheet: str | None) -> Separated | Workbook:
    file.seek(0)
    head = file.read(512)
    if head.startswith(ARCHIVE):
        return Workbook(file, sheet)
    for sign, kind in SIGNS:
        if head.startswith(sign):
            raise _not_read(kind)
    if (
        head.lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t")
        .lower()
        .startswith(tuple(page.encode() for page in PAGES))
    ):
        raise _not_read("HTML/XML")
    if sheet is not None:
        raise Unreadable(_("Tabellenblätter gibt es nur in XLSX-Dateien."))
    return Separated(file, known)  # type: ignore[arg-type]


def _not_read(kind: str) -> Unreadable:
    if kind == "XLS":
        sentence = _(
            "Das ist eine alte XLS-Datei, oder sie hat ein Passwort. Bitte in Excel"
            " öffnen und ohne Passwort als XLSX speichern."
        )
        return Unreadable(sentence)
    sentence = _("%(kind)s ist keine Tabelle. Gelesen werden CSV und XLSX.")
    return Unreadable(sentence % {"kind": kind})


def _word(cell: Cell) -> str:
    return folded(cell) if isinstance(cell, str) else ""


def _heading(cell: Cell, place: int) -> str:
    """Return a heading to show; a column without one is named as Excel names it."""
    if not isinstance(cell, Broken):
        try:
            if written := " ".join(text(cell).split()):
                return written[:LONGEST_HEADING]
        except CellFault:
            pass
    return _("Spalte %(letters)s") % {"letters": letters_of(place)}


def letters_of(place: int) -> str:
    """Return "A" for 0, "AA" for 26."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
