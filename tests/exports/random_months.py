"""Firms with months of work, made at random in the database through the makers.

Everything follows from one number. Terms are as mean as those that the engine is
tried with; some of the work is written down late, after others were billed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from fernkladde.billing.models import AllowancePosting
from fernkladde.billing.period import Month
from tests import make
from tests.billing import month as billing
from tests.rating import scenarios as mean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fernkladde.accounts.models import User
    from fernkladde.cases.models import Case
    from fernkladde.contracts.models import Contract, Tariff
    from fernkladde.customers.models import Customer
    from fernkladde.plants.models import Plant

Doc = dict[str, Any]


@dataclass(slots=True)
class Firm:
    """A firm whose late work is not written down yet."""

    hand: mean.Hand
    month: Month
    late: list[Doc]
    calls: list[Doc]
    customers: dict[str, Customer] = field(default_factory=dict)
    plants: dict[str, Plant] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    tariffs: dict[str, Tariff] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)

    def write_down_late_work(self) -> None:
        self.write_down(self.late)

    def write_down(self, sessions: Iterable[Doc]) -> None:
        for doc in sessions:
            made = make.session(
                number=doc["id"],
                case=self.cases[doc["case"]],
                technician=self._person(doc.get("technician", "")),
                service=doc["service"],
                skill=doc.get("skill", "*"),
                connection=doc.get("connection", "none"),
                started_at=moment(doc["start"]),
                ended_at=moment(doc["end"]),
                billable=doc.get("billable", True),
                goodwill_percent=doc.get("goodwill_percent"),
                parallel=True,
            )
            for call in self.calls:
                if call["session"] == doc["id"]:
                    make.call(
                        number=call["id"],
                        session=made,
                        started_at=moment(call["start"]),
                        dialled=call["number"],
                        seconds=call["seconds"],
                        cost=call.get("cost"),
                    )

    def _person(self, name: str) -> User:
        if name not in self.people:
            self.people[name] = make.user()
        return self.people[name]


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def random_firm(seed: int) -> Firm:
    hand = mean.Seeded(seed)
    zone = hand.one(list(mean.DAYS))
    near = date.fromisoformat(hand.one(mean.DAYS[zone]))
    owners = [f"K{i}" for i in hand.times(4, 1)]
    plants = {f"P{i}": hand.one(owners) for i in hand.times(3)}
    cases = {f"F{i}": hand.one(owners) for i in hand.times(8, 2)}
    work = [
        mean.sessions(hand, f"S{i:02}", near, list(cases)) for i in hand.times(24, 4)
    ]
    calls = [mean.calls(hand, f"A{i}", work) for i in hand.times(8)]
    late = [doc for doc in work if hand.chance(4)]
    firm = Firm(hand, Month.of(near), late, calls)
    _terms(firm, zone, near)
    _matters(firm, near, owners, plants, cases)
    for name in (f"C{i}" for i in hand.times(6)):
        _contract(firm, name, near, owners, plants)
    firm.write_down(doc for doc in work if doc not in late)
    return firm


def _terms(firm: Firm, zone: str, near: date) -> None:
    hand = firm.hand
    for deck in mean.DECKS:
        make.rate_deck(code=deck["id"], rates=deck["rates"])
    for code in ("t0", "t1"):
        versions = [mean.tariff_versions(hand, "2020-01-01")]
        if hand.chance():
            later = near + timedelta(days=hand.one([1, 2, 9]))
            versions.append(mean.tariff_versions(hand, later.isoformat()))
        firm.tariffs[code] = make.tariff(*versions, code=code)
    billing.firm(
        timezone=zone,
        require_consent=hand.chance(),
        default_tariff=firm.tariffs["t0"],
    )
    for number in range(hand.number(0, 4)):
        day = near + timedelta(days=number)
        make.special_day(date=day, label=hand.one(["holiday", "half_day"]))


def _matters(
    firm: Firm,
    near: date,
    owners: list[str],
    plants: dict[str, str],
    cases: dict[str, str],
) -> None:
    hand = firm.hand
    around = [near + timedelta(days=n) for n in (-9, -1, 0, 1, 2, 99)]
    tariffs = list(firm.tariffs.values())
    for number in owners:
        fields: Doc = {"number": number}
        hand.maybe(fields, "tariff", tariffs, 3)
        hand.maybe(fields, "charging_from", around, 4)
        hand.maybe(fields, "consent_from", around, 3)
        firm.customers[number] = billing.customer(**fields)
    for number, owner in plants.items():
        fields = {"number": number, "customer": firm.customers[owner]}
        hand.maybe(fields, "warranty_until", around)
        hand.maybe(fields, "tariff", tariffs, 4)
        firm.plants[number] = make.plant(**fields)
    for number, owner in cases.items():
        own = [p for p in firm.plants.values() if plants[p.number] == owner]
        fields = {"number": number, "customer": firm.customers[owner]}
        hand.maybe(fields, "plant", [*own, None])
        hand.maybe(fields, "reported_on", around)
        hand.maybe(fields, "cause", mean.CAUSES)
        hand.maybe(fields, "goodwill_percent", [30, "33.3", 100], 4)
        noon = datetime(near.year, near.month, near.day, 12, tzinfo=billing.BERLIN)
        hand.maybe(fields, "consented_at", [noon], 3)
        firm.cases[number] = make.case(**fields)


def _contract(
    firm: Firm, number: str, near: date, owners: list[str], plants: dict[str, str]
) -> None:
    """Turn a contract as a scenario writes it into a row, with what it used before."""
    doc = mean.contracts(firm.hand, number, near, owners, list(plants))
    if firm.hand.chance():
        doc = {k: v for k, v in doc.items() if k not in ("plants", "services")}
        doc["shared_with"] = owners
    customer = doc["customer"]
    others = [other for other in doc.get("shared_with", ()) if other != customer]
    about = [p for p in doc.get("plants", ()) if plants[p] in (customer, *others)]
    fields: Doc = {
        "number": number,
        "customer": firm.customers[customer],
        "shared_with": [firm.customers[other] for other in others],
        "plants": [firm.plants[plant] for plant in about],
        "services": doc.get("services"),
        "valid_from": date.fromisoformat(doc["valid_from"]),
        "covers": doc["covers"],
        "priority": doc.get("priority", 100),
        "includes_connection": doc.get("includes_connection", False),
        **_allowance(doc.get("allowance")),
    }
    if "valid_until" in doc:
        fields["valid_until"] = date.fromisoformat(doc["valid_until"])
    if "tariff" in doc:
        fields["tariff"] = firm.tariffs[doc["tariff"]]
    _open(make.contract(**fields), doc.get("used", ()))


def _allowance(doc: Doc | None) -> Doc:
    if doc is None:
        return {}
    carry = doc.get("carry_over_periods", 0)
    return {
        "allowance_period": doc["period"],
        "allowance_minutes": doc.get("minutes"),
        "allowance_cases": doc.get("cases"),
        "carry_over_term": carry == "term",
        "carry_over_periods": 0 if carry == "term" else carry,
        "carry_over_minutes": doc.get("carry_over_minutes"),
        "surcharge_on_covered": doc["surcharge_on_covered"],
    }


def _open(contract: Contract, used: Iterable[Doc]) -> None:
    for row in used:
        start = date.fromisoformat(row["period_start"])
        of = {"contract": contract, "period_start": start}
        if "seconds" in row:
            amounts = {n: row[n] for n in ("seconds", "handed_seconds")}
            AllowancePosting.objects.create(**of, **amounts)
        for case in sorted(set(row.get("case_ids", ()))):
            AllowancePosting.objects.create(**of, cases=1, case_number=case)
