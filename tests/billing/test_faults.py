"""Issuing broken at every statement: no half month, and the next run completes it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from django.db import OperationalError, connection, transaction

from fernkladde.billing.models import (
    AllowancePosting,
    Claim,
    Counter,
    Invoice,
    Line,
    Rendering,
    Settlement,
)
from fernkladde.contracts.models import Covers
from fernkladde.journal.models import Entry
from fernkladde.journal.queries import verify
from tests import make

from . import month
from .month import work

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


class Fault:
    """Break at the n-th statement."""

    def __init__(self, number: int) -> None:
        self.left = number

    def __call__(
        self,
        execute: Callable[..., Any],
        sql: str,
        params: Any,
        many: bool,
        context: Any,
    ) -> Any:
        self.left -= 1
        if self.left == 0:
            raise OperationalError("injected")
        return execute(sql, params, many, context)


def a_month() -> None:
    """Prepare who has an allowance and calls, who pays, and who does not."""
    month.firm()
    contract = make.contract(
        customer=month.customer(number="K-1"),
        covers=Covers.ALLOWANCE,
        allowance_period="month",
        allowance_minutes=20,
    )
    make.call(session=work(contract.customer, minutes=60))
    work(month.customer(number="K-2"))
    work(month.customer(number="K-3"), billable=False)
    month.approve()


def whole_months() -> list[tuple[Any, ...]]:
    """Return each settlement with everything that hangs on it."""
    return [
        (
            settlement.customer.number,
            settlement.content,
            settlement.claims.count(),
            [(p.period_start, p.seconds) for p in settlement.postings.all()],
            [
                (i.number, i.net, i.lines.count(), i.rendering.state)
                for i in Invoice.objects.filter(settlement=settlement)
            ],
        )
        for settlement in Settlement.objects.order_by("customer__number")
    ]


def insist_on_no_half(whole: list[tuple[Any, ...]]) -> None:
    """Want of each customer all or nothing, numbers without a gap, the chain whole."""
    found = whole_months()
    assert found == whole[: len(found)]
    invoices = Invoice.objects.order_by("sequence")
    assert [i.sequence for i in invoices] == list(range(1, len(invoices) + 1))
    last = Counter.objects.values_list("value", flat=True).first() or 0
    assert last == len(invoices)
    assert Entry.objects.filter(kind="billing.invoice-issued").count() == len(invoices)
    assert Claim.objects.filter(settlement=None).count() == 0
    assert AllowancePosting.objects.filter(settlement=None).count() == 0
    assert Line.objects.exclude(invoice__in=invoices).count() == 0
    assert Rendering.objects.exclude(invoice=None).count() == len(invoices)
    assert verify().holds


@contextmanager
def taken_back() -> Iterator[None]:
    """Undo what was done inside, so that the next try begins from the same state."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def undisturbed() -> list[tuple[Any, ...]]:
    with taken_back():
        month.issue()
        return whole_months()


def broken_at(number: int, whole: list[tuple[Any, ...]]) -> bool:
    """Issue with a fault, look, issue again, look; return whether the fault came."""
    broken = False
    with taken_back():
        try:
            with connection.execute_wrapper(Fault(number)):
                month.issue()
        except OperationalError:
            broken = True
        insist_on_no_half(whole)
        month.issue()
        assert whole_months() == whole
        insist_on_no_half(whole)
    return broken


def test_an_issue_broken_at_any_statement_is_completed_by_the_next_one() -> None:
    a_month()
    whole = undisturbed()

    points = 0
    while broken_at(points + 1, whole):
        points += 1

    assert len(whole) == 3
    # Each customer's transaction alone has more than fifteen statements.
    assert points > 45
