"""What a file is, by its content: its name and the browser may say anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# Where the content begins with these bytes, it is of that kind.
BEGINNINGS: Sequence[tuple[bytes, str]] = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"PK\x03\x04", "application/zip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\x1f\x8b", "application/gzip"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
)
# Programs: nobody shall run what came with a case.
PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe")
UNKNOWN = "application/octet-stream"
TEXT = "text/plain"
SNIFFED = 512


def kind_of(beginning: bytes) -> str | None:
    """Return the kind of a file that begins so; None for a program."""
    if beginning.startswith(PROGRAMS):
        return None
    if beginning[:4] == b"RIFF" and beginning[8:12] == b"WEBP":
        return "image/webp"
    for bytes_, kind in BEGINNINGS:
        if beginning.startswith(bytes_):
            return kind
    return TEXT if _is_text(beginning) else UNKNOWN


def _is_text(beginning: bytes) -> bool:
    """Say whether it can be read; the last letter may be cut in the middle."""
    if b"\0" in beginning:
        return False
    for cut in range(4):
        try:
            beginning[: len(beginning) - cut].decode()
        except UnicodeDecodeError:
            continue
        return True
    return False
