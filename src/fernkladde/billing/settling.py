"""Writing one customer's month: all of it, or nothing.

Number, snapshot, lines, claims, postings and journal entry are one transaction.
Unique keys decide races: who loses gets the settlement of the winner.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, connection, transaction

from fernkladde.contracts.models import TariffVersion
from fernkladde.journal.actions import record
from fernkladde.values.canonical import canonical_json

from . import facts, written
from .models import Claim, Settlement
from .numbering import next_number
from .pinned import sha256, work_sha256
from .unchanged import FactsChanged, Keys, insist_on

if TYPE_CHECKING:
    from datetime import date

    from fernkladde.rating import facts as rated
    from fernkladde.rating import result
    from fernkladde.values.invoice_document import InvoiceDocument

    from .order import Order
    from .shares import Share


# Contract, period that paid, period of the work, case; and seconds and cases taken.
Posted = tuple[tuple[str, "date", "date", str], list[int]]


def settle(*, share: Share, document: InvoiceDocument, order: Order) -> Settlement:
    """Write one customer's month, all or nothing; a lost race gets the winner's."""
    try:
        with transaction.atomic():
            settlement = _settle(share, document, order)
    except IntegrityError as refusal:
        settlement = _winners(share, order, refusal)
        order.ledger.add(settlement)
        return settlement
    order.ledger.add_own(share)
    order.in_use.update(_versions_of(share, order))
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
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM billing_preview WHERE customer_id = %s AND run_id IN"
            " (SELECT id FROM billing_run WHERE period <= %s)",
            [share.customer.pk, order.run.period],
        )


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
    settlement = _write_settlement(share, document, order)
    _claim(settlement, share, keys)
    _post(settlement, _posted(share), order)
    _mark_versions_used(share, order)
    _drop_previews(share, order)
    if share.needs_invoice:
        _write_invoice(settlement, share, document, keys, order)
    else:
        _note_statement(settlement, share, order)
    return settlement


def _write_settlement(
    share: Share, document: InvoiceDocument, order: Order
) -> Settlement:
    settlement = Settlement(
        run=order.run,
        customer=share.customer,
        settled_at=order.at,
        settled_by=order.by,
        content=canonical_json(_content(share, order)),
        statement="" if share.needs_invoice else document.to_json(),
    )
    settlement.pk = written.SETTLEMENT.insert_one(
        settlement.run_id,
        settlement.customer_id,
        settlement.settled_at,
        settlement.settled_by_id,
        settlement.content,
        settlement.statement,
    )
    settlement._state.adding = False  # noqa: SLF001  it is in the database
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
    places, key = share.places, settlement.pk
    rows: list[tuple[Any, ...]] = [
        (
            key,
            keys.sessions[number],
            None,
            None,
            "",
            group.basis,
            places[group.number],
            group.worked,
            group.billed,
        )
        for group in share.settled_groups
        for number in group.sessions
    ]
    nothing = ("", 0, 0, 0)
    rows += [(key, None, call, None, "", *nothing) for call in keys.calls]
    rows += [
        (key, None, None, facts.fee_key(fee), fee.case, *nothing)
        for group in share.settled_groups
        for fee in group.fees
    ]
    written.CLAIMS.insert(rows)


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
    written.POSTINGS.insert(
        (
            order.contracts[contract],
            settlement.pk,
            start,
            for_period,
            seconds,
            seconds if for_period != start else 0,
            cases,
            case,
        )
        for (contract, start, for_period, case), (seconds, cases) in posted
    )


def _versions_of(share: Share, order: Order) -> set[int]:
    return {order.versions[g.tariff, g.version] for g in share.settled_groups}


def _mark_versions_used(share: Share, order: Order) -> None:
    if used := _versions_of(share, order) - order.in_use:
        TariffVersion.objects.filter(pk__in=used, in_use_since=None).update(
            in_use_since=order.at
        )


def _write_invoice(
    settlement: Settlement,
    share: Share,
    document: InvoiceDocument,
    keys: Keys,
    order: Order,
) -> None:
    sequence = next_number(order.series)
    number = f"{order.series}-{sequence:04}"
    text = replace(document, number=number).to_json()
    totals = document.totals
    # An invoice has both by construction; a statement never comes here.
    assert totals is not None  # noqa: S101
    assert document.due_on is not None  # noqa: S101
    sha = sha256(text)
    invoice = written.INVOICE.insert_one(
        settlement.pk,
        "invoice",
        order.series,
        sequence,
        number,
        share.customer.pk,
        order.issued_on,
        document.due_on,
        document.currency,
        totals.net,
        totals.tax,
        totals.gross,
        text,
        sha,
        order.at,
    )
    _write_lines(invoice, share, keys, order)
    written.RENDERINGS.insert([written.rendering(order.at, invoice=invoice)])
    record(
        kind="billing.invoice-issued",
        subject=f"invoice/{number}",
        by=order.by,
        at=order.at,
        facts=_pins(settlement, share, order)
        | {
            "net": str(totals.net),
            "gross": str(totals.gross),
            "document_sha256": sha,
        },
    )


def _write_lines(invoice: int, share: Share, keys: Keys, order: Order) -> None:
    written.LINES.insert(
        _line_row(invoice, position, line, keys.cases[line.case], order)
        for position, line in enumerate(share.lines, 1)
    )


def _line_row(
    invoice: int, position: int, line: result.Line, case: int, order: Order
) -> tuple[Any, ...]:
    return (
        invoice,
        position,
        case,
        line.kind,
        line.basis,
        order.contracts[line.contract] if line.contract else None,
        order.versions[line.tariff, line.version],
        line.service or "",
        line.skill or "",
        line.band or "",
        line.name or "",
        line.discount_percent,
        line.seconds,
        line.count,
        line.unit_price,
        line.per_minutes,
        line.gross,
        line.discount,
        line.net,
    )


def _note_statement(settlement: Settlement, share: Share, order: Order) -> None:
    if share.customer.wants_statement:
        duty = written.rendering(order.at, settlement=settlement.pk)
        written.RENDERINGS.insert([duty])
    record(
        kind="billing.month-settled",
        subject=f"customer/{share.customer.number}",
        by=order.by,
        at=order.at,
        facts=_pins(settlement, share, order)
        | {"statement_sha256": sha256(settlement.statement)},
    )
