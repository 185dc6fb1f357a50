"""A scenario of the rating rules, loaded into an empty database.

Every record comes about through the action that the pages use. What a scenario
does not tell (names, addresses, the firm's own data) is completed with samples, so
that nothing is parked for their lack; the ids stay as the records' numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from fernkladde.billing.firm import CompanyFields, change_company
from fernkladde.contracts.models import Tariff
from fernkladde.customers.models import Customer
from fernkladde.rating.faults import Fault

from .agreed import Agreed
from .worked import Worked, instant, overlapping

if TYPE_CHECKING:
    from fernkladde.rating.facts import Scenario

A_DAY = timedelta(days=1)

SAMPLE_FIRM: CompanyFields = {
    "name": "Muster Maschinenbau GmbH",
    "street": "Werkstraße 1",
    "postcode": "89073",
    "city": "Ulm",
    "vat_id": "DE136695976",
    "contact_name": "Service",
    "phone": "+49 731 123456",
    "email": "service@muster-maschinenbau.example",
    "bank_name": "Musterbank",
    "iban": "DE02120300000000202051",
    "bic": "BYLADEM1001",
}


class NotEmpty(Exception):
    """A scenario goes into an empty database only."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was loaded; `parallel` names the sessions that overlap an earlier one."""

    customers: int = 0
    cases: int = 0
    sessions: int = 0
    calls: int = 0
    parallel: list[str] = field(default_factory=list)


LONGEST_NUMBER = 60
NUMBERED = ("tariffs", "rate_decks", "customers", "plants", "contracts", "cases",
            "sessions", "calls")  # fmt: skip


def unfit(scenario: Scenario) -> list[Fault]:
    """Name what the rules allow and the records cannot hold, by its JSON path."""
    faults = [
        Fault(f"$.{name}[{index}].id", f"longer than {LONGEST_NUMBER} characters")
        for name in NUMBERED
        for index, row in enumerate(getattr(scenario, name))
        if len(row.id) > LONGEST_NUMBER
    ]
    faults += [
        Fault(f"$.rate_decks[{index}].rates", "has no rate")
        for index, deck in enumerate(scenario.rate_decks)
        if not deck.rates
    ]
    owner = {plant.id: plant.customer for plant in scenario.plants}
    faults += [
        Fault(f"$.cases[{index}].plant", "belongs to another customer")
        for index, case in enumerate(scenario.cases)
        if case.plant and owner[case.plant] != case.customer
    ]
    faults += [
        Fault(f"$.contracts[{index}].plants[{at}]", "belongs to no customer of it")
        for index, contract in enumerate(scenario.contracts)
        for at, plant in enumerate(contract.plants or ())
        if owner[plant] not in {contract.customer, *contract.shared_with}
    ]
    return faults


@transaction.atomic
def load_scenario(scenario: Scenario, *, at: datetime) -> Loaded:
    """Load everything, or nothing."""
    if Customer.objects.exists() or Tariff.objects.exists():
        raise NotEmpty
    at = max(at, _last_instant(scenario))
    change_company(by=None, at=at, **SAMPLE_FIRM)
    agreed = Agreed(scenario, at)
    agreed.load()
    Worked(scenario, agreed, at).load()
    return Loaded(
        customers=len(scenario.customers),
        cases=len(scenario.cases),
        sessions=len(scenario.sessions),
        calls=len(scenario.calls),
        parallel=sorted(overlapping(scenario.sessions)),
    )


def _last_instant(scenario: Scenario) -> datetime:
    """Return the latest instant: records of days to come are made after them."""
    ends = [session.end for session in scenario.sessions]
    ends += [case.consented_at for case in scenario.cases if case.consented_at]
    reported = (case.reported_on for case in scenario.cases)
    day = max(reported, default=date.min + A_DAY)
    return max(
        instant(max(ends, default=0)), datetime.combine(day, time(), UTC) + A_DAY
    )
