"""Which letters the bytes of a text file mean: found out, never guessed in silence."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from django.utils.translation import gettext as _

from .limits import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

PIECE = 1024 * 1024
HEAD = 4096
# UTF-32 before UTF-16: its mark begins with the same bytes.
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
# Bytes that mean nothing in Windows-1252; in DOS 0x81 is the "ü".
NOT_IN_WINDOWS = frozenset(b"\x81\x8d\x8f\x90\x9d")
UE_IN_DOS = 0x81


@dataclass(frozen=True, slots=True)
class Encoding:
    """`codec` is for Python, `label` for people."""

    codec: str
    label: str


def encoding_of(file: IO[bytes]) -> Encoding:
    """Look through the whole file; the first umlaut may stand in its last line."""
    file.seek(0)
    head = file.read(HEAD)
    for mark, codec, label in MARKS:
        if head.startswith(mark):
            return _proven(file, Encoding(codec, label))
    if codec := _without_mark(head):
        return _proven(file, Encoding(codec, "UTF-16"))
    if _can_be(file, "utf-8"):
        return Encoding("utf-8", "UTF-8")
    return _of_single_bytes(file)


def _proven(file: IO[bytes], encoding: Encoding) -> Encoding:
    if not _can_be(file, encoding.codec):
        sentence = _("Die Zeichen sind kein %(label)s, wie der Anfang der Datei sagt.")
        raise Unreadable(sentence % {"label": encoding.label})
    return encoding


def _without_mark(head: bytes) -> str:
    """Tell UTF-16 by its zeros: plain letters have one in every second byte."""
    half = len(head) // 2
    if half and head[1::2].count(0) > half * 0.6 and head[::2].count(0) < half * 0.1:
        return "utf-16-le"
    if half and head[::2].count(0) > half * 0.6 and head[1::2].count(0) < half * 0.1:
        return "utf-16-be"
    return ""


def _can_be(file: IO[bytes], codec: str) -> bool:
    decoder = codecs.getincrementaldecoder(codec)()
    try:
        for piece in _pieces(file):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _of_single_bytes(file: IO[bytes]) -> Encoding:
    seen: set[int] = set()
    for piece in _pieces(file):
        seen.update(piece)
    if not seen & NOT_IN_WINDOWS:
        return Encoding("cp1252", "Windows-1252")
    if UE_IN_DOS in seen:
        return Encoding("cp850", "DOS (850)")
    return Encoding("latin-1", "ISO-8859-1")


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while piece := file.read(PIECE):
        yield piece
