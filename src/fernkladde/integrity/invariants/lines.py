"""N2: the lines of an invoice are those of its settlement, row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from .findings import Part
from .written import amount, as_minutes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from .findings import Findings
    from .settled import Case
    from .tables import Positioned

TABLE = "billing_line"


def check_lines(case: Case, lines: Sequence[Positioned], found: Findings) -> None:
    found.counted(Part.LINES, len(lines))
    settled, versions = case.content["lines"], case.content["line_versions"]
    if [line.position for line in lines] != list(range(1, len(settled) + 1)):
        sentence = _("Abrechnung %(key)s: Es sind nicht die Positionen ihres Inhalts.")
        names = {"key": case.settlement.pk}
        found.bad(Part.LINES, "N2", TABLE, "–", sentence % names)
        return
    for line, row, version in zip(lines, settled, versions, strict=True):
        for column in _differing(line, row, version):
            sentence = _("Spalte %(column)s passt nicht zum Inhalt der Abrechnung.")
            found.bad(Part.LINES, "N2", TABLE, line.pk, sentence % {"column": column})


def _differing(line: Positioned, row: Mapping[str, Any], version: str) -> Iterator[str]:
    """Name the columns that are not what rating computed."""
    pairs = {
        "case_id": (line.case, row["case"]),
        "contract_id": (line.contract, row["contract"]),
        "version_id": ((line.tariff, line.version), (row["tariff"], version)),
        "seconds": (as_minutes(line.seconds), row["minutes"]),
        "count": (line.pieces, row["count"]),
        "per_minutes": (line.per_minutes, row["per_minutes"]),
    }
    pairs |= {
        name: (getattr(line, name), row[name] or "")
        for name in ("kind", "basis", "service", "skill", "band", "name")
    }
    pairs |= {
        name: (amount(getattr(line, name)), amount(row[name]))
        for name in ("discount_percent", "unit_price", "gross", "discount", "net")
    }
    yield from (name for name, (ours, theirs) in pairs.items() if ours != theirs)
