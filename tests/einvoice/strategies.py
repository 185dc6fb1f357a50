"""Random invoices as the month's end could make them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from fernkladde.values.invoice_document import (
    CONNECTION,
    FEE,
    FREE,
    MINUTE,
    SURCHARGE,
    TIME,
    InvoiceDocument,
    Line,
    Section,
)
from tests.documents import samples

words = st.text(min_size=1, max_size=40).map(lambda text: f"Einsatz {text}")
kinds = st.sampled_from([TIME, SURCHARGE, FEE, CONNECTION, FREE])
steps = st.sampled_from([1, 5, 6, 10, 15, 30, 60])
percents = st.one_of(
    st.just(Decimal(0)),
    st.decimals(0, 100, places=2),
    st.sampled_from([Decimal(30), Decimal(100), Decimal("33.333333333333")]),
)


@st.composite
def lines(draw: st.DrawFn, position: int = 1) -> Line:
    kind = draw(kinds)
    first = date(2026, 3, 1) + timedelta(days=draw(st.integers(0, 30)))
    last = first + timedelta(days=draw(st.integers(0, 5)))
    timed = kind in (TIME, SURCHARGE, FREE)
    quantity, price = Decimal(1), draw(st.decimals(0, 5000, places=2))
    if timed:
        quantity = draw(st.decimals(0, 3000, places=4))
        price = draw(st.decimals(0, 300, places=4))
    if kind == FEE:
        quantity = Decimal(draw(st.integers(1, 40)))
        price = draw(st.decimals(0, 500, places=4))
    return samples.line(
        position,
        kind,
        draw(words),
        str(quantity),
        str(price),
        per=draw(steps) if timed else 1,
        percent="100" if kind == FREE else str(draw(percents)),
        days=(first, last),
        unit=MINUTE if kind == FREE else "",
        note=draw(st.text(max_size=30)),
    )


@st.composite
def documents(draw: st.DrawFn) -> InvoiceDocument:
    """Make an invoice of 1 to 30 lines in up to four cases."""
    positions = iter(range(1, 31))
    count = draw(st.integers(1, 30))
    made = [draw(lines(position=next(positions))) for _ in range(count)]
    cuts = sorted(draw(st.lists(st.integers(0, count), max_size=3)))
    sections = tuple(
        Section(
            case_number=f"2026-{number:04}",
            subject=draw(st.text(max_size=60)),
            plant=draw(st.sampled_from(["", "Etagenpresse EP 6"])),
            lines=tuple(made[start:end]),
        )
        for number, (start, end) in enumerate(
            zip([0, *cuts], [*cuts, count], strict=True), start=1
        )
        if made[start:end]
    )
    document = replace(
        samples.invoice(),
        issued_on=date(2026, 4, 30),
        due_on=date(2026, 5, 14),
        sections=sections,
        notes=tuple(draw(st.lists(st.text(max_size=50), max_size=2))),
    )
    return samples.settled(document)
