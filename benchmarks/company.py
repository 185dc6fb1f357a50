"""A company of any size, written in bulk into an empty migrated database.

Deterministic: the same sizes give the same rows. The mix is that of a machine
builder's desk: a third of the customers has a contract, some work is free, given away
or waits for a consent, a tenth goes over a modem. Rows are written past the actions
and so past the Kladde, which stays empty; what must hold of the rows themselves
(nobody works twice at a time, no revision without its version) does.

Here are the firm and what it has agreed with whom; `work` has what was done.
"""

# ruff: noqa: PLC0415  Django is loaded only in the process that measures

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from work import AT_ONCE, Diary, write_work

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fernkladde.contracts.models import Tariff
    from fernkladde.customers.models import Customer
    from fernkladde.plants.models import Plant

SEED = 2026
WARRANTY_ENDS = date(2027, 6, 30)


@dataclass(slots=True)
class Filled:
    """What was written, for whoever goes on with it."""

    customers: int = 0
    plants: int = 0
    contracts: int = 0
    cases: int = 0
    sessions: int = 0
    calls: int = 0
    consents: int = 0
    months: list[str] = field(default_factory=list)


def fill(
    *,
    customers: int = 200,
    cases_each: int = 10,
    sessions_each: int = 5,
    plants_each: int = 3,
    last: tuple[int, int] = (2026, 10),
    months: int = 1,
) -> Filled:
    """Write a company whose cases spread over so many months up to the last."""
    from django.db import transaction

    chance = random.Random(SEED)
    days = _workdays(last, months)
    filled = Filled(months=sorted({f"{day:%Y-%m}" for day in days}))
    with transaction.atomic():
        tariffs = _firm()
        payers = _customers(customers, tariffs, chance)
        plants = _plants(payers, plants_each, chance)
        _contracts(payers, plants, tariffs, filled)
        diary = Diary(days, customers * cases_each * sessions_each, sessions_each)
        write_work(payers, plants, cases_each, diary, chance, filled)
    filled.customers, filled.plants = len(payers), len(payers) * plants_each
    _make_searchable()
    _gather_statistics()
    return filled


def _make_searchable() -> None:
    """Do what the worker does: what was written past the actions is due still."""
    from fernkladde.search.index import catch_up_all

    for _ in catch_up_all():
        pass


