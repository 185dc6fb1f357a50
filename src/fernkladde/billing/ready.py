"""A month rated, with what stands in each share's way."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fernkladde.journal import queries as journal
from fernkladde.values.garbage import no_garbage

from . import facts
from .at_hand import Desk, lay_out_desk
from .firm import company
from .models import Settlement
from .paper import compose
from .readiness import reasons_to_park
from .shares import RatedMonth, Share, rate_month
from .trial import faults_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from .marks import Mark
    from .period import Month
    from .reasons import Reason


@dataclass(slots=True)
class ReadyMonth:
    """A month rated, with what stands in each share's way, and the desk to write on.

    The desk's head of the Kladde is older than the facts, never newer: what is done
    meanwhile shows as a change and is not missed. So are `marks`, by customer key.
    """

    month: Month
    agreed: facts.Terms
    rated: RatedMonth
    desk: Desk
    settled: frozenset[str]
    marks: Mapping[int, Mark] = field(default_factory=dict)

    @property
    def shares(self) -> list[Share]:
        """The shares still to be dealt with, in the order of customer numbers."""
        return [
            share
            for number, share in self.rated.shares.items()
            if number not in self.settled
        ]


def settled_customers(month: Month) -> frozenset[str]:
    """Return the customers whose month has a live settlement: their share is closed.

    What is confirmed later goes on the next month's invoice.
    """
    rows = Settlement.objects.filter(run__period=str(month), released_by=None)
    return frozenset(rows.values_list("customer__number", flat=True))


def get_month_ready(
    month: Month, customers: Collection[str] | None = None
) -> ReadyMonth:
    """Rate a month and find out who is ready; writes nothing.

    With `customers` only these are rated, and all who draw on the same allowances.
    """
    with no_garbage():
        return _ready(month, customers)


def _ready(month: Month, customers: Collection[str] | None) -> ReadyMonth:
    head = journal.head()
    agreed = facts.load_terms()
    if customers is not None:
        customers = facts.related_under(agreed, customers)
        agreed = facts.limited_to(agreed, customers)
    rated = rate_month(agreed, month.last, customers)
    firm = company()
    desk = lay_out_desk(
        rated,
        company=firm,
        month=month,
        zone=agreed.zone,
        head=(head.sequence, head.hash),
        used_before=facts.used_by_work_period(agreed.posted),
    )
    ready = ReadyMonth(month, agreed, rated, desk, settled_customers(month))
    for share in ready.shares:
        share.reasons = reasons_to_park(share, desk) or _faults(share, ready)
    return ready


def _faults(share: Share, ready: ReadyMonth) -> list[Reason]:
    """Check the document as it would be on the last day of the month."""
    if not share.settled_groups:
        return []
    day = ready.month.last
    document = compose(share, ready.desk, issued_on=day, number="", with_proof=False)
    return faults_of(share, document)
