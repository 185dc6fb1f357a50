"""What pages ask about calls of the old note book."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Sum

from .models import PastCall

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from fernkladde.accounts.models import User
    from fernkladde.customers.models import Customer
    from fernkladde.plants.models import Plant

FEW = 5


@dataclass(frozen=True, slots=True)
class PastCalls:
    """The newest of them, and what all of them come to."""

    newest: Sequence[PastCall]
    count: int
    seconds: int


def past_calls_of(
    about: Customer | Plant, *, user: User, newest: int = FEW
) -> PastCalls:
    """Return the past calls of a customer or a plant: two queries."""
    rows = about.past_calls.all() & PastCall.objects.visible_to(user)
    return _told(rows, newest)


def _told(rows: QuerySet[PastCall], newest: int) -> PastCalls:
    shown = rows.select_related("customer", "plant")
    ordered = shown.order_by("-called_on", "-began", "-pk")[:newest]
    sums = rows.order_by().aggregate(n=Count("pk"), seconds=Sum("seconds"))
    return PastCalls(list(ordered), sums["n"], sums["seconds"] or 0)
