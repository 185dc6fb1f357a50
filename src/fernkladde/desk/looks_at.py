"""The look at a plant: all that one must know while the telephone is at the ear."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils import timezone

from fernkladde.billing.facts import NoTariff
from fernkladde.billing.live.balances import Balance, Period, balances_of
from fernkladde.billing.live.open_work import scenario_around
from fernkladde.cases.models import Case
from fernkladde.cases.queries import plant_history
from fernkladde.contracts.models import Covers
from fernkladde.contracts.queries import contracts_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from fernkladde.accounts.models import User
    from fernkladde.contracts.models import Contract
    from fernkladde.customers.models import Contact, Customer
    from fernkladde.plants.models import AccessPath, Plant

MOST_CASES = 5
MOST_PLANTS = 30


@dataclass(frozen=True, slots=True)
class Agreed:
    """A contract in force, and what its allowance has left now."""

    contract: Contract
    period: Period | None

    @property
    def title(self) -> str:
        return self.contract.name

    @property
    def share_left(self) -> Decimal:
        return self.period.share_left if self.period else Decimal(0)

    @property
    def granted(self) -> Decimal:
        return _minutes(self.period.granted if self.period else 0)

    @property
    def carried(self) -> Decimal:
        return _minutes(self.period.carried if self.period else 0)

    @property
    def used(self) -> Decimal:
        """What is gone: used by the period's own work, or handed on."""
        period = self.period
        return _minutes(period.used + period.handed_on if period else 0)

    @property
    def expired(self) -> Decimal:
        return _minutes(self.period.expired if self.period else 0)


def _minutes(seconds: int) -> Decimal:
    return Decimal(seconds) / 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    plants: Sequence[Plant]
    contacts: Sequence[Contact]
    agreed: Sequence[Agreed]
    paths: Sequence[AccessPath]
    questions: Sequence[str]
    open_cases: Sequence[Case]
    solved: Sequence[Case]
    in_warranty: bool


def look_at(
    customer: Customer, plant: Plant | None, *, user: User, at: datetime
) -> Look:
    """Gather it; without a plant, what is open at the customer."""
    today = timezone.localdate(at)
    until = plant.warranty_until if plant else None
    open_cases, solved = _cases(customer, plant, user)
    plants = customer.plants.visible_to(user).active().order_by("name", "number")
    return Look(
        plants=list(plants[:MOST_PLANTS]),
        contacts=list(customer.contacts.active().order_by("name", "pk")),
        agreed=agreed_now(customer, plant, at=at),
        paths=list(plant.access_paths.order_by("pk")) if plant else (),
        questions=plant.plant_type.questions if plant and plant.plant_type else (),
        open_cases=open_cases,
        solved=solved,
        in_warranty=bool(until and until >= today),
    )


def agreed_now(
    customer: Customer, plant: Plant | None, *, at: datetime
) -> list[Agreed]:
    """Return the contracts in force in the order in which they pay.

    Running timers count: what is being used up now is not left any more.
    """
    today = timezone.localdate(at)
    contracts = list(
        contracts_of(
            customer_id=customer.pk, plant_id=plant.pk if plant else None, on=today
        )
    )
    balances = _balances(customer, contracts, at=at)
    return [
        Agreed(contract, balances[contract.number].now)
        if contract.number in balances
        else Agreed(contract, None)
        for contract in contracts
    ]


def _balances(
    customer: Customer, contracts: Sequence[Contract], *, at: datetime
) -> dict[str, Balance]:
    if not any(contract.covers == Covers.ALLOWANCE for contract in contracts):
        return {}
    try:
        around = scenario_around(customer, at=at)
    except NoTariff:
        return {}
    return balances_of(contracts, on=timezone.localdate(at), around=around)


def _cases(
    customer: Customer, plant: Plant | None, user: User
) -> tuple[Sequence[Case], Sequence[Case]]:
    if plant:
        history = plant_history(plant, user=user)
        return history.open[:MOST_CASES], history.solved
    cases = Case.objects.visible_to(user).filter(customer=customer).open()
    newest = cases.select_related("assigned_to", "plant").order_by("-opened_at", "-pk")
    return list(newest[:MOST_CASES]), ()
