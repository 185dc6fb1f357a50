"""Where in a text the typed words stand.

Pure: no clock, no database. A word that was found in another form, or as a part of a
longer one, is marked whole: what was typed may stand in it in other letters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .words import MOST_TYPED, WORD, digits_dialled, fold, stems, typed_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

AROUND, LONGEST_EXCERPT = 40, 160
# Of a long text only the beginning is looked at, for each hit that is shown.
MOST_READ = 20_000


def pieces(text: str, typed: str) -> list[tuple[str, bool]]:
    """Cut a text into pieces, and say of each whether it was asked for."""
    found: list[tuple[str, bool]] = []
    end = 0
    for start, stop in _hits(text, typed):
        if start > end:
            found.append((text[end:start], False))
        found.append((text[start:stop], True))
        end = stop
    if end < len(text):
        found.append((text[end:], False))
    return found


def excerpt(texts: Iterable[str], typed: str, *, seen: str = "") -> str:
    """Return the words around the first hit, in the text that has most of them.

    What can be `seen` already need not be in it.
    """
    wanted = set(_wanted(typed))
    missing = wanted - _met(seen, wanted)
    read = [text[:MOST_READ] for text in texts if text]
    best = max(read, key=lambda text: len(_met(text, missing)), default="")
    for start, stop in _hits(best, typed):
        return _cut(best, start, stop)
    return ""


def all_met(text: str, typed: str) -> bool:
    """Tell whether a text shows all that was typed."""
    wanted = set(typed_words(typed))
    return _met(text, wanted) == wanted


def _met(text: str, wanted: set[str]) -> set[str]:
    words = {fold(word) for word in WORD.findall(text)}
    return {one for one in wanted if any(_meets(word, one) for word in words)}


def _cut(text: str, start: int, stop: int) -> str:
    begin = max(0, start - AROUND)
    end = min(len(text), max(stop, begin + LONGEST_EXCERPT))
    words = " ".join(text[begin:end].split())
    return f"{'… ' if begin else ''}{words}{' …' if end < len(text) else ''}"


def _hits(text: str, typed: str) -> Iterator[tuple[int, int]]:
    wanted = _wanted(typed)
    for found in WORD.finditer(text):
        word = fold(found[0])
        if any(_meets(word, one) for one in wanted):
            yield found.span()


def _wanted(typed: str) -> list[str]:
    words = typed_words(typed)[:MOST_TYPED]
    return [*words, digits] if (digits := digits_dialled(typed)) else words


def _meets(word: str, wanted: str) -> bool:
    if word.startswith(wanted):
        return True
    if len(wanted) > len("ab") and wanted in word:
        return True
    return bool({word, *stems(word)} & set(stems(wanted)))
