"""What the firm has agreed and decided."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from fernkladde.values.once import once

from .models import Contract, Policy

if TYPE_CHECKING:
    from datetime import date, datetime

    from .models import ContractQuerySet


@once
def policy() -> Policy:
    """Return the firm's rules of charging; a new firm has the defaults."""
    return Policy.objects.select_related("default_tariff").first() or Policy(pk=1)


@once
def zone() -> ZoneInfo:
    """Return the zone in which a day begins and ends."""
    return ZoneInfo(policy().timezone)


def local_date(at: datetime) -> date:
    """Return the firm's date at an instant: for a session's start, its service date."""
    return at.astimezone(zone()).date()


def contracts_of(
    *, customer_id: int, plant_id: int | None, on: date
) -> ContractQuerySet:
    """Return the contracts in force that may fit, in the order of their priority.

    Which of them pays is for the rating engine to say: it also knows the service.
    """
    return (
        Contract.objects.in_force(on)
        .usable_by(customer_id)
        .for_plant(plant_id)
        .order_by("priority", "valid_until", "valid_from", "number")
    )
