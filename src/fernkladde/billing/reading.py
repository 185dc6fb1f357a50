"""Facts as rows of either engine, read past the ORM: the month's end reads many.

SQLite returns instants and dates as text and amounts as binary fractions; here they
become what the ORM makes of them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Context, Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db import connection

from fernkladde.rating import facts, terms

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from django.db.models import QuerySet

    Row = tuple[Any, ...]

AT_ONCE = 500
# Twelve decimals, as the columns keep; SQLite's fractions are exact to 15 digits.
_PLACES = Decimal("1E-12")
_EXACT = Context(prec=15)
_WIDE = Context(prec=24)


def instant(value: Any) -> int | None:
    """Return whole seconds since 1970."""
    if value is None:
        return None
    if isinstance(value, str):
        value = datetime.fromisoformat(value + "+00:00")
    return int(value.timestamp())


def day(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


@lru_cache(maxsize=1024)
def _decimal(value: float) -> Decimal:
    return _EXACT.create_decimal_from_float(value).quantize(_PLACES, context=_WIDE)


def amount(value: Any) -> Decimal | None:
    if value is None or isinstance(value, Decimal):
        return value
    return _decimal(value)


def session(row: Row) -> facts.Session:
    number, case, service, start, end, skill, person, way, billable, goodwill = row
    return facts.Session(
        number,
        case,
        service,
        instant(start),  # type: ignore[arg-type]  # never NULL
        instant(end),  # type: ignore[arg-type]  # confirmed work has ended
        skill,
        person,
        way,
        bool(billable),
        amount(goodwill),
    )


def call(row: Row) -> facts.Call:
    number, of, start, dialled, seconds, cost = row
    begun = instant(start)
    return facts.Call(number, of, begun, dialled, seconds, amount(cost))  # type: ignore[arg-type]


def case(row: Row) -> facts.Case:
    number, customer, reported, plant, cause, goodwill, consented, subject = row
    return facts.Case(
        number,
        customer,
        day(reported),  # type: ignore[arg-type]  # never NULL
        plant,
        cause,
        amount(goodwill),
        instant(consented),
        subject,
    )


def customer(row: Row) -> facts.Customer:
    number, name, tariff, charging, consent = row
    return facts.Customer(number, name, tariff, day(charging), day(consent))


def plant(row: Row) -> facts.Plant:
    number, owner, name, warranty, tariff = row
    return facts.Plant(number, owner, name, day(warranty), tariff)


def contract(row: Row) -> terms.Contract:
    """Read a contract's own row; partners, plants and use stand in other tables."""
    (number, owner, name, start, until, priority, tariff, covers, limited, services,
     connection, period, minutes, cases, periods, whole_term, most,
     surcharge) = row  # fmt: skip
    allowance = terms.Allowance(
        period=period,
        minutes=minutes,
        cases=cases,
        carry_over_periods="term" if whole_term else periods,
        carry_over_minutes=most,
        surcharge_on_covered=surcharge,
    )
    return terms.Contract(
        id=number,
        customer=owner,
        valid_from=day(start),  # type: ignore[arg-type]  # never NULL
        covers=covers,
        name=name,
        plants=() if limited else None,
        services=None if services is None else _words(services),
        valid_until=day(until),
        priority=priority,
        tariff=tariff,
        allowance=allowance if covers == "allowance" else None,
        includes_connection=bool(connection),
    )


@lru_cache(maxsize=64)
def _words(document: str) -> tuple[str, ...] | None:
    read = json.loads(document)
    return None if read is None else tuple(read)


@dataclass(frozen=True, slots=True)
class Matters:
    """Cases with their plants and customers, each once and by number."""

    cases: dict[str, facts.Case]
    plants: dict[str, facts.Plant]
    customers: dict[str, facts.Customer]


def matters(numbers: Collection[str]) -> Matters:
    """Read what the cases of these numbers are about, with one statement."""
    found = Matters({}, {}, {})
    for row in MATTERS.rows(numbers):
        found.cases[row[0]] = case(row[:8])
        if row[8] not in found.customers:
            found.customers[row[8]] = customer(row[8:13])
        if row[13] is not None and row[13] not in found.plants:
            found.plants[row[13]] = plant(row[13:])
    return found


def rows_of(query: QuerySet[Any, Any]) -> Iterator[Row]:
    """Run a query of `values_list` and yield what the engine returns, row by row."""
    sql, params = query.query.sql_with_params()
    return fetched(sql, params)


def fetched(sql: str, params: Iterable[Any] = ()) -> Iterator[Row]:
    with connection.cursor() as cursor:
        cursor.execute(sql, tuple(params))
        while rows := cursor.fetchmany(AT_ONCE):
            yield from rows


