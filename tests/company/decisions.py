"""The machine's rules about cases and the decisions that settle who pays."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from fernkladde.cases.actions import (
    decide_cause,
    give_goodwill,
    open_case,
    record_consent,
    set_cost_cap,
    withdraw_goodwill,
)
from fernkladde.plants.models import Plant

from . import draws
from .facts import TOLERANCE, Row, new_case
from .timers import Timers
from .work import WHY

if TYPE_CHECKING:
    from fernkladde.cases.models import Case, Session

MOST_CASES = 8


class Decisions(Timers):
    @precondition(lambda self: len(self.facts.cases) < MOST_CASES)
    @rule(
        whose=draws.pick,
        plant=draws.pick,
        ago=draws.days_ago,
        cause=draws.cause,
    )
    def new_case(self, whose: int, plant: int, ago: int, cause: str) -> None:
        customer = self.chosen(list(self.facts.customers), whose)
        owned = [n for n, p in self.facts.plants.items() if p["customer"] == customer]
        about = self.chosen([None, *owned], plant)
        reported_on = self.day(-ago)
        opened = self.act(
            lambda: open_case(
                customer=self.customer(customer),
                plant=Plant.objects.get(number=about) if about else None,
                subject="Störung",
                reported_on=reported_on,
                cause=cause,
                by=None,
                at=self.at,
            ),
            refusal="InvalidRecord" if ago < 0 else "",
        )
        if opened:
            self.facts.cases[opened.number] = new_case(
                opened.number, customer, reported_on, plant=about, cause=cause
            )

    def _some_case(self, pick: int) -> Row:
        row: Row = self.chosen(list(self.facts.cases.values()), pick)
        return row

    @precondition(lambda self: self.facts.cases)
    @rule(about=draws.pick, cause=draws.cause)
    def cause_is_decided(self, about: int, cause: str) -> None:
        row = self._some_case(about)
        number = row["number"]
        self.act(
            lambda: decide_cause(
                case=self.case(number), cause=cause, by=None, at=self.at
            )
        )
        row["cause"] = cause

    @precondition(lambda self: self.facts.cases)
    @rule(about=draws.pick, percent=draws.percent)
    def goodwill_for_a_case(self, about: int, percent: str) -> None:
        row = self._some_case(about)
        number = row["number"]
        self.act(lambda: self._give(self.case(number), percent))
        row["goodwill"] = Fraction(percent)

    def _give(self, on: Case | Session, percent: str) -> None:
        give_goodwill(on=on, percent=Decimal(percent), reason=WHY, by=None, at=self.at)

    @precondition(lambda self: self.facts.sessions)
    @rule(which=draws.pick, percent=st.just("0") | draws.percent)
    def goodwill_for_a_session(self, which: int, percent: str) -> None:
        row = self._some_session(which, lambda row: not self._closed(row))
        refusal, number = self._closed(row), row["number"]
        self.act(lambda: self._give(self.session(number), percent), refusal=refusal)
        if not refusal:
            row["goodwill"] = Fraction(percent)

    @precondition(lambda self: self.facts.cases)
    @rule(about=draws.pick)
    def goodwill_is_withdrawn(self, about: int) -> None:
        row = self._some_case(about)
        number = row["number"]
        self.act(
            lambda: withdraw_goodwill(
                on=self.case(number), reason=WHY, by=None, at=self.at
            ),
            refusal="NoGoodwill" if row["goodwill"] is None else "",
        )
        row["goodwill"] = None

    @precondition(lambda self: self.facts.cases)
    @rule(
        about=draws.pick,
        given=st.sampled_from([True, True, False]),
        ago=st.sampled_from([-61, -60, 0, 0, 3600]) | st.integers(0, 20 * 86400),
        edge=st.sampled_from(["", "start", "end"]),
        before=st.integers(0, 1),
    )
    def consent(
        self, about: int, given: bool, ago: int, edge: str, before: int
    ) -> None:
        """Write down what the customer said, also days later: the earliest counts.

        Often it was said just when work on the case began or ended.
        """
        row = self._some_case(about)
        number, asked_at = row["number"], self.now - ago
        done = [s for s in self.facts.sessions.values() if s["case"] == number]
        if edge and done and done[-1][edge]:
            asked_at = done[-1][edge] - before
        refusal = "InTheFuture" if asked_at - self.now > TOLERANCE else ""
        self.act(
            lambda: record_consent(
                case=self.case(number),
                given=given,
                person="Frau Schulz",
                channel="phone",
                sentence="28,00 € je angefangene 15 Minuten",
                asked_at=draws.moment(asked_at),
                by=None,
                at=self.at,
            ),
            refusal=refusal,
        )
        if given and not refusal:
            row["agreed_at"].append(asked_at)
            row["consented_at"] = min(row["agreed_at"])

    @precondition(lambda self: self.facts.cases)
    @rule(about=draws.pick, amount=draws.maybe(st.sampled_from(["50", "250.00"])))
    def a_cap_is_set(self, about: int, amount: str | None) -> None:
        row = self._some_case(about)
        number = row["number"]
        cap = None if amount is None else Decimal(amount)
        self.act(
            lambda: set_cost_cap(
                case=self.case(number), amount=cap, by=None, at=self.at
            )
        )
        if cap != row["cap"]:
            row |= {"cap": cap, "cap_set_at": self.now}
