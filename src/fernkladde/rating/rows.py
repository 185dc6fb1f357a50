"""The rows of a result: lines, free and held work, allowances, groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from .facts import BilledFee


@dataclass(frozen=True, slots=True)
class Line:
    """One line of money; `groups` are the numbers of the groups it sums.

    `seconds` is the billed time of `time` and `surcharge` lines and the calls'
    time of `connection` lines; a fee has none.
    """

    customer: str
    case: str
    kind: str  # time, surcharge, fee, connection
    basis: str  # tariff, overage, allowance
    contract: str | None
    tariff: str
    version: date
    currency: str
    service: str | None
    skill: str | None
    band: str | None
    name: str | None
    discount_percent: Decimal
    seconds: int | None
    count: int | None
    unit_price: Decimal | None
    per_minutes: int | None
    gross: Decimal
    discount: Decimal
    net: Decimal
    groups: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class FreeRow:
    case: str
    basis: str
    contract: str | None
    kind: str  # time, connection
    seconds: int
    value: Decimal


@dataclass(frozen=True, slots=True)
class HeldRow:
    case: str
    kind: str
    seconds: int
    value: Decimal


@dataclass(frozen=True, slots=True)
class AllowanceRow:
    """One period of one contract; amounts in seconds, or in cases: see `unit`."""

    contract: str
    period_start: date
    period_end: date
    unit: str  # seconds, cases
    granted: int
    carried_in: int
    used: int
    left: int


@dataclass(frozen=True, slots=True)
class Posting:
    """What a group took from the period `period_start` of a contract.

    `for_period` is the period the work belongs to; where the two differ, the time
    was handed on to a later period. Exactly one of `seconds` and `cases` counts.
    """

    contract: str
    period_start: date
    for_period: date
    seconds: int = 0
    cases: int = 0
    case: str | None = None


@dataclass(frozen=True, slots=True)
class Warning:
    code: str
    subject: str


@dataclass(frozen=True, slots=True)
class Group:
    """What was rounded together, and what became of it.

    `billed` and `covered`, `charged`, `free`, `held` are seconds:
    billed = covered + charged + free + held.
    """

    number: int
    customer: str
    case: str
    basis: str  # as in section 2, with flat, allowance or overage for contracts
    contracts: tuple[str, ...]
    tariff: str
    version: date
    service: str
    skill: str
    service_date: date
    discount_percent: Decimal
    sessions: tuple[str, ...]
    worked: int
    billed: int
    covered: int
    charged: int
    free: int
    held: int
    postings: tuple[Posting, ...]
    fees: tuple[BilledFee, ...]  # the day and case fees charged here
    calls: tuple[str, ...]  # the calls charged here
