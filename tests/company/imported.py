"""A company that begins with an imported scenario: old work, and what was billed."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from hypothesis.stateful import initialize

from fernkladde.imports.scenario import load_scenario
from fernkladde.rating import parse_scenario

from . import draws
from .allowance import period_start
from .base import TECHNICIANS
from .facts import Row, new_case, new_customer
from .month import MonthEnd

if TYPE_CHECKING:
    from datetime import datetime

    from .facts import Facts

# What an earlier program had billed: a share of each of the first periods, its part
# that was handed on, and fees by their place in the list of all fees.
taken = st.lists(
    st.tuples(st.sampled_from([0, 1, 0.5]), st.sampled_from([0, 1, 0.5])), max_size=2
)
billed = st.lists(st.tuples(draws.pick, st.integers(1, 2)), max_size=3)


class ImportedCompany(MonthEnd):
    @initialize(
        opening=draws.openings,
        zone=draws.zones,
        tariffs=st.tuples(draws.version(), draws.version()),
        require_consent=st.booleans(),
        agreed=st.lists(st.tuples(draws.contract(), taken), min_size=1, max_size=3),
        cases=st.lists(
            st.tuples(draws.case(), draws.maybe(draws.percent), draws.ago),
            min_size=2,
            max_size=4,
        ),
        done=st.lists(st.tuples(draws.pick, draws.ago, draws.stretches), min_size=1),
        fees=billed,
    )
    def found(
        self,
        opening: datetime,
        zone: str,
        tariffs: tuple[Row, Row],
        require_consent: bool,
        agreed: list[tuple[Row, Any]],
        cases: list[tuple[Row, str | None, int]],
        done: list[tuple[int, int, Any]],
        fees: list[tuple[int, int]],
    ) -> None:
        """Put all into the model first; what it says is written out and imported."""
        self.now = int(opening.timestamp())
        facts = self.facts
        facts.zone, facts.require_consent = ZoneInfo(zone), require_consent
        facts.tariffs = {"T1": [tariffs[0]], "T2": [tariffs[1]]}
        facts.customers = {n: new_customer(n) for n in ("K1", "K2")}
        for whose, (terms, used) in enumerate(agreed):
            row = self.contract_row(terms, whose)
            facts.contracts[row["id"]] = row
            self._had_used(row, used)
        for place, (case, percent, ago) in enumerate(cases):
            self._had_case(f"C{place}", case, percent, ago)
        for who, ago, stretches in done:
            self._had_worked(TECHNICIANS[who % 2], ago, stretches)
        for place, number in fees:
            self._had_billed(self.chosen(draws.FEES, place), f"C{number}")
        load_scenario(parse_scenario(scenario_of(facts)), at=self.at)
        for name in TECHNICIANS:
            if not any(s["technician"] == name for s in facts.sessions.values()):
                self.hire(name)

    def _had_used(self, contract: Row, used: list[tuple[float, float]]) -> None:
        if contract["covers"] != "allowance":
            return
        terms = contract["allowance"]
        last = 1 if terms["period"] == "term" else len(used)
        for index, (share, handed) in enumerate(used[:last]):
            key = (contract["id"], index)
            if "cases" in terms:
                self.facts.by_case[key] = {"C0"} if share and terms["cases"] else set()
                self.facts.used[key] = len(self.facts.by_case[key])
            else:
                self.facts.used[key] = int(terms["minutes"] * 60 * share)
                self.facts.handed[key] = int(self.facts.used[key] * handed)

    def _had_case(self, number: str, case: Row, percent: str | None, ago: int) -> None:
        row = new_case(
            number,
            self.chosen(list(self.facts.customers), case["whose"]),
            self.day(-case["ago"]),
            cause=case["cause"],
            goodwill=None if percent is None else Fraction(percent),
        )
        if case["plant"] % 2:
            row |= {"consented_at": self.now - ago, "agreed_at": [self.now - ago]}
        self.facts.cases[number] = row

    def _had_worked(self, who: str, ago: int, stretches: Any) -> None:
        moment = self.now - ago - sum(gap + length for gap, length, *_ in stretches)
        for gap, length, about, service, billable in stretches:
            self.facts.add_session(
                f"S{len(self.facts.sessions):03}",
                case=self.chosen(list(self.facts.cases), about),
                technician=who,
                service=service,
                start=moment + gap,
                end=moment + gap + length,
                billable=billable,
                confirmed=True,
            )
            moment += gap + length
        self._mark_parallel(who)

    def _mark_parallel(self, who: str) -> None:
        """Mark what begins while its technician is still at something else."""
        busy_until = 0
        mine = self.facts.valid(who)
        for row in sorted(mine, key=lambda s: (s["start"], s["number"])):
            row["parallel"] = row["start"] < busy_until
            busy_until = max(busy_until, row["end"])

    def _had_billed(self, fee: Row, case: str) -> None:
        if fee["per"] != "group":
            day = self.day(0) if fee["per"] == "day" else None
            self.facts.fees.add((case, fee["name"], "T1", day))


def scenario_of(facts: Facts) -> Row:
    """Write the model out in the form of the rating rules."""
    return {
        "timezone": str(facts.zone),
        "policy": {"require_consent": facts.require_consent},
        "default_tariff": facts.default_tariff,
        "tariffs": [{"id": n, "versions": rows} for n, rows in facts.tariffs.items()],
        "customers": [{"id": number} for number in facts.customers],
        "contracts": [_contract(facts, row) for row in facts.contracts.values()],
        "cases": [_case(row) for row in facts.cases.values()],
        "sessions": [_session(row) for row in facts.sessions.values()],
        "billed_fees": [
            _told(case=case, fee=name, tariff=tariff, date=day)
            for case, name, tariff, day in sorted(facts.fees, key=str)
        ],
    }


def _told(**values: Any) -> Row:
    """Leave out what is not there; dates and instants as text."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
        if value is not None
    }


def _contract(facts: Facts, row: Row) -> Row:
    return _told(**row) | (
        {"used": _used(facts, row)} if row["covers"] == "allowance" else {}
    )


def _used(facts: Facts, contract: Row) -> list[Row]:
    rows = []
    for (name, index), taken in sorted(facts.used.items()):
        if name == contract["id"]:
            row: Row = {"period_start": period_start(contract, index).isoformat()}
            if "cases" in contract["allowance"]:
                row["case_ids"] = sorted(facts.by_case[name, index])
            else:
                handed = facts.handed[name, index]
                row |= {"seconds": taken, "handed_seconds": handed}
            rows.append(row)
    return rows


def _case(row: Row) -> Row:
    at, goodwill = row["consented_at"], row["goodwill"]
    return _told(
        id=row["number"],
        customer=row["customer"],
        reported_on=row["reported_on"],
        cause=row["cause"],
        goodwill_percent=None if goodwill is None else _decimal(goodwill),
        consented_at=None if at is None else draws.moment(at),
    )


def _decimal(percent: Fraction) -> str:
    """Write a percentage with all of its at most twelve decimals."""
    whole, rest = divmod(percent * 10**12, 10**12)
    return f"{whole}.{int(rest):012}"


def _session(row: Row) -> Row:
    return _told(
        id=row["number"],
        case=row["case"],
        service=row["service"],
        technician=row["technician"],
        start=draws.moment(row["start"]),
        end=draws.moment(row["end"]),
        billable=row["billable"],
    )
