"""A month with few customers and yet all that an issue writes."""

from __future__ import annotations

from datetime import date

from fernkladde.contracts.models import Covers
from tests import make
from tests.billing import month
from tests.billing.month import work

CUSTOMERS = 3


def prepare() -> None:
    """Let one draw on an allowance and have a call, one pay, one get a statement."""
    month.firm()
    contract = make.contract(
        customer=month.customer(number="K-1"),
        covers=Covers.ALLOWANCE,
        allowance_period="month",
        allowance_minutes=20,
        valid_from=date(2026, 1, 1),
    )
    make.call(session=work(contract.customer, minutes=60))
    work(month.customer(number="K-2"))
    work(month.customer(number="K-3"), billable=False)


def end_the_month() -> None:
    month.approve()
    month.issue()
