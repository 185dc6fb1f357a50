"""Random scenarios as JSON documents: small, valid, and mean.

`scenarios()` mixes tariffs, bands, contracts, carry-over, fees, decks, consent,
time zones and the nights on which clocks change. Other rooms may use it.
"""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any, TypeVar

from hypothesis import strategies as st

from .oracle import Allowance

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Doc = dict[str, Any]
T = TypeVar("T")

# Each zone with days worth a visit: changes of the clock, ends of months, a leap day.
DAYS = {
    "Europe/Berlin": ("2026-03-28", "2026-10-24", "2026-03-30", "2024-02-28"),
    "America/New_York": ("2026-03-07", "2026-10-31", "2026-12-30"),
    "Australia/Lord_Howe": ("2026-04-04", "2026-10-03", "2026-06-29"),
    "Asia/Kolkata": ("2026-03-30", "2026-06-14"),
    "UTC": ("2026-02-27", "2026-07-31"),
}
WEEK = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
LABELS = ["holiday", "half_day", "sun"]
PRICES = ["120.00", "28.00", "33.33", "0", "27.50", "0.07", "99.99995", "20.35"]
CLOCK = ["00:00", "02:00", "02:30", "03:00", "06:00", "08:00", "12:10", "17:00",
         "20:00", "23:59", "24:00"]  # fmt: skip
LENGTHS = [1, 59, 60, 61, 300, 301, 899, 900, 901, 1080, 1200, 1801, 2700, 3600, 7300]
SERVICES = ["remote", "phone", "onsite"]
SKILLS = ["plc", "*"]
CONNECTIONS = ["vpn", "modem", "none"]
CAUSES = ["unknown", "defect", "operator_error", "customer_change"]


class Hand:
    """Chooses parts of a scenario; optional keys are left out half of the time."""

    def number(self, least: int, most: int) -> int:
        raise NotImplementedError

    def one(self, choices: Sequence[T]) -> T:
        return choices[self.number(0, len(choices) - 1)]

    def chance(self, of: int = 2) -> bool:
        return self.number(0, of - 1) == 0

    def some(self, choices: list[T]) -> list[T]:
        return [self.one(choices)] if self.chance() else list(choices)

    def maybe(self, doc: Doc, key: str, choices: Sequence[Any], of: int = 2) -> None:
        if self.chance(of):
            doc[key] = self.one(choices)

    def times(self, most: int, least: int = 0) -> range:
        return range(self.number(least, most))


class Seeded(Hand):
    """Quick: everything follows from one number."""

    def __init__(self, seed: int) -> None:
        self._chance = Random(seed)

    def number(self, least: int, most: int) -> int:
        return self._chance.randint(least, most)