def _gather_statistics() -> None:
    """Let the database look at what it got, as it does by itself over night."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _workdays(last: tuple[int, int], months: int) -> list[date]:
    year, month = divmod(last[0] * 12 + last[1], 12)
    end = date(year, month + 1, 1)
    year, month = divmod(last[0] * 12 + last[1] - months, 12)
    day, found = date(year, month + 1, 1), []
    while day < end:
        if day.weekday() < 5:
            found.append(day)
        day += timedelta(days=1)
    return found


def _firm() -> dict[str, Tariff]:
    from fernkladde.billing.models import Company
    from fernkladde.commands.demo_company.firm import FIRM, RATES, TARIFFS
    from fernkladde.contracts.models import (
        Policy,
        RateDeck,
        SpecialDay,
        Tariff,
        TariffVersion,
    )

    Company.objects.create(pk=1, **FIRM)
    RateDeck.objects.create(code="fern", name="Fernverbindungen", rates=RATES)
    SpecialDay.objects.create(date=date(2026, 10, 3), label="holiday")
    made = {}
    for code, name, versions in TARIFFS:
        made[code] = Tariff.objects.create(code=code, name=name)
        TariffVersion.objects.bulk_create(
            TariffVersion(
                tariff=made[code],
                valid_from=date.fromisoformat(day),
                terms={"valid_from": day, **terms},
            )
            for day, terms in versions
        )
    Policy.objects.create(pk=1, require_consent=True, default_tariff=made["standard"])
    return made


def _customers(
    number: int, tariffs: dict[str, Tariff], chance: random.Random
) -> list[Customer]:
    from fernkladde.customers.models import Customer

    return Customer.objects.bulk_create(
        (
            Customer(
                number=f"K{n:05}",
                name=f"Presswerk Nummer {n} GmbH",
                street=f"Industriestraße {n}",
                postcode=f"{70000 + n % 9999}",
                city=chance.choice(("Ulm", "Göppingen", "Metzingen", "Siegen")),
                vat_id="DE811907980",
                email=f"rechnung{n}@kunde.example",
                language="en" if n % 20 == 19 else "de",
                tariff=tariffs["vertrag"] if n % 10 == 7 else None,
                consent_from=None if n % 10 == 3 else date(2024, 1, 1),
            )
            for n in range(number)
        ),
        batch_size=AT_ONCE,
    )


def _plants(
    payers: Sequence[Customer], each: int, chance: random.Random
) -> list[Plant]:
    """Build so many for each customer, in the order of customers."""
    from fernkladde.plants.models import Plant

    return Plant.objects.bulk_create(
        (
            Plant(
                number=f"P{at:05}-{n}",
                name=f"Transferpresse {n + 1}",
                customer=payer,
                serial_number=f"{chance.randrange(10_000, 99_999)}-{n}",
                warranty_until=WARRANTY_ENDS if (at + n) % 12 == 0 else None,
            )
            for at, payer in enumerate(payers)
            for n in range(each)
        ),
        batch_size=AT_ONCE,
    )


ALLOWANCES: tuple[dict[str, Any], ...] = (
    {"allowance_period": "month", "allowance_minutes": 240, "carry_over_periods": 1},
    {"allowance_period": "quarter", "allowance_minutes": 480, "carry_over_term": True},
    {"allowance_period": "year", "allowance_cases": 12},
    {
        "allowance_period": "month",
        "allowance_minutes": 300,
        "surcharge_on_covered": "weight",
    },
)


def _contracts(
    payers: Sequence[Customer],
    plants: Sequence[Plant],
    tariffs: dict[str, Tariff],
    filled: Filled,
) -> None:
    """A quarter has an allowance, every 20th is covered, every 20th is limited."""
    from fernkladde.contracts.models import Contract

    rows = []
    for n, payer in enumerate(payers):
        terms: dict[str, Any] = {}
        if n % 4 == 0:
            terms = {"covers": "allowance", **ALLOWANCES[n // 4 % len(ALLOWANCES)]}
        elif n % 20 == 1:
            terms = {"covers": "everything", "includes_connection": True}
        elif n % 20 == 2:
            terms = {"covers": "everything", "limited_to_plants": True}
        if terms:
            rows.append(
                Contract(
                    number=f"V{n:05}",
                    name=f"Servicevertrag {n}",
                    customer=payer,
                    valid_from=date(2025, 1 + n % 12, 1),
                    tariff=tariffs["vertrag"] if n % 8 == 0 else None,
                    **terms,
                )
            )
    made = Contract.objects.bulk_create(rows, batch_size=AT_ONCE)
    _link(made, payers, plants)
    filled.contracts = len(made)


def _link(
    made: Sequence[Any], payers: Sequence[Customer], plants: Sequence[Plant]
) -> None:
    """Share every 25th customer's allowance with a neighbour; name limited plants."""
    from fernkladde.contracts.models import Contract

    shared, named = Contract.shared_with.through, Contract.plants.through
    place = {payer.pk: at for at, payer in enumerate(payers)}
    each = len(plants) // len(payers)
    shared.objects.bulk_create(
        shared(contract_id=row.pk, customer_id=payers[at + 3].pk)
        for row in made
        if (at := place[row.customer_id]) % 100 == 0 and at + 3 < len(payers)
    )
    named.objects.bulk_create(
        named(contract_id=row.pk, plant_id=plants[place[row.customer_id] * each].pk)
        for row in made
        if row.limited_to_plants and each
    )
