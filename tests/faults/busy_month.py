"""A month with everything in it that a month's end has to deal with."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from fernkladde.billing.issue import issue_for_a_while
from fernkladde.contracts.models import Covers
from tests import make
from tests.billing import month
from tests.billing.month import AT, OCTOBER, TODAY, local, work

if TYPE_CHECKING:
    from fernkladde.customers.models import Customer

INVOICES = 4
SETTLED = 6


def prepare(more: int = 0) -> None:
    """Let four pay and two only get a statement; one is parked, one must agree first.

    Two draw on one allowance, one has late work, one has calls and a fee; `more`
    customers just pay.
    """
    fee = {"name": "Einwahl", "amount": "5.00", "per": "case"}
    tariff = make.tariff(make.terms(fees=[fee]))
    month.firm(default_tariff=tariff, require_consent=True)
    _with_an_allowance_and_calls()
    _with_two_cases_and_goodwill()
    work(_customer("K-3"), billable=False)
    _with_late_work()
    _two_with_one_allowance()
    work(_customer("K-7", street=""))
    work(_customer("K-8", consent_from=None))
    for count in range(more):
        work(_customer(f"M-{count:03}"))
    make.running(case=make.case(customer=_customer("K-9")), started_at=local(30))


def _customer(number: str, **fields: object) -> Customer:
    return month.customer(
        **{"number": number, "consent_from": date(2026, 1, 1)} | fields
    )


def _with_an_allowance_and_calls() -> None:
    contract = make.contract(
        customer=_customer("K-1"),
        number="V-1",
        covers=Covers.ALLOWANCE,
        allowance_period="month",
        allowance_minutes=20,
        carry_over_periods=1,
        carry_over_minutes=10,
    )
    make.call(session=work(contract.customer, minutes=60), cost=Decimal("1.20"))


def _with_two_cases_and_goodwill() -> None:
    payer = _customer("K-2")
    work(payer, goodwill_percent=Decimal(50), goodwill_reason="Wartezeit")
    work(payer, local(7), minutes=17)


def _with_late_work() -> None:
    payer = _customer("K-4")
    work(payer, local(8, month=9))
    work(payer, local(8))


def _two_with_one_allowance() -> None:
    payer, sister = _customer("K-5"), _customer("K-6")
    make.contract(
        customer=payer,
        number="V-5",
        shared_with=[sister],
        covers=Covers.ALLOWANCE,
        allowance_period="term",
        allowance_minutes=40,
    )
    work(payer, local(6), minutes=30)
    work(sister, local(7), minutes=30)


def end_the_month() -> None:
    """Preview, approve and issue, as the terminal does it."""
    month.approve()
    month.issue()


def issue_in_steps() -> None:
    """Issue what was approved, as the page does it; what got outdated, once more."""
    issue_for_a_while(
        month=OCTOBER,
        customers=None,
        issued_on=TODAY,
        by=None,
        at=AT + timedelta(minutes=5),
        seconds=600,
    )
