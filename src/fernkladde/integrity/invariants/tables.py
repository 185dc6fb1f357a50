"""The tables that prove something, read in pages of settlements as they are stored."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from fernkladde.journal.as_stored import instant_sql, rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PAGE = 200
BEFORE_ALL = -(2**62)

Row = tuple[Any, ...]


class Settled(NamedTuple):
    """A settlement as stored, with its month and its customer's number."""

    pk: int
    period: str | None
    customer_id: int
    customer: str | None
    settled_at: str
    settled_by: int | None
    content: str
    statement: str
    released_by: int | None
    released_by_kind: str | None


class Issued(NamedTuple):
    pk: int
    settlement_id: int
    kind: str
    series: str
    sequence: int
    number: str
    customer_id: int
    issued_on: str
    due_on: str
    currency: str
    net: str
    tax: str
    gross: str
    document: str
    document_sha256: str
    issued_at: str


class Claimed(NamedTuple):
    """A claim with the number of its subject, and what the subject says today."""

    settlement_id: int
    pk: int
    session: str | None
    call: str | None
    fee: str | None
    fee_case: str
    basis: str
    group: int
    worked: int
    billed: int
    released_by: int | None
    session_work: Row
    call_work: Row


class Posted(NamedTuple):
    settlement_id: int
    pk: int
    contract: str | None
    period_start: str
    for_period: str | None
    seconds: int
    handed_seconds: int
    cases: int
    case_number: str
    released_by: int | None


class Positioned(NamedTuple):
    """A line of an invoice, with the numbers of what it names."""

    settlement_id: int
    pk: int
    position: int
    case: str | None
    kind: str
    basis: str
    contract_id: int | None
    contract: str | None
    tariff: str | None
    version: str | None
    service: str
    skill: str
    band: str
    name: str
    discount_percent: str
    seconds: int | None
    pieces: int | None
    unit_price: str | None
    per_minutes: int | None
    gross: str
    discount: str
    net: str


class Page(NamedTuple):
    """Some settlements and all that hangs on them, by the settlement's key."""

    settlements: Sequence[Settled]
    invoices: dict[int, list[Issued]]
    lines: dict[int, list[Positioned]]
    claims: dict[int, list[Claimed]]
    postings: dict[int, list[Posted]]


def text(column: str) -> str:
    return f"CAST({column} AS TEXT)"


def pages() -> Iterator[Page]:
    """Read everything once, a few settlements at a time: memory stays small."""
    last = BEFORE_ALL
    while found := _settlements(last):
        first, last = found[0].pk, found[-1].pk
        yield Page(
            settlements=found,
            invoices=_by_settlement(Issued(*r) for r in _invoices(first, last)),
            lines=_by_settlement(Positioned(*r) for r in _lines(first, last)),
            claims=_by_settlement(_claimed(r) for r in _claims(first, last)),
            postings=_by_settlement(Posted(*r) for r in _postings(first, last)),
        )


def _by_settlement(found: Iterator[Any]) -> dict[int, list[Any]]:
    sorted_out = defaultdict(list)
    for row in found:
        sorted_out[row.settlement_id].append(row)
    return sorted_out


def _settlements(after: int) -> list[Settled]:
    sql = (
        "SELECT s.id, run.period, s.customer_id, customer.number,"  # noqa: S608
        f" {instant_sql('s.settled_at')}, s.settled_by_id, s.content, s.statement,"
        " s.released_by_id, storno.kind FROM billing_settlement s"
        " LEFT JOIN billing_invoice storno ON storno.id = s.released_by_id"
        " LEFT JOIN billing_run run ON run.id = s.run_id"
        " LEFT JOIN customers_customer customer ON customer.id = s.customer_id"
        " WHERE s.id > %s ORDER BY s.id LIMIT %s"
    )
    return [Settled(*row) for row in rows(sql, after, PAGE)]


def _invoices(first: int, last: int) -> list[Row]:
    sql = (
        "SELECT id, settlement_id, kind, series, sequence, number, customer_id,"  # noqa: S608
        f" {text('issued_on')}, {text('due_on')}, currency, {text('net')},"
        f" {text('tax')}, {text('gross')}, document, document_sha256,"
        f" {instant_sql('issued_at')} FROM billing_invoice"
        " WHERE settlement_id BETWEEN %s AND %s ORDER BY id"
    )
    return rows(sql, first, last)


def _lines(first: int, last: int) -> list[Row]:
    numbers = ("discount_percent", "unit_price", "gross", "discount", "net")
    read = {name: text(f"l.{name}") for name in numbers}
    sql = (
        'SELECT i.settlement_id, l.id, l.position, "case".number, l.kind, l.basis,'  # noqa: S608
        " l.contract_id, contract.number, tariff.code,"
        f" {text('version.valid_from')}, l.service, l.skill, l.band, l.name,"
        f" {read['discount_percent']}, l.seconds, l.count, {read['unit_price']},"
        f" l.per_minutes, {read['gross']}, {read['discount']}, {read['net']}"
        " FROM billing_line l JOIN billing_invoice i ON i.id = l.invoice_id"
        ' LEFT JOIN cases_case "case" ON "case".id = l.case_id'
        " LEFT JOIN contracts_contract contract ON contract.id = l.contract_id"
        " LEFT JOIN contracts_tariffversion version ON version.id = l.version_id"
        " LEFT JOIN contracts_tariff tariff ON tariff.id = version.tariff_id"
        " WHERE i.settlement_id BETWEEN %s AND %s ORDER BY l.position, l.id"
    )
    return rows(sql, first, last)


def _claims(first: int, last: int) -> list[Row]:
    sql = (
        "SELECT k.settlement_id, k.id, s.number, call.number, k.fee, k.fee_case,"  # noqa: S608
        ' k.basis, k."group", k.group_worked, k.group_billed, k.released_by_id,'
        f' "case".number, s.service, {instant_sql("s.started_at")},'
        f" {instant_sql('s.ended_at')}, s.skill, s.connection,"
        # The driver would read any other number than 1 as False.
        " CAST(s.billable AS INTEGER),"
        f" {text('s.goodwill_percent')}, s.confirmed_at IS NOT NULL,"
        " s.voided_at IS NOT NULL,"
        f" of_call.number, {instant_sql('call.started_at')}, call.seconds,"
        f" {text('call.cost')} FROM billing_claim k"
        " LEFT JOIN cases_session s ON s.id = k.session_id"
        ' LEFT JOIN cases_case "case" ON "case".id = s.case_id'
        " LEFT JOIN connections_call call ON call.id = k.call_id"
        " LEFT JOIN cases_session of_call ON of_call.id = call.session_id"
        " WHERE k.settlement_id BETWEEN %s AND %s ORDER BY k.id"
    )
    return rows(sql, first, last)


def _claimed(row: Row) -> Claimed:
    return Claimed(*(*row[:11], row[11:21], row[21:]))


def _postings(first: int, last: int) -> list[Row]:
    sql = (
        "SELECT p.settlement_id, p.id, contract.number,"  # noqa: S608
        f" {text('p.period_start')}, {text('p.for_period')}, p.seconds,"
        " p.handed_seconds, p.cases, p.case_number, p.released_by_id"
        " FROM billing_allowanceposting p"
        " LEFT JOIN contracts_contract contract ON contract.id = p.contract_id"
        " WHERE p.settlement_id BETWEEN %s AND %s ORDER BY p.id"
    )
    return rows(sql, first, last)
