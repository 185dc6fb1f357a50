"""Going through a table and saying of each row what becomes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from .columns import check_needed
from .fields import given
from .kinds.kind import AT_ONCE
from .limits import Unreadable
from .portions import portions
from .seen import Seen

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from .fields import Given
    from .kinds.kind import Kind
    from .table import Table
    from .verdicts import Judged


def judge(
    kind: Kind, table: Table, columns: Mapping[str, int], *, today: date
) -> Iterator[Judged]:
    """Yield a verdict for each row that is not blank; nothing is written."""
    check_needed(kind.fields, columns)
    judged = 0
    with Seen() as seen:
        for portion in portions(table.rows(), AT_ONCE):
            judged += len(portion)
            _check_count(judged, kind.most_rows)
            rows = [given(row, kind.fields, columns, table.headings) for row in portion]
            kind.resolve(rows)
            _tell_doubles(kind, rows, seen)
            yield from kind.judge(rows, today=today)


def _tell_doubles(kind: Kind, rows: Sequence[Given], seen: Seen) -> None:
    for one in rows:
        key = kind.key(one)
        if not key or one.faults:
            continue
        first, times = seen.note(key, one.line)
        if times > 1 and kind.may_repeat(one):
            one.occurrence = times
        elif times > 1:
            sentence = _("Steht schon in Zeile %(line)d.")
            one.faults.append(sentence % {"line": first})


def _check_count(judged: int, most: int) -> None:
    if judged > most:
        sentence = _("Mehr als %(most)d Zeilen. Bitte die Datei teilen.")
        raise Unreadable(sentence % {"most": most})
