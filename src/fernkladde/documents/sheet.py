"""From the document to the sheet: every text as it will be printed.

The sheet is plain JSON for the Typst template, which only sets it. All texts from
outside pass `printable`; numbers and dates are formatted here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fernkladde.values.invoice_document import CANCELLATION, INVOICE, STATEMENT

from .annex import allowance_part, free_part, proof_part
from .countries import country_name
from .formats import Formats, grouped
from .girocode import girocode
from .positions import cases, sums
from .printable import lines, one_line
from .terms import readable_terms
from .words import words_of

if TYPE_CHECKING:
    from fernkladde.values.invoice_document import Address, InvoiceDocument, Seller

    from .words import Words

Pairs = list[tuple[str, str]]
DOT = " · "
_LONGEST_IN_ONE_PIECE = 1200


def sheet(document: InvoiceDocument, *, hybrid: bool = False) -> dict[str, Any]:
    """Return what the letter says; a hybrid one names the file it carries."""
    words, formats = words_of(document.language), Formats(document.language)
    seller, issued = document.seller, document.issued_on
    heading = _title(document, words)
    return {
        "language": words.language,
        "date": [issued.year, issued.month, issued.day],
        "title": heading,
        "margins": _margins(document, heading, words),
        "seller": {
            "name": one_line(seller.name),
            "line": _joined(*_place(seller.address), seller.website),
        },
        "return-address": _joined(seller.name, *_place(seller.address)),
        "address": _envelope(document),
        "facts": _filled(_facts(document, words, formats)),
        "opening": _opening(document, words, formats),
        "columns": words.columns,
        "cases": cases(document, words, formats),
        **sums(document, words, formats),
        "payment": _payment(document, words, formats),
        "notes": [line for note in document.notes for line in lines(note)],
        "allowances": allowance_part(document, words, formats),
        "free": free_part(document, words, formats),
        "proof": proof_part(document, words, formats),
        "attachment": words.attachment if hybrid else None,
        "breakable": _is_long(document),
    }


def _title(document: InvoiceDocument, words: Words) -> str:
    title = words.titles.get(document.kind, "")
    if document.kind == STATEMENT and not document.allowances:
        title = words.proof_only
    return f"{title} {one_line(document.number)}".strip()


def _place(address: Address) -> tuple[str, ...]:
    return (*address.lines, f"{address.postcode} {address.city}")


def _margins(document: InvoiceDocument, heading: str, words: Words) -> dict[str, Any]:
    """Return what stands above and below each page."""
    return {
        "running-head": DOT.join((heading, one_line(document.buyer.name))),
        "seller": one_line(document.seller.name),
        "page": words.page,
        "chain": _chain(document, words),
        "foot": _foot(document.seller, words),
    }


def _joined(*texts: str) -> str:
    return DOT.join(shown for text in texts if (shown := one_line(text)))


def _envelope(document: InvoiceDocument) -> list[str]:
    """Return the lines of the address; the country only on letters abroad."""
    buyer, seller = document.buyer, document.seller
    abroad = buyer.address.country != seller.address.country
    code = buyer.address.country
    country = country_name(code, document.language) if abroad else ""
    raw = (buyer.name, buyer.contact_name, *_place(buyer.address), country)
    return [shown for text in raw if (shown := one_line(text))]


def _facts(document: InvoiceDocument, words: Words, formats: Formats) -> Pairs:
    seller, buyer = document.seller, document.buyer
    due = formats.day(document.due_on) if document.due_on else ""
    return [
        (words.number, document.number),
        (words.issued_on, formats.day(document.issued_on)),
        (words.period, formats.span(document.period_start, document.period_end)),
        (words.due_on, due),
        (words.customer_number, buyer.customer_number),
        (words.buyer_vat_id, buyer.vat_id),
        (words.order_number, document.order_number),
        (words.reference, document.buyer_reference),
        (words.contract, document.contract_number),
        (words.contact, seller.contact_name),
        (words.phone, seller.phone),
        (words.email, seller.email),
    ]


def _filled(pairs: Pairs) -> Pairs:
    return [(label, shown) for label, text in pairs if (shown := one_line(text))]


def _opening(document: InvoiceDocument, words: Words, formats: Formats) -> str:
    if document.kind == STATEMENT:
        return words.opening_statement
    if document.kind == CANCELLATION and document.preceding_on:
        return words.opening_cancellation.format(
            number=one_line(document.preceding_number),
            day=formats.day(document.preceding_on),
        )
    if document.kind == INVOICE and document.period_start and document.period_end:
        period = formats.span(document.period_start, document.period_end)
        return words.opening.format(period=period)
    return ""


def _payment(
    document: InvoiceDocument, words: Words, formats: Formats
) -> dict[str, Any] | None:
    """Say how to pay, where there is something to pay."""
    totals, seller = document.totals, document.seller
    if totals is None or totals.payable <= 0 or document.kind == CANCELLATION:
        return None
    amount = formats.money(totals.payable, document.currency)
    due = formats.day(document.due_on) if document.due_on else ""
    pairs = [
        (words.recipient, one_line(seller.name)),
        ("IBAN", grouped(one_line(seller.iban))),
        ("BIC", one_line(seller.bic)),
        (words.bank, one_line(seller.bank_name)),
        (words.purpose, one_line(document.number)),
    ]
    return {
        "title": words.pay.format(amount=amount, day=due) if due else amount,
        "terms": readable_terms(document.payment_terms, words, formats),
        "rows": [(label, value) for label, value in pairs if value],
        "code": girocode(document),
        "alt": words.code_alt,
    }


def _chain(document: InvoiceDocument, words: Words) -> str:
    head = document.chain_head
    if head is None:
        return ""
    return words.chain.format(sequence=head.sequence, hash=one_line(head.hash))


def _is_long(document: InvoiceDocument) -> bool:
    """Say whether a row may need more than a page; else rows stay in one piece."""
    texts = (
        *(line.title + line.note for line in document.lines),
        *(section.subject for section in document.sections),
        *(row.reason + row.consent + row.decision for row in document.proof),
    )
    return any(len(text) > _LONGEST_IN_ONE_PIECE for text in texts)


def _foot(seller: Seller, words: Words) -> list[dict[str, Any]]:
    """Return the columns at the foot of each page: firm, contact, register, bank.

    A column is as wide as its longest line wants, within reason.
    """
    columns = (
        (seller.name, *_place(seller.address)),
        (seller.phone, seller.email, seller.website),
        (
            seller.register_entry,
            *seller.managers.split("\n"),
            seller.vat_id and f"{words.vat_id} {seller.vat_id}",
            seller.tax_number and f"{words.tax_number} {seller.tax_number}",
        ),
        (
            seller.bank_name,
            seller.iban and f"IBAN {grouped(seller.iban)}",
            seller.bic and f"BIC {seller.bic}",
        ),
        seller.footer,
    )
    shown = ([line for text in column for line in lines(text)] for column in columns)
    return [
        {"lines": column, "width": min(34, max(20, *map(len, column)))}
        for column in shown
        if column
    ]
