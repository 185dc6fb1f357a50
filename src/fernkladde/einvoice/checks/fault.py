"""What a check says: the field to mend, and a sentence a clerk understands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Fault:
    """`field` is "company.…", "customer.…", "invoice.…" or "lines[position].…"."""

    field: str
    sentence: str


def german_amount(amount: Decimal) -> str:
    """Write 1234.5 as "1.234,50"; more than two places stay."""
    places = max(2, -int(amount.normalize().as_tuple().exponent))
    return f"{amount:,.{places}f}".translate(str.maketrans(",.", ".,"))


def german_day(on: date) -> str:
    return f"{on:%d.%m.%Y}"
