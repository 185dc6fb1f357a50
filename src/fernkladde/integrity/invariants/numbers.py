"""N1: invoice numbers are 1..n in each series and rise with the order of issue."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from fernkladde.journal.as_stored import rows

from .findings import Part

if TYPE_CHECKING:
    from .findings import Findings
    from .tables import Issued
    from .told import Told

TABLE = "billing_invoice"


@dataclass(slots=True)
class Series:
    """The numbers drawn in each series, with the entries that tell of them.

    The order of issue is that of the entries: number and entry are drawn in one
    transaction, where clocks of two servers may differ.
    """

    _drawn: dict[str, list[tuple[int, int]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def add(self, invoice: Issued, told: Told) -> None:
        self._drawn[invoice.series].append((told.sequence, invoice.sequence))

    def check(self, found: Findings) -> None:
        counters = dict(rows("SELECT series, value FROM billing_counter ORDER BY id"))
        for series in sorted(self._drawn.keys() | counters.keys(), key=str):
            found.counted(Part.NUMBERS)
            drawn = [number for _entry, number in sorted(self._drawn.get(series, ()))]
            _check_series(series, drawn, counters.get(series), found)


def _check_series(
    series: str, drawn: list[int], counter: int | None, found: Findings
) -> None:
    for expected, number in enumerate(drawn, 1):
        if number != expected:
            sentence = _("In der Reihe der Ausstellung ist %(number)s dran.")
            sentence = sentence % {"number": expected}
            found.bad(Part.NUMBERS, "N1", TABLE, f"{series} {number}", sentence)
            break
    if counter != len(drawn):
        sentence = _("Der Zähler steht auf %(counter)s, ausgestellt sind %(count)s.")
        sentence = sentence % {"counter": counter, "count": len(drawn)}
        found.bad(Part.NUMBERS, "N1", "billing_counter", series, sentence)
