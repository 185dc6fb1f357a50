"""The month's end from many sides at once: one invoice each, no gap, none twice.

M2, N1 and R1 of the invariants: as processes, and as eight people at the same button.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.urls import reverse

from fernkladde.accounts.roles import Role
from fernkladde.billing.issue import issue_for_a_while
from fernkladde.billing.models import AllowancePosting, Claim, Counter, Invoice, Preview
from fernkladde.billing.preview import (
    approve_previews,
    preview_month,
    withdraw_approvals,
)
from fernkladde.contracts.models import Covers
from fernkladde.customers.models import Customer
from tests import make
from tests.billing import month
from tests.billing.month import AT, NOVEMBER, OCTOBER, TODAY, local, work

from . import busy_month
from .canonical import canonical_export
from .harness import another_copy
from .processes import at_once, served
from .survival import insist_on_invariants, insist_that

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fernkladde.billing.period import Month

    from .processes import Visitor

CUSTOMERS = 12
BUTTONS = 8


def issue(of: Month = OCTOBER) -> None:
    issue_for_a_while(
        month=of, customers=None, issued_on=TODAY, by=None, at=AT, seconds=60
    )


def numbers() -> list[int]:
    return list(Invoice.objects.order_by("sequence").values_list("sequence", flat=True))


@pytest.mark.parametrize("runs", [2, 8])
def test_several_runs_of_a_month_give_each_customer_one_invoice(
    own_database: None, runs: int
) -> None:
    month.firm()
    for _ in range(CUSTOMERS):
        work()
    month.approve()

    at_once(*[issue] * runs)

    assert numbers() == list(range(1, CUSTOMERS + 1))
    assert Counter.objects.get().value == CUSTOMERS
    assert Claim.objects.count() == CUSTOMERS
    insist_on_invariants()


@pytest.mark.slow
@pytest.mark.parametrize("runs", [2, 8])
def test_several_whole_months_ends_at_once_are_as_one(
    own_database: None, runs: int
) -> None:
    busy_month.prepare()
    with another_copy():
        busy_month.end_the_month()
        alone = canonical_export()

    at_once(*[busy_month.end_the_month] * runs)
    insist_on_invariants()
    busy_month.end_the_month()

    assert numbers() == list(range(1, busy_month.INVOICES + 1))
    insist_that(canonical_export(), alone)


def test_two_months_at_once_never_take_the_same_work(own_database: None) -> None:
    month.firm()
    for _ in range(CUSTOMERS):
        work(start=local(20))
    month.approve(OCTOBER)
    month.approve(NOVEMBER)

    at_once(partial(issue, OCTOBER), partial(issue, NOVEMBER))

    sessions = Claim.objects.values_list("session", flat=True)
    assert len(sessions) == len(set(sessions)) == CUSTOMERS
    assert sum(i.net for i in Invoice.objects.all()) == CUSTOMERS * Decimal("50.00")
    insist_on_invariants()


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

    at_once(partial(issue, OCTOBER), partial(issue, NOVEMBER))

    used = sum(posting.seconds for posting in AllowancePosting.objects.all())
    assert 0 < used <= 40 * 60
    insist_on_invariants()


class Meanwhile:
    """Let another act at a certain statement, and go on when it is done or waits."""

    def __init__(self, statement: str, act: Callable[[], object]) -> None:
        self.statement = statement
        self.other = threading.Thread(target=self._act, args=(act,))

    def _act(self, act: Callable[[], object]) -> None:
        act()
        connection.close()

    def __call__(self, execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith(self.statement) and self.other.ident is None:
            self.other.start()
            self.other.join(0.5)
        return execute(sql, *rest)


def approve_all() -> None:
    approve_previews(month=OCTOBER, customers=None, by=None, at=AT)


def withdraw_all() -> None:
    numbers = Customer.objects.values_list("number", flat=True)
    withdraw_approvals(month=OCTOBER, customers=list(numbers), by=None, at=AT)


@pytest.mark.parametrize(
    ("decide", "state"), [(approve_all, "approved"), (withdraw_all, "previewed")]
)
def test_what_is_decided_while_another_previews_is_not_taken_back(
    own_database: None, decide: Callable[[], None], state: str
) -> None:
    month.firm()
    work()
    month.approve()
    if decide is approve_all:
        withdraw_all()
    meanwhile = Meanwhile('DELETE FROM "billing_preview"', decide)

    with connection.execute_wrapper(meanwhile):
        preview_month(month=OCTOBER, by=None, at=AT)
    meanwhile.other.join(60)

    assert Preview.objects.get().state == state


def press(visitor: Visitor, today: str) -> None:
    """Press the button, and again as long as the page says how far it is."""
    address = reverse("month-issue", args=[str(OCTOBER)])
    for _ in range(60):
        answer = visitor.post(address, all="1", issued_on=today)
        if answer.status == 302:
            visitor.get(answer.address)
            return
    raise AssertionError("issuing never ends")


@pytest.mark.slow
def test_eight_people_at_the_same_button_see_no_error_page(
    own_database: None, tmp_path: Path
) -> None:
    month.firm()
    for _ in range(CUSTOMERS):
        work()
    month.approve()
    clerks = [make.user(Role.BILLING) for _ in range(BUTTONS)]
    today = datetime.now(UTC).date().isoformat()

    with served(tmp_path) as server, ThreadPoolExecutor(BUTTONS) as people:
        visitors = [server.visited_by(clerk) for clerk in clerks]
        list(people.map(press, visitors, [today] * BUTTONS))

    assert {status for v in visitors for status in v.statuses} <= {200, 302}
    assert numbers() == list(range(1, CUSTOMERS + 1))
    assert Claim.objects.count() == CUSTOMERS
    insist_on_invariants()
