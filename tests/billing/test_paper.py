"""What stands on the paper: words that fit the contract, proof in its order."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from fernkladde.cases.actions import record_consent
from fernkladde.values.invoice_document import InvoiceDocument
from tests import make

from . import month
from .month import AT, local, work

if TYPE_CHECKING:
    from fernkladde.billing.models import Invoice
    from fernkladde.customers.models import Customer

pytestmark = pytest.mark.django_db


def paper_of(invoice: Invoice) -> InvoiceDocument:
    return InvoiceDocument.from_json(invoice.document)


def titles(document: InvoiceDocument) -> list[str]:
    return [line.title for line in document.lines]


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ({"covers": "nothing"}, "nach Vertrag"),
        (
            {
                "covers": "allowance",
                "allowance_period": "month",
                "allowance_minutes": 0,
            },
            "über Kontingent",
        ),
    ],
)
def test_only_a_contract_with_an_allowance_has_an_overage(
    terms: dict[str, object], words: str
) -> None:
    month.firm()
    payer = month.customer()
    make.contract(customer=payer, valid_from=date(2026, 1, 1), **terms)
    work(payer)
    month.bill()

    document = paper_of(month.invoice_of(payer))

    assert titles(document) == [f"Fernwartung, {words}"]
    assert [row.decision for row in document.proof] == [words]


def balances(payer: Customer) -> list[tuple[int, ...]]:
    return [
        tuple(map(int, (row.used_before, row.used_now, row.expired, row.left)))
        for row in paper_of(month.invoice_of(payer)).allowances
    ]


def test_what_another_customer_draws_from_a_shared_allowance_is_used_not_expired() -> (
    None
):
    month.firm()
    payer, sister = month.customer(number="K-1"), month.customer(number="K-2")
    make.contract(
        customer=payer,
        shared_with=[sister],
        covers="allowance",
        allowance_period="term",
        allowance_minutes=40,
    )
    work(payer, local(6), minutes=30)
    work(payer, local(8), minutes=30)
    work(sister, local(7), minutes=30)

    month.bill()

    assert balances(payer) == [(10, 30, 0, 0)]
    assert balances(sister) == [(30, 10, 0, 0)]


def test_the_proof_follows_the_cases_of_the_invoice() -> None:
    month.firm()
    payer = month.customer()
    first, second = make.case(customer=payer), make.case(customer=payer)
    work(case=first, start=local(6, 9))
    work(case=second, start=local(6, 11))
    work(case=first, start=local(7, 9))
    month.bill()

    document = paper_of(month.invoice_of(payer))

    cases = [first.number, first.number, second.number]
    assert [row.case_number for row in document.proof] == cases
    assert [s.case_number for s in document.sections] == [first.number, second.number]


def test_the_proof_names_who_agreed_and_when() -> None:
    month.firm(require_consent=True)
    payer = month.customer()
    session = work(payer)
    record_consent(
        case=session.case,
        given=True,
        person="Frau Novák",
        channel="phone",
        sentence="Ab jetzt 25,00 €.",
        asked_at=session.started_at,
        by=None,
        at=AT,
    )
    month.bill()

    [row] = paper_of(month.invoice_of(payer)).proof

    assert row.consent == "Zustimmung Frau Novák, 06.10.2026"


def test_an_english_customer_reads_english() -> None:
    month.firm()
    payer = month.customer(language="en")
    work(payer)
    month.bill()

    document = paper_of(month.invoice_of(payer))

    assert document.language == "en"
    assert titles(document) == ["Remote maintenance"]
    assert document.payment_terms.startswith("Payable without deduction by ")
