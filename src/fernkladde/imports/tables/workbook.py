"""Workbooks (XLSX, XLSM): one sheet, row by row, in constant memory.

Written for this and not taken from a package: see docs/decisions/0008-workbooks.md.
Formulas are never computed: the value that was saved with them counts.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .cells import Broken
from .formats import Formats, from_number
from .limits import MOST_COLUMNS, MOST_LINES, Unreadable
from .separated import Row
from .shared_texts import LONGEST, SharedTexts, unescaped
from .xml_parts import DAMAGED, check_entries, damaged, feed, read_whole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .cells import Cell

REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
OTHER_ARCHIVES = (
    ("xl/workbook.bin", "XLSB"),
    ("content.xml", "ODS"),
    ("Index/Document.iwa", "Numbers"),
)


@dataclass(frozen=True, slots=True)
class SheetPart:
    name: str
    path: str
    is_hidden: bool


class Workbook:
    """One sheet of a workbook: the named one, else the first that is shown."""

    def __init__(self, file: IO[bytes], sheet: str | None = None) -> None:
        try:
            self._archive = zipfile.ZipFile(file)
        except DAMAGED:
            raise damaged() from None
        check_entries(self._archive)
        contents = _contents(self._archive)
        self._from_1904 = contents.from_1904
        self._sheet = _chosen(contents.sheets, sheet)
        self._others = len(contents.sheets) - 1
        self.formulas = 0

    @property
    def told(self) -> list[str]:
        told = [_("Tabellenblatt „%(name)s“") % {"name": self._sheet.name}]
        if self._others:
            more = ngettext(
                "%(count)d weiteres Blatt bleibt ungelesen",
                "%(count)d weitere Blätter bleiben ungelesen",
                self._others,
            )
            told.append(more % {"count": self._others})
        if self.formulas:
            sentence = ngettext(
                "%(count)d Formel: gelesen ist ihr zuletzt gespeicherter Wert",
                "%(count)d Formeln: gelesen ist ihr zuletzt gespeicherter Wert",
                self.formulas,
            )
            told.append(sentence % {"count": self.formulas})
        return told

    def rows(self) -> Iterator[Row]:
        """Yield the rows that are not blank; the file may be gone through again."""
        self.formulas = 0
        formats = Formats()
        if styles := _part(self._archive, "styles.xml"):
            read_whole(self._archive, styles, formats)
        with SharedTexts() as texts:
            if shared := _part(self._archive, "sharedStrings.xml"):
                texts.take_from(feed(self._archive, shared, texts))
            sheet = _Sheet(texts, formats, from_1904=self._from_1904)
            for _piece in feed(self._archive, self._sheet.path, sheet):
                self.formulas = sheet.formulas
                yield from sheet.taken()


def _part(archive: zipfile.ZipFile, name: str) -> str:
    """Return where a part lies that not every workbook has; writers differ in case."""
    wanted = f"xl/{name}".lower()
    return next((path for path in archive.namelist() if path.lower() == wanted), "")


class _Contents:
    """Takes `workbook.xml` and the list of where its parts lie."""

    def __init__(self) -> None:
        self.from_1904 = False
        self.sheets: list[SheetPart] = []
        self._named: list[tuple[str, str, bool]] = []
        self._paths: dict[str, str] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "workbookPr":
            self.from_1904 = attributes.get("date1904") in {"1", "true"}
        elif name == "sheet":
            hidden = attributes.get("state", "visible") != "visible"
            found = (attributes.get("name", ""), attributes.get("id", ""), hidden)
            self._named.append(found)
        elif name == "Relationship" and attributes.get("Type", "").endswith(
            "/worksheet"
        ):
            path = posixpath.join("xl", attributes.get("Target", "")).lstrip("/")
            self._paths[attributes.get("Id", "")] = posixpath.normpath(path)

    def text(self, data: str) -> None:
        """Take nothing: all of it stands in attributes."""

    def end(self, name: str) -> None:
        if name in {"workbook", "Relationships"}:
            self.sheets = [
                SheetPart(name, self._paths[key], hidden)
                for name, key, hidden in self._named
                if key in self._paths
            ]


def _contents(archive: zipfile.ZipFile) -> _Contents:
    names = set(archive.namelist())
    if "xl/workbook.xml" not in names:
        raise _no_workbook(names)
    contents = _Contents()
    read_whole(archive, "xl/workbook.xml", contents)
    read_whole(archive, "xl/_rels/workbook.xml.rels", contents)
    if not contents.sheets:
        raise Unreadable(_("Die Datei hat kein Tabellenblatt."))
    return contents


def _no_workbook(names: set[str]) -> Unreadable:
    for sign, label in OTHER_ARCHIVES:
        if sign in names:
            sentence = _("%(kind)s wird nicht gelesen. Bitte als XLSX speichern.")
            return Unreadable(sentence % {"kind": label})
    return Unreadable(
        _("Das ist ein Archiv und keine Tabelle. Bitte zuerst auspacken.")
    )


def _chosen(sheets: list[SheetPart], wanted: str | None) -> SheetPart:
    if wanted is None:
        return next((one for one in sheets if not one.is_hidden), sheets[0])
    for one in sheets:
        if one.name.casefold() == wanted.strip().casefold():
            return one
    sentence = _("Das Blatt „%(name)s“ gibt es nicht; es gibt: %(names)s.")
    names = ", ".join(one.name for one in sheets[:20])
    raise Unreadable(sentence % {"name": wanted, "names": names})


class _Sheet:
    """Takes a sheet's XML and gives its rows as soon as they are complete."""

    def __init__(
        self, texts: SharedTexts, formats: Formats, *, from_1904: bool
    ) -> None:
        self.formulas = 0
        self._texts = texts
        self._formats = formats
        self._from_1904 = from_1904
        self._rows: list[Row] = []
        self._line = 0
        self._cells: dict[int, Cell] = {}
        self._column = 0
        self._attributes: dict[str, str] = {}
        self._has_formula = False
        self._into: list[str] | None = None
        self._value: list[str] = []
        self._spoken = 0

    def taken(self) -> list[Row]:
        rows, self._rows = self._rows, []
        return rows

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._begin_cell(attributes)
        elif name == "v" or (name == "t" and not self._spoken):
            self._into = self._value
        elif name == "f":
            self._has_formula = True
        elif name == "row":
            self._begin_row(attributes.get("r"))
        elif name == "rPh":
            self._spoken += 1

    def text(self, data: str) -> None:
        if self._into is not None and len(self._into) <= LONGEST:
            self._into.append(data)

    def end(self, name: str) -> None:
        if name in {"v", "t"}:
            self._into = None
        elif name == "c":
            self._end_cell()
        elif name == "row":
            self._end_row()
        elif name == "rPh":
            self._spoken -= 1

    def _begin_row(self, number: str | None) -> None:
        known = number is not None and number.isdecimal() and len(number) < 10  # noqa: PLR2004
        line = int(number) if known and number else self._line + 1
        # Rows stand in their order; a smaller number would be told as a wrong line.
        self._line = max(line, self._line + 1)
        if self._line > MOST_LINES:
            raise damaged()
        self._cells, self._column = {}, 0

    def _end_row(self) -> None:
        if not self._cells:
            return
        width = max(self._cells) + 1
        if width > MOST_COLUMNS:
            sentence = _("Mehr als %(most)d Spalten.") % {"most": MOST_COLUMNS}
            raise Unreadable(sentence, line=self._line)
        cells = [self._cells.get(column, "") for column in range(width)]
        self._rows.append(Row(self._line, cells))

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        self._attributes, self._value = attributes, []
        self._has_formula = False
        if found := REFERENCE.fullmatch(attributes.get("r", "")):
            self._column = _column(found[1])

    def _end_cell(self) -> None:
        cell = self._cell("".join(self._value))
        self._has_formula = False
        if not (isinstance(cell, str) and not cell.strip()):
            self._cells[self._column] = cell
        self._column += 1

    def _cell(self, value: str) -> Cell:
        kind = self._attributes.get("t", "n")
        if self._has_formula:
            self.formulas += 1
            if not value and kind != "str":
                return Broken(
                    _("enthält eine Formel, deren Wert nie gespeichert wurde.")
                )
        if kind == "e":
            sentence = _("enthält einen Fehler von Excel (%(fault)s).")
            return Broken(sentence % {"fault": value[:20]})
        if not value:
            return ""
        return self._typed(kind, value)

    def _typed(self, kind: str, value: str) -> Cell:
        if kind == "s":
            if not value.isdecimal() or len(value) > 9:  # noqa: PLR2004
                raise damaged()
            return self._texts[int(value)]
        if kind == "b":
            return value.strip() == "1"
        if kind in {"str", "inlineStr", "d"}:
            return unescaped(value[:LONGEST])
        meaning = self._formats.of_style(self._attributes.get("s"))
        return from_number(value, meaning, from_1904=self._from_1904)


def _column(letters: str) -> int:
    """Return the place of a column, counted from 0: "A" is 0, "AA" is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
