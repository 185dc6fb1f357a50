"""Documents: a duty that no killed or frozen worker loses or does twice."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING, cast

import pytest
from django.test import override_settings

from fernkladde.billing import rendering
from fernkladde.billing.models import Invoice, Rendering, RenderingState
from fernkladde.billing.sheets import Press, Rendered, RenderingGivenUp, render
from fernkladde.cases.actions import give_goodwill

from . import month
from .month import AT, work

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

pytestmark = pytest.mark.django_db


class Printer:
    """Stands in for the child process; what it cannot print it gives up."""

    def __init__(self, jams: str = "") -> None:
        self.jams = jams
        self.printed: list[str] = []

    def render(self, text: str) -> Rendered:
        if self.jams and self.jams in text:
            raise RenderingGivenUp("the rendering process died")
        self.printed.append(text)
        statement = '"kind":"statement"' in text
        return Rendered(pdf=b"%PDF", xml=None if statement else b"<xml/>")


@pytest.fixture(autouse=True)
def documents(tmp_path: Path) -> Iterator[Path]:
    with override_settings(DOCUMENTS=tmp_path):
        yield tmp_path


@pytest.fixture
def invoices() -> list[Invoice]:
    month.firm()
    for name in ("Anton AG", "Berta KG"):
        work(month.customer(name=name))
    month.bill()
    return list(Invoice.objects.order_by("sequence"))


def render_due(printer: Printer, at: datetime = AT) -> int:
    return rendering.render_due(cast("Press", printer), clock=lambda: at)


def states() -> list[str]:
    rows = Rendering.objects.order_by("invoice__sequence")
    return list(rows.values_list("state", flat=True))


def test_a_due_document_is_made_once_and_kept_with_its_hash(
    invoices: list[Invoice], documents: Path
) -> None:
    printer = Printer()

    taken = render_due(printer), render_due(printer)

    assert taken == (2, 0)
    assert printer.printed == [invoice.document for invoice in invoices]
    row = Rendering.objects.get(invoice=invoices[0])
    assert (row.state, row.pdf) == (RenderingState.DONE, "2026/RE-2026-0001.pdf")
    assert (documents / row.pdf).read_bytes() == b"%PDF"
    assert row.xml_sha256 == hashlib.sha256(b"<xml/>").hexdigest()
    assert not list(documents.rglob("*.part"))


def test_two_workers_never_take_the_same_duty(invoices: list[Invoice]) -> None:
    first = rendering.claim_due(at=AT, limit=1)
    second = rendering.claim_due(at=AT, limit=8)

    assert not set(first[1]) & set(second[1])
    assert len(first[1]) + len(second[1]) == 2


def test_what_a_killed_worker_held_is_taken_up_after_its_lease(
    invoices: list[Invoice],
) -> None:
    rendering.claim_due(at=AT)
    printer = Printer()

    during = render_due(printer, AT + rendering.LEASE / 2)
    after = render_due(printer, AT + rendering.LEASE + timedelta(seconds=1))

    assert (during, after) == (0, 2)
    assert states() == ["done", "done"]


def test_a_frozen_worker_cannot_finish_under_its_old_key(
    invoices: list[Invoice],
) -> None:
    key, [first, _second] = rendering.claim_due(at=AT)
    later = AT + rendering.LEASE + timedelta(seconds=1)
    rendering.claim_due(at=later)

    rendering._fulfil(first, key, cast("Press", Printer()), lambda: later)

    assert states() == ["due", "due"]


def test_a_document_that_fails_is_tried_again_later_and_stops_nobody(
    invoices: list[Invoice],
) -> None:
    render_due(Printer(jams="Anton AG"))
    failed = Rendering.objects.get(invoice=invoices[0])

    at_once = render_due(Printer(), AT)
    in_time = render_due(Printer(), failed.due_at)

    assert failed.state == RenderingState.DUE
    assert failed.error == "the rendering process died"
    assert failed.due_at > AT
    assert (at_once, in_time) == (0, 1)
    assert states() == ["done", "done"]


def test_after_some_tries_it_is_given_up_with_its_reason(
    invoices: list[Invoice],
) -> None:
    at = AT
    for _ in range(rendering.MOST_ATTEMPTS):
        render_due(Printer(jams="Anton AG"), at)
        at += timedelta(hours=1)

    assert states() == ["failed", "done"]
    assert render_due(Printer(), at) == 0


@pytest.mark.slow
def test_the_child_process_makes_the_same_bytes_as_anybody_from_the_snapshot(
    invoices: list[Invoice],
) -> None:
    with Press() as press:
        rendering.render_due(press, clock=lambda: AT, limit=1)

    again = render(invoices[0].document)
    row = Rendering.objects.get(invoice=invoices[0])
    assert row.pdf_sha256 == hashlib.sha256(again.pdf).hexdigest()
    assert rendering.path_of(row.xml).read_bytes() == again.xml


def test_a_month_without_money_gives_a_statement_to_whoever_wants_one(
    documents: Path,
) -> None:
    month.firm()
    wants, does_not = month.customer(), month.customer(wants_statement=False)
    for customer in (wants, does_not):
        give_goodwill(on=work(customer).case, reason="Dank", by=None, at=AT)
    month.bill()
    printer = Printer()

    taken = render_due(printer)

    assert (taken, Invoice.objects.count()) == (1, 0)
    [row] = Rendering.objects.select_related("settlement")
    assert row.settlement is not None
    assert row.settlement.customer == wants
    assert (row.state, row.xml) == (RenderingState.DONE, "")
    assert (documents / row.pdf).read_bytes() == b"%PDF"


def test_a_statement_says_what_the_cases_were(documents: Path) -> None:
    month.firm()
    case = work(month.customer()).case
    give_goodwill(on=case, reason="Dank", by=None, at=AT)
    month.bill()

    rendered = render(Rendering.objects.get().document)

    assert rendered.xml is None
    assert rendered.pdf.startswith(b"%PDF-")
    assert case.subject in Rendering.objects.get().document
