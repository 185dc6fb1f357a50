"""The texts of a workbook that many cells share, kept on disk and not in memory."""

from __future__ import annotations

import os
import re
import tempfile
from array import array
from typing import IO, TYPE_CHECKING

from django.utils.translation import gettext as _

from .limits import MOST_SHARED_TEXTS, Unreadable
from .xml_parts import damaged

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
# What a cell of Excel can hold at most.
LONGEST = 32_767


class SharedTexts:
    """Takes `sharedStrings.xml`; gives each text by its number.

    Read only as far as it is asked for: the headings stand at its beginning.
    """

    def __init__(self) -> None:
        self._rest: Iterator[None] = iter(())
        self._file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - see __exit__
        self._ends = array("Q", [0])
        self._parts: list[str] | None = None
        self._takes = False
        self._spoken = 0

    def __enter__(self) -> SharedTexts:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def take_from(self, pieces: Iterator[None]) -> None:
        """Say where the texts come from: whatever feeds this reader."""
        self._rest = pieces

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "si":
            self._parts = []
        elif name == "rPh":  # how a Japanese word is spoken is no text of the cell
            self._spoken += 1
        elif name == "t":
            self._takes = not self._spoken

    def text(self, data: str) -> None:
        if self._takes and self._parts is not None:
            self._parts.append(data)

    def end(self, name: str) -> None:
        if name == "t":
            self._takes = False
        elif name == "rPh":
            self._spoken -= 1
        elif name == "si":
            self._keep(unescaped("".join(self._parts or ())))
            self._parts = None

    def _keep(self, text: str) -> None:
        # Half a character cannot be written; it stays visible as what it is.
        written = text[:LONGEST].encode(errors="replace")
        if self._ends[-1] + len(written) > MOST_SHARED_TEXTS:
            raise Unreadable(_("Die Datei enthält zu viel Text. Bitte teilen."))
        self._file.write(written)
        self._ends.append(self._ends[-1] + len(written))

    def __getitem__(self, number: int) -> str:
        while number >= len(self._ends) - 1:
            try:
                next(self._rest)
            except StopIteration:
                raise damaged() from None
            self._file.flush()
        begin, end = self._ends[number], self._ends[number + 1]
        return os.pread(self._file.fileno(), end - begin, begin).decode()


def unescaped(text: str) -> str:
    """Return what "_x0041_" and the like stand for."""
    if "_x" not in text:
        return text
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
