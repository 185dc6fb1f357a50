"""The third stage: issue, one short transaction per customer.

Everything is computed and checked before; inside the transaction the facts are read
once more, and only if they are still the same is anything written (settling.py).
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fernkladde.journal.durability import refuse_forgetful_database
from fernkladde.search.index import once_at_the_end
from fernkladde.values.garbage import no_garbage

from .models import Preview, PreviewState, Run
from .order import Order, make_order
from .paper import compose
from .preview import run_of
from .ready import ReadyMonth, get_month_ready
from .settling import settle
from .trial import faults_of, faults_of_xml
from .unchanged import FactsChanged

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import date, datetime

    from django.db.models import QuerySet

    from fernkladde.accounts.models import User

    from .models import Settlement
    from .period import Month
    from .reasons import Reason
    from .shares import Share

AT_ONCE = 10


@dataclass(slots=True)
class Issued:
    """What an issue run did: settled now, parked with reasons, outdated.

    `refused` names those of the parked who had been approved.
    """

    settled: list[Settlement] = field(default_factory=list)
    parked: dict[str, list[Reason]] = field(default_factory=dict)
    outdated: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def add(self, other: Issued) -> None:
        self.settled += other.settled
        self.parked |= other.parked
        self.outdated += other.outdated
        self.refused += other.refused


def issue_month(
    ready: ReadyMonth,
    *,
    issued_on: date,
    by: User | None,
    at: datetime,
    customers: Collection[str] | None = None,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Issued:
    """Issue every approved share that is still what was approved.

    Run again, it does nothing twice and completes what was missing. With `customers`
    the others wait. What cannot be issued is parked or outdated, and says so in its
    preview. On a database that may forget nothing is issued at all.
    """
    refuse_forgetful_database()
    run = run_of(ready.month, at=at)
    order = make_order(ready, run, issued_on=issued_on, by=by, at=at)
    done = Issued()
    done.parked = {s.customer.number: s.reasons for s in ready.shares if s.reasons}
    approved = _approved(run, customers)
    shares = {share.customer.number: share for share in ready.shares}
    with no_garbage(), once_at_the_end():
        for count, (number, fingerprint) in enumerate(approved.items(), 1):
            _issue(number, shares.get(number), fingerprint, ready, order, done)
            progress(count, len(approved))
    return done


def waiting_for_issue(
    month: Month, customers: Collection[str] | None = None
) -> list[str]:
    """Return the approved customers of a month, in the order they are issued in."""
    run = Run.objects.filter(period=str(month)).first()
    return [] if run is None else list(_approved(run, customers))


def _approved(run: Run, customers: Collection[str] | None) -> dict[str, str]:
    """Return the fingerprints of approved previews, in the order of customers."""
    rows = Preview.objects.filter(run=run, state=PreviewState.APPROVED)
    if customers is not None:
        rows = rows.filter(customer__number__in=customers)
    rows = rows.order_by("customer__number")
    return dict(rows.values_list("customer__number", "fingerprint"))


def _issue(
    number: str,
    share: Share | None,
    fingerprint: str,
    ready: ReadyMonth,
    order: Order,
    done: Issued,
) -> None:
    """Settle a share, or park it, or find that it is not what was approved."""
    if share is None or fingerprint != share.fingerprint():
        _outdate(number, order.run, done)
        return
    document = compose(
        share, ready.desk, issued_on=order.issued_on, number=f"{order.series}-1"
    )
    reasons = share.reasons or faults_of(share, document) or faults_of_xml(document)
    if reasons:
        _park(number, reasons, order.run, done)
        return
    try:
        done.settled.append(settle(share=share, document=document, order=order))
    except FactsChanged:
        _outdate(number, order.run, done)


def _outdate(number: str, run: Run, done: Issued) -> None:
    done.outdated.append(number)
    _approved_preview(number, run).update(state=PreviewState.OUTDATED)


def _park(number: str, reasons: list[Reason], run: Run, done: Issued) -> None:
    done.parked[number] = reasons
    done.refused.append(number)
    _approved_preview(number, run).update(
        state=PreviewState.PARKED, reasons=[reason.row() for reason in reasons]
    )


def _approved_preview(number: str, run: Run) -> QuerySet[Preview]:
    return Preview.objects.filter(
        run=run, customer__number=number, state=PreviewState.APPROVED
    )


def issue_for_a_while(
    *,
    month: Month,
    customers: Collection[str] | None,
    issued_on: date,
    by: User | None,
    at: datetime,
    seconds: float,
) -> Issued:
    """Issue approved shares until the time is over; call it again for the rest.

    A few customers at a time are rated, with all who draw on the same allowances: so
    that each step is short and stands on facts of this moment.
    """
    until = time.monotonic() + seconds
    done = Issued()
    waiting = waiting_for_issue(month, customers)
    while waiting:
        few, waiting = waiting[:AT_ONCE], waiting[AT_ONCE:]
        ready = get_month_ready(month, few)
        done.add(issue_month(ready, issued_on=issued_on, by=by, at=at, customers=few))
        if time.monotonic() > until:
            break
    return done
