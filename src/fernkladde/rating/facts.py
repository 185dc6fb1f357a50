"""Facts: what happened, in the words of the rating rules.

Pure values. Instants are whole seconds since 1970-01-01T00:00:00Z (`int`), so
that a duration is a subtraction and no clock change can bend it; dates are local.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .terms import ANY

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from decimal import Decimal

    from .terms import Contract, RateDeck, Tariff


@dataclass(frozen=True, slots=True)
class Customer:
    id: str
    name: str | None = None
    tariff: str | None = None
    charging_from: date | None = None
    consent_from: date | None = None


@dataclass(frozen=True, slots=True)
class Plant:
    id: str
    customer: str
    name: str | None = None
    warranty_until: date | None = None
    tariff: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    id: str
    customer: str
    reported_on: date
    plant: str | None = None
    cause: str = "unknown"
    goodwill_percent: Decimal | None = None
    consented_at: int | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """One uninterrupted stretch of work, [start, end)."""

    id: str
    case: str
    service: str
    start: int
    end: int
    skill: str = ANY
    technician: str = ""
    connection: str = "none"
    billable: bool = True
    goodwill_percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Call:
    id: str
    session: str
    start: int
    number: str
    seconds: int
    cost: Decimal | None = None


@dataclass(frozen=True, slots=True)
class BilledFee:
    """A `day` or `case` fee that an issued invoice carries already."""

    case: str
    fee: str
    tariff: str
    date: date | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """Everything `rate` needs to know; both ends of `period` are inclusive."""

    timezone: str
    default_tariff: str
    tariffs: tuple[Tariff, ...]
    customers: tuple[Customer, ...]
    cases: tuple[Case, ...]
    sessions: tuple[Session, ...]
    special_days: Mapping[date, str] = field(default_factory=dict)
    period: tuple[date, date] | None = None
    require_consent: bool = False
    rate_decks: tuple[RateDeck, ...] = ()
    plants: tuple[Plant, ...] = ()
    contracts: tuple[Contract, ...] = ()
    calls: tuple[Call, ...] = ()
    billed_fees: tuple[BilledFee, ...] = ()
