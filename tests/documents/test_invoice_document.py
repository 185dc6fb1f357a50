"""The stored text of a document is canonical and reads back to the same value."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fernkladde.values.invoice_document import (
    Address,
    AllowanceRow,
    Buyer,
    ChainHead,
    FreeWork,
    InvoiceDocument,
    Line,
    NotAnInvoiceDocument,
    ProofRow,
    Section,
    Seller,
    Tax,
    Totals,
)
from tests.documents import samples

texts = st.text(max_size=20)
decimals = st.decimals(allow_nan=False, allow_infinity=False, places=4)
days = st.dates()
lines = st.builds(
    Line,
    position=st.integers(),
    kind=texts,
    title=texts,
    quantity=decimals,
    unit=texts,
    unit_price=decimals,
    gross=decimals,
    net=decimals,
    tax_percent=st.none() | decimals,
    period_start=st.none() | days,
    note=texts,
)
sections = st.builds(
    Section,
    case_number=texts,
    subject=texts,
    lines=st.lists(lines, max_size=2).map(tuple),
)
addresses = st.builds(Address, lines=st.lists(texts, max_size=3).map(tuple))
documents = st.builds(
    InvoiceDocument,
    issued_on=days,
    due_on=st.none() | days,
    seller=st.builds(Seller, name=texts, address=addresses),
    buyer=st.builds(Buyer, name=texts, address=addresses),
    notes=st.lists(texts, max_size=2).map(tuple),
    sections=st.lists(sections, max_size=2).map(tuple),
    taxes=st.lists(
        st.builds(Tax, category=texts, percent=decimals, net=decimals, tax=decimals),
        max_size=2,
    ).map(tuple),
    totals=st.none()
    | st.builds(Totals, net=decimals, tax=decimals, gross=decimals, payable=decimals),
    allowances=st.lists(
        st.builds(
            AllowanceRow,
            contract_number=texts,
            period_start=days,
            period_end=days,
            granted=decimals,
            used_now=decimals,
            left=decimals,
        ),
        max_size=1,
    ).map(tuple),
    proof=st.lists(
        st.builds(
            ProofRow,
            case_number=texts,
            worked_on=days,
            start=texts,
            end=texts,
            worked_minutes=decimals,
            billed_minutes=st.none() | decimals,
        ),
        max_size=2,
    ).map(tuple),
    free_work=st.lists(
        st.builds(FreeWork, basis=texts, minutes=decimals, value=decimals), max_size=1
    ).map(tuple),
    chain_head=st.none() | st.builds(ChainHead, sequence=st.integers(), hash=texts),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(documents)
def test_a_document_reads_back_to_the_same_value_and_text(
    document: InvoiceDocument,
) -> None:
    text = document.to_json()

    read = InvoiceDocument.from_json(text)

    assert read == document
    assert read.to_json() == text


def test_the_text_is_canonical() -> None:
    text = samples.invoice().to_json()

    assert text == json.dumps(
        json.loads(text), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    assert '"gross":"227.50"' in text
    assert '"issued_on":"2026-04-01"' in text


def test_a_large_number_is_written_without_an_exponent() -> None:
    document = samples.settled(samples.invoice())
    total = Totals(
        net=Decimal("1E+3"), tax=Decimal(0), gross=Decimal(0), payable=Decimal(0)
    )

    assert (
        '"net":"1000"'
        in InvoiceDocument(
            issued_on=date(2026, 4, 1),
            seller=document.seller,
            buyer=document.buyer,
            totals=total,
        ).to_json()
    )


def test_an_older_text_without_a_newer_key_still_reads() -> None:
    stored = json.loads(samples.invoice().to_json())
    del stored["free_work"], stored["seller"]["footer"]

    read = InvoiceDocument.from_json(json.dumps(stored))

    assert read.free_work == ()
    assert read.number == "RE-2026-0042"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "$: not JSON"),
        ("[]", "$: an object is needed."),
        ('{"nummer": "1"}', "$: unknown key nummer."),
        ("{}", "$: a required key is missing."),
        ('{"issued_on": "1.4.2026"}', "$.issued_on: '1.4.2026' is no date."),
        ('{"issued_on": 20260401}', "$.issued_on: 20260401 is no date."),
        ('{"notes": "x"}', "$.notes: a list is needed."),
        ('{"notes": [1]}', "$.notes[0]: 1 is no str."),
        ('{"totals": {"net": "NaN"}}', "$.totals.net: 'NaN' is no Decimal."),
        ('{"totals": {"net": 1.5}}', "$.totals.net: 1.5 is no Decimal."),
        (
            '{"chain_head": {"sequence": true}}',
            "$.chain_head.sequence: True is no int.",
        ),
    ],
)
def test_a_text_that_does_not_fit_is_refused_with_its_place(
    text: str, sentence: str
) -> None:
    with pytest.raises(NotAnInvoiceDocument) as refused:
        InvoiceDocument.from_json(text)

    assert str(refused.value).startswith(sentence)
