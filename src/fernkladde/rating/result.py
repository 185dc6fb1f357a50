"""What rating says: lines, free and held work, allowances, and how it came about."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from .document import document_of
from .explain import explanation
from .records import record
from .rows import AllowanceRow, FreeRow, Group, HeldRow, Line, Posting, Warning

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from .agreements import Agreement
    from .serving import Served

__all__ = [
    "AllowanceRow",
    "FreeRow",
    "Group",
    "HeldRow",
    "Line",
    "Posting",
    "Result",
    "Warning",
]


@dataclass(frozen=True)
class Result:
    """Everything that rating says of a scenario."""

    lines: tuple[Line, ...]
    free: tuple[FreeRow, ...]
    held: tuple[HeldRow, ...]
    allowances: tuple[AllowanceRow, ...]
    totals: Mapping[str, Decimal]  # by customer; one without lines is not in it
    warnings: tuple[Warning, ...]
    served: tuple[Served, ...] = field(default=(), repr=False, compare=False)
    agreements: tuple[Agreement, ...] = field(default=(), repr=False, compare=False)

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """What was rounded together; `groups[n].number` is n. Made on demand."""
        return tuple(map(record, self.served))

    def lines_of(self, customer: str) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.customer == customer)

    def explain(self) -> list[dict[str, Any]]:
        """Tell for each group how it came about; made on demand."""
        return explanation(self)

    def document(self) -> dict[str, Any]:
        """Return what `rate` prints, ready for JSON."""
        return document_of(self)
