"""The proof of service: every session with who, when, how, and on which basis."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from fernkladde.values import invoice_document as paper

from .wording import minutes, percent, word, written_day

if TYPE_CHECKING:
    from fernkladde.customers.models import Customer
    from fernkladde.rating import facts as rated
    from fernkladde.rating.result import Group

    from .at_hand import CaseAtHand, Desk
    from .shares import Share


def proof_rows(share: Share, desk: Desk) -> tuple[paper.ProofRow, ...]:
    """List every session that was dealt with, case by case as on the invoice."""
    group_of = {id_: group for group in share.settled_groups for id_ in group.sessions}
    place = {line.case: at for at, line in reversed(list(enumerate(share.lines)))}
    dealt_with = [session for session in share.sessions if session.id in group_of]
    dealt_with.sort(
        key=lambda s: (place.get(s.case, len(share.lines)), s.case, s.start, s.id)
    )
    return tuple(
        _proof_row(session, group_of[session.id], share.customer, desk)
        for session in dealt_with
    )


def _proof_row(
    session: rated.Session, group: Group, customer: Customer, desk: Desk
) -> paper.ProofRow:
    language = customer.language
    start = datetime.fromtimestamp(session.start, desk.zone)
    end = datetime.fromtimestamp(session.end, desk.zone)
    case = desk.cases[session.case]
    first = session.id == group.sessions[0]
    return paper.ProofRow(
        case_number=session.case,
        worked_on=start.date(),
        start=f"{start.hour:02}:{start.minute:02}",
        end=f"{end.hour:02}:{end.minute:02}",
        worked_minutes=minutes(session.end - session.start),
        billed_minutes=minutes(group.billed) if first else None,
        technician=desk.people.get(session.technician, session.technician),
        connection=word(f"via_{session.connection}", language),
        cause=word(case.cause, language),
        decision=_decision(group, desk, language),
        reason=_reason(group, case, language),
        consent=_consent(session, start.date(), customer, desk),
    )


def _decision(group: Group, desk: Desk, language: str) -> str:
    first = group.contracts[0] if group.contracts else None
    text = desk.basis(group.basis, first, language)
    if group.basis in {"tariff", "overage", "allowance"} and group.discount_percent:
        goodwill = percent(group.discount_percent, language)
        text += f", {word('goodwill', language)} {goodwill}"
    return text


def _reason(group: Group, case: CaseAtHand, language: str) -> str:
    """Say why goodwill was given and that it acknowledges nothing."""
    if group.basis != "goodwill" and not group.discount_percent:
        return ""
    note = word("goodwill_note", language)
    return f"{case.goodwill_reason}; {note}" if case.goodwill_reason else note


def _consent(session: rated.Session, on: date, customer: Customer, desk: Desk) -> str:
    language = customer.language
    for consent in desk.consents.get(session.case, ()):
        if consent.asked_at.timestamp() < session.end:
            day = consent.asked_at.astimezone(desk.zone).date()
            return word("agreed", language).format(
                person=consent.person, day=written_day(day, language)
            )
    if customer.consent_from and customer.consent_from <= on:
        since = written_day(customer.consent_from, language)
        return word("framework", language).format(day=since)
    return ""


def free_work(share: Share) -> tuple[paper.FreeWork, ...]:
    sums: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for row in share.free:
        sums[row.basis][0] += Decimal(row.seconds)
        sums[row.basis][1] += row.value
    return tuple(
        paper.FreeWork(
            basis=word(basis, share.customer.language),
            minutes=minutes(int(seconds)),
            value=value,
        )
        for basis, (seconds, value) in sorted(sums.items())
    )
