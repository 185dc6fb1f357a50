"""How much a table may hold, and how it is said that one cannot be read."""

from __future__ import annotations

from django.utils.translation import gettext as _

from fernkladde.values.refusal import Refusal

MEGABYTE = 1024 * 1024
MOST_BYTES = 64 * MEGABYTE
MOST_COLUMNS = 200
# As much as a note takes that is typed by hand.
LONGEST_CELL = 10_000
LONGEST_LINE = 1_000_000
# Headings may stand below a title and a blank line, not deep in the data.
HEAD_ROWS = 10
# What a sheet of Excel can hold.
MOST_LINES = 1_048_576
MOST_UNPACKED = 2048 * MEGABYTE
MOST_SHARED_TEXTS = 512 * MEGABYTE
# Excel's own files shrink to a tenth; a bomb shrinks to a thousandth.
HIGHEST_RATIO = 250
MOST_ENTRIES = 2_000


class Unreadable(Refusal):
    """The file is no table that can be read; `line` says where it ends, if there."""

    def __init__(self, sentence: str, *, line: int | None = None) -> None:
        self.line = line
        if line is not None:
            told = _("Zeile %(line)d: %(sentence)s")
            sentence = told % {"line": line, "sentence": sentence}
        super().__init__(sentence, field="file")


def check_size(size: int) -> None:
    if size > MOST_BYTES:
        sentence = _(
            "Die Datei hat %(size)d MB; gelesen werden höchstens %(most)d MB. Bitte"
            " teilen."
        )
        names = {"size": size // MEGABYTE, "most": MOST_BYTES // MEGABYTE}
        raise Unreadable(sentence % names)
    if size == 0:
        raise Unreadable(_("Die Datei ist leer."))
