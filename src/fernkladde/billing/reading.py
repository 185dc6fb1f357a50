"""Facts as rows of either engine, read past the ORM: the month's end reads many.

SQLite returns instants and dates as text and amounts as binary fractions; here they
become what the ORM makes of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Context, Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db import connection

from fernkladde.rating import facts

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


def rows_of(query: QuerySet[Any, Any]) -> Iterator[Row]:
    """Run a query of `values_list` and yield what the engine returns, row by row."""
    sql, params = query.query.sql_with_params()
    return fetched(sql, params)


def fetched(sql: str, params: Iterable[Any]) -> Iterator[Row]:
    with connection.cursor() as cursor:
        cursor.execute(sql, tuple(params))
        while rows := cursor.fetchmany(AT_ONCE):
            yield from rows


@dataclass(frozen=True, slots=True)
class Select:
    """A statement about the rows that some names stand for, in the names' place."""

    sql: str
    locks: str = ""

    def rows(self, names: Collection[Any]) -> Iterator[Row]:
        """Read them, a limited number of names in one statement, in their order."""
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
