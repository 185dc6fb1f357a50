"""What must hold at every moment, asked of a live database of either engine.

One function for all: `fernkladde verify`, restored backups, fault tests and the
state machine call `check_invariants`. Reads rows as they are stored, in one
transaction, and writes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import DatabaseError
from django.utils.translation import gettext as _

from fernkladde.journal.one_moment import one_moment

from .allowances import check_opening_postings, check_sums
from .chain import check_chain
from .claims import check_nothing_twice
from .documents import check_documents
from .fees import check_opening_fees
from .findings import Findings, Part, Violation
from .numbers import Series
from .recorded import check_recorded
from .records import check_file, check_guards, check_records
from .searched import check_search
from .settled import check_settlements
from .times import check_times

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

__all__ = ["Findings", "Part", "Violation", "check_invariants", "findings"]

# What rows that nobody has written can do to whoever reads them.
UNREADABLE = (DatabaseError, ValueError, TypeError, LookupError, ArithmeticError)


def check_invariants(*, documents: Path | None = None) -> list[Violation]:
    """Return the first violation of each kind; an empty list when all is well.

    `documents` is the folder of stored files, by default that of the settings.
    """
    return findings(documents=documents).violations


def findings(*, documents: Path | None = None, journal_only: bool = False) -> Findings:
    """Check everything, or the Kladde alone, and say how much was looked at."""
    parts = [Part.JOURNAL] if journal_only else list(Part)
    found = Findings(dict.fromkeys(parts, 0))
    with one_moment():
        for part, check in _checks(found, documents):
            if part not in parts:
                continue
            try:
                check()
            except UNREADABLE as fault:
                sentence = _("Nicht zu lesen: %(fault)s") % {"fault": fault}
                found.bad(part, "F-19", part.value, "–", sentence)
    return found


def _checks(
    found: Findings, documents: Path | None
) -> Iterator[tuple[Part, Callable[[], None]]]:
    series = Series()
    yield Part.JOURNAL, lambda: check_chain(found)
    yield Part.GUARDS, lambda: check_guards(found)
    yield Part.RECORDS, lambda: check_file(found)
    yield Part.RECORDS, lambda: check_records(found)
    yield Part.SETTLEMENTS, lambda: check_settlements(found, series)
    yield Part.CLAIMS, lambda: check_nothing_twice(found)
    yield Part.CLAIMS, lambda: check_opening_fees(found)
    yield Part.ALLOWANCES, lambda: check_opening_postings(found)
    yield Part.ALLOWANCES, lambda: check_sums(found)
    yield Part.NUMBERS, lambda: series.check(found)
    yield Part.TIMES, lambda: check_times(found)
    yield Part.TIMES, lambda: check_recorded(found)
    yield Part.DOCUMENTS, lambda: check_documents(found, documents)
    yield Part.SEARCH, lambda: check_search(found)
