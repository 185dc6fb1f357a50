"""The machine's rules about the clock: start, pause, take up again, switch, stop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from fernkladde.cases.actions import (
    finish_paused,
    pause_timer,
    resume_timer,
    start_timer,
    stop_forgotten_timers,
    stop_timer,
    switch_timer,
)

from . import draws
from .facts import LONGEST, Row
from .work import Work, technicians

if TYPE_CHECKING:
    from fernkladde.cases.models import Session


class Timers(Work):
    last_start: tuple[str, str, str] | None = None  # technician, case, key

    @precondition(lambda self: self.facts.cases)
    @rule(who=technicians, about=draws.pick, service=draws.service, after=draws.pause)
    def start(self, who: str, about: int, service: str, after: int) -> None:
        self.passes(after)
        case = self.chosen(list(self.facts.cases), about)
        key = f"{who}-{len(self.facts.sessions)}-{self.now}"
        if any(row.get("key") == key for row in self.facts.sessions.values()):
            return
        start = self.facts.earliest_start(who, self.now)
        refusal = self.facts.clash(who, start, None)
        begun = self.act(
            lambda: start_timer(
                case=self.case(case),
                technician=self.person(who),
                service=service,
                client_key=key,
                by=None,
                at=self.at,
            ),
            refusal=refusal,
        )
        if not refusal:
            self._begun(begun, who, case, start, service=service, key=key)
            self.last_start = (who, case, key)

    def _begun(
        self, begun: Session, who: str, case: str, start: int, **more: Any
    ) -> None:
        for row in self.facts.valid(who):
            row["paused"] = row["paused"] and row["case"] != case
        self.facts.add_session(
            begun.number, case=case, technician=who, start=start, **more
        )

    @precondition(lambda self: self.last_start)
    @rule(after=draws.pause)
    def the_last_start_comes_again(self, after: int) -> None:
        """A double click, or an offline queue, hours later: nothing new (T7)."""
        self.passes(after)
        assert self.last_start is not None
        who, case, key = self.last_start
        again = self.act(
            lambda: start_timer(
                case=self.case(case),
                technician=self.person(who),
                client_key=key,
                by=None,
                at=self.at,
            )
        )
        assert self.facts.sessions[again.number]["key"] == key

    @precondition(lambda self: self.facts.sessions)
    @rule(which=draws.pick, after=draws.stretch, paused=st.booleans())
    def stop(self, which: int, after: int, paused: bool) -> None:
        row = self._some_session(which, lambda row: row["end"] is None)
        self.passes(after)
        refusal = ""
        if row["voided"]:
            refusal = "SessionVoided"
        elif row["end"] is not None:
            refusal = "SessionAlreadyStopped"
        act = pause_timer if paused else stop_timer
        number = row["number"]
        self.act(
            lambda: act(session=self.session(number), by=None, at=self.at),
            refusal=refusal,
        )
        if not refusal:
            self.facts.stop(row, self.now, paused=paused)

    @precondition(lambda self: any(r["paused"] for r in self.facts.sessions.values()))
    @rule(which=draws.pick, after=draws.pause, switch=st.booleans())
    def resume(self, which: int, after: int, switch: bool) -> None:
        """Take paused work up again, pausing what runs if it is a switch."""
        old = self._some_session(which, lambda row: row["paused"])
        self.passes(after)
        self._begin_again(old, old["case"], switch=switch, to=old)

    @precondition(lambda self: self.facts.cases)
    @rule(who=technicians, about=draws.pick, after=draws.stretch)
    def switch_to_a_case(self, who: str, about: int, after: int) -> None:
        self.passes(after)
        case = self.chosen(list(self.facts.cases), about)
        like: Row = {
            "technician": who,
            "service": "remote",
            "billable": True,
            "goodwill": None,
            "parallel": False,
        }
        self._begin_again(like, case, switch=True, to=None)

    def _begin_again(
        self, like: Row, case: str, *, switch: bool, to: Row | None
    ) -> None:
        who = like["technician"]
        running = self.facts.running(who) if switch else None
        before = dict(running) if running else {}
        refusal = "TimerRuns" if running and running["case"] == case else ""
        if running and not refusal:
            self.facts.stop(running, self.now, paused=True)
        start = self.facts.earliest_start(who, self.now)
        refusal = refusal or self.facts.clash(
            who, start, None, parallel=like["parallel"]
        )

        def begin() -> Session:
            by: dict[str, Any] = {"by": None, "at": self.at}
            if to is None:
                person = self.person(who)
                return switch_timer(technician=person, to=self.case(case), **by)
            paused = self.session(to["number"])
            return resume_timer(session=paused, pause_running=switch, **by)

        begun = self.act(begin, refusal=refusal)
        if refusal and running:
            running.update(before)
        if not refusal:
            same = ("service", "billable", "goodwill", "parallel")
            more = {name: like[name] for name in same}
            self._begun(begun, who, case, start, **more)

    @precondition(lambda self: self.facts.sessions)
    @rule(which=draws.pick)
    def drop_a_pause(self, which: int) -> None:
        row = self._some_session(which, lambda row: row["paused"])
        refusal = "" if row["paused"] else "NotPaused"
        number = row["number"]
        self.act(
            lambda: finish_paused(session=self.session(number), by=None, at=self.at),
            refusal=refusal,
        )
        row["paused"] = False

    @rule()
    def forgotten_timers_are_stopped(self) -> None:
        self.act(lambda: stop_forgotten_timers(at=self.at))
        for row in self.facts.sessions.values():
            runs = row["end"] is None and not row["voided"]
            if runs and row["start"] < self.now - LONGEST:
                row["end"] = row["start"] + LONGEST
