"""The first two stages of the month's end: preview and approve.

A preview may be made any number of times and writes only itself; it says what
changed since the last one. Approving freezes it: when facts change afterwards, the
fingerprint no longer fits and the share must be previewed again.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from fernkladde.journal.actions import record
from fernkladde.values.garbage import no_garbage
from fernkladde.values.refusal import Refusal

from . import facts
from .marks import marks
from .models import Preview, PreviewState, Run
from .open_points import open_points
from .ready import ReadyMonth, get_month_ready, settled_customers

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from fernkladde.accounts.models import User

    from .period import Month
    from .shares import Share


class PreviewedAgain(Refusal):
    """Somebody made a newer preview than the one that this person has seen."""

    def __init__(self) -> None:
        super().__init__(
            _("Inzwischen gibt es eine neuere Vorschau. Bitte ansehen, dann freigeben.")
        )


def run_of(month: Month, *, at: datetime) -> Run:
    run, _made = Run.objects.get_or_create(
        period=str(month), defaults={"created_at": at}
    )
    return run


def preview_month(*, month: Month, by: User | None, at: datetime) -> ReadyMonth:
    """Make the month's previews anew; approvals of unchanged shares stay."""
    touched = marks(month.last, facts.load_zone())
    ready = get_month_ready(month)
    ready.marks = touched
    with no_garbage():
        keep_previews(ready, by=by, at=at)
    return ready


@transaction.atomic
def keep_previews(ready: ReadyMonth, *, by: User | None, at: datetime) -> None:
    """Store what was previewed: one row per share that has something in it."""
    run = run_of(ready.month, at=at)
    # Of two previews made at once the one that knows less gives way; the UPDATE is
    # also the lock that keeps them in line.
    seen = ready.desk.head[0]
    kept = Run.objects.filter(pk=run.pk, seen_entry__lte=seen).update(
        previewed_at=at,
        seen_entry=seen,
        open_points=[point.stored() for point in open_points(ready)],
    )
    if not kept:
        return
    told = _store(ready, run, at)
    record(
        kind="billing.month-previewed",
        subject=f"month/{ready.month}",
        by=by,
        at=at,
        facts=told,
    )


def _store(ready: ReadyMonth, run: Run, at: datetime) -> dict[str, object]:
    """Put the new previews in place of the old; return their sums."""
    fields = ("customer_id", "state", "fingerprint", "net", "net_before",
              "net_by_case", "net_by_case_before", "approved_at",
              "approved_by_id")  # fmt: skip
    rows = Preview.objects.filter(run=run)
    old = {row.customer_id: row for row in rows.only(*fields)}
    settled = settled_customers(ready.month)
    shares = [s for s in ready.shares if s.customer.number not in settled]
    rows.delete()
    new = [
        _preview(run, share, old.get(share.customer.pk), ready, at) for share in shares
    ]
    Preview.objects.bulk_create(new)
    return {
        "customers": len(new),
        "parked": sum(row.state == PreviewState.PARKED for row in new),
        "net": str(sum((row.net for row in new), start=Decimal("0.00"))),
    }


def _preview(
    run: Run, share: Share, old: Preview | None, ready: ReadyMonth, at: datetime
) -> Preview:
    fingerprint = share.fingerprint()
    unchanged = old is not None and old.fingerprint == fingerprint
    before = _before(old, unchanged=unchanged)
    state = _state(share, old if unchanged else None)
    keeps = old if state == PreviewState.APPROVED else None
    first, zone = ready.month.first, ready.agreed.zone
    return Preview(
        run=run,
        customer=share.customer,
        state=state,
        fingerprint=fingerprint,
        reasons=[reason.row() for reason in share.reasons],
        net=share.net,
        net_before=before[0],
        net_by_case=share.net_by_case(),
        net_by_case_before=before[1],
        free_value=sum((row.value for row in share.free), Decimal(0)),
        held_value=sum((row.value for row in share.held), Decimal(0)),
        sessions=len(share.sessions),
        late_sessions=share.sessions_before(first, zone),
        mark=str(ready.marks.get(share.customer.pk, "")),
        made_at=at,
        approved_at=keeps.approved_at if keeps else None,
        approved_by_id=keeps.approved_by_id if keeps else None,
    )


def _before(
    old: Preview | None, *, unchanged: bool
) -> tuple[Decimal | None, dict[str, str] | None]:
    """Return what the last preview came to that was another one, whole and by case."""
    if old is None:
        return None, None
    if unchanged:
        return old.net_before, old.net_by_case_before
    return old.net, old.net_by_case


def _state(share: Share, unchanged: Preview | None) -> PreviewState:
    """Keep an approval whose share is still the same; parked and held need none."""
    if share.reasons:
        return PreviewState.PARKED
    if not share.settled_groups:
        return PreviewState.HELD
    if unchanged is not None and unchanged.state == PreviewState.APPROVED:
        return PreviewState.APPROVED
    return PreviewState.PREVIEWED


@transaction.atomic
def approve_previews(
    *,
    month: Month,
    customers: Collection[str] | None,
    by: User | None,
    at: datetime,
    seen: datetime | None = None,
) -> int:
    """Freeze the chosen customers' previews (None: all that are ready).

    `seen` is when the preview was made that the person looked at.
    """
    run = _locked(run_of(month, at=at))
    if seen is not None and run.previewed_at != seen:
        raise PreviewedAgain
    rows = run.previews.filter(state=PreviewState.PREVIEWED)
    if customers is not None:
        rows = rows.filter(customer__number__in=customers)
    approved = rows.update(
        state=PreviewState.APPROVED,
        approved_at=at,
        approved_by_id=by.pk if by else None,
    )
    if approved:
        _note("billing.month-approved", month, approved, by=by, at=at)
    return approved


@transaction.atomic
def withdraw_approvals(
    *, month: Month, customers: Collection[str], by: User | None, at: datetime
) -> int:
    """Take approvals back: nothing of these customers is issued until the next one."""
    run = _locked(run_of(month, at=at))
    rows = run.previews.filter(
        state=PreviewState.APPROVED, customer__number__in=customers
    )
    withdrawn = rows.update(
        state=PreviewState.PREVIEWED, approved_at=None, approved_by_id=None
    )
    if withdrawn:
        _note("billing.approval-withdrawn", month, withdrawn, by=by, at=at)
    return withdrawn


def _locked(run: Run) -> Run:
    """Wait for a preview that is just being stored: it would bring the old state back.

    SQLite has one writer anyway. The lock leaves the key free: a settlement refers to
    the run, which PostgreSQL looks up at its COMMIT, when it has the Kladde already.
    """
    return Run.objects.select_for_update(no_key=True).get(pk=run.pk)


def _note(
    kind: str, month: Month, customers: int, *, by: User | None, at: datetime
) -> None:
    record(
        kind=kind,
        subject=f"month/{month}",
        by=by,
        at=at,
        facts={"customers": customers},
    )
