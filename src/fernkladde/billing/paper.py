"""A share of a month becomes the one document that PDF and XML are made from."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING

from fernkladde.accounts.models import User
from fernkladde.cases.models import Case, Consent
from fernkladde.values import invoice_document as paper

from . import facts
from .shares import STANDARD_RATE
from .wording import percent, word

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from zoneinfo import ZoneInfo

    from fernkladde.customers.models import Customer
    from fernkladde.rating import facts as rated
    from fernkladde.rating.result import AllowanceRow, Group, Line

    from .models import Company
    from .period import Month
    from .shares import RatedMonth, Share

MINUTE = 60
Period = tuple[str, date]  # a contract and the first day of one of its periods


@dataclass(slots=True)
class Desk:
    """What papers need to know beside the shares: read once for a whole month."""

    company: Company
    month: Month
    zone: ZoneInfo
    cases: dict[str, Case]
    consents: dict[str, list[Consent]]
    people: dict[str, str]
    calls: dict[str, rated.Call]
    head: tuple[int, str]
    used_before: dict[tuple[str, date], tuple[int, int]]
    drawn: Mapping[Period, int]  # by all shares of this rating together
    allowing: frozenset[str]  # contracts with an allowance

    def basis(self, basis: str, contract: str | None, language: str) -> str:
        """Say on which basis; a contract without an allowance has no overage."""
        if basis == "overage" and contract not in self.allowing:
            return word("by_contract", language)
        return word(basis, language)


def lay_out_desk(
    rated_month: RatedMonth,
    *,
    company: Company,
    month: Month,
    zone: ZoneInfo,
    head: tuple[int, str],
    used_before: dict[tuple[str, date], tuple[int, int]],
) -> Desk:
    """Read names, plants, consents and earlier use in a few queries."""
    scenario = rated_month.scenario
    numbers = {case.id for case in scenario.cases}
    return Desk(
        company=company,
        month=month,
        zone=zone,
        cases=_cases(numbers),
        consents=_consents(numbers),
        people=dict(User.objects.values_list("username", "full_name")),
        calls={call.id: call for call in scenario.calls},
        head=head,
        used_before=used_before,
        drawn=_drawn(g for s in rated_month.shares.values() for g in s.settled_groups),
        allowing=frozenset(
            contract.id
            for contract in scenario.contracts
            if contract.covers == "allowance"
        ),
    )


def _cases(numbers: Collection[str]) -> dict[str, Case]:
    rows = Case.objects.select_related("plant")
    return {
        row.number: row
        for chunk in facts.chunks(numbers)
        for row in rows.filter(number__in=chunk)
    }


def _consents(numbers: Collection[str]) -> dict[str, list[Consent]]:
    found = defaultdict(list)
    for chunk in facts.chunks(numbers):
        rows = Consent.objects.filter(case__number__in=chunk, given=True)
        for row in rows.select_related("case").order_by("asked_at", "pk"):
            found[row.case.number].append(row)
    return found


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
        sections=_sections(share, desk),
        taxes=_taxes(share.totals) if invoiced else (),
        totals=share.totals if invoiced else None,
        allowances=_allowances(share, desk),
        proof=_proof(share, desk) if with_proof else (),
        free_work=_free_work(share),
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


@lru_cache(maxsize=512)
def _day(day: date, language: str) -> str:
    return day.strftime("%d.%m.%Y") if language == "de" else day.strftime("%d %b %Y")


def _terms(due_on: date, language: str) -> str:
    return word("terms", language).format(day=_day(due_on, language))


def _notes(days: list[date], month: Month, language: str) -> tuple[str, ...]:
    """Say when older work came along, so that its dates surprise nobody."""
    if days and min(days) < month.first:
        return (word("late", language),)
    return ()


def _sections(share: Share, desk: Desk) -> tuple[paper.Section, ...]:
    """Give each case a heading of its own; the lines come in order of the paper.

    A statement names its cases too, so that the proof can say what they were.
    """
    groups = {group.number: group for group in share.groups}
    numbered = enumerate(share.lines, 1)
    sections = [
        _section(case, list(lines), groups, share, desk)
        for case, lines in groupby(numbered, key=lambda pair: pair[1].case)
    ]
    if not share.needs_invoice:
        named = {section.case_number for section in sections}
        others = sorted({group.case for group in share.settled_groups} - named)
        sections += [_section(case, [], groups, share, desk) for case in others]
    return tuple(sections)


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
        plant=case.plant.name if case.plant else "",
        serial_number=case.plant.serial_number if case.plant else "",
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


ONE = Decimal(1)


@lru_cache(maxsize=4096)
def minutes(seconds: int) -> Decimal:
    """Return seconds as minutes with four decimals at most, as rating states them."""
    exact = Decimal(seconds) / MINUTE
    return exact.quantize(Decimal("0.0001")).normalize() + 0


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


def _allowances(share: Share, desk: Desk) -> tuple[paper.AllowanceRow, ...]:
    """State each period that this month's work belongs to, by its own contract."""
    now = _drawn(share.settled_groups)
    shown = [
        row
        for row in share.allowances
        if (row.contract, row.period_start) in now
        or row.period_start <= desk.month.last <= row.period_end
    ]
    names = {c: "" for c, _ in now}
    return tuple(
        _allowance(row, now[row.contract, row.period_start], desk, names)
        for row in shown
    )


def _drawn(groups: Iterable[Group]) -> dict[Period, int]:
    """Return what groups take, by the period that the work belongs to."""
    drawn: dict[Period, int] = defaultdict(int)
    for group in groups:
        for posting in group.postings:
            key = (posting.contract, posting.for_period)
            drawn[key] += posting.seconds or posting.cases
    return drawn


def _allowance(
    row: AllowanceRow, now: int, desk: Desk, names: dict[str, str]
) -> paper.AllowanceRow:
    """Balance a period: what it did not keep was handed on or lost.

    What others take by the same rating counts as used before, whether they are
    settled already or come after: the paper says the same, however the run goes.
    """
    period = (row.contract, row.period_start)
    own, handed_in = desk.used_before.get(period, (0, 0))
    carried = row.carried_in + handed_in
    before = own + handed_in + desk.drawn.get(period, 0) - now
    left = max(0, min(row.granted + carried - before - now, row.left + row.carried_in))
    expired = row.granted + carried - before - now - left
    amount = minutes if row.unit == "seconds" else Decimal
    return paper.AllowanceRow(
        contract_number=row.contract,
        contract_name=names.get(row.contract, ""),
        period_start=row.period_start,
        period_end=row.period_end,
        granted=amount(row.granted),
        carried_in=amount(carried),
        used_before=amount(before),
        used_now=amount(now),
        expired=amount(expired),
        left=amount(left),
        unit="minutes" if row.unit == "seconds" else "cases",
    )


def _proof(share: Share, desk: Desk) -> tuple[paper.ProofRow, ...]:
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


def _reason(group: Group, case: Case, language: str) -> str:
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
                person=consent.person, day=_day(day, language)
            )
    if customer.consent_from and customer.consent_from <= on:
        since = _day(customer.consent_from, language)
        return word("framework", language).format(day=since)
    return ""


def _free_work(share: Share) -> tuple[paper.FreeWork, ...]:
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
