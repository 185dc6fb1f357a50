"""Cheap signs that something was done to a customer's work since a preview.

A mark is no proof: only rating anew tells whether a preview still holds, and issuing
does that. But one query finds out for all customers where it is worth looking.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, F, Sum

from fernkladde.journal.models import Entry

from . import facts
from .opening import ALLOWANCE_OPENED

if TYPE_CHECKING:
    from datetime import date
    from zoneinfo import ZoneInfo

# What was agreed, as the Kladde names it: a change there may bear on all customers.
ROOMS_OF_TERMS = ("contracts", "plants", "customers")
FIRM_CHANGED = "billing.company-changed"


@dataclass(frozen=True, slots=True)
class Mark:
    """How many unbilled sessions a customer has, and how often they were touched."""

    sessions: int
    touched: int

    def __str__(self) -> str:
        return f"{self.sessions}:{self.touched}"


def marks(until: date, zone: ZoneInfo) -> dict[int, Mark]:
    """Return a mark by customer key for all who have unbilled work up to a date."""
    rows = (
        facts.unbilled(until, zone)
        .order_by()
        .values_list("case__customer_id")
        .annotate(n=Count("pk"), touched=Sum(F("revision") + F("case__revision")))
    )
    return {customer: Mark(n, touched) for customer, n, touched in rows}


def terms_changed_since(sequence: int) -> bool:
    """Tell whether contracts, tariffs, plants or addresses changed after an entry."""
    later = Entry.objects.filter(sequence__gt=sequence)
    bearing = later.of_kind(FIRM_CHANGED, ALLOWANCE_OPENED)
    for room in ROOMS_OF_TERMS:
        bearing |= later.of_room(room)
    return bearing.exists()
