"""What has to be written, kept until all of it is judged."""

from __future__ import annotations

import json
import tempfile
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType


class Works:
    """Works in their order: in memory, or on disk where there may be a million."""

    def __init__(self, *, on_disk: bool) -> None:
        self._kept: list[Any] = []
        self._file: IO[str] | None = None
        if on_disk:
            self._file = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115

    def __enter__(self) -> Works:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file:
            self._file.close()

    def add(self, work: Any) -> None:
        if self._file:
            self._file.write(json.dumps(work))
            self._file.write("\n")
        else:
            self._kept.append(work)

    def __iter__(self) -> Iterator[Any]:
        if self._file is None:
            yield from self._kept
            return
        self._file.seek(0)
        for line in self._file:
            yield json.loads(line)
