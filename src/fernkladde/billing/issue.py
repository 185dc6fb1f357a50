"""The third stage: issue, one short transaction per customer.

Everything is computed and checked before; inside the transaction the facts are read
once more, and only if they are still the same are number, snapshot, lines, claims,
postings and journal entry written, all or none. Unique keys decide races: who loses
gets the settlement of the winner.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from django.db import IntegrityError, connection, transaction
from django.db.models import F

from fernkladde.cases.models import Case, Session
from fernkladde.connections.models import Call
from fernkladde.contracts.models import Contract, TariffVersion
from fernkladde.einvoice.checks import check
from fernkladde.journal.actions import record
from fernkladde.values.canonical import canonical_json

from . import facts
from .models import (
    AllowancePosting,
    Claim,
    Counter,
    Invoice,
    Line,
    Preview,
    PreviewState,
    Rendering,
    Run,
    Settlement,
)
from .paper import compose
from .preview import ReadyMonth, run_of
from .safety import SumsDiffer, check_share

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from datetime import date, datetime

    from fernkladde.accounts.models import User
    from fernkladde.rating import result
    from fernkladde.values.invoice_document import InvoiceDocument

    from .shares import Share


class FactsChanged(Exception):
    """The work changed between computing and writing: preview it again."""


@dataclass(slots=True)
class Issued:
    """What an issue run did: settled now, refused with reasons, outdated."""

    settled: list[Settlement] = field(default_factory=list)
    parked: dict[str, list[str]] = field(default_factory=dict)
    outdated: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Order:
    """What all invoices of one issue run share; primary keys by number, read once."""

    run: Run
    agreed: facts.Terms
    series: str
    issued_on: date
    by: User | None
    at: datetime
    contracts: dict[str, int]
    versions: dict[tuple[str, date], int]


def issue_month(
    ready: ReadyMonth,
    *,
    issued_on: date,
    by: User | None,
    at: datetime,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Issued:
    """Issue every approved share that is still what was approved.

    Run again, it does nothing twice and completes what was missing.
    """
    run = run_of(ready.month, at=at)
    approved = dict(
        Preview.objects.filter(run=run, state=PreviewState.APPROVED).values_list(
            "customer__number", "fingerprint"
        )
    )
    order = _order(ready, run, issued_on=issued_on, by=by, at=at)
    done = Issued()
    shares = ready.shares
    for count, share in enumerate(shares, 1):
        number = share.customer.number
        if share.reasons:
            done.parked[number] = share.reasons
        elif number in approved:
            if approved[number] == share.fingerprint():
                _issue_or_park(share, ready, order, done)
            else:
                done.outdated.append(number)
        progress(count, len(shares))
    return done


def _order(
    ready: ReadyMonth, run: Run, *, issued_on: date, by: User | None, at: datetime
) -> Order:
    versions = TariffVersion.objects.values_list("tariff__code", "valid_from", "pk")
    return Order(
        run=run,
        agreed=ready.agreed,
        series=f"{ready.desk.company.invoice_prefix}-{issued_on.year}",
        issued_on=issued_on,
        by=by,
        at=at,
        contracts=dict(Contract.objects.values_list("number", "pk")),
        versions={(code, day): pk for code, day, pk in versions},
    )


def _issue_or_park(share: Share, ready: ReadyMonth, order: Order, done: Issued) -> None:
    if not share.settled_groups:
        return
    document = compose(
        share, ready.desk, issued_on=order.issued_on, number=f"{order.series}-0"
    )
    if faults := faults_of(share, document):
        done.parked[share.customer.number] = faults
        return
    try:
        done.settled.append(settle(share=share, document=document, order=order))
    except FactsChanged:
        done.outdated.append(share.customer.number)


def faults_of(share: Share, document: InvoiceDocument) -> list[str]:
    """Return what speaks against issuing this document, before a number is drawn."""
    invoiced = share.needs_invoice
    faults = [fault.sentence for fault in check(document)] if invoiced else []
    try:
        check_share(share, document.totals.net if document.totals else None)
    except SumsDiffer as fault:
        faults.append(str(fault))
    return faults


def settle(*, share: Share, document: InvoiceDocument, order: Order) -> Settlement:
    """Write one customer's month, all or nothing; a lost race gets the winner's."""
    try:
        with transaction.atomic():
            return _settle(share, document, order)
    except IntegrityError:
        winner = Settlement.objects.filter(
            run=order.run, customer=share.customer, released_by=None
        ).first()
        if winner is None:
            # Another month's run took the same sessions a moment ago.
            raise FactsChanged from None
        return winner


def _settle(share: Share, document: InvoiceDocument, order: Order) -> Settlement:
    settlement = Settlement.objects.create(
        run=order.run,
        customer=share.customer,
        settled_at=order.at,
        settled_by=order.by,
        content=canonical_json(share.content()),
        statement="" if share.needs_invoice else document.to_json(),
    )
    sessions = _unchanged_sessions(share, order.agreed)
    _claim(settlement, share, sessions)
    _post(settlement, share, order)
    _mark_versions_used(share, order)
    Preview.objects.filter(run=order.run, customer=share.customer).delete()
    if share.needs_invoice:
        _write_invoice(settlement, share, document, order)
    else:
        _note_statement(share, order)
    return settlement


def _unchanged_sessions(share: Share, agreed: facts.Terms) -> dict[str, int]:
    """Read the facts again, locked, and insist that they are what was rated."""
    settled = {n for group in share.settled_groups for n in group.sessions}
    rated = {s.id: s for s in share.sessions if s.id in settled}
    keys: dict[str, int] = {}
    for chunk in facts.chunks(rated):
        rows = Session.objects.confirmed().filter(number__in=chunk)
        if connection.features.has_select_for_update:
            rows = rows.select_for_update(of=("self",))
        for pk, *row in rows.order_by("pk").values_list("pk", *facts.SESSION_FIELDS):
            fact = facts.session_fact(tuple(row))
            if rated[fact.id] != fact:
                raise FactsChanged
            keys[fact.id] = pk
    if len(keys) != len(rated) or not _cases_unchanged(share, rated.values(), agreed):
        raise FactsChanged
    return keys


def _cases_unchanged(
    share: Share, sessions: Iterable[object], agreed: facts.Terms
) -> bool:
    numbers = {session.case for session in sessions}  # type: ignore[attr-defined]
    now = facts.build(agreed, tuple(sessions))  # type: ignore[arg-type]
    seen = {case.id: case for case in share.cases}
    return all(seen[case.id] == case for case in now.cases if case.id in numbers)


def _claim(settlement: Settlement, share: Share, sessions: dict[str, int]) -> None:
    claims = [
        Claim(
            settlement=settlement,
            session_id=sessions[number],
            basis=group.basis,
            group=group.number,
            group_worked=group.worked,
            group_billed=group.billed,
        )
        for group in share.settled_groups
        for number in group.sessions
    ]
    calls = _call_keys(sessions.values())
    claims += [Claim(settlement=settlement, call_id=pk) for pk in calls]
    claims += [
        Claim(settlement=settlement, fee=facts.fee_key(fee), fee_case=fee.case)
        for group in share.settled_groups
        for fee in group.fees
    ]
    Claim.objects.bulk_create(claims)


def _call_keys(sessions: Collection[int]) -> list[int]:
    """All calls of settled sessions: what an allowance includes is dealt with too."""
    return [
        pk
        for chunk in facts.chunks(sessions)
        for pk in Call.objects.filter(session__in=chunk)
        .order_by("pk")
        .values_list("pk", flat=True)
    ]


def _post(settlement: Settlement, share: Share, order: Order) -> None:
    sums: dict[tuple[str, date, date, str], list[int]] = defaultdict(lambda: [0, 0])
    for group in share.settled_groups:
        for post in group.postings:
            key = (post.contract, post.period_start, post.for_period, post.case or "")
            sums[key][0] += post.seconds
            sums[key][1] += post.cases
    AllowancePosting.objects.bulk_create(
        AllowancePosting(
            contract_id=order.contracts[contract],
            settlement=settlement,
            period_start=start,
            for_period=for_period,
            seconds=seconds,
            handed_seconds=seconds if for_period != start else 0,
            cases=cases,
            case_number=case,
        )
        for (contract, start, for_period, case), (seconds, cases) in sorted(
            sums.items()
        )
    )


def _mark_versions_used(share: Share, order: Order) -> None:
    used = {
        order.versions[group.tariff, group.version] for group in share.settled_groups
    }
    TariffVersion.objects.filter(pk__in=used, in_use_since=None).update(
        in_use_since=order.at
    )


def _write_invoice(
    settlement: Settlement, share: Share, document: InvoiceDocument, order: Order
) -> None:
    sequence = _next_number(order.series)
    number = f"{order.series}-{sequence:04}"
    text = replace(document, number=number).to_json()
    totals = document.totals
    # An invoice has both by construction; a statement never comes here.
    assert totals is not None  # noqa: S101
    assert document.due_on is not None  # noqa: S101
    invoice = Invoice.objects.create(
        settlement=settlement,
        series=order.series,
        sequence=sequence,
        number=number,
        customer=share.customer,
        issued_on=order.issued_on,
        due_on=document.due_on,
        currency=document.currency,
        net=totals.net,
        tax=totals.tax,
        gross=totals.gross,
        document=text,
        document_sha256=hashlib.sha256(text.encode()).hexdigest(),
        issued_at=order.at,
    )
    _write_lines(invoice, share, order)
    Rendering.objects.create(invoice=invoice, due_at=order.at)
    record(
        kind="billing.invoice-issued",
        subject=f"invoice/{number}",
        by=order.by,
        at=order.at,
        facts={
            "customer": share.customer.number,
            "period": order.run.period,
            "net": str(totals.net),
            "gross": str(totals.gross),
            "sessions": sum(len(group.sessions) for group in share.settled_groups),
            "document_sha256": invoice.document_sha256,
        },
    )


def _next_number(series: str) -> int:
    """Draw the next number: the row is locked until the commit, so no gap can be."""
    if not Counter.objects.filter(series=series).update(value=F("value") + 1):
        Counter.objects.get_or_create(series=series)
        Counter.objects.filter(series=series).update(value=F("value") + 1)
    return Counter.objects.get(series=series).value


def _write_lines(invoice: Invoice, share: Share, order: Order) -> None:
    cases = dict(
        Case.objects.filter(customer=share.customer)
        .filter(number__in={line.case for line in share.lines})
        .values_list("number", "pk")
    )
    Line.objects.bulk_create(
        _line_row(invoice, position, line, cases[line.case], order)
        for position, line in enumerate(share.lines, 1)
    )


def _line_row(
    invoice: Invoice, position: int, line: result.Line, case: int, order: Order
) -> Line:
    return Line(
        invoice=invoice,
        position=position,
        case_id=case,
        kind=line.kind,
        basis=line.basis,
        contract_id=order.contracts[line.contract] if line.contract else None,
        version_id=order.versions[line.tariff, line.version],
        service=line.service or "",
        skill=line.skill or "",
        band=line.band or "",
        name=line.name or "",
        discount_percent=line.discount_percent,
        seconds=line.seconds,
        count=line.count,
        unit_price=line.unit_price,
        per_minutes=line.per_minutes,
        gross=line.gross,
        discount=line.discount,
        net=line.net,
    )


def _note_statement(share: Share, order: Order) -> None:
    record(
        kind="billing.month-settled",
        subject=f"customer/{share.customer.number}",
        by=order.by,
        at=order.at,
        facts={
            "period": order.run.period,
            "sessions": sum(len(group.sessions) for group in share.settled_groups),
        },
    )
