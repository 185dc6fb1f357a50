"""A share of a month becomes the one document that PDF and XML are made from."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING

from fernkladde.values import invoice_document as paper

from .balance import allowance_rows
from .proof import free_work, proof_rows
from .shares import STANDARD_RATE
from .wording import minutes, word, written_day

if TYPE_CHECKING:
    from datetime import date

    from fernkladde.customers.models import Customer
    from fernkladde.rating.result import Group, Line

    from .at_hand import Desk
    from .models import Company
    from .period import Month
    from .shares import Share

ONE = Decimal(1)


def compose(
    share: Share,
    desk: Desk,
    *,
    issued_on: date,
    number: str,
    with_proof: bool = True,
) -> paper.InvoiceDocument:
    """Put together everything that is printed, with a number yet to be drawn.

    Without its proof of service it is enough for the checks, and half the work.
    """
    customer, language = share.customer, share.customer.language
    invoiced = share.needs_invoice
    days = [group.service_date for group in share.settled_groups]
    due_on = issued_on + timedelta(days=desk.company.payment_days)
    return paper.InvoiceDocument(
        kind=paper.INVOICE if invoiced else paper.STATEMENT,
        number=number if invoiced else "",
        issued_on=issued_on,
        due_on=due_on if invoiced else None,
        currency=share.currency,
        language=language,
        seller=seller(desk.company),
        buyer=buyer(customer),
        buyer_reference=customer.buyer_reference,
        order_number=customer.order_number,
        period_start=min(days, default=None),
        period_end=max(days, default=None),
        service_on=max(days, default=None),
        payment_terms=_terms(due_on, language) if invoiced else "",
        notes=_notes(days, desk.month, language),
        sections=sections(share, desk),
        taxes=_taxes(share.totals) if invoiced else (),
        totals=share.totals if invoiced else None,
        allowances=allowance_rows(share, desk),
        proof=proof_rows(share, desk) if with_proof else (),
        free_work=free_work(share),
        chain_head=paper.ChainHead(sequence=desk.head[0], hash=desk.head[1]),
    )


def seller(company: Company) -> paper.Seller:
    return paper.Seller(
        name=company.name,
        address=paper.Address(
            lines=(company.street,),
            postcode=company.postcode,
            city=company.city,
            country=company.country,
        ),
        vat_id=company.vat_id,
        tax_number=company.tax_number,
        register_entry=company.register_entry,
        managers=company.managers,
        contact_name=company.contact_name,
        phone=company.phone,
        email=company.email,
        website=company.website,
        electronic_address=company.email,
        iban=company.iban,
        bic=company.bic,
        bank_name=company.bank_name,
    )


def buyer(customer: Customer) -> paper.Buyer:
    return paper.Buyer(
        name=customer.name,
        address=paper.Address(
            lines=(customer.street,) if customer.street else (),
            postcode=customer.postcode,
            city=customer.city,
            country=customer.country,
        ),
        vat_id=customer.vat_id,
        electronic_address=customer.email,
        customer_number=customer.number,
    )


def _terms(due_on: date, language: str) -> str:
    return word("terms", language).format(day=written_day(due_on, language))


def _notes(days: list[date], month: Month, language: str) -> tuple[str, ...]:
    """Say when older work came along, so that its dates surprise nobody."""
    if days and min(days) < month.first:
        return (word("late", language),)
    return ()


def sections(share: Share, desk: Desk) -> tuple[paper.Section, ...]:
    """Return what every paper of a share says of the work, whatever its date."""
    if share.sections is None:
        share.sections = _sections(share, desk)
    return share.sections


def _sections(share: Share, desk: Desk) -> tuple[paper.Section, ...]:
    """Give each case a heading of its own; the lines come in order of the paper.

    A statement names its cases too, so that the proof can say what they were.
    """
    groups = {group.number: group for group in share.groups}
    numbered = enumerate(share.lines, 1)
    found = [
        _section(case, list(lines), groups, share, desk)
        for case, lines in groupby(numbered, key=lambda pair: pair[1].case)
    ]
    if not share.needs_invoice:
        named = {section.case_number for section in found}
        others = sorted({group.case for group in share.settled_groups} - named)
        found += [_section(case, [], groups, share, desk) for case in others]
    return tuple(found)


def _section(
    number: str,
    lines: list[tuple[int, Line]],
    groups: dict[int, Group],
    share: Share,
    desk: Desk,
) -> paper.Section:
    case = desk.cases[number]
    days = [groups[n].service_date for _, line in lines for n in line.groups]
    return paper.Section(
        case_number=number,
        subject=case.subject,
        plant=case.plant or "",
        serial_number=case.serial_number or "",
        reported_on=case.reported_on,
        worked_from=min(days, default=None),
        worked_until=max(days, default=None),
        lines=tuple(
            _line(line, groups, share, desk, position) for position, line in lines
        ),
    )


def _line(
    line: Line,
    groups: dict[int, Group],
    share: Share,
    desk: Desk,
    position: int,
) -> paper.Line:
    language = share.customer.language
    days = [groups[number].service_date for number in line.groups]
    quantity, unit, price, base = _measure(line)
    return paper.Line(
        position=position,
        kind=line.kind,
        title=line_title(line, desk, language),
        quantity=quantity,
        unit=unit,
        unit_price=price,
        base_quantity=base,
        gross=line.gross,
        discount=line.discount,
        discount_percent=line.discount_percent,
        discount_reason=paper.GOODWILL_REASON[language]
        if line.discount_percent
        else "",
        net=line.net,
        tax_category="S",
        tax_percent=STANDARD_RATE,
        period_start=min(days),
        period_end=max(days),
        note=_call_note(line, groups, desk, language),
    )


def _measure(line: Line) -> tuple[Decimal, str, Decimal, Decimal]:
    """Return quantity, unit, price and price base as the e-invoice states them."""
    if line.kind == "fee":
        return Decimal(line.count or 0), paper.ONE, line.unit_price or line.gross, ONE
    if line.kind == "connection":
        return ONE, paper.LUMP_SUM, line.gross, ONE
    return (
        minutes(line.seconds or 0),
        paper.MINUTE,
        line.unit_price or Decimal(0),
        Decimal(line.per_minutes or 1),
    )


def line_title(line: Line, desk: Desk, language: str) -> str:
    """Say what was done, in the customer's language."""
    if line.kind == "fee":
        return line.name or ""
    service = word(line.service or "", language)
    if line.kind == "connection":
        return f"{word('connection', language)} {service}"
    what = (
        service if line.skill in (None, "*") else f"{service}, {_skill(line, language)}"
    )
    if line.kind == "surcharge":
        what = f"{word('surcharge', language)} {what}"
    if line.band:
        what = f"{what} ({line.band})"
    if line.basis == "overage":
        what = f"{what}, {desk.basis(line.basis, line.contract, language)}"
    return what


def _skill(line: Line, language: str) -> str:
    return word(line.skill or "", language)


def _call_note(line: Line, groups: dict[int, Group], desk: Desk, language: str) -> str:
    """Name the numbers that were dialled: the proof of a connection line."""
    if line.kind != "connection":
        return ""
    calls = [desk.calls[id_] for number in line.groups for id_ in groups[number].calls]
    numbers = sorted({call.number for call in calls})
    count = line.count or 0
    unit = word("call" if count == 1 else "calls", language)
    clock = f"{(line.seconds or 0) // 60}:{(line.seconds or 0) % 60:02} min"
    return f"{count} {unit}, {clock}, {word('to', language)} {', '.join(numbers)}"


def _taxes(totals: paper.Totals) -> tuple[paper.Tax, ...]:
    return (
        paper.Tax(category="S", percent=STANDARD_RATE, net=totals.net, tax=totals.tax),
    )
