"""Target times by contract: when an answer and a solution are due.

Counted in business hours from the opening. While the customer is waited for nothing
is due; afterwards the solution has as much time left as when the waiting began.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from fernkladde.cases.models import DONE, Case, CaseState, Priority
from fernkladde.contracts.hours import office_hours
from fernkladde.contracts.queries import contracts_of

if TYPE_CHECKING:
    from datetime import datetime

    from fernkladde.contracts.models import Contract


def due_values(case: Case) -> dict[str, Any]:
    """Return the case's target times as its contract, plant and urgency say now.

    They begin anew with the opening: an hour that was waited for the customer before
    a change of urgency or plant counts again.
    """
    agreed = _agreed(case)
    if agreed is None:
        values: dict[str, Any] = {"respond_by": None, "solve_by": None}
    else:
        respond, solve = _minutes(agreed, case.priority)
        values = {
            "respond_by": _after(case.opened_at, respond),
            "solve_by": _after(case.opened_at, solve),
        }
    return values | {
        "due_at": next_due(case.state, responded_at=case.responded_at, **values)
    }


def next_due(
    state: str,
    *,
    responded_at: datetime | None,
    respond_by: datetime | None,
    solve_by: datetime | None,
) -> datetime | None:
    """Return what is due first; nothing of a case that is done or waits for others."""
    if state in DONE or state == CaseState.WAITING_CUSTOMER:
        return None
    instants = [] if responded_at else [respond_by]
    return min((one for one in (*instants, solve_by) if one), default=None)


def moved_on(case: Case, state: CaseState, *, at: datetime) -> dict[str, Any]:
    """Return what a new state makes of the target times of a case."""
    waits = state == CaseState.WAITING_CUSTOMER
    waited, solve_by = case.waiting_since, case.solve_by
    if waited and not waits:
        solve_by = _later(solve_by, waited, at)
    answered = case.responded_at or (at if state != CaseState.NEW else None)
    return {
        "responded_at": answered,
        "waiting_since": (waited or at) if waits else None,
        "solve_by": solve_by,
        "due_at": next_due(
            state,
            responded_at=answered,
            respond_by=case.respond_by,
            solve_by=solve_by,
        ),
    }


def _later(
    solve_by: datetime | None, waited: datetime, at: datetime
) -> datetime | None:
    """Give the solution the time that was left when the waiting began."""
    if solve_by is None or solve_by <= waited or at <= waited:
        return solve_by
    hours = office_hours()
    return hours.after(at, hours.between(waited, solve_by))


def _agreed(case: Case) -> Contract | None:
    """Return the first contract with target times that fits on the day of report."""
    contracts = contracts_of(
        customer_id=case.customer_id, plant_id=case.plant_id, on=case.reported_on
    )
    for contract in contracts:
        if any(_minutes(contract, case.priority)):
            return contract
    return None


def _minutes(contract: Contract, priority: int) -> tuple[int | None, int | None]:
    """Return the minutes for answer and solution; some for a plant that stands."""
    respond, solve = contract.respond_minutes, contract.solve_minutes
    if priority == Priority.DOWN:
        respond = contract.respond_minutes_down or respond
        solve = contract.solve_minutes_down or solve
    return respond, solve


def _after(start: datetime, minutes: int | None) -> datetime | None:
    if minutes is None:
        return None
    return office_hours().after(start, timedelta(minutes=minutes))
