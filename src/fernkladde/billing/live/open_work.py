"""The unbilled work around one customer, as a scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fernkladde.billing import facts
from fernkladde.rating.facts import Session as SessionFact

if TYPE_CHECKING:
    from datetime import date

    from fernkladde.cases.models import Session
    from fernkladde.customers.models import Customer
    from fernkladde.rating.facts import Scenario


def scenario_around(
    customer: Customer, *, on: date, extra: tuple[SessionFact, ...] = ()
) -> Scenario:
    """Return the unbilled work of a customer and of all who share its allowances."""
    agreed = facts.load_terms()
    related = facts.related_customers(customer)
    chosen = facts.unbilled(on, agreed.zone, related)
    rows = chosen.order_by("started_at", "number").values_list(*facts.SESSION_FIELDS)
    sessions = [facts.session_fact(row) for row in rows]
    return facts.build(agreed, [*sessions, *extra], calls=facts.calls_of(chosen))


def as_if_ended(session: Session, end: int) -> SessionFact:
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
