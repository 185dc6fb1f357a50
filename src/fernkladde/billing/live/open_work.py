"""The unbilled work around one customer, as a scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fernkladde.billing import facts
from fernkladde.cases.models import Session
from fernkladde.rating.facts import Session as SessionFact
from fernkladde.values.once import once

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from fernkladde.customers.models import Customer
    from fernkladde.rating.facts import Scenario


@once
def scenario_around(customer: Customer, *, at: datetime) -> Scenario:
    """Return the unbilled work of a customer and of all who share its allowances.

    Running timers are in it as if they ended now: what is being used up at this
    moment is not promised to the next caller.
    """
    agreed, related = facts.terms_around([customer.number])
    today = at.astimezone(agreed.zone).date()
    chosen = facts.unbilled(today, agreed.zone, related)
    rows = chosen.order_by("started_at", "number").values_list(*facts.SESSION_FIELDS)
    sessions = [facts.session_fact(row) for row in rows]
    sessions += running_work(related, at=at)
    return facts.build(agreed, sessions, calls=facts.calls_of(chosen))


def running_work(customers: Collection[str], *, at: datetime) -> list[SessionFact]:
    """Return what these customers' timers have counted so far."""
    running = Session.objects.running().filter(case__customer__number__in=customers)
    rows = running.select_related("case", "technician").order_by("started_at", "number")
    return [_as_if_ended(row, int(at.timestamp())) for row in rows]


def _as_if_ended(session: Session, end: int) -> SessionFact:
    """Return a running session as a fact that ends at `end`, a second on at least."""
    start = int(session.started_at.timestamp())
    return SessionFact(
        id=session.number,
        case=session.case.number,
        service=session.service,
        start=start,
        end=max(end, start + 1),
        skill=session.skill,
        technician=session.technician.username,
        connection=session.connection,
        billable=session.billable,
        goodwill_percent=session.goodwill_percent,
    )
