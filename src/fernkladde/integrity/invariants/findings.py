"""What a check found: how much it looked at, and the first row of each fault."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Part(Enum):
    """What is checked together and told in one line."""

    JOURNAL = "journal"
    GUARDS = "guards"
    RECORDS = "records"
    SETTLEMENTS = "settlements"
    CLAIMS = "claims"
    ALLOWANCES = "allowances"
    INVOICES = "invoices"
    LINES = "lines"
    NUMBERS = "numbers"
    TIMES = "times"
    DOCUMENTS = "documents"
    SEARCH = "search"

    @property
    def title(self) -> StrOrPromise:
        return TITLES[self]


TITLES: dict[Part, StrOrPromise] = {
    Part.JOURNAL: _("Einträge der Kladde"),
    Part.GUARDS: _("Sperren der Datenbank"),
    Part.RECORDS: _("Verweise zwischen Tabellen"),
    Part.SETTLEMENTS: _("Abrechnungen"),
    Part.CLAIMS: _("abgerechnete Einsätze, Verbindungen und Gebühren"),
    Part.ALLOWANCES: _("Kontingentbuchungen"),
    Part.INVOICES: _("Rechnungen"),
    Part.LINES: _("Rechnungspositionen"),
    Part.NUMBERS: _("Nummernkreise"),
    Part.TIMES: _("Einsätze"),
    Part.DOCUMENTS: _("gespeicherte Belege"),
    Part.SEARCH: _("Einträge der Suche"),
}


class Violation(NamedTuple):
    """An invariant that does not hold, by its id, and the row that shows it.

    The ids are those of the documentation: K1 is the chain, N1 the numbers.
    """

    rule: str
    table: str
    row: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.rule} {self.table} {self.row}: {self.sentence}"


@dataclass(slots=True)
class Findings:
    """Counts by part, and of each part, rule and table the first violation."""

    counts: dict[Part, int] = field(default_factory=dict)
    _first: dict[tuple[Part, str, str], Violation] = field(default_factory=dict)

    def counted(self, part: Part, more: int = 1) -> None:
        self.counts[part] = self.counts.get(part, 0) + more

    def bad(
        self, part: Part, rule: str, table: str, row: object, sentence: StrOrPromise
    ) -> None:
        violation = Violation(rule, table, str(row), str(sentence))
        self._first.setdefault((part, rule, table), violation)

    @property
    def parts(self) -> list[Part]:
        """Return what was looked at, in the order of the telling."""
        return [part for part in Part if part in self.counts]

    @property
    def violations(self) -> list[Violation]:
        return list(self._first.values())

    def of(self, part: Part) -> list[Violation]:
        return [row for (where, *_rest), row in self._first.items() if where == part]
