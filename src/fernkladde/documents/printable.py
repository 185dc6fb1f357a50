"""Making any text printable: what the font lacks is seen as a box, never a crash.

A glyph that the font lacks is a compile error in PDF/A: one emoji in a case's
subject would stop the month. So every text from outside passes through here.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from .fonts import characters

BOX = "\u25af"
_BREAK_AFTER = 24
_LONG_RUN = re.compile(rf"[^\s\-\u200b]{{{_BREAK_AFTER}}}(?=[^\s\-\u200b])")
_ZERO_WIDTH = "\u200b"


@lru_cache(maxsize=4096)
def one_line(text: str) -> str:
    """Return the text in one line, spaces collapsed, all of it printable."""
    shown = unicodedata.normalize("NFC", text).translate(_TABLE)
    shown = " ".join(shown.split())
    # A word without end (a path, a key) gets places to break, not a wider column.
    return _LONG_RUN.sub(rf"\g<0>{_ZERO_WIDTH}", shown)


def lines(text: str) -> list[str]:
    """Split into printable lines, without the empty ones."""
    return [line for raw in text.splitlines() if (line := one_line(raw))]


class _Table(dict[int, str]):
    """What `str.translate` asks of each character, looked up once."""

    def __missing__(self, code: int) -> str:
        return self.setdefault(code, _shown(code))


_TABLE = _Table()


def _shown(code: int) -> str:
    """Show a character as itself, as a space, as nothing (controls), or as a box."""
    character = chr(code)
    kind = unicodedata.category(character)
    if character.isspace():
        return " "
    if kind in ("Cc", "Cf"):
        return ""
    if code in characters() and kind not in ("Co", "Cn"):
        return character
    return BOX
