"""The Kladde written out, and what verifies it without Fernkladde."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction

from fernkladde.journal import queries
from fernkladde.journal.actions import record
from fernkladde.journal.one_moment import one_moment

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path
    from typing import IO

    from fernkladde.accounts.models import User
    from fernkladde.journal.queries import ChainHead

VERIFIER = ("chain.py", "proof.py", "standalone.py")
PACKAGE = "kladde"
START = f"""\
\"\"\"Verify a Kladde that was written out: python3 -I FOLDER kladde.jsonl\"\"\"

import sys

from {PACKAGE}.standalone import main

if len(sys.argv) != 2:
    sys.exit(__doc__)
sys.exit(main(sys.argv[1]))
"""


class Written(NamedTuple):
    """How much was written out, and the head that it ends in."""

    entries: int
    head: ChainHead


def write_journal(file: IO[bytes], *, start: int = 1) -> Written:
    """Write the chain from an entry on, as one moment of it; the head is last."""
    count = -1  # the head's line is no entry
    with one_moment():
        head = queries.head()
        for line in queries.written_out(start):
            file.write(f"{line}\n".encode())
            count += 1
    return Written(count, head)


@transaction.atomic
def note_journal_exported(*, written: Written, by: User | None, at: datetime) -> None:
    """Tell it in the Kladde: the file holds personal values."""
    record(
        kind="exports.journal-exported",
        subject="journal",
        by=by,
        at=at,
        facts={
            "entries": written.entries,
            "sequence": written.head.sequence,
            "hash": written.head.hash,
        },
    )


def write_verifier(folder: Path) -> None:
    """Write a folder that Python can run, with nothing of Fernkladde but three files.

    Raises FileExistsError rather than mix with what lies there.
    """
    package = folder / PACKAGE
    folder.mkdir()
    package.mkdir()
    (package / "__init__.py").write_text("", encoding="utf-8")
    for name in VERIFIER:
        source = files("fernkladde.journal").joinpath(name).read_text("utf-8")
        (package / name).write_text(source, encoding="utf-8")
    (folder / "__main__.py").write_text(START, encoding="utf-8")
