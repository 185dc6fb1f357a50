"""The XML inside of a workbook, read a piece at a time.

No document type is ever read: it is what entity bombs and references to other files
are made of. Nothing is kept of a part but what the caller takes.
"""

from __future__ import annotations

import zipfile
import zlib
from typing import TYPE_CHECKING, Protocol
from xml.parsers import expat

from django.utils.translation import gettext as _

from .limits import HIGHEST_RATIO, MEGABYTE, MOST_ENTRIES, MOST_UNPACKED, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

PIECE = 64 * 1024
ENCRYPTED = 0x1
# Below this size it does not matter how much a part grows.
HARMLESS = 8 * MEGABYTE
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError)


class Reader(Protocol):
    """Whoever takes the parts of a document as they come."""

    def start(self, name: str, attributes: dict[str, str]) -> None: ...

    def text(self, data: str) -> None: ...

    def end(self, name: str) -> None: ...


def damaged() -> Unreadable:
    return Unreadable(
        _("Die Datei ist beschädigt. Bitte in Excel öffnen und neu als XLSX speichern.")
    )


def check_entries(archive: zipfile.ZipFile) -> None:
    """Refuse what would grow beyond all measure, before anything is unpacked."""
    entries = archive.infolist()
    too_much = Unreadable(
        _("Die Datei würde ausgepackt viel zu groß; so entsteht sie nicht in Excel.")
    )
    if len(entries) > MOST_ENTRIES:
        raise too_much
    if sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise too_much
    for entry in entries:
        if entry.flag_bits & ENCRYPTED:
            raise Unreadable(_("Die Datei ist mit einem Passwort geschützt."))
        allowed = max(entry.compress_size, 1) * HIGHEST_RATIO
        if entry.file_size > max(allowed, HARMLESS):
            raise too_much


def feed(archive: zipfile.ZipFile, name: str, reader: Reader) -> Iterator[None]:
    """Let the reader take a part of the archive, and yield after each piece."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.buffer_size = PIECE
    parser.StartElementHandler = lambda name, attributes: reader.start(
        _local(name), {_local(key): value for key, value in attributes.items()}
    )
    parser.EndElementHandler = lambda name: reader.end(_local(name))
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = _no_document_type
    try:
        with archive.open(name) as part:
            while piece := part.read(PIECE):
                parser.Parse(piece, False)  # noqa: FBT003 - it takes no keywords
                yield
            parser.Parse(b"", True)  # noqa: FBT003
            yield
    except (expat.ExpatError, KeyError, *DAMAGED):
        raise damaged() from None


def read_whole(archive: zipfile.ZipFile, name: str, reader: Reader) -> None:
    for _piece in feed(archive, name, reader):
        pass


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _no_document_type(*_declared: object) -> None:
    raise Unreadable(
        _("Die Datei enthält eine Dokumenttyp-Angabe; die wird nicht gelesen.")
    )
