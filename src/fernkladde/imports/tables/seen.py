"""What a file has named already: kept on disk, for a million rows do not fit."""

from __future__ import annotations

import sqlite3
from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType

DIGEST_BYTES = 16


def digest(key: str) -> bytes:
    return blake2b(
        key.encode(errors="surrogatepass"), digest_size=DIGEST_BYTES
    ).digest()


class Seen:
    """Keys of a file with the line of the first, and how often each has come."""

    def __init__(self) -> None:
        # A name of nothing is a database of its own in a temporary file.
        self._opened = sqlite3.connect("", isolation_level=None)
        self._opened.execute("PRAGMA journal_mode=OFF")
        self._opened.execute("PRAGMA synchronous=OFF")
        self._opened.execute("PRAGMA cache_size=-8000")
        self._opened.execute(
            "CREATE TABLE seen (key BLOB PRIMARY KEY, line INTEGER, times INTEGER)"
            " WITHOUT ROWID"
        )
        self._opened.execute("BEGIN")

    def __enter__(self) -> Seen:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._opened.close()

    def note(self, key: str, line: int) -> tuple[int, int]:
        """Note a key; return the line where it stood first, and how often it came."""
        [(first, times)] = self._opened.execute(
            "INSERT INTO seen VALUES (?, ?, 1)"
            " ON CONFLICT (key) DO UPDATE SET times = times + 1"
            " RETURNING line, times",
            [digest(key), line],
        ).fetchall()
        return int(first), int(times)
