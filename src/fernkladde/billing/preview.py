"""The first two stages of the month's end: preview and approve.

A preview may be made any number of times and writes only itself; it says what
changed since the last one. Approving freezes it: when facts change afterwards, the
fingerprint no longer fits and the share must be previewed again.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from fernkladde.einvoice.checks import check
from fernkladde.einvoice.cii import write_cii
from fernkladde.einvoice.official import RulesNotInstalled, schema_errors
from fernkladde.einvoice.reader import differences, parsed
from fernkladde.journal import queries as journal
from fernkladde.journal.actions import record
from fernkladde.values.garbage import no_garbage
from fernkladde.values.invoice_document import STATEMENT
from fernkladde.values.refusal import Refusal

from . import facts
from .at_hand import Desk, lay_out_desk
from .firm import company
from .marks import marks
from .models import Preview, PreviewState, Run, Settlement
from .open_points import open_points
from .paper import compose
from .readiness import reasons_to_park
from .reasons import Reason, of_fault
from .safety import SumsDiffer, check_share
from .shares import RatedMonth, Share, rate_month

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from fernkladde.accounts.models import User
    from fernkladde.values.invoice_document import InvoiceDocument

    from .marks import Mark
    from .period import Month


# Customers whose previews are written at once: contents are large.
AT_ONCE = 100


class PreviewedAgain(Refusal):
    """Somebody made a newer preview than the one that this person has seen."""

    def __init__(self) -> None:
        super().__init__(
            _("Inzwischen gibt es eine neuere Vorschau. Bitte ansehen, dann freigeben.")
        )


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


def faults_of(share: Share, document: InvoiceDocument) -> list[Reason]:
    """Return what speaks against this document by the product's own checks.

    Before its number is drawn the e-invoice is tried as well: see `faults_of_xml`.
    """
    number = share.customer.number
    positions = not (share.sections_passed and document.sections is share.sections)
    found = check(document, numbered=False, positions=positions)
    share.sections_passed = not found and document.sections is share.sections
    faults = [of_fault(fault, number) for fault in found]
    try:
        check_share(share, document.totals.net if document.totals else None)
    except SumsDiffer as fault:
        faults.append(Reason(str(fault)))
    return faults


def faults_of_xml(document: InvoiceDocument) -> list[Reason]:
    """Write the e-invoice for a try: it must read back as it is, and fit the schema.

    The official schema comes with the extra `validate`; without it the checks of
    our own stand alone.
    """
    if document.kind == STATEMENT:
        return []
    numbered = replace(document, number="0")
    xml = parsed(write_cii(numbered))
    found = differences(numbered, xml)
    with suppress(RulesNotInstalled):
        found += schema_errors(xml)
    return [Reason(f"E-Rechnung: {sentence}") for sentence in found]


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
    """Put the new previews in place of the old, some at a time; return the sums."""
    fields = ("customer_id", "state", "fingerprint", "net", "net_before",
              "net_by_case", "net_by_case_before", "approved_at",
              "approved_by_id")  # fmt: skip
    rows = Preview.objects.filter(run=run)
    old = {row.customer_id: row for row in rows.only(*fields)}
    settled = settled_customers(ready.month)
    shares = [s for s in ready.shares if s.customer.number not in settled]
    rows.delete()
    parked, net = 0, Decimal("0.00")
    for first in range(0, len(shares), AT_ONCE):
        new = [
            _preview(run, share, old.get(share.customer.pk), ready, at)
            for share in shares[first : first + AT_ONCE]
        ]
        Preview.objects.bulk_create(new)
        parked += sum(row.state == PreviewState.PARKED for row in new)
        net += sum((row.net for row in new), start=Decimal("0.00"))
    return {"customers": len(shares), "parked": parked, "net": str(net)}


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
