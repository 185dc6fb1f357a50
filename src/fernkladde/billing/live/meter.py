"""The meter at a running timer, and the price to be read out before it starts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fernkladde.billing import facts, reading
from fernkladde.rating import CannotRate
from fernkladde.rating.facts import Case as CaseFact
from fernkladde.rating.facts import Customer as CustomerFact
from fernkladde.rating.facts import Plant as PlantFact
from fernkladde.rating.facts import Scenario
from fernkladde.rating.facts import Session as SessionFact
from fernkladde.rating.meter import Meter, PriceNotice, price_of_next_work, read_meter

from .open_work import scenario_around

if TYPE_CHECKING:
    from datetime import datetime

    from fernkladde.cases.models import Case, Session
    from fernkladde.customers.models import Customer
    from fernkladde.plants.models import Plant

# No number of a record has a control character: this id collides with none.
NEXT_WORK = "\x00next"


def meter_of(session: Session, *, at: datetime) -> Meter | None:
    """Read the meter of a running session; None where no price can be found."""
    scenario = scenario_around(session.case.customer, at=at)
    end = max(int(at.timestamp()), int(session.started_at.timestamp()) + 1)
    try:
        return read_meter(scenario, session.number, end)
    except CannotRate:
        return None


def price_notice(
    *,
    customer: Customer,
    plant: Plant | None,
    service: str,
    connection: str,
    at: datetime,
    case: Case | None = None,
) -> PriceNotice | None:
    """Say what work begun now would cost and on which basis; None without a price."""
    start = int(at.timestamp())
    next_work = SessionFact(
        id=NEXT_WORK,
        case=case.number if case else NEXT_WORK,
        service=service,
        start=start,
        end=start + 1,
        connection=connection,
    )
    scenario = scenario_around(customer, at=at)
    scenario = _with_case(scenario, customer, plant, case, at)
    try:
        return price_of_next_work(
            replace(scenario, sessions=(*scenario.sessions, next_work)), NEXT_WORK
        )
    except CannotRate:
        return None


def _with_case(
    scenario: Scenario,
    customer: Customer,
    plant: Plant | None,
    case: Case | None,
    at: datetime,
) -> Scenario:
    """Complete the scenario by the case that the next work belongs to."""
    zone = facts.load_zone()
    fact = CaseFact(
        id=case.number if case else NEXT_WORK,
        customer=customer.number,
        reported_on=case.reported_on if case else at.astimezone(zone).date(),
        plant=plant.number if plant else None,
        cause=case.cause if case else "unknown",
        goodwill_percent=case.goodwill_percent if case else None,
        consented_at=reading.instant(case.consented_at) if case else None,
    )
    known = {row.id for row in scenario.cases}
    people = {row.id for row in scenario.customers}
    plants = {row.id for row in scenario.plants}
    payer = _customer_fact(customer)
    machine = _plant_fact(plant) if plant else None
    return replace(
        scenario,
        cases=(*scenario.cases, *((fact,) if fact.id not in known else ())),
        customers=(*scenario.customers, *((payer,) if payer.id not in people else ())),
        plants=(
            *scenario.plants,
            *((machine,) if machine and machine.id not in plants else ()),
        ),
    )


def _customer_fact(customer: Customer) -> CustomerFact:
    return CustomerFact(
        id=customer.number,
        name=customer.name,
        tariff=customer.tariff.code if customer.tariff else None,
        charging_from=customer.charging_from,
        consent_from=customer.consent_from,
    )


def _plant_fact(plant: Plant) -> PlantFact:
    return PlantFact(
        id=plant.number,
        customer=plant.customer.number,
        name=plant.name,
        warranty_until=plant.warranty_until,
        tariff=plant.tariff.code if plant.tariff else None,
    )
