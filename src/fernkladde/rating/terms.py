"""Terms: what was agreed, in the words of the rating rules.

Pure values. Money and percents are `Decimal`; `*_minutes` are whole minutes;
`*_from` and `*_until` are dates, the last day inclusive; a band's hours are
minutes after local midnight.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

ANY = "*"


@dataclass(frozen=True, slots=True)
class PriceRow:
    """`price` per `per_minutes`, and the steps in which time is billed."""

    price: Decimal
    per_minutes: int
    service: str = ANY
    skill: str = ANY
    next_minutes: int | None = None  # I; None: per_minutes
    first_minutes: int | None = None  # M; None: I
    first_price: Decimal | None = None
    tolerance_minutes: int = 0
    free_minutes: int = 0
    free_mode: Literal["deduct", "cliff"] = "deduct"


@dataclass(frozen=True, slots=True)
class Band:
    """Hours with a price of their own: either `percent` or `price` is set."""

    name: str
    days: tuple[str, ...]
    from_minute: int
    until_minute: int
    percent: Decimal | None = None
    price: Decimal | None = None
    services: tuple[str, ...] | None = None
    minimum_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Fee:
    name: str
    amount: Decimal
    per: Literal["session", "group", "day", "case"]
    connections: tuple[str, ...] | None = None
    services: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class ConnectionTerms:
    mode: Literal["none", "at_cost", "deck", "flat"]
    markup_percent: Decimal | None = None
    deck: str | None = None
    amount: Decimal | None = None
    ignore_below_seconds: int = 0
    always: bool = False


@dataclass(frozen=True, slots=True)
class TariffVersion:
    valid_from: date
    prices: tuple[PriceRow, ...]
    currency: str = "EUR"
    group_by: Literal["session", "day", "case"] = "day"
    merge_gap_minutes: int = 0
    team_as_one: bool = False
    band_rule: Literal["unit_start", "exact", "per_band", "highest"] = "unit_start"
    bands: tuple[Band, ...] = ()
    fees: tuple[Fee, ...] = ()
    connection: ConnectionTerms | None = None


@dataclass(frozen=True, slots=True)
class Tariff:
    id: str
    versions: tuple[TariffVersion, ...]
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Rate:
    """What a minute to numbers that begin with `prefix` costs; intervals in seconds."""

    prefix: str
    price_per_minute: Decimal | None = None
    connect_fee: Decimal | None = None
    first_interval: int = 60
    next_interval: int = 60
    destination: str | None = None


@dataclass(frozen=True, slots=True)
class RateDeck:
    id: str
    rates: tuple[Rate, ...]
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Allowance:
    """`minutes` or `cases` per period; exactly one of the two is set."""

    period: Literal["month", "quarter", "half_year", "year", "term"]
    minutes: int | None = None
    cases: int | None = None
    carry_over_periods: int | Literal["term"] = 0
    carry_over_minutes: int | None = None
    surcharge_on_covered: Literal["ignore", "weight", "charge"] = "ignore"


@dataclass(frozen=True, slots=True)
class UsedPeriod:
    """What issued invoices took from the period that began on `period_start`.

    `cases` counts, `case_ids` are those of them whose further work stays covered.
    """

    period_start: date
    seconds: int = 0
    handed_seconds: int = 0
    cases: int = 0
    case_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Contract:
    id: str
    customer: str
    valid_from: date
    covers: Literal["everything", "allowance", "nothing"]
    name: str | None = None
    shared_with: tuple[str, ...] = ()
    plants: tuple[str, ...] | None = None
    services: tuple[str, ...] | None = None
    valid_until: date | None = None
    priority: int = 100
    tariff: str | None = None
    allowance: Allowance | None = None
    includes_connection: bool = False
    used: tuple[UsedPeriod, ...] = ()
