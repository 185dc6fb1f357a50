"""A company of any size, written in bulk into an empty migrated database.

Deterministic: the same sizes give the same rows. The mix is that of a machine
builder's desk: a third of the customers has a contract, some work is free, given away
or waits for a consent, a tenth goes over a modem. Rows are written past the actions
and so past the Kladde, which stays empty; what must hold of the rows themselves
(nobody works twice at a time, no revision without its version) does.
"""

# ruff: noqa: PLC0415  Django is loaded only in the process that measures

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fernkladde.accounts.models import User
    from fernkladde.contracts.models import Tariff
    from fernkladde.customers.models import Customer
    from fernkladde.plants.models import Plant

ZONE = ZoneInfo("Europe/Berlin")
SEED = 2026
# From seven in the morning; the last slots fall into the band of the evening.
SLOT, SLOTS_A_DAY, FIRST_HOUR = timedelta(minutes=50), 15, 7
WARRANTY_ENDS = date(2027, 6, 30)
AT_ONCE = 2000


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
        diary = _Diary(days, customers * cases_each * sessions_each, sessions_each)
        _work(payers, plants, cases_each, diary, chance, filled)
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


class _Diary:
    """Gives out stretches of time so that no technician is in two places at once."""

    def __init__(self, days: Sequence[date], sessions: int, each: int) -> None:
        from fernkladde.accounts.models import User

        self._days, self.each = days, each
        # Pairs of cases are worked on in turn: so a pair takes a row of slots.
        self._slots = len(days) * SLOTS_A_DAY // (2 * each) * (2 * each)
        people = -(-sessions // self._slots)
        self.people: list[User] = User.objects.bulk_create(
            User(
                username=f"t{n:04}",
                full_name=f"Technikerin Nummer {n}",
                initials=f"T{n}",
                role="technician",
                password="!",
                created_at=datetime(2024, 1, 1, tzinfo=UTC),
            )
            for n in range(people)
        )

    def slot(self, case: int, session: int) -> tuple[User, datetime]:
        """Return who works when: a case's sessions follow each other within a day."""
        place = case // 2 * 2 * self.each + 2 * session + case % 2
        person, slot = divmod(place, self._slots)
        day, of_day = divmod(slot, SLOTS_A_DAY)
        start = datetime.combine(self._days[day], time(FIRST_HOUR), ZONE)
        return self.people[person], start + of_day * SLOT


CAUSES = ("operator_error", "defect", "wear", "customer_change", "request")
SERVICES = ("remote", "remote", "remote", "phone", "analysis")
DIALLED = ("+49711", "+49151", "+41444", "+55113")


def _work(
    payers: Sequence[Customer],
    plants: Sequence[Plant],
    each: int,
    diary: _Diary,
    chance: random.Random,
    filled: Filled,
) -> None:
    places = [(at, n) for n in range(each) for at in range(len(payers))]
    chance.shuffle(places)
    for first in range(0, len(places), AT_ONCE):
        some = places[first : first + AT_ONCE]
        _write(list(_cases(first, some, payers, plants, diary, chance)), filled)


def _cases(
    first: int,
    places: Sequence[tuple[int, int]],
    payers: Sequence[Customer],
    plants: Sequence[Plant],
    diary: _Diary,
    chance: random.Random,
) -> Iterator[tuple[Any, list[Any], list[Any], list[Any]]]:
    """Yield each case with its sessions, calls and consents."""
    plants_each = len(plants) // len(payers)
    for number, (at, n) in enumerate(places, first):
        plant = plants[at * plants_each + n % plants_each] if plants_each else None
        case = _case(number, payers[at], plant, diary, chance)
        sessions = list(_sessions(case, number, diary, chance))
        calls = [_call(s, chance) for s in sessions if s.connection == "modem"]
        consents = [_consent(case)] if case.consented_at else []
        yield case, sessions, calls, consents


def _case(
    number: int,
    payer: Customer,
    plant: Plant | None,
    diary: _Diary,
    chance: random.Random,
) -> Any:
    from fernkladde.cases.models import Case
    from fernkladde.commands.demo_company.matters import MATTERS

    opened = diary.slot(number, 0)[1] - timedelta(minutes=5)
    asked = payer.consent_from is None and chance.random() < 0.8
    given = number % 20 == 4
    return Case(
        number=f"26-{number:06}",
        customer=payer,
        plant=plant,
        subject=MATTERS[number % len(MATTERS)][0],
        reported_on=opened.astimezone(ZONE).date(),
        cause="unknown" if number % 50 == 0 else chance.choice(CAUSES),
        state="in_progress" if number % 7 == 0 else "solved",
        goodwill_percent=Decimal(50) if given else None,
        goodwill_reason="Anleitung war an dieser Stelle unklar" if given else "",
        consented_at=opened if asked or number % 30 == 1 else None,
        cost_cap=Decimal(50_000) if number % 40 == 0 else None,
        opened_at=opened,
        assigned_to=diary.slot(number, 0)[0],
    )


def _sessions(
    case: Any, number: int, diary: _Diary, chance: random.Random
) -> Iterator[Any]:
    from fernkladde.cases.models import Session

    each = diary.each
    for n in range(each):
        technician, start = diary.slot(number, n)
        end = start + timedelta(seconds=chance.randrange(120, 2900))
        modem = chance.random() < 0.1
        yield Session(
            number=f"S{number * each + n:07}",
            case=case,
            technician=technician,
            service=SERVICES[(number + n) % len(SERVICES)],
            skill="plc" if number % 3 == 0 else "*",
            connection="modem" if modem else "vpn",
            started_at=start,
            ended_at=end,
            confirmed_at=end,
            billable=chance.random() > 0.03,
            note="Diagnose und Abgleich",
        )


def _call(session: Any, chance: random.Random) -> Any:
    from fernkladde.connections.models import Call

    return Call(
        number=f"A{session.number}",
        session=session,
        started_at=session.started_at,
        dialled=f"{chance.choice(DIALLED)}555012",
        seconds=chance.randrange(30, 1200),
    )


def _consent(case: Any) -> Any:
    from fernkladde.cases.models import Consent

    return Consent(
        case=case,
        given=True,
        asked_at=case.consented_at,
        person="Frau Schulz",
        channel="phone",
        sentence="28,00 € je angefangene 15 Minuten",
    )


def _write(some: Sequence[tuple[Any, Any, Any, Any]], filled: Filled) -> None:
    from fernkladde.cases.models import Case, Consent, Session
    from fernkladde.connections.models import Call

    cases = [case for case, *_ in some]
    sessions, calls, consents = (
        [row for found in some for row in found[part]] for part in (1, 2, 3)
    )
    Case.objects.bulk_create(cases, batch_size=AT_ONCE)
    Session.objects.bulk_create(sessions, batch_size=AT_ONCE)
    Call.objects.bulk_create(calls, batch_size=AT_ONCE)
    Consent.objects.bulk_create(consents, batch_size=AT_ONCE)
    filled.cases += len(cases)
    filled.sessions += len(sessions)
    filled.calls += len(calls)
    filled.consents += len(consents)
