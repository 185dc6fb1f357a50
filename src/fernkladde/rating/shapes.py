"""The form of a scenario, object by object (scenario.schema.json says the same)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .facts import BilledFee, Call, Case, Customer, Plant, Session
from .reading import Key, ListOf, Shape
from .scalars import (
    BOOLEAN,
    CLOCK,
    DATE,
    DECIMAL,
    INSTANT,
    INTEGER,
    NATURAL,
    PERCENT,
    POSITIVE,
    TEXT,
    WORDS,
    choice,
    matching,
    or_null,
    or_word,
)
from .terms import (
    Allowance,
    Band,
    ConnectionTerms,
    Contract,
    Fee,
    PriceRow,
    Rate,
    RateDeck,
    Tariff,
    TariffVersion,
    UsedPeriod,
)

if TYPE_CHECKING:
    from .reading import Reader


def _need(reader: Reader, into: str = "") -> Key:
    return Key(reader, into, required=True)


TEXTS = ListOf(TEXT)

PRICE_ROW = Shape(
    "a price row",
    PriceRow,
    {
        "service": Key(TEXT),
        "skill": Key(TEXT),
        "price": _need(DECIMAL),
        "per_minutes": _need(POSITIVE),
        "next_minutes": Key(POSITIVE),
        "first_minutes": Key(POSITIVE),
        "first_price": Key(or_null(DECIMAL)),
        "tolerance_minutes": Key(NATURAL),
        "free_minutes": Key(NATURAL),
        "free_mode": Key(choice("deduct", "cliff")),
    },
)

BAND = Shape(
    "a band",
    Band,
    {
        "name": _need(TEXT),
        "days": _need(ListOf(TEXT, at_least=1)),
        "from": _need(CLOCK, "from_minute"),
        "until": _need(CLOCK, "until_minute"),
        "percent": Key(DECIMAL),
        "price": Key(DECIMAL),
        "services": Key(TEXTS),
        "minimum_minutes": Key(POSITIVE),
    },
    one_of=("percent", "price"),
)

FEE = Shape(
    "a fee",
    Fee,
    {
        "name": _need(TEXT),
        "amount": _need(DECIMAL),
        "per": _need(choice("session", "group", "day", "case")),
        "connections": Key(TEXTS),
        "services": Key(TEXTS),
    },
)

CONNECTION = Shape(
    "the terms of connections",
    ConnectionTerms,
    {
        "mode": _need(choice("none", "at_cost", "deck", "flat")),
        "markup_percent": Key(DECIMAL),
        "deck": Key(TEXT),
        "amount": Key(DECIMAL),
        "ignore_below_seconds": Key(NATURAL),
        "always": Key(BOOLEAN),
    },
)

TARIFF_VERSION = Shape(
    "a tariff version",
    TariffVersion,
    {
        "valid_from": _need(DATE),
        "currency": Key(matching("[A-Z]{3}", "a currency such as EUR")),
        "group_by": Key(choice("session", "day", "case")),
        "merge_gap_minutes": Key(NATURAL),
        "team_as_one": Key(BOOLEAN),
        "band_rule": Key(choice("unit_start", "exact", "per_band", "highest")),
        "prices": _need(ListOf(PRICE_ROW, at_least=1)),
        "bands": Key(ListOf(BAND)),
        "fees": Key(ListOf(FEE)),
        "connection": Key(CONNECTION),
    },
)

TARIFF = Shape(
    "a tariff",
    Tariff,
    {
        "id": _need(TEXT),
        "name": Key(TEXT),
        "versions": _need(ListOf(TARIFF_VERSION, at_least=1)),
    },
)

RATE = Shape(
    "a rate",
    Rate,
    {
        "prefix": _need(matching(r"\+[0-9]*", "a prefix such as +49")),
        "destination": Key(TEXT),
        "connect_fee": Key(DECIMAL),
        "price_per_minute": _need(DECIMAL),
        "first_interval": Key(POSITIVE),
        "next_interval": Key(POSITIVE),
    },
)

RATE_DECK = Shape(
    "a rate deck",
    RateDeck,
    {"id": _need(TEXT), "name": Key(TEXT), "rates": _need(ListOf(RATE))},
)

ALLOWANCE = Shape(
    "an allowance",
    Allowance,
    {
        "minutes": Key(NATURAL),
        "cases": Key(NATURAL),
        "period": _need(choice("month", "quarter", "half_year", "year", "term")),
        "carry_over_periods": Key(or_word("term", NATURAL)),
        "carry_over_minutes": Key(NATURAL),
        "surcharge_on_covered": Key(choice("ignore", "weight", "charge")),
    },
    one_of=("minutes", "cases"),
)

USED_PERIOD = Shape(
    "a row of used time or cases",
    UsedPeriod,
    {
        "period_start": _need(DATE),
        "seconds": Key(NATURAL),
        "handed_seconds": Key(NATURAL),
        "cases": Key(NATURAL),
        "case_ids": Key(TEXTS),
    },
    # Without a number, as many cases were used as are named.
    derive=lambda found: {"cases": len(found.get("case_ids") or ())},
)

CONTRACT = Shape(
    "a contract",
    Contract,
    {
        "id": _need(TEXT),
        "name": Key(TEXT),
        "customer": _need(TEXT),
        "shared_with": Key(TEXTS),
        "plants": Key(TEXTS),
        "services": Key(TEXTS),
        "valid_from": _need(DATE),
        "valid_until": Key(or_null(DATE)),
        "priority": Key(INTEGER),
        "tariff": Key(TEXT),
        "covers": _need(choice("everything", "allowance", "nothing")),
        "allowance": Key(ALLOWANCE),
        "includes_connection": Key(BOOLEAN),
        "used": Key(ListOf(USED_PERIOD)),
    },
)

CUSTOMER = Shape(
    "a customer",
    Customer,
    {
        "id": _need(TEXT),
        "name": Key(TEXT),
        "tariff": Key(TEXT),
        "charging_from": Key(DATE),
        "consent_from": Key(DATE),
    },
)

PLANT = Shape(
    "a plant",
    Plant,
    {
        "id": _need(TEXT),
        "name": Key(TEXT),
        "customer": _need(TEXT),
        "warranty_until": Key(DATE),
        "tariff": Key(TEXT),
    },
)

CASE = Shape(
    "a case",
    Case,
    {
        "id": _need(TEXT),
        "name": Key(TEXT),
        "customer": _need(TEXT),
        "plant": Key(or_null(TEXT)),
        "reported_on": _need(DATE),
        "cause": Key(WORDS),
        "goodwill_percent": Key(PERCENT),
        "consented_at": Key(INSTANT),
    },
)

SESSION = Shape(
    "a session",
    Session,
    {
        "id": _need(TEXT),
        "case": _need(TEXT),
        "service": _need(TEXT),
        "skill": Key(TEXT),
        "technician": Key(TEXT),
        "connection": Key(TEXT),
        "start": _need(INSTANT),
        "end": _need(INSTANT),
        "billable": Key(BOOLEAN),
        "goodwill_percent": Key(PERCENT),
    },
)

CALL = Shape(
    "a call",
    Call,
    {
        "id": _need(TEXT),
        "session": _need(TEXT),
        "start": _need(INSTANT),
        "number": _need(matching(r"\+[0-9]+", "a number such as +4989123456")),
        "seconds": _need(NATURAL),
        "cost": Key(DECIMAL),
    },
)

BILLED_FEE = Shape(
    "a billed fee",
    BilledFee,
    {
        "case": _need(TEXT),
        "fee": _need(TEXT),
        "tariff": _need(TEXT),
        "date": Key(DATE),
    },
)
