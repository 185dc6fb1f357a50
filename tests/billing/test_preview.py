"""Preview and approve: any number of times, and always of what the clerk has seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from fernkladde.billing.firm import change_company
from fernkladde.billing.marks import marks, terms_changed_since
from fernkladde.billing.models import (
    Claim,
    Invoice,
    Preview,
    PreviewState,
    Run,
    Settlement,
)
from fernkladde.billing.preview import (
    PreviewedAgain,
    approve_previews,
    keep_previews,
    preview_month,
    withdraw_approvals,
)
from fernkladde.billing.ready import get_month_ready
from fernkladde.billing.trial import faults_of_xml
from fernkladde.values.invoice_document import InvoiceDocument
from tests import make

from . import month
from .month import AT, BERLIN, OCTOBER, local, preview_of, work

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def firm() -> None:
    month.firm()


def preview(minutes_later: int = 0) -> None:
    preview_month(month=OCTOBER, by=None, at=AT + timedelta(minutes=minutes_later))


def test_a_preview_writes_only_itself() -> None:
    work()

    preview()

    assert Preview.objects.count() == 1
    assert not Settlement.objects.exists()
    assert not Claim.objects.exists()
    assert not Invoice.objects.exists()


def test_a_preview_says_the_sum_and_how_it_differs_from_the_one_before() -> None:
    payer = month.customer()
    case = make.case(customer=payer)
    work(case=case, minutes=30)
    preview()
    first = preview_of(payer)
    work(case=case, start=local(7), minutes=15)

    preview()

    second = preview_of(payer)
    assert (first.net, first.net_before) == (Decimal("50.00"), None)
    assert (second.net, second.net_before) == (Decimal("75.00"), Decimal("50.00"))
    assert (second.sessions, second.late_sessions) == (2, 0)


def test_previewing_again_without_a_change_still_says_the_earlier_difference() -> None:
    payer = month.customer()
    case = make.case(customer=payer)
    work(case=case)
    preview()
    work(case=case, start=local(7))
    preview()

    preview()

    assert preview_of(payer).net_before == Decimal("50.00")


def test_a_preview_says_which_cases_came_to_something_else_before() -> None:
    payer = month.customer()
    same, more = (make.case(customer=payer) for _ in range(2))
    work(case=same)
    work(case=more, start=local(6))
    preview()
    assert preview_of(payer).changed_cases == []
    work(case=more, start=local(7))
    added = make.case(customer=payer)
    work(case=added, start=local(8))

    preview()
    preview()

    assert preview_of(payer).changed_cases == [
        (more.number, Decimal("50.00"), Decimal("100.00")),
        (added.number, Decimal(0), Decimal("50.00")),
    ]


def test_late_work_is_counted_apart() -> None:
    payer = month.customer()
    work(payer, local(30, 23, 59, month=9), minutes=5)
    work(payer, local(1, 0, 0), minutes=5)

    preview()

    assert preview_of(payer).late_sessions == 1


def test_an_approval_stays_while_nothing_changes() -> None:
    payer = month.customer()
    work(payer)
    month.approve()

    preview(minutes_later=5)

    kept = preview_of(payer)
    assert kept.state == PreviewState.APPROVED
    assert kept.approved_at == AT


def test_an_approval_is_lost_when_the_facts_change() -> None:
    payer = month.customer()
    session = work(payer)
    month.approve()
    session.goodwill_percent = Decimal(50)
    session.save()

    preview(minutes_later=5)

    assert preview_of(payer).state == PreviewState.PREVIEWED


def test_an_approval_does_not_care_for_what_others_do() -> None:
    mine, other = month.customer(), month.customer()
    work(mine, local(6))
    month.approve(customers=[mine.number])
    work(other, local(2))

    preview(minutes_later=5)

    assert preview_of(mine).state == PreviewState.APPROVED
    assert preview_of(other).state == PreviewState.PREVIEWED


def test_only_the_chosen_customers_are_approved() -> None:
    chosen, other = month.customer(), month.customer()
    work(chosen)
    work(other)

    count = month.approve(customers=[chosen.number])

    assert count == 1
    assert preview_of(chosen).state == PreviewState.APPROVED
    assert preview_of(other).state == PreviewState.PREVIEWED


def test_a_newer_preview_than_the_one_seen_refuses_the_approval() -> None:
    payer = month.customer()
    work(payer)
    preview()
    seen = Run.objects.get().previewed_at
    preview(minutes_later=1)

    with pytest.raises(PreviewedAgain):
        approve_previews(month=OCTOBER, customers=None, by=None, at=AT, seen=seen)

    assert preview_of(payer).state == PreviewState.PREVIEWED


def test_the_preview_that_was_seen_can_be_approved() -> None:
    work()
    preview()
    seen = Run.objects.get().previewed_at

    count = approve_previews(month=OCTOBER, customers=None, by=None, at=AT, seen=seen)

    assert count == 1


def test_an_approval_can_be_taken_back() -> None:
    payer = month.customer()
    work(payer)
    month.approve()

    withdrawn = withdraw_approvals(
        month=OCTOBER, customers=[payer.number], by=None, at=AT
    )

    assert withdrawn == 1
    assert preview_of(payer).state == PreviewState.PREVIEWED
    assert not month.issue().settled


def test_of_two_previews_at_once_the_one_that_knows_less_gives_way() -> None:
    payer = month.customer()
    case = make.case(customer=payer)
    work(case=case)
    slow = get_month_ready(OCTOBER)
    work(case=case, start=local(7))
    preview()  # its entry in the Kladde makes the next head higher
    preview()

    keep_previews(slow, by=None, at=AT)

    assert preview_of(payer).net == Decimal("100.00")


def test_held_work_needs_no_approval_and_is_no_reason_to_park() -> None:
    make.policy(require_consent=True)
    payer = month.customer()
    work(payer)

    approved = month.approve()

    held = preview_of(payer)
    assert approved == 0
    assert (held.state, held.reasons) == (PreviewState.HELD, [])
    assert (held.net, held.held_value) == (Decimal("0.00"), Decimal("50.00"))


def test_work_given_away_is_told_with_its_list_value() -> None:
    payer = month.customer()
    work(payer, billable=False)

    preview()

    assert preview_of(payer).free_value == Decimal("50.00")


def test_the_mark_of_a_preview_changes_with_the_work_it_stands_for() -> None:
    payer = month.customer()
    case = make.case(customer=payer)
    session = work(case=case)
    preview()
    mark = preview_of(payer).mark
    unchanged = marks(OCTOBER.last, BERLIN)[payer.pk]
    session.revision += 1
    session.save()

    changed = marks(OCTOBER.last, BERLIN)[payer.pk]

    assert str(unchanged) == mark
    assert str(changed) != mark


def test_a_change_of_the_firms_own_data_shows_after_a_preview() -> None:
    work()
    preview()
    seen = Run.objects.get().seen_entry
    before = terms_changed_since(seen)

    change_company(by=None, at=AT, phone="+49 731 999")

    assert before is False
    assert terms_changed_since(seen) is True


def test_an_e_invoice_that_does_not_fit_the_schema_is_refused() -> None:
    """The official schema has a word of its own, whatever our checks have said."""
    pytest.importorskip("facturx")
    month.firm()
    payer = month.customer()
    work(payer)
    month.bill()
    document = InvoiceDocument.from_json(month.invoice_of(payer).document)

    assert faults_of_xml(document) == []
    [fault, *_more] = faults_of_xml(replace(document, sections=()))
    assert fault.text.startswith("E-Rechnung: ")
