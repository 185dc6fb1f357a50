"""Writing one customer's month: all of it, or nothing.

Number, snapshot, lines, claims, postings and journal entry are one transaction.
Unique keys decide races: who loses gets the settlement of the winner.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import F

from fernkladde.cases.models import Case
from fernkladde.contracts.models import Contract, TariffVersion
from fernkladde.journal.actions import record
from fernkladde.values.canonical import canonical_json

from . import facts
from .extract import Extracts
from .models import (
    AllowancePosting,
    Claim,
    Counter,
    Invoice,
    Line,
    Preview,
    Rendering,
    Settlement,
)
from .pinned import sha256, work_sha256
from .unchanged import FactsChanged, Keys, Known, Ledger, insist_on, known_from

if TYPE_CHECKING:
    from datetime import date, datetime

    from fernkladde.accounts.models import User
    from fernkladde.rating import facts as rated
    from fernkladde.rating import result
    from fernkladde.values.invoice_document import InvoiceDocument

    from .models import Run
    from .preview import ReadyMonth
    from .shares import RatedMonth, Share


# Contract, period that paid, period of the work, case; and seconds and cases taken.
Posted = tuple[tuple[str, "date", "date", str], list[int]]


@dataclass(frozen=True, slots=True)
class Order:
    """What all invoices of one issue run share; primary keys by number, read once."""

    run: Run
    series: str
    issued_on: date
    by: User | None
    at: datetime
    rated: RatedMonth
    extracts: Extracts
    known: Known
    ledger: Ledger
    contracts: dict[str, int]
    versions: dict[tuple[str, date], int]


def make_order(
    ready: ReadyMonth, run: Run, *, issued_on: date, by: User | None, at: datetime
) -> Order:
    versions = TariffVersion.objects.values_list("tariff__code", "valid_from", "pk")
    return Order(
        run=run,
        series=f"{ready.desk.company.invoice_prefix}-{issued_on.year}",
        issued_on=issued_on,
        by=by,
        at=at,
        rated=ready.rated,
        extracts=Extracts(ready.rated),
        known=known_from(ready.rated.scenario),
        ledger=Ledger(ready.agreed.contracts),
        contracts=dict(Contract.objects.values_list("number", "pk")),
        versions={(code, day): pk for code, day, pk in versions},
    )


def settle(*, share: Share, document: InvoiceDocument, order: Order) -> Settlement:
    """Write one customer's month, all or nothing; a lost race gets the winner's."""
    try:
        with transaction.atomic():
            settlement = _settle(share, document, order)
    except IntegrityError as refusal:
        settlement = _winners(share, order, refusal)
    order.ledger.add(settlement)
    return settlement


def _winners(share: Share, order: Order, refusal: IntegrityError) -> Settlement:
    """Return what a quicker run has settled; a preview made meanwhile is void."""
    live = Settlement.objects.filter(run=order.run, customer=share.customer)
    winner = live.filter(released_by=None).first()
    if winner is None:
        if _claimed_by_others(share):
            # Another month's run took the same work a moment ago.
            raise FactsChanged from refusal
        raise refusal
    _drop_previews(share, order)
    return winner


def _drop_previews(share: Share, order: Order) -> None:
    """Void what was previewed of this work: in this month, or left from earlier."""
    Preview.objects.filter(
        run__period__lte=order.run.period, customer=share.customer
    ).delete()


def _claimed_by_others(share: Share) -> bool:
    sessions = {n for group in share.settled_groups for n in group.sessions}
    fees = {facts.fee_key(fee) for g in share.settled_groups for fee in g.fees}
    live = Claim.objects.filter(released_by=None)
    return any(
        live.filter(session__number__in=chunk).exists()
        for chunk in facts.chunks(sessions)
    ) or any(live.filter(fee__in=chunk).exists() for chunk in facts.chunks(fees))


def _settle(share: Share, document: InvoiceDocument, order: Order) -> Settlement:
    keys = insist_on(share, order.known)
    order.ledger.insist_on(share)
    settlement = Settlement.objects.create(
        run=order.run,
        customer=share.customer,
        settled_at=order.at,
        settled_by=order.by,
        content=canonical_json(_content(share, order)),
        statement="" if share.needs_invoice else document.to_json(),
    )
    _claim(settlement, share, keys)
    _post(settlement, _posted(share), order)
    _mark_versions_used(share, order)
    _drop_previews(share, order)
    if share.needs_invoice:
        _write_invoice(settlement, share, document, order)
    else:
        _note_statement(settlement, share, order)
    return settlement


def _content(share: Share, order: Order) -> dict[str, object]:
    """Complete the rows of rating by the facts, and by what is claimed and posted."""
    groups = share.settled_groups
    return share.content() | {
        "facts": order.extracts.document(share),
        "ways": order.rated.ways(share),
        "line_versions": [line.version.isoformat() for line in share.lines],
        "calls": sorted(call.id for call in _settled_calls(share, order)),
        "fees": sorted([facts.fee_key(f), f.case] for g in groups for f in g.fees),
        "postings": [
            [contract, start.isoformat(), for_period.isoformat(), case, *amounts]
            for (contract, start, for_period, case), amounts in _posted(share)
        ],
    }


def _settled_calls(share: Share, order: Order) -> list[rated.Call]:
    """Return all calls of the settled sessions, those too that cost nothing."""
    calls = order.known.calls
    settled = (number for group in share.settled_groups for number in group.sessions)
    return [call for number in settled for call in calls.get(number, ())]


def _pins(settlement: Settlement, share: Share, order: Order) -> dict[str, Any]:
    """Say of a settlement what nobody can change any more without being found."""
    settled = {n for group in share.settled_groups for n in group.sessions}
    sessions = [session for session in share.sessions if session.id in settled]
    return {
        "customer": share.customer.number,
        "period": order.run.period,
        "sessions": len(sessions),
        "content_sha256": sha256(settlement.content),
        "work_sha256": work_sha256(sessions, _settled_calls(share, order)),
    }


def _claim(settlement: Settlement, share: Share, keys: Keys) -> None:
    places = share.places
    claims = [
        Claim(
            settlement=settlement,
            session_id=keys.sessions[number],
            basis=group.basis,
            group=places[group.number],
            group_worked=group.worked,
            group_billed=group.billed,
        )
        for group in share.settled_groups
        for number in group.sessions
    ]
    claims += [Claim(settlement=settlement, call_id=pk) for pk in keys.calls]
    claims += [
        Claim(settlement=settlement, fee=facts.fee_key(fee), fee_case=fee.case)
        for group in share.settled_groups
        for fee in group.fees
    ]
    Claim.objects.bulk_create(claims)


def _posted(share: Share) -> list[Posted]:
    """Sum up what the groups take, by contract, period, period of the work and case."""
    sums: dict[tuple[str, date, date, str], list[int]] = defaultdict(lambda: [0, 0])
    for group in share.settled_groups:
        for post in group.postings:
            key = (post.contract, post.period_start, post.for_period, post.case or "")
            sums[key][0] += post.seconds
            sums[key][1] += post.cases
    return sorted(sums.items())


def _post(settlement: Settlement, posted: list[Posted], order: Order) -> None:
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
        for (contract, start, for_period, case), (seconds, cases) in posted
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
        document_sha256=sha256(text),
        issued_at=order.at,
    )
    _write_lines(invoice, share, order)
    Rendering.objects.create(invoice=invoice, due_at=order.at)
    record(
        kind="billing.invoice-issued",
        subject=f"invoice/{number}",
        by=order.by,
        at=order.at,
        facts=_pins(settlement, share, order)
        | {
            "net": str(totals.net),
            "gross": str(totals.gross),
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


def _note_statement(settlement: Settlement, share: Share, order: Order) -> None:
    if share.customer.wants_statement:
        Rendering.objects.create(settlement=settlement, due_at=order.at)
    record(
        kind="billing.month-settled",
        subject=f"customer/{share.customer.number}",
        by=order.by,
        at=order.at,
        facts=_pins(settlement, share, order)
        | {"statement_sha256": sha256(settlement.statement)},
    )
