"""The unbilled work around one customer, as a scenario."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from fernkladde.billing import facts, reading
from fernkladde.billing.period import end_of
from fernkladde.values.once import once

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from fernkladde.customers.models import Customer
    from fernkladde.rating.facts import Scenario
    from fernkladde.rating.facts import Session as SessionFact

_beside: ContextVar[Callable[[], Iterable[str]]] = ContextVar("beside", default=tuple)


@contextmanager
def reading_along(customers: Callable[[], Iterable[str]]) -> Iterator[None]:
    """Let whoever first asks for somebody's open work read theirs along.

    A page shows a customer and, in its frame, the clock of another: so both are
    read with the same queries.
    """
    token = _beside.set(customers)
    try:
        yield
    finally:
        _beside.reset(token)


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read of these customers; `running` are the numbers of their clocks."""

    customers: frozenset[str]
    scenario: Scenario
    running: frozenset[str]


@once
def scenario_around(customer: Customer, *, at: datetime) -> Scenario:
    """Return the unbilled work of a customer and of all who share its allowances.

    Running timers are in it as if they ended now: what is being used up at this
    moment is not promised to the next caller.
    """
    related = facts.all_related([customer.number])
    return _of_these(_read_around(related, at=at), related)


def unbilled_around(customers: Iterable[str], *, at: datetime) -> Scenario:
    """Return the same of several customers, without what their clocks count."""
    related = facts.all_related(customers)
    read = _read_around(related, at=at)
    scenario = _of_these(read, related)
    done = (one for one in scenario.sessions if one.id not in read.running)
    return replace(scenario, sessions=tuple(done))


def _read_around(related: Collection[str], *, at: datetime) -> _Read:
    """Read it, unless the page has read it along with others before."""
    shelf = _shelf(at=at)
    for read in shelf:
        if read.customers.issuperset(related):
            return read
    together = facts.all_related({*related, *_beside.get()()})
    shelf.append(_work_of(frozenset(together), at=at))
    return shelf[-1]


@once
def _shelf(*, at: datetime) -> list[_Read]:
    """Return where a page puts what it has read; each moment has one of its own."""
    del at
    return []


def _of_these(read: _Read, customers: Collection[str]) -> Scenario:
    whole = read.customers == customers
    return read.scenario if whole else only_of(read.scenario, customers)


def only_of(scenario: Scenario, customers: Collection[str]) -> Scenario:
    """Leave out the work and the contracts of all others."""
    cases = tuple(case for case in scenario.cases if case.customer in customers)
    named = {case.id for case in cases}
    plants = {case.plant for case in cases}
    sessions = tuple(one for one in scenario.sessions if one.case in named)
    worked = {session.id for session in sessions}
    return replace(
        scenario,
        customers=tuple(one for one in scenario.customers if one.id in customers),
        contracts=tuple(c for c in scenario.contracts if c.customer in customers),
        plants=tuple(plant for plant in scenario.plants if plant.id in plants),
        cases=cases,
        sessions=sessions,
        calls=tuple(call for call in scenario.calls if call.session in worked),
        billed_fees=tuple(fee for fee in scenario.billed_fees if fee.case in named),
    )


def _work_of(customers: frozenset[str], *, at: datetime) -> _Read:
    agreed, _related = facts.terms_around(customers)
    sessions, running = _sessions_of(customers, agreed, at)
    done = {session.id for session in sessions}
    calls = facts.calls_at(done) if done else ()
    scenario = facts.build(agreed, [*sessions, *running], calls=calls)
    return _Read(customers, scenario, frozenset(session.id for session in running))


def _sessions_of(
    customers: Collection[str], agreed: facts.Terms, at: datetime
) -> tuple[list[SessionFact], list[SessionFact]]:
    """Return what is done and not settled, and what the clocks have counted."""
    until = int(end_of(at.astimezone(agreed.zone).date(), agreed.zone).timestamp())
    sessions, running, now = [], [], int(at.timestamp())
    for row in reading.UNSETTLED.rows(customers):
        begun, ended = reading.instant(row[3]), row[4]
        if begun is not None and ended is None:
            until_now = datetime.fromtimestamp(max(now, begun + 1), UTC)
            running.append(reading.session((*row[:4], until_now, *row[5:])))
        elif begun is not None and begun < until:
            sessions.append(reading.session(row))
    sessions.sort(key=_as_worked)
    return sessions, sorted(running, key=_as_worked)


def _as_worked(session: SessionFact) -> tuple[int, str]:
    return session.start, session.id
