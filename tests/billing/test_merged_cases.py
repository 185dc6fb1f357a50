"""Merging changes what work comes to: seen in the account, and by the month's end."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from fernkladde.billing.facts import billed_fees
from fernkladde.billing.live import case_account
from fernkladde.billing.models import AllowancePosting, Invoice, PreviewState
from fernkladde.cases import actions
from tests import make

from . import month
from .month import AT, local, work

if TYPE_CHECKING:
    from fernkladde.cases.models import Case

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def firm() -> None:
    month.firm()


def two_short_calls() -> tuple[Case, Case]:
    """Return two cases of five minutes: a quarter of an hour is billed for each."""
    payer, jonas = month.customer(), make.user()
    case, into = make.case(customer=payer), make.case(customer=payer)
    work(case=case, start=local(6, 9), minutes=5, technician=jonas)
    work(case=into, start=local(6, 11), minutes=5, technician=jonas)
    return case, into


def merge(case: Case, into: Case) -> None:
    actions.merge_cases(case=case, into=into, reason="Dasselbe", by=None, at=AT)


def net(*cases: Case) -> Decimal:
    return sum((case_account(case, at=AT).net for case in cases), Decimal(0))


def test_two_started_quarters_become_one_when_their_cases_are_one() -> None:
    case, into = two_short_calls()
    before = net(case, into)

    merge(case, into)

    assert before == Decimal("50.00")
    assert net(case, into) == Decimal("25.00")


def test_an_approval_from_before_the_merging_issues_nothing() -> None:
    case, into = two_short_calls()
    month.approve()

    merge(case, into)
    done = month.issue()

    assert done.outdated == [into.customer.number]
    assert month.preview_of(into.customer).state == PreviewState.OUTDATED
    assert not Invoice.objects.exists()


def test_after_a_new_preview_the_invoice_names_the_one_case() -> None:
    case, into = two_short_calls()
    merge(case, into)

    month.bill()

    invoice = month.invoice_of(into.customer)
    assert invoice.net == Decimal("25.00")
    assert {line.case for line in invoice.lines.select_related("case")} == {into}


def test_late_work_of_a_merged_case_follows_what_was_billed_before() -> None:
    case, into = two_short_calls()
    month.bill()
    late = work(case=case, start=local(7, 9), minutes=5)

    merge(case, into)

    late.refresh_from_db()
    assert late.case == into
    assert case.sessions.count() == 1
    assert net(into) == Decimal("50.00")
    assert net(case) == Decimal("25.00")


def with_fee(per: str) -> None:
    """Let the firm's tariff ask for a fee of 5.00 beside the time."""
    fee = {"name": "Einwahl", "amount": "5.00", "per": per}
    month.firm(default_tariff=make.tariff(make.terms(fees=[fee])))


@pytest.mark.parametrize("per", ["case", "day"])
def test_a_fee_that_a_merged_case_was_billed_is_not_asked_for_again(per: str) -> None:
    with_fee(per)
    payer, day = month.customer(), local(6, 9, month=9)
    case, into = (make.case(customer=payer) for _ in range(2))
    work(case=case, start=day)
    month.bill(month.SEPTEMBER)
    work(case=into, start=day.replace(hour=14))

    merge(case, into)
    month.bill()

    later = Invoice.objects.order_by("sequence").last()
    assert later is not None
    assert [line.kind for line in later.lines.all()] == ["time"]


def test_a_fee_for_each_of_two_billed_cases_stays_one_fee_for_the_whole() -> None:
    with_fee("case")
    payer = month.customer()
    case, into = (make.case(customer=payer) for _ in range(2))
    work(case=case, start=local(6, 9, month=9))
    work(case=into, start=local(6, 11, month=9))
    month.bill(month.SEPTEMBER)

    merge(case, into)

    assert len(billed_fees([into.number])) == 1


def test_a_case_that_was_counted_is_not_counted_again_as_part_of_another() -> None:
    payer = month.customer()
    make.contract(
        customer=payer,
        covers="allowance",
        allowance_period="year",
        allowance_cases=2,
    )
    case, into = (make.case(customer=payer) for _ in range(2))
    work(case=case, start=local(6, month=9))
    month.bill(month.SEPTEMBER)
    work(case=into)

    merge(case, into)
    month.bill()

    taken = AllowancePosting.objects.values_list("cases", flat=True)
    assert sum(taken) == 1
