"""The machine's rules about work: the clock, what is written down, and decisions."""

from __future__ import annotations

from datetime import datetime, time
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from fernkladde.cases.actions import (
    confirm_session,
    correct_session,
    record_session,
    void_session,
)
from fernkladde.connections.actions import add_call

from . import draws
from .base import TECHNICIANS, Base
from .facts import TOLERANCE, Row

if TYPE_CHECKING:
    from fernkladde.connections.models import Call

WHY = "Irrtum"
technicians = st.sampled_from(TECHNICIANS)


class Work(Base):
    def passes(self, seconds: int) -> None:
        self.now += seconds

    @rule(seconds=draws.forward)
    def time_passes(self, seconds: int) -> None:
        self.passes(seconds)

    @rule(seconds=draws.backward)
    def the_clock_goes_back(self, seconds: int) -> None:
        self.passes(-seconds)

    @rule(number=st.integers(1, 25))
    def the_next_action_breaks(self, number: int) -> None:
        self.fault = number

    @precondition(lambda self: self.facts.sessions)
    @rule(which=draws.pick, length=draws.maybe(draws.stretch))
    def confirm(self, which: int, length: int | None) -> None:
        """Believe an end that was doubtful, or set the right one."""
        row = self._some_session(which, lambda row: not row["confirmed"])
        end = row["end"] if length is None else row["start"] + length
        refusal = self._closed(row)
        if not refusal and end is None:
            refusal = "SessionRuns"
        if not refusal and row["confirmed"] and end == row["end"]:
            refusal = "SessionAlreadyConfirmed"
        refusal = refusal or self._wrong_span(row, row["start"], end)
        number = row["number"]
        self.act(
            lambda: confirm_session(
                session=self.session(number),
                ended_at=None if length is None else draws.moment(end),
                by=None,
                at=self.at,
            ),
            refusal=refusal,
        )
        if not refusal:
            row["end"], row["confirmed"] = end, True

    def _some_session(self, which: int, rather: Any) -> Row:
        """Choose one of those that are rather wanted, if there are any."""
        rows = list(self.facts.sessions.values())
        chosen: Row = self.chosen([row for row in rows if rather(row)] or rows, which)
        return chosen

    def _closed(self, row: Row) -> str:
        if row["voided"]:
            return "SessionVoided"
        return "SessionBilled" if row["number"] in self.facts.claimed else ""

    def _wrong_span(self, row: Row, start: int, end: int | None) -> str:
        latest = self.now + TOLERANCE
        if start > latest:
            return "InTheFuture"
        if end is not None and end <= start:
            return "EndsBeforeItStarts"
        if end is not None and end > latest:
            return "InTheFuture"
        return self.facts.clash(
            row["technician"], start, end, parallel=row["parallel"], but=row["number"]
        )

    # Written down, corrected, struck out

    @precondition(lambda self: self.facts.cases)
    @rule(
        who=technicians,
        ago=draws.ago,
        stretches=draws.stretches,
        parallel=draws.rarely(True),
        turn=draws.turn,
    )
    def write_down(
        self,
        who: str,
        ago: int,
        stretches: list[tuple[int, int, int, str, bool]],
        parallel: bool = False,
        turn: int | None = None,
    ) -> None:
        """Write down what no timer saw, in several stretches; the last ended `ago`.

        Or the first began about the turn of the month.
        """
        moment = self.now - ago - sum(gap + length for gap, length, *_ in stretches)
        if turn is not None:
            first = self.day(-ago // 86400).replace(day=1)
            midnight = datetime.combine(first, time(), self.facts.zone)
            moment = int(midnight.timestamp()) + turn - stretches[0][0]
        for gap, length, about, service, billable in stretches:
            row: Row = {
                "case": self.chosen(list(self.facts.cases), about),
                "technician": who,
                "service": service,
                "start": moment + gap,
                "end": moment + gap + length,
                "billable": billable,
                "parallel": parallel,
            }
            self._record(row)
            moment = row["end"]

    @precondition(lambda self: self.facts.cases)
    @rule(who=technicians, ago=draws.ago, stretches=draws.stretches)
    def write_more_down(self, who: str, ago: int, stretches: Any) -> None:
        """Do it more often than other things: without work there is no bill."""
        self.write_down(who, ago, stretches)

    @precondition(lambda self: self.facts.cases)
    @rule(ago=draws.ago, stretches=draws.stretches)
    def a_team_writes_down(self, ago: int, stretches: Any) -> None:
        """Let two work side by side on the same cases."""
        self.write_down("anna", ago, stretches)
        self.write_down("bert", ago, stretches)

    def _record(self, row: Row) -> None:
        refusal = self._wrong_span(row | {"number": ""}, row["start"], row["end"])
        written = self.act(
            lambda: record_session(
                case=self.case(row["case"]),
                technician=self.person(row["technician"]),
                service=row["service"],
                started_at=draws.moment(row["start"]),
                ended_at=draws.moment(row["end"]),
                billable=row["billable"],
                parallel=row["parallel"],
                reason=WHY,
                by=None,
                at=self.at,
            ),
            refusal=refusal,
        )
        if not refusal:
            self.facts.add_session(written.number, confirmed=True, **row)

    @precondition(lambda self: self.facts.sessions)
    @rule(
        which=draws.pick,
        earlier=st.sampled_from([0, 0, 1, 600]),
        later=st.sampled_from([0, 1, -1, 600, -600]),
        about=draws.maybe(draws.pick),
        billable=draws.rarely(False),
    )
    def correct(
        self, which: int, earlier: int, later: int, about: int | None, billable: bool
    ) -> None:
        row = self._some_session(which, lambda row: not self._closed(row))
        new = row | {"start": row["start"] - earlier, "billable": billable}
        if row["end"] is not None:
            new["end"] = row["end"] + later
        if about is not None:
            new["case"] = self.chosen(list(self.facts.cases), about)
        refusal = self._closed(row)
        if not refusal and new != row:
            refusal = self._wrong_span(new, new["start"], new["end"])
        self.act(lambda: self._correct(new), refusal=refusal)
        if not refusal:
            row.update(new)

    def _correct(self, new: Row) -> None:
        changes: Any = {
            "started_at": draws.moment(new["start"]),
            "billable": new["billable"],
            "case": self.case(new["case"]),
        }
        if new["end"] is not None:
            changes["ended_at"] = draws.moment(new["end"])
        correct_session(
            session=self.session(new["number"]),
            reason=WHY,
            by=None,
            at=self.at,
            **changes,
        )

    @precondition(lambda self: self.facts.sessions)
    @rule(which=draws.pick)
    def void(self, which: int) -> None:
        row = self._some_session(which, lambda row: True)
        refusal, number = self._closed(row), row["number"]
        self.act(
            lambda: void_session(
                session=self.session(number), reason=WHY, by=None, at=self.at
            ),
            refusal=refusal,
        )
        if not refusal:
            row |= {"voided": True, "paused": False}

    # Connections

    @precondition(lambda self: self.facts.sessions)
    @rule(
        which=draws.pick,
        seconds=st.sampled_from([0, 5, 10, 61, 600]),
        cost=st.sampled_from([None, "0.12345", "1.20"]),
    )
    def call(self, which: int, seconds: int, cost: str | None) -> None:
        row = self._some_session(which, lambda row: not self._closed(row))
        refusal, number = self._closed(row), row["number"]
        if row["start"] > self.now + TOLERANCE and not refusal:
            refusal = "InTheFuture"

        def added() -> Call:
            return add_call(
                session=self.session(number),
                started_at=draws.moment(row["start"]),
                dialled="+4971112345",
                seconds=seconds,
                cost=None if cost is None else Decimal(cost),
                by=None,
                at=self.at,
            )

        made = self.act(added, refusal=refusal)
        if not refusal:
            self.facts.calls[made.number] = {
                "session": number,
                "seconds": seconds,
                "cost": None if cost is None else Fraction(cost),
            }
