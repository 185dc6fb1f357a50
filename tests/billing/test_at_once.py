"""Runs at the same time, committed for real: one invoice each, no gap, none twice."""

from __future__ import annotations

import multiprocessing
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import connection, connections

from fernkladde.billing.issue import issue_for_a_while
from fernkladde.billing.models import (
    AllowancePosting,
    Claim,
    Counter,
    Invoice,
    Settlement,
)
from fernkladde.contracts.models import Covers
from fernkladde.journal.queries import verify
from tests import make

from . import month
from .month import AT, NOVEMBER, OCTOBER, TODAY, local, work

if TYPE_CHECKING:
    from multiprocessing.synchronize import Barrier

    from fernkladde.billing.period import Month

RUNS = 4
CUSTOMERS = 12


def issue_all(of: Month, start: Barrier) -> None:
    connections.close_all()
    start.wait(timeout=60)
    issue_for_a_while(
        month=of, customers=None, issued_on=TODAY, by=None, at=AT, seconds=60
    )
    connections.close_all()


def at_once(*months: Month) -> None:
    """Issue in processes of their own that begin at the same moment."""
    connections.close_all()
    context = multiprocessing.get_context("fork")
    start = context.Barrier(len(months))
    runs = [context.Process(target=issue_all, args=(of, start)) for of in months]
    for run in runs:
        run.start()
    for run in runs:
        run.join(120)
    assert [run.exitcode for run in runs] == [0] * len(runs)


def test_several_runs_of_a_month_give_each_customer_one_invoice(
    own_database: None,
) -> None:
    month.firm()
    for _ in range(CUSTOMERS):
        work()
    month.approve()

    at_once(*[OCTOBER] * RUNS)

    sequences = Invoice.objects.order_by("sequence").values_list("sequence", flat=True)
    assert list(sequences) == list(range(1, CUSTOMERS + 1))
    assert Settlement.objects.count() == CUSTOMERS
    assert Claim.objects.count() == CUSTOMERS
    assert Counter.objects.get().value == CUSTOMERS
    assert verify().holds


def test_two_months_at_once_never_take_the_same_work(own_database: None) -> None:
    month.firm()
    for _ in range(CUSTOMERS):
        work(start=local(20))
    month.approve(OCTOBER)
    month.approve(NOVEMBER)

    at_once(OCTOBER, NOVEMBER)

    sessions = Claim.objects.values_list("session", flat=True)
    assert len(sessions) == len(set(sessions)) == CUSTOMERS
    assert sum(i.net for i in Invoice.objects.all()) == CUSTOMERS * Decimal("50.00")


def test_an_allowance_drawn_on_by_two_months_never_gives_more_than_it_has(
    own_database: None,
) -> None:
    month.firm()
    payer, sister = month.customer(), month.customer()
    make.contract(
        customer=payer,
        shared_with=[sister],
        covers=Covers.ALLOWANCE,
        allowance_period="term",
        allowance_minutes=40,
    )
    work(payer, local(6), minutes=30)
    work(sister, local(7), minutes=30)
    month.approve(OCTOBER, customers=[payer.number])
    month.approve(NOVEMBER, customers=[sister.number])

    at_once(OCTOBER, NOVEMBER)

    used = sum(posting.seconds for posting in AllowancePosting.objects.all())
    assert 0 < used <= 40 * 60
    connection.close()
