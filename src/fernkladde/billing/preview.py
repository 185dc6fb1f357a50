"""The first two stages of the month's end: preview and approve.

A preview may be made any number of times and writes only itself; it says what
changed since the last one. Approving freezes it: when facts change afterwards, the
fingerprint no longer fits and the share must be previewed again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from fernkladde.journal import queries as journal
from fernkladde.journal.actions import record

from . import facts
from .firm import company
from .models import Preview, PreviewState, Run, Settlement
from .paper import Desk, lay_out_desk
from .readiness import reasons_to_park
from .shares import RatedMonth, Share, rate_month

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from fernkladde.accounts.models import User

    from .period import Month


@dataclass(slots=True)
class ReadyMonth:
    """A month rated, with what stands in each share's way, and the desk to write on."""

    month: Month
    agreed: facts.Terms
    rated: RatedMonth
    desk: Desk
    settled: frozenset[str]

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


def get_month_ready(month: Month) -> ReadyMonth:
    """Rate a month and find out who is ready; writes nothing."""
    agreed = facts.load_terms()
    rated = rate_month(agreed, month.last)
    firm = company()
    head = journal.head()
    desk = lay_out_desk(
        rated,
        company=firm,
        month=month,
        zone=agreed.zone,
        head=(head.sequence, head.hash),
    )
    for share in rated.shares.values():
        share.reasons = reasons_to_park(share, firm)
    return ReadyMonth(month, agreed, rated, desk, settled_customers(month))


def run_of(month: Month, *, at: datetime) -> Run:
    run, _ = Run.objects.get_or_create(period=str(month), defaults={"created_at": at})
    return run


@transaction.atomic
def preview_month(*, month: Month, by: User | None, at: datetime) -> ReadyMonth:
    """Make the month's previews anew; approvals of unchanged shares stay."""
    ready = get_month_ready(month)
    keep_previews(ready, by=by, at=at)
    return ready


def keep_previews(ready: ReadyMonth, *, by: User | None, at: datetime) -> None:
    """Store what was previewed: one row per share that has something in it."""
    run = run_of(ready.month, at=at)
    old = {row.customer_id: row for row in Preview.objects.filter(run=run)}
    new = [
        _preview(run, share, old.get(share.customer.pk), at) for share in ready.shares
    ]
    Preview.objects.filter(run=run).delete()
    Preview.objects.bulk_create(new)
    record(
        kind="billing.month-previewed",
        subject=f"month/{ready.month}",
        by=by,
        at=at,
        facts={
            "customers": len(new),
            "parked": sum(row.state == PreviewState.PARKED for row in new),
            "net": str(sum((row.net for row in new), start=0)),
        },
    )


def _preview(run: Run, share: Share, old: Preview | None, at: datetime) -> Preview:
    fingerprint = share.fingerprint()
    unchanged = old is not None and old.fingerprint == fingerprint
    approved = unchanged and old is not None and old.state == PreviewState.APPROVED
    state = PreviewState.APPROVED if approved else PreviewState.PREVIEWED
    if share.reasons:
        state = PreviewState.PARKED
    keeps = old if approved and not share.reasons else None
    return Preview(
        run=run,
        customer=share.customer,
        state=state,
        fingerprint=fingerprint,
        content=share.content(),
        reasons=share.reasons,
        net=share.net,
        net_before=(old.net_before if unchanged else old.net) if old else None,
        made_at=at,
        approved_at=keeps.approved_at if keeps else None,
        approved_by_id=keeps.approved_by_id if keeps else None,
    )


@transaction.atomic
def approve_previews(
    *, month: Month, customers: Collection[str] | None, by: User | None, at: datetime
) -> int:
    """Freeze the chosen customers' previews (None: all that are ready)."""
    rows = Preview.objects.filter(run__period=str(month), state=PreviewState.PREVIEWED)
    if customers is not None:
        rows = rows.filter(customer__number__in=customers)
    approved = rows.update(
        state=PreviewState.APPROVED,
        approved_at=at,
        approved_by_id=by.pk if by else None,
    )
    if approved:
        record(
            kind="billing.month-approved",
            subject=f"month/{month}",
            by=by,
            at=at,
            facts={"customers": approved},
        )
    return approved