@dataclass(frozen=True, slots=True)
class Select:
    """A statement about the rows that some names stand for, in the names' place."""

    sql: str
    locks: str = ""

    def rows(self, names: Collection[Any] | None) -> Iterator[Row]:
        """Read them, a limited number of names in one statement, in their order.

        Without names all of them, where the statement has a condition on its own.
        """
        if names is None:
            yield from fetched(self.sql.replace("IN (…)", "IS NOT NULL"))
            return
        read = self._in_one if connection.vendor == "postgresql" else self._in_places
        ordered = sorted(names)
        for first in range(0, len(ordered), AT_ONCE):
            yield from read(ordered[first : first + AT_ONCE])

    def _in_places(self, names: list[Any]) -> Iterator[Row]:
        """Read without a lock: on SQLite the transaction keeps all others out."""
        places = f"IN ({', '.join(['%s'] * len(names))})"
        return fetched(self.sql.replace("IN (…)", places), names)

    def _in_one(self, names: list[Any]) -> Iterator[Row]:
        """Read by one and the same text, which PostgreSQL plans once."""
        lock = f" FOR NO KEY UPDATE OF {self.locks}" if self.locks else ""
        return fetched(self.sql.replace("IN (…)", "= ANY(%s)") + lock, [names])


CONFIRMED_SESSIONS = Select(
    'SELECT s.id, s.number, "case".number, s.service, s.started_at, s.ended_at,'
    " s.skill, person.username, s.connection, s.billable, s.goodwill_percent"
    ' FROM cases_session s JOIN cases_case "case" ON "case".id = s.case_id'
    " JOIN accounts_user person ON person.id = s.technician_id"
    " WHERE s.confirmed_at IS NOT NULL AND s.voided_at IS NULL"
    " AND s.number IN (…) ORDER BY s.id",
    locks="s",
)
CALLS_OF_SESSIONS = Select(
    "SELECT c.id, c.number, s.number, c.started_at, c.dialled, c.seconds, c.cost"
    " FROM connections_call c JOIN cases_session s ON s.id = c.session_id"
    " WHERE c.session_id IN (…) ORDER BY c.id"
)
CASES = Select(
    'SELECT "case".id, "case".number, customer.number, "case".reported_on,'
    ' plant.number, "case".cause, "case".goodwill_percent, "case".consented_at,'
    ' "case".subject FROM cases_case "case"'
    ' JOIN customers_customer customer ON customer.id = "case".customer_id'
    ' LEFT JOIN plants_plant plant ON plant.id = "case".plant_id'
    ' WHERE "case".number IN (…) ORDER BY "case".number'
)
CUSTOMERS = Select(
    "SELECT customer.number, customer.name, tariff.code, customer.charging_from,"
    " customer.consent_from FROM customers_customer customer"
    " LEFT JOIN contracts_tariff tariff ON tariff.id = customer.tariff_id"
    " WHERE customer.number IN (…) ORDER BY customer.number"
)
PLANTS = Select(
    "SELECT plant.number, customer.number, plant.name, plant.warranty_until,"
    " tariff.code FROM plants_plant plant"
    " JOIN customers_customer customer ON customer.id = plant.customer_id"
    " LEFT JOIN contracts_tariff tariff ON tariff.id = plant.tariff_id"
    " WHERE plant.number IN (…) ORDER BY plant.number"
)
CONTRACTS = Select(
    "SELECT contract.id FROM contracts_contract contract"
    " WHERE contract.number IN (…) ORDER BY contract.id",
    locks="contract",
)
DRAWN = Select(
    "SELECT contract.number, SUM(p.seconds), SUM(p.cases)"
    " FROM billing_allowanceposting p"
    " JOIN contracts_contract contract ON contract.id = p.contract_id"
    " WHERE p.released_by_id IS NULL AND contract.number IN (…)"
    " GROUP BY contract.number"
)
# Of each case all that bears on its price: the case, its customer, its plant.
MATTERS = Select(
    'SELECT "case".number, customer.number, "case".reported_on, plant.number,'
    ' "case".cause, "case".goodwill_percent, "case".consented_at, "case".subject,'
    " customer.number, customer.name, agreed.code, customer.charging_from,"
    " customer.consent_from, plant.number, keeper.number, plant.name,"
    ' plant.warranty_until, own.code FROM cases_case "case"'
    ' JOIN customers_customer customer ON customer.id = "case".customer_id'
    " LEFT JOIN contracts_tariff agreed ON agreed.id = customer.tariff_id"
    ' LEFT JOIN plants_plant plant ON plant.id = "case".plant_id'
    " LEFT JOIN customers_customer keeper ON keeper.id = plant.customer_id"
    " LEFT JOIN contracts_tariff own ON own.id = plant.tariff_id"
    ' WHERE "case".number IN (…)'
)
CALLS_AT = Select(
    "SELECT c.number, s.number, c.started_at, c.dialled, c.seconds, c.cost"
    " FROM connections_call c JOIN cases_session s ON s.id = c.session_id"
    " WHERE s.number IN (…) ORDER BY c.number"
)
UNSETTLED = Select(
    'SELECT s.number, "case".number, s.service, s.started_at, s.ended_at, s.skill,'
    " person.username, s.connection, s.billable, s.goodwill_percent"
    ' FROM cases_session s JOIN cases_case "case" ON "case".id = s.case_id'
    ' JOIN customers_customer customer ON customer.id = "case".customer_id'
    " JOIN accounts_user person ON person.id = s.technician_id"
    " WHERE s.voided_at IS NULL"
    " AND (s.ended_at IS NULL OR s.confirmed_at IS NOT NULL)"
    " AND NOT EXISTS (SELECT 1 FROM billing_claim claim"
    " WHERE claim.session_id = s.id AND claim.released_by_id IS NULL)"
    " AND customer.number IN (…) ORDER BY s.started_at, s.number"
)
# The plus keeps SQLite from the index of what was not released: that is nearly all.
FEES = Select(
    "SELECT fee FROM billing_claim WHERE fee IS NOT NULL"
    " AND +released_by_id IS NULL AND fee_case IN (…)"
)
# What was billed for a case that has since gone over into another one.
FEES_OF_MERGED = Select(
    "SELECT claim.fee, stays.number FROM cases_case stays"
    " JOIN cases_case gone ON gone.merged_into_id = stays.id"
    " JOIN billing_claim claim ON claim.fee_case = gone.number"
    " AND claim.fee IS NOT NULL AND +claim.released_by_id IS NULL"
    " WHERE stays.number IN (…)"
)
AGREED = Select(
    "SELECT contract.number, customer.number, contract.name, contract.valid_from,"
    " contract.valid_until, contract.priority, tariff.code, contract.covers,"
    " contract.limited_to_plants, CAST(contract.services AS TEXT),"
    " contract.includes_connection, contract.allowance_period,"
    " contract.allowance_minutes, contract.allowance_cases,"
    " contract.carry_over_periods, contract.carry_over_term,"
    " contract.carry_over_minutes, contract.surcharge_on_covered"
    " FROM contracts_contract contract"
    " JOIN customers_customer customer ON customer.id = contract.customer_id"
    " LEFT JOIN contracts_tariff tariff ON tariff.id = contract.tariff_id"
    " WHERE customer.number IN (…)"
)
POSTED = Select(
    "SELECT contract.number, p.period_start, p.for_period,"
    " COALESCE(stays.number, p.case_number) AS of_case,"
    " SUM(p.seconds), SUM(p.handed_seconds), SUM(p.cases)"
    " FROM billing_allowanceposting p"
    " JOIN contracts_contract contract ON contract.id = p.contract_id"
    " JOIN customers_customer customer ON customer.id = contract.customer_id"
    " LEFT JOIN cases_case gone ON gone.number = p.case_number"
    " LEFT JOIN cases_case stays ON stays.id = gone.merged_into_id"
    " WHERE p.released_by_id IS NULL AND customer.number IN (…)"
    " GROUP BY contract.number, p.period_start, p.for_period, of_case"
)
SHARED = (
    "SELECT owner.number, contract.number, other.number"
    " FROM contracts_contract_shared_with shared"
    " JOIN contracts_contract contract ON contract.id = shared.contract_id"
    " JOIN customers_customer owner ON owner.id = contract.customer_id"
    " JOIN customers_customer other ON other.id = shared.customer_id"
    " ORDER BY contract.number, other.number"
)
LIMITS = (
    "SELECT contract.number, plant.number FROM contracts_contract_plants limits"
    " JOIN contracts_contract contract ON contract.id = limits.contract_id"
    " JOIN plants_plant plant ON plant.id = limits.plant_id"
    " WHERE contract.limited_to_plants ORDER BY contract.number, plant.number"
)
# What the firm has laid down, in one statement: versions in order, decks, days.
LAID_DOWN = (
    "SELECT 'version' AS kind, tariff.code AS code, tariff.name AS name,"
    " CAST(v.terms AS TEXT) AS document, CAST(v.valid_from AS TEXT) AS place"
    " FROM contracts_tariffversion v"
    " JOIN contracts_tariff tariff ON tariff.id = v.tariff_id"
    " UNION ALL SELECT 'deck', code, name, CAST(rates AS TEXT), code"
    " FROM contracts_ratedeck"
    " UNION ALL SELECT 'day', CAST(date AS TEXT), label, '', ''"
    " FROM contracts_specialday ORDER BY kind, place, code"
)
