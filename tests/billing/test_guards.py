"""What the database itself refuses, also to raw SQL, on both engines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import IntegrityError, connection, transaction

from fernkladde.billing.models import Claim, Invoice, Rendering, RenderingState
from fernkladde.contracts.models import Covers
from fernkladde.journal.guards import missing_guards
from tests import make

from . import month
from .month import AT, local, work

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fernkladde.cases.models import Session

pytestmark = pytest.mark.django_db


def refused(sql: str, parameters: Sequence[int] = ()) -> str:
    """Return the sentence with which the database refuses."""
    with (
        pytest.raises(IntegrityError) as refusal,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql, parameters)
    return str(refusal.value)


def run(sql: str, parameters: Sequence[int] = ()) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        changed: int = cursor.rowcount
    return changed


@pytest.fixture
def billed() -> Session:
    """Bill a session with a call, partly from an allowance."""
    month.firm()
    contract = make.contract(
        customer=month.customer(),
        covers=Covers.ALLOWANCE,
        allowance_period="month",
        allowance_minutes=20,
    )
    session = work(contract.customer)
    make.call(session=session)
    month.bill()
    return session


def test_all_guards_of_the_migrations_are_in_force() -> None:
    assert missing_guards(connection) == []


FROZEN = {
    "billing_invoice": "net = net + 1",
    "billing_line": "net = net + 1",
    "billing_settlement": "content = '{}'",
    "billing_claim": "basis = 'warranty'",
    "billing_allowanceposting": "seconds = 0",
}


@pytest.mark.usefixtures("billed")
class TestWhatIsIssued:
    @pytest.mark.parametrize("table", FROZEN)
    def test_is_never_changed(self, table: str) -> None:
        sentence = refused(f"UPDATE {table} SET {FROZEN[table]}")

        assert "never changed" in sentence

    @pytest.mark.parametrize("table", FROZEN)
    def test_is_never_deleted(self, table: str) -> None:
        assert "never deleted" in refused(f"DELETE FROM {table}")

    @pytest.mark.parametrize("table", FROZEN)
    def test_is_never_replaced(self, table: str) -> None:
        if connection.vendor != "sqlite":
            pytest.skip("INSERT OR REPLACE is SQLite's own")

        sentence = refused(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")

        assert "never" in sentence

    @pytest.mark.parametrize(
        "table", ["billing_settlement", "billing_claim", "billing_allowanceposting"]
    )
    def test_can_be_released_once_by_a_storno(self, table: str) -> None:
        storno = make.invoice()

        released = run(
            f"UPDATE {table} SET released_by_id = %s WHERE released_by_id IS NULL"
            " AND id = (SELECT MIN(id) FROM " + table + ")",
            [storno.pk],
        )
        sentence = refused(
            f"UPDATE {table} SET released_by_id = NULL WHERE released_by_id = %s",
            [storno.pk],
        )

        assert released == 1
        assert "never changed" in sentence


class TestSettledSessions:
    @pytest.mark.parametrize(
        "change",
        [
            "started_at = '2026-10-01 00:00:00'",
            "ended_at = '2026-10-30 00:00:00'",
            "service = 'phone'",
            "skill = 'plc'",
            "connection = 'vpn'",
            "billable = NOT billable",
            "goodwill_percent = 10",
            "case_id = case_id + 1",
            "technician_id = technician_id + 1",
            "voided_at = '2026-11-02 00:00:00'",
            "confirmed_at = NULL",
            "number = 'another'",
        ],
    )
    def test_what_bears_on_the_bill_is_frozen(
        self, billed: Session, change: str
    ) -> None:
        sql = f"UPDATE cases_session SET {change} WHERE id = %s"

        assert "settled session" in refused(sql, [billed.pk])

    def test_a_note_may_still_be_written(self, billed: Session) -> None:
        billed.note = "Anruf des Kunden"

        billed.save(update_fields=["note"])

        billed.refresh_from_db()
        assert billed.note == "Anruf des Kunden"

    def test_work_that_is_not_billed_may_be_corrected(self) -> None:
        session = work()
        session.service = "phone"

        session.save()

        session.refresh_from_db()
        assert session.service == "phone"

    def test_a_storno_frees_it_again(self, billed: Session) -> None:
        Claim.objects.filter(session=billed).update(released_by=make.invoice())

        assert run("UPDATE cases_session SET billable = NOT billable") == 1

    def test_running_or_unconfirmed_work_cannot_be_claimed(self) -> None:
        session = work(confirmed_at=None)

        with pytest.raises(IntegrityError, match="confirmed"), transaction.atomic():
            make.claim(session=session)


class TestSettledCalls:
    @pytest.mark.parametrize(
        "change", ["seconds = 9", "dialled = '+49'", "cost = 1", "session_id = 0"]
    )
    def test_they_are_frozen(self, billed: Session, change: str) -> None:
        assert "settled call" in refused(f"UPDATE connections_call SET {change}")

    def test_they_are_never_deleted(self, billed: Session) -> None:
        assert "settled call" in refused("DELETE FROM connections_call")

    def test_a_call_that_is_not_billed_may_be_corrected(self) -> None:
        make.call()

        assert run("UPDATE connections_call SET seconds = 9") == 1


class TestNothingTwice:
    """At most one live claim of a session, call or fee: so nothing is billed twice."""

    COPY = (
        "INSERT INTO billing_claim (settlement_id, session_id, call_id, fee, fee_case,"
        ' basis, "group", group_worked, group_billed)'
        " SELECT settlement_id, session_id, call_id, fee, fee_case, basis,"
        ' "group", group_worked, group_billed FROM billing_claim WHERE id = %s'
    )

    @pytest.mark.parametrize("subject", ["session", "call", "fee"])
    def test_a_second_live_claim_is_refused(self, subject: str) -> None:
        if subject == "fee":
            claim = make.claim(fee='["F-1", "Anfahrt", "T1", null]', basis="")
        elif subject == "call":
            claim = make.claim(call=make.call(), basis="")
        else:
            claim = make.claim(session=make.session())

        sentence = refused(self.COPY, [claim.pk])

        assert "never" not in sentence
        assert "unique" in sentence.lower()

    def test_a_released_one_can_be_claimed_again(self) -> None:
        claim = make.claim(session=make.session(), released_by=make.invoice())

        assert run(self.COPY, [claim.pk]) == 1

    def test_a_claim_has_exactly_one_subject(self) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            Claim.objects.create(session=make.session(), call=make.call())

    def test_a_month_of_a_customer_is_settled_once(self) -> None:
        first = make.settlement()

        with pytest.raises(IntegrityError), transaction.atomic():
            make.settlement(run=first.run, customer=first.customer)


class TestNumbers:
    def test_an_invoice_cannot_leave_a_gap(self) -> None:
        make.invoice()

        with pytest.raises(IntegrityError, match="gap"), transaction.atomic():
            make.invoice(sequence=3, number="RE-000003")

    def test_a_number_is_drawn_once(self) -> None:
        make.invoice()

        with pytest.raises(IntegrityError), transaction.atomic():
            make.invoice(sequence=1, number="RE-000009")

    @pytest.mark.usefixtures("billed")
    def test_a_counter_never_goes_back(self) -> None:
        assert "forward" in refused("UPDATE billing_counter SET value = 0")
        assert "never deleted" in refused("DELETE FROM billing_counter")

    def test_the_gross_is_net_and_tax_to_the_cent(self) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            make.invoice(gross="119.01")

        invoice = make.invoice(net="0.10", tax="0.20", gross="0.30")

        # 0.1 + 0.2 is not 0.3 in binary fractions; SQLite knows no others.
        assert Invoice.objects.get() == invoice


class TestRenderings:
    def rendering(self, state: RenderingState) -> Rendering:
        return Rendering.objects.create(
            invoice=make.invoice(), state=state, due_at=AT, pdf="2026/RE-1.pdf"
        )

    def test_what_is_done_is_never_undone(self) -> None:
        self.rendering(RenderingState.DONE)

        for change in ("state = 'due'", "pdf = ''", "xml = 'x'"):
            assert "never changed" in refused(f"UPDATE billing_rendering SET {change}")
        assert "never deleted" in refused("DELETE FROM billing_rendering")

    def test_what_is_due_goes_on(self) -> None:
        self.rendering(RenderingState.DUE)

        assert run("UPDATE billing_rendering SET attempts = 2") == 1


def test_a_settled_session_stays_under_its_case_and_technician(billed: Session) -> None:
    other = make.case()

    with pytest.raises(IntegrityError, match="settled session"), transaction.atomic():
        type(billed).objects.filter(pk=billed.pk).update(
            case=other, started_at=local(1)
        )
