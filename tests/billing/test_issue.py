"""Issue: once and for all, what was approved and nothing else."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from fernkladde.billing.issue import issue_for_a_while, waiting_for_issue
from fernkladde.billing.models import (
    AllowancePosting,
    Claim,
    Counter,
    Invoice,
    Line,
    Preview,
    PreviewState,
    Rendering,
    Settlement,
)
from fernkladde.billing.open_points import open_points
from fernkladde.billing.preview import preview_month
from fernkladde.billing.ready import get_month_ready
from fernkladde.cases.actions.decisions import give_goodwill, record_consent
from fernkladde.contracts.models import Covers, TariffVersion
from fernkladde.journal.models import Entry
from fernkladde.values.invoice_document import InvoiceDocument
from tests import make

from . import month
from .month import (
    AT,
    NOVEMBER,
    OCTOBER,
    SEPTEMBER,
    TODAY,
    invoice_of,
    local,
    preview_of,
    work,
)

if TYPE_CHECKING:
    from typing import Any

    from fernkladde.contracts.models import Contract
    from fernkladde.customers.models import Customer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def firm() -> None:
    month.firm()


def everything() -> tuple[int, ...]:
    kinds = (Settlement, Invoice, Line, Claim, AllowancePosting, Rendering, Counter)
    return tuple(kind.objects.count() for kind in kinds)


def document_of(invoice: Invoice) -> InvoiceDocument:
    return InvoiceDocument.from_json(invoice.document)


class TestAnInvoice:
    def test_has_number_sums_lines_and_the_duty_to_be_rendered(self) -> None:
        payer = month.customer()
        session = work(payer)

        month.bill()

        invoice = invoice_of(payer)
        assert (invoice.number, invoice.series) == ("RE-2026-0001", "RE-2026")
        assert (invoice.net, invoice.tax, invoice.gross) == (
            Decimal("50.00"),
            Decimal("9.50"),
            Decimal("59.50"),
        )
        assert (invoice.issued_on, invoice.due_on.isoformat()) == (TODAY, "2026-12-16")
        [line] = invoice.lines.all()
        assert (line.case, line.seconds, line.net) == (session.case, 1800, Decimal(50))
        assert invoice.rendering.state == "due"

    def test_keeps_the_very_text_that_everything_printed_is_made_from(self) -> None:
        payer = month.customer(name="Brandl Umformtechnik")
        work(payer)

        month.bill()

        invoice = invoice_of(payer)
        digest = hashlib.sha256(invoice.document.encode()).hexdigest()
        assert invoice.document_sha256 == digest
        document = document_of(invoice)
        assert document.number == invoice.number
        assert document.buyer.name == "Brandl Umformtechnik"
        assert document.totals is not None
        assert document.totals.gross == invoice.gross
        assert document.to_json() == invoice.document

    def test_stands_in_the_kladde_with_its_hash(self) -> None:
        payer = month.customer()
        work(payer)

        month.bill()

        invoice = invoice_of(payer)
        entry = Entry.objects.get(kind="billing.invoice-issued")
        assert entry.subject == f"invoice/{invoice.number}"
        assert entry.facts["document_sha256"] == invoice.document_sha256
        content = invoice.settlement.content.encode()
        assert entry.facts["content_sha256"] == hashlib.sha256(content).hexdigest()

    def test_keeps_the_way_of_calculation_of_each_group(self) -> None:
        payer = month.customer()
        session = work(payer, minutes=20)

        month.bill()

        content = json.loads(Settlement.objects.get().content)
        [way] = content["ways"]
        assert way["sessions"] == [session.number]
        assert (way["worked_seconds"], way["billed_minutes"]) == (1200, "30")
        assert content["line_groups"] == [[way["group"]]]

    def test_numbers_follow_each_other_in_the_order_of_customers(self) -> None:
        payers = [month.customer(number=f"K-{n}") for n in (3, 1, 2)]
        for payer in payers:
            work(payer)

        month.bill()

        numbers = {i.customer.number: i.sequence for i in Invoice.objects.all()}
        assert numbers == {"K-1": 1, "K-2": 2, "K-3": 3}
        assert Counter.objects.get().value == 3


class TestAMonthThatCostsNothing:
    def test_is_settled_with_a_statement_and_without_a_number(self) -> None:
        payer = month.customer()
        session = work(payer, billable=False)

        month.bill()

        settlement = Settlement.objects.get()
        statement = InvoiceDocument.from_json(settlement.statement)
        assert statement.kind == "statement"
        assert not Invoice.objects.exists()
        assert not Counter.objects.exists()
        claim = session.claims.get()
        assert (claim.basis, claim.group_billed) == ("not_billable", 1800)


class TestTwice:
    def test_issuing_again_changes_nothing(self) -> None:
        work()
        work()
        month.bill()
        before = everything()

        again = month.bill()

        assert not again.settled
        assert everything() == before

    def test_what_was_missing_is_completed(self) -> None:
        parked = month.customer(city="")
        work(month.customer())
        work(parked)
        month.bill()
        parked.city = "Ulm"
        parked.save()

        again = month.bill()

        assert [s.customer for s in again.settled] == [parked]
        assert invoice_of(parked).sequence == 2

    def test_two_runs_from_the_same_facts_give_one_invoice(self) -> None:
        payer = month.customer()
        work(payer)
        month.approve()
        slow, quick = get_month_ready(OCTOBER), get_month_ready(OCTOBER)

        [won] = month.issue(ready=quick).settled
        # The slower run began before: it still holds the preview as approved.
        late = preview_month(month=OCTOBER, by=None, at=AT)
        done = month.issue(ready=slow)

        assert not late.shares
        assert not done.settled
        assert Invoice.objects.get().settlement == won


class TestParked:
    def test_a_parked_customer_stops_nobody(self) -> None:
        parked, ready = month.customer(country="AT"), month.customer()
        work(parked)
        work(ready)

        done = month.bill()

        assert [s.customer for s in done.settled] == [ready]
        assert list(done.parked) == [parked.number]
        assert preview_of(parked).state == PreviewState.PARKED

    def test_who_becomes_unready_after_the_approval_is_parked_then(self) -> None:
        payer = month.customer()
        work(payer)
        month.approve()
        payer.postcode = ""
        payer.save()

        done = month.issue()

        assert done.refused == [payer.number]
        preview = preview_of(payer)
        assert preview.state == PreviewState.PARKED
        assert "Postleitzahl" in preview.reasons[0]["text"]


class TestOutdated:
    def test_facts_that_changed_after_the_approval_are_not_issued(self) -> None:
        payer = month.customer()
        case = make.case(customer=payer)
        work(case=case)
        month.approve()
        work(case=case, start=local(7))

        done = month.issue()

        assert done.outdated == [payer.number]
        assert preview_of(payer).state == PreviewState.OUTDATED
        assert not Invoice.objects.exists()

    def test_a_new_preview_and_approval_issue_it(self) -> None:
        payer = month.customer()
        case = make.case(customer=payer)
        work(case=case)
        month.approve()
        work(case=case, start=local(7))
        month.issue()

        month.bill()

        assert invoice_of(payer).net == Decimal("100.00")

    @pytest.mark.parametrize("change", ["session", "case", "plant", "payer", "call"])
    def test_what_changes_between_computing_and_writing_is_not_issued(
        self, change: str
    ) -> None:
        payer = month.customer()
        plant = make.plant(customer=payer)
        session = work(case=make.case(plant=plant, cause="wear"))
        month.approve()
        ready = get_month_ready(OCTOBER)
        self.touch(change, session)

        done = month.issue(ready=ready)

        assert done.outdated == [payer.number]
        assert not Settlement.objects.exists()
        assert not Counter.objects.exists()

    def touch(self, change: str, session: Any) -> None:
        case, plant, payer = session.case, session.case.plant, session.case.customer
        if change == "session":
            session.service = "phone"
            session.save()
        elif change == "case":
            case.cause = "defect"
            case.save()
        elif change == "plant":
            plant.warranty_until = TODAY
            plant.save()
        elif change == "payer":
            payer.charging_from = TODAY
            payer.save()
        else:
            make.call(session=session)

    def test_work_whose_session_was_struck_out_meanwhile_is_not_issued(self) -> None:
        payer = month.customer()
        session = work(payer)
        month.approve()
        ready = get_month_ready(OCTOBER)
        session.voided_at = AT
        session.save()

        assert month.issue(ready=ready).outdated == [payer.number]


class TestAnothersShare:
    def test_settling_one_customer_leaves_the_others_approvals_valid(self) -> None:
        first, second = month.customer(), month.customer()
        work(first, local(1))
        work(second, local(2))
        month.approve()

        one = issue_for_a_while(
            month=OCTOBER,
            customers=[first.number],
            issued_on=TODAY,
            by=None,
            at=AT,
            seconds=0,
        )
        rest = month.issue()

        assert [s.customer for s in one.settled] == [first]
        assert [s.customer for s in rest.settled] == [second]


class TestLateWork:
    def test_comes_with_the_next_run_under_its_own_service_date(self) -> None:
        payer = month.customer()
        work(payer, local(20))
        month.bill(OCTOBER)
        late = work(payer, local(28), confirmed_at=AT)
        mine = work(payer, local(5, month=11))

        month.bill(NOVEMBER)

        invoice = Invoice.objects.get(settlement__run__period="2026-11")
        document = document_of(invoice)
        periods = {line.period_start for line in document.lines}
        assert {s.session for s in invoice.settlement.claims.all()} == {late, mine}
        assert periods == {local(28).date(), local(5, month=11).date()}
        assert document.period_start == local(28).date()
        assert document.notes == ("Nachtrag aus einem früheren Monat.",)

    def test_never_goes_into_the_month_that_is_closed(self) -> None:
        payer = month.customer()
        work(payer, local(20))
        month.bill(OCTOBER)
        work(payer, local(28))

        again = month.bill(OCTOBER)

        assert not again.settled
        assert not Preview.objects.filter(run__period="2026-10").exists()

    def test_an_older_month_leaves_its_preview_when_a_later_run_takes_the_work(
        self,
    ) -> None:
        payer = month.customer()
        work(payer, local(20, month=9))
        month.approve(SEPTEMBER)

        month.bill(OCTOBER)

        assert waiting_for_issue(SEPTEMBER) == []
        assert invoice_of(payer).settlement.run.period == "2026-10"


class TestTimers:
    def test_running_and_unconfirmed_work_is_listed_and_left_out(self) -> None:
        payer = month.customer()
        case = make.case(customer=payer)
        work(case=case)
        running = make.running(case=case, started_at=local(31, 22))
        doubtful = work(case=case, start=local(8), confirmed_at=None)

        month.bill()

        kinds = {p.subject: p.kind for p in open_points(get_month_ready(OCTOBER))}
        assert kinds == {
            running.number: "running_timer",
            doubtful.number: "unconfirmed",
        }
        assert invoice_of(payer).net == Decimal("50.00")
        assert not running.claims.exists()
        assert not doubtful.claims.exists()

    def test_a_timer_over_the_months_end_is_billed_whole_with_the_next_run(
        self,
    ) -> None:
        payer = month.customer()
        running = make.running(
            case=make.case(customer=payer), started_at=local(31, 23, 30)
        )
        month.bill(OCTOBER)
        running.ended_at = running.confirmed_at = local(1, 0, 30, month=11)
        running.save()

        month.bill(NOVEMBER)

        [line] = invoice_of(payer).lines.all()
        assert line.seconds == 3600


class TestHeldWork:
    @pytest.fixture
    def payer(self) -> Customer:
        make.policy(require_consent=True)
        payer = month.customer()
        work(case=make.case(customer=payer, number="F-1"))
        month.bill()
        return payer

    def test_is_reported_with_its_value_and_bills_nothing(
        self, payer: Customer
    ) -> None:
        [point] = open_points(get_month_ready(OCTOBER))

        assert (point.kind, point.subject) == ("held", "F-1")
        assert "50,00 € Listenwert" in point.text
        assert not Settlement.objects.exists()
        assert preview_of(payer).state == PreviewState.HELD

    def test_is_freed_once_by_a_consent(self, payer: Customer) -> None:
        session = payer.cases.get().sessions.get()
        record_consent(
            case=payer.cases.get(),
            given=True,
            person="Frau Novák",
            channel="phone",
            sentence="28 €",
            by=None,
            at=AT,
            asked_at=session.started_at,
        )

        month.bill(NOVEMBER)
        month.bill(NOVEMBER)

        invoice = invoice_of(payer)
        assert invoice.net == Decimal("50.00")
        assert session.claims.count() == 1
        assert open_points(get_month_ready(NOVEMBER)) == []

    def test_is_freed_by_goodwill_into_a_month_that_costs_nothing(
        self, payer: Customer
    ) -> None:
        give_goodwill(
            on=payer.cases.get(),
            reason="Einarbeitung",
            by=None,
            at=AT,
        )

        month.bill()

        content = json.loads(Settlement.objects.get().content)
        assert [(r["basis"], r["value"]) for r in content["free"]] == [
            ("goodwill", "50.00")
        ]
        assert content["held"] == []

    def test_beside_billed_work_stays_outside_the_settlement(
        self, payer: Customer
    ) -> None:
        agreed = make.case(customer=payer, consented_at=local(1))
        billed = work(case=agreed, start=local(9))

        month.bill()

        claims = Claim.objects.exclude(session=None)
        assert [claim.session for claim in claims] == [billed]


class TestAllowances:
    @pytest.fixture
    def contract(self) -> Contract:
        return make.contract(
            customer=month.customer(),
            covers=Covers.ALLOWANCE,
            allowance_period="month",
            allowance_minutes=40,
            carry_over_periods=1,
        )

    def test_postings_say_what_was_used_and_from_which_period(
        self, contract: Contract
    ) -> None:
        work(contract.customer, local(6), minutes=90)

        month.bill()

        found = {
            (p.period_start.month, p.for_period and p.for_period.month): (
                p.seconds,
                p.handed_seconds,
            )
            for p in AllowancePosting.objects.all()
        }
        assert found == {(9, 10): (2400, 2400), (10, 10): (2400, 0)}
        assert invoice_of(contract.customer).net == Decimal("16.67")

    def test_the_next_month_knows_what_was_posted(self, contract: Contract) -> None:
        work(contract.customer, local(6), minutes=30)
        month.bill(OCTOBER)
        work(contract.customer, local(3, month=11), minutes=60)

        month.bill(NOVEMBER)

        # September paid for October, so October can hand on all it has.
        rows = AllowancePosting.objects.order_by("pk")
        assert [(p.period_start.month, p.seconds // 60) for p in rows] == [
            (9, 30),
            (10, 40),
            (11, 20),
        ]

    def test_late_work_draws_on_its_own_period(self, contract: Contract) -> None:
        work(contract.customer, local(3, month=11), minutes=30)
        month.bill(NOVEMBER)
        work(contract.customer, local(20), minutes=15)

        month.bill(NOVEMBER.next)

        late = AllowancePosting.objects.get(settlement__run__period="2026-12")
        assert late.for_period is not None
        assert late.for_period.month == 10

    def test_another_run_that_drew_meanwhile_makes_it_outdated(
        self, contract: Contract
    ) -> None:
        payer = contract.customer
        work(payer, local(6), minutes=30)
        month.approve(OCTOBER)
        slow = get_month_ready(OCTOBER)
        # The next month is closed in between, and takes what October had left.
        sister = month.customer()
        contract.shared_with.add(sister)
        work(sister, local(20), minutes=30)
        month.approve(NOVEMBER, customers=[sister.number])
        month.issue(NOVEMBER)

        done = month.issue(ready=slow)

        assert done.outdated == [payer.number]
        settled = Settlement.objects.get()
        assert settled.customer == sister
        assert settled.postings.count() == AllowancePosting.objects.count()

    def test_an_allowance_in_cases_counts_a_case_once(self) -> None:
        contract = make.contract(
            customer=month.customer(),
            covers=Covers.ALLOWANCE,
            allowance_period="month",
            allowance_cases=1,
        )
        case = make.case(customer=contract.customer, number="F-1")
        work(case=case, start=local(6))
        work(case=case, start=local(7))

        month.bill()

        posting = AllowancePosting.objects.get()
        assert (posting.cases, posting.case_number) == (1, "F-1")
        assert not Invoice.objects.exists()


class TestTariffVersions:
    def test_what_an_invoice_rests_on_is_in_use_from_then_on(self) -> None:
        document = make.terms()
        newer = make.terms(price="120.00", valid_from="2027-01-01")
        tariff = make.tariff(document, newer)
        make.policy(default_tariff=tariff)
        work()

        month.bill()

        used = {v.valid_from.year: v.in_use_since for v in tariff.versions.all()}
        assert used == {2026: AT, 2027: None}

    def test_a_preview_uses_none(self) -> None:
        work()

        month.approve()

        assert not Claim.objects.exists()
        assert not TariffVersion.objects.exclude(in_use_since=None).exists()


class TestForAWhile:
    def issue(self, customers: list[str] | None = None, seconds: float = 0) -> Any:
        return issue_for_a_while(
            month=OCTOBER,
            customers=customers,
            issued_on=TODAY,
            by=None,
            at=AT,
            seconds=seconds,
        )

    def test_it_stops_when_the_time_is_over_and_goes_on_later(self) -> None:
        for _ in range(12):
            work()
        month.approve()

        first = self.issue()
        left = waiting_for_issue(OCTOBER)
        second = self.issue()

        assert (len(first.settled), len(left), len(second.settled)) == (10, 2, 2)
        assert waiting_for_issue(OCTOBER) == []
        assert Counter.objects.get().value == 12

    def test_it_issues_only_the_chosen(self) -> None:
        chosen, other = month.customer(), month.customer()
        work(chosen)
        work(other)
        month.approve()

        self.issue([chosen.number])

        assert waiting_for_issue(OCTOBER) == [other.number]
        assert Invoice.objects.get().customer == chosen

    def test_it_gives_what_a_single_run_over_all_gives(self) -> None:
        mother, daughter = month.customer(), month.customer()
        make.contract(
            customer=mother,
            shared_with=[daughter],
            covers=Covers.ALLOWANCE,
            allowance_period="month",
            allowance_minutes=40,
        )
        work(daughter, local(5), minutes=30)
        work(mother, local(6), minutes=30)
        month.approve()

        self.issue([mother.number])
        self.issue()

        assert invoice_of(mother).net == Decimal("33.33")
        assert not Invoice.objects.filter(customer=daughter).exists()
        assert sum(p.seconds for p in AllowancePosting.objects.all()) == 40 * 60

    def test_without_a_preview_nobody_waits(self) -> None:
        assert waiting_for_issue(OCTOBER) == []
        assert not self.issue().settled


def test_every_session_of_a_month_is_settled_held_parked_or_listed() -> None:
    make.policy(require_consent=True)
    agreed, parked = (
        month.customer(consent_from=local(1).date()),
        month.customer(consent_from=local(1).date(), street=""),
    )
    settled = [work(agreed, local(day)) for day in (2, 3)]
    settled.append(work(agreed, local(4), billable=False))
    held = work(month.customer(), local(5))
    waiting = work(parked, local(6))
    running = make.running(case=make.case(customer=agreed), started_at=local(7))
    doubtful = work(agreed, local(8), confirmed_at=None)

    done = month.bill()

    claimed = set(Claim.objects.exclude(session=None).values_list("session", flat=True))
    ready = get_month_ready(OCTOBER)
    points = {point.subject: point.kind for point in open_points(ready)}
    assert claimed == {session.pk for session in settled}
    assert points == {
        held.case.number: "held",
        running.number: "running_timer",
        doubtful.number: "unconfirmed",
    }
    assert list(done.parked) == [parked.number]
    assert {s.id for s in ready.rated.shares[parked.number].sessions} == {
        waiting.number
    }