class Drawn(Hand):
    """Slow, but a failing scenario is made as small as it gets."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw

    def number(self, least: int, most: int) -> int:
        return self._draw(st.integers(least, most))


def price_rows(hand: Hand, **key: str) -> Doc:
    row: Doc = {**key, "price": hand.one(PRICES), "per_minutes": hand.one([60, 15, 7])}
    hand.maybe(row, "next_minutes", [1, 5, 15, 30])
    hand.maybe(row, "first_minutes", [1, 15, 20, 30, 60], 3)
    hand.maybe(row, "first_price", ["50.00", "0", "9.9999", None], 4)
    hand.maybe(row, "tolerance_minutes", [0, 3, 10], 3)
    hand.maybe(row, "free_minutes", [0, 5, 15], 3)
    hand.maybe(row, "free_mode", ["cliff", "deduct"], 3)
    return row


def bands(hand: Hand, name: str) -> Doc:
    band: Doc = {
        "name": name,
        "days": hand.one([WEEK, [*WEEK, *LABELS], WEEK[:5], WEEK[5:], ["holiday"]]),
        "from": hand.one(CLOCK),
        "until": hand.one(CLOCK),
    }
    if hand.chance(4):
        band["price"] = hand.one(PRICES)
    else:
        band["percent"] = hand.one([50, "12.5", "33.333", 100, -20, "-50", 0])
    hand.maybe(band, "minimum_minutes", [1, 20, 60], 4)
    if hand.chance(4):
        band["services"] = hand.some(SERVICES)
    return band


def fees(hand: Hand, name: str) -> Doc:
    fee: Doc = {
        "name": name,
        "amount": hand.one(["5.00", "0", "0.125", "12.34567"]),
        "per": hand.one(["session", "group", "day", "case"]),
    }
    if hand.chance(3):
        fee["connections"] = hand.some(CONNECTIONS)
    if hand.chance(4):
        fee["services"] = hand.some(SERVICES)
    return fee


def connections(hand: Hand) -> Doc:
    terms: Doc = {"mode": hand.one(["deck", "at_cost", "flat", "none"])}
    if terms["mode"] == "deck":
        terms["deck"] = hand.one(["D0", "D1"])
    if terms["mode"] == "flat":
        terms["amount"] = hand.one(["5.00", "0.33335"])
    hand.maybe(terms, "markup_percent", ["10", "33.333"], 3)
    hand.maybe(terms, "ignore_below_seconds", [10, 61], 4)
    hand.maybe(terms, "always", [True, False], 3)
    return terms


def tariff_versions(hand: Hand, valid_from: str) -> Doc:
    version: Doc = {"valid_from": valid_from, "prices": [price_rows(hand)]}
    for key in ({"service": "remote"}, {"skill": "plc"}):
        if hand.chance(3):
            version["prices"].append(price_rows(hand, **key))
    hand.maybe(version, "group_by", ["session", "case", "day"])
    hand.maybe(version, "merge_gap_minutes", [0, 1, 30])
    hand.maybe(version, "team_as_one", [True, False], 3)
    hand.maybe(version, "band_rule", ["exact", "per_band", "highest", "unit_start"])
    # Two entries may share a name: they are two bands, but one line.
    names = ["evening", "night", "evening", "weekend"]
    version["bands"] = [bands(hand, names[i]) for i in hand.times(4)]
    version["fees"] = [fees(hand, f"fee{i % 2}") for i in hand.times(3)]
    if hand.chance():
        version["connection"] = connections(hand)
    return version


def allowances(hand: Hand) -> Doc:
    terms: Doc = {
        "period": hand.one(["month", "month", "quarter", "half_year", "year", "term"])
    }
    if hand.chance(4):
        terms["cases"] = hand.one([0, 1, 2])
    else:
        terms["minutes"] = hand.one([15, 0, 1, 10, 20, 45, 60, 100])
    hand.maybe(terms, "carry_over_periods", [1, 2, "term", 0])
    hand.maybe(terms, "carry_over_minutes", [0, 5, 20], 3)
    terms["surcharge_on_covered"] = hand.one(["charge", "weight", "ignore"])
    return terms


def contracts(
    hand: Hand, name: str, near: date, customers: list[str], plants: list[str]
) -> Doc:
    start = near - timedelta(days=hand.one([0, 1, 31, 60, 92, 400]))
    contract: Doc = {
        "id": name,
        "customer": hand.one(customers),
        "valid_from": start.isoformat(),
        "covers": hand.one(["allowance", "allowance", "everything", "nothing"]),
    }
    if contract["covers"] == "allowance":
        contract["allowance"] = allowances(hand)
    if hand.chance(3):
        later = near + timedelta(days=hand.number(0, 40))
        contract["valid_until"] = later.isoformat()
    if hand.chance(3):
        contract["shared_with"] = hand.some(customers)
    if plants and hand.chance(4):
        contract["plants"] = hand.some(plants)
    if hand.chance(4):
        contract["services"] = hand.some(SERVICES)
    hand.maybe(contract, "priority", [1, 100, 200], 3)
    hand.maybe(contract, "tariff", ["t0", "t1"], 3)
    hand.maybe(contract, "includes_connection", [True], 4)
    if "allowance" in contract and hand.chance():
        contract["used"] = used_rows(hand, contract, near)
    return contract


def used_rows(hand: Hand, contract: Doc, near: date) -> list[Doc]:
    allowance = Allowance(contract)
    last = allowance.index(near)
    rows = []
    for index in range(max(0, last - 2), last + 1):
        start = allowance.start(index)
        if start is None or hand.chance():
            continue
        row: Doc = {"period_start": start.isoformat()}
        if allowance.by_cases:
            row["case_ids"] = hand.some(["F0", "F1", "elsewhere"])
            hand.maybe(row, "cases", [1, 2, 3], 3)
        else:
            row["seconds"] = hand.number(0, 5000)
            row["handed_seconds"] = hand.number(0, row["seconds"])
        rows.append(row)
    return rows


def _moment(seconds: int) -> str:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    return moment.isoformat().replace("+00:00", "Z")


def sessions(hand: Hand, name: str, near: date, cases: list[str]) -> Doc:
    midnight = int(datetime(near.year, near.month, near.day, tzinfo=UTC).timestamp())
    quarter = hand.one([0, 0, 1, 7, 14]) * 86_400 if hand.chance(3) else 0
    start = midnight + quarter + hand.number(0, 52 * 4) * 900
    start += hand.one([0, 0, 1, -1, 240])
    session: Doc = {
        "id": name,
        "case": hand.one(cases),
        "service": hand.one(SERVICES),
        "start": _moment(start),
        "end": _moment(start + hand.one(LENGTHS)),
    }
    hand.maybe(session, "skill", SKILLS)
    hand.maybe(session, "technician", ["anna", "ben"])
    hand.maybe(session, "connection", CONNECTIONS)
    hand.maybe(session, "billable", [False, True], 6)
    hand.maybe(session, "goodwill_percent", [0, 30, "12.5", 100], 5)
    return session


def calls(hand: Hand, name: str, of: list[Doc]) -> Doc:
    session = hand.one(of)
    call: Doc = {
        "id": name,
        "session": session["id"],
        "start": session["start"],
        "number": hand.one(["+4989123", "+49151234", "+1212555", "+3312345"]),
        "seconds": hand.one([0, 1, 9, 10, 60, 61, 725]),
    }
    hand.maybe(call, "cost", ["0.00", "1.23456", "0.05"])
    return call


DECKS: list[Doc] = [
    {
        "id": "D0",
        "rates": [
            {"prefix": "+49", "price_per_minute": "0.05", "connect_fee": "0.055"},
            {"prefix": "+4915", "price_per_minute": "1.234", "first_interval": 30,
             "next_interval": 6},
            {"prefix": "+1", "price_per_minute": "0.19", "next_interval": 1},
        ],
    },
    {"id": "D1", "rates": [{"prefix": "+", "price_per_minute": "0.33"}]},
]  # fmt: skip


def scenario(hand: Hand, *, most: int = 7, least: int = 0) -> Doc:
    """Make a scenario of `least` to `most` sessions."""
    zone = hand.one(list(DAYS))
    near = date.fromisoformat(hand.one(DAYS[zone]))
    customers = [_customer(hand, f"K{i}", near) for i in hand.times(2, 1)]
    owners = [customer["id"] for customer in customers]
    plants = [_plant(hand, f"P{i}", near, owners) for i in hand.times(2)]
    names = [plant["id"] for plant in plants]
    cases = [_case(hand, f"F{i}", near, owners, names) for i in hand.times(3, 1)]
    ids = [case["id"] for case in cases]
    work = [sessions(hand, f"S{i}", near, ids) for i in hand.times(most, least)]
    doc: Doc = {
        "timezone": zone,
        "default_tariff": "t0",
        "tariffs": [_tariff(hand, name, near) for name in ("t0", "t1")],
        "rate_decks": DECKS,
        "customers": customers,
        "plants": plants,
        "cases": cases,
        "contracts": [
            contracts(hand, f"C{i}", near, owners, names) for i in hand.times(3)
        ],
        "sessions": work,
        "calls": [calls(hand, f"A{i}", work) for i in hand.times(4)] if work else [],
    }
    _extras(hand, doc, near)
    return doc


@st.composite
def _drawn(draw: st.DrawFn, make: Callable[[Hand], T]) -> T:
    return make(Drawn(draw))


def made(make: Callable[[Hand], T]) -> st.SearchStrategy[T]:
    """Return a strategy: by seed where speed counts, drawn where one searches."""
    if os.environ.get("FERNKLADDE_TEST_PROFILE") == "search":
        return _drawn(make)
    return st.integers(0, 2**32).map(lambda seed: make(Seeded(seed)))


def scenarios(
    *, most_sessions: int = 7, least_sessions: int = 0
) -> st.SearchStrategy[Doc]:
    return made(lambda hand: scenario(hand, most=most_sessions, least=least_sessions))


def _extras(hand: Hand, doc: Doc, near: date) -> None:
    if hand.chance():
        doc["policy"] = {"require_consent": True}
    if hand.chance():
        days = [near + timedelta(days=n) for n in range(3)]
        doc["special_days"] = {
            day.isoformat(): hand.one(LABELS) for day in days if hand.chance()
        }
    if hand.chance(4):
        until = near + timedelta(days=hand.one([0, 1, 5]))
        doc["period"] = {"from": near.isoformat(), "until": until.isoformat()}
    doc["billed_fees"] = [
        {
            "case": hand.one(["F0", "F1", "elsewhere"]),
            "fee": hand.one(["fee0", "fee1"]),
            "tariff": hand.one(["t0", "t1"]),
            "date": (near + timedelta(days=hand.one([0, 1]))).isoformat(),
        }
        for _ in hand.times(2)
    ]


def _tariff(hand: Hand, name: str, near: date) -> Doc:
    versions = [tariff_versions(hand, "2020-01-01")]
    if hand.chance(3):
        later = (near + timedelta(days=1)).isoformat()
        versions.append(tariff_versions(hand, later))
    return {"id": name, "versions": versions}


def _customer(hand: Hand, name: str, near: date) -> Doc:
    customer: Doc = {"id": name}
    around = [(near + timedelta(days=n)).isoformat() for n in (-9, 1, 2)]
    hand.maybe(customer, "tariff", ["t0", "t1"], 3)
    hand.maybe(customer, "charging_from", around, 4)
    hand.maybe(customer, "consent_from", around, 3)
    return customer


def _plant(hand: Hand, name: str, near: date, owners: list[str]) -> Doc:
    plant: Doc = {"id": name, "customer": hand.one(owners)}
    around = [(near + timedelta(days=n)).isoformat() for n in (-1, 0, 99)]
    hand.maybe(plant, "warranty_until", around)
    hand.maybe(plant, "tariff", ["t1"], 4)
    return plant


def _case(
    hand: Hand, name: str, near: date, owners: list[str], plants: list[str]
) -> Doc:
    case: Doc = {
        "id": name,
        "customer": hand.one(owners),
        "reported_on": near.isoformat(),
    }
    if plants:
        hand.maybe(case, "plant", [*plants, None])
    hand.maybe(case, "cause", CAUSES)
    hand.maybe(case, "goodwill_percent", [0, 30, "33.3", 100], 4)
    noon = f"{(near + timedelta(days=1)).isoformat()}T12:00:00Z"
    hand.maybe(case, "consented_at", [noon, f"{near.isoformat()}T00:00:00Z"], 3)
    return case
