"""Each rule by itself: what breaks it is named by its id, whatever else is well."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection

from fernkladde.billing.models import AllowancePosting, Claim, Settlement
from fernkladde.integrity.invariants import Findings, check_invariants
from fernkladde.integrity.invariants.allowances import check_sums
from fernkladde.integrity.invariants.invoices import wrong_sums
from tests import make
from tests.billing import month

from .tampering import guards_lifted, undone

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django.fixtures import Settings

with_database = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_documents(tmp_path: Path, settings: Settings) -> None:
    settings.DOCUMENTS = tmp_path


def broken() -> set[str]:
    return {violation.rule for violation in check_invariants()}


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def drop_key(name: str) -> None:
    """Drop a unique key, as someone with rights over the database may."""
    if connection.vendor == "postgresql":
        run("SET CONSTRAINTS ALL IMMEDIATE")
    run(f'DROP INDEX "{name}"')


@with_database
class TestTimes:
    def test_a_session_ends_after_it_starts(self) -> None:
        make.session()

        with guards_lifted("cases_session"):
            run("UPDATE cases_session SET started_at = '2026-10-06 08:30:00+00:00'")
            run("UPDATE cases_session SET ended_at = started_at")

        assert "T1" in broken()

    def test_one_timer_runs_per_person(self) -> None:
        person = make.user()
        make.running(technician=person)
        drop_key("one_running_timer_per_technician")

        make.running(technician=person, parallel=True)

        assert broken() == {"T1"}

    def test_sessions_of_one_person_do_not_overlap(self) -> None:
        person = make.user()
        first = make.session(technician=person)
        half = timedelta(minutes=15)
        if connection.vendor == "postgresql":
            run("SET CONSTRAINTS ALL IMMEDIATE")
            name = "sessions_of_one_technician_do_not_overlap"
            run(f"ALTER TABLE cases_session DROP CONSTRAINT {name}")

        with guards_lifted("cases_session"):
            later = first.started_at + half
            make.session(case=first.case, technician=person, started_at=later)

        assert broken() == {"T2"}

    def test_they_may_where_it_is_said_or_another_person_works(self) -> None:
        person = make.user()
        make.session(technician=person)

        make.session(technician=person, parallel=True)
        make.session()

        assert broken() == set()

    def test_every_correction_keeps_what_was_said_before(self) -> None:
        session = make.session(revision=3)
        make.session_version(session=session, revision=1)
        assert broken() == {"T3"}

        make.session_version(session=session, revision=2)

        assert broken() == set()

    def test_nothing_is_confirmed_while_its_timer_runs(self) -> None:
        make.running()

        with guards_lifted("cases_session"):
            run("UPDATE cases_session SET confirmed_at = started_at")

        assert "T8" in broken()


@with_database
class TestWhatIsSettled:
    def test_work_is_settled_once(self) -> None:
        month.firm()
        month.work()
        month.bill()
        drop_key("one_live_claim_per_session")
        claim = Claim.objects.get()

        claim.pk = None
        claim.save()

        assert "R1" in broken()

    def test_settled_work_stays_as_it_was(self) -> None:
        month.firm()
        session = month.work()
        month.bill()

        with guards_lifted("cases_session"):
            type(session).objects.update(service="onsite")

        assert broken() == {"T3"}

    def test_a_claim_is_released_with_its_settlement(self) -> None:
        month.firm()
        month.work()
        month.work()
        [settlement, other] = month.bill().settled

        settlement.claims.update(released_by=other.invoice)

        assert broken() == {"N3"}

    def test_only_a_storno_releases_a_settlement(self) -> None:
        month.firm()
        month.work()
        month.work()
        [settlement, other] = month.bill().settled

        settlement.claims.update(released_by=other.invoice)
        Settlement.objects.filter(pk=settlement.pk).update(released_by=other.invoice)

        assert broken() == {"N3"}

    def test_no_period_gives_less_than_nothing(self) -> None:
        contract = make.contract()

        AllowancePosting.objects.create(
            contract=contract, period_start=month.TODAY, seconds=-60
        )

        found = Findings()
        check_sums(found)
        assert [violation.rule for violation in found.violations] == ["R5"]

    def test_what_a_row_refers_to_is_there(self) -> None:
        make.case()

        with undone():
            with guards_lifted("customers_customer"):
                run("DELETE FROM customers_customer")
            found = broken()

        assert found == {"N10"}


LINE = {"net": "95.00", "gross": "100.00", "discount": "5.00"}
TAX = {"net": "190.00", "tax": "36.10", "percent": "19"}
TOTALS = {"net": "190.00", "tax": "36.10", "gross": "226.10", "payable": "226.10"}


def document(**changes: Any) -> dict[str, Any]:
    whole = {"sections": [{"lines": [LINE, LINE]}], "taxes": [TAX], "totals": TOTALS}
    return whole | changes


def test_an_invoice_that_adds_up_is_well() -> None:
    assert list(wrong_sums(document(), settled=[LINE, LINE])) == []


@pytest.mark.parametrize(
    ("changed", "terms"),
    [
        (document(totals=TOTALS | {"payable": "226.11"}), {"BT-115"}),
        (document(totals=TOTALS | {"gross": "226.11"}), {"BT-112", "BT-115"}),
        (document(totals=TOTALS | {"tax": "36.11"}), {"BT-110", "BT-112"}),
        (document(taxes=[TAX | {"percent": "7"}]), {"BT-117"}),
        (document(taxes=[TAX | {"tax": "36.11"}]), {"BT-110", "BT-117"}),
        (document(taxes=[TAX | {"net": "190.01"}]), {"BT-116"}),
        (
            document(sections=[{"lines": [LINE, LINE | {"net": "95.01"}]}]),
            {"BT-106", "BT-131"},
        ),
        (document(sections=[{"lines": [LINE]}]), {"BT-106"}),
    ],
)
def test_a_sum_that_is_a_cent_off_is_named_by_its_term(
    changed: dict[str, Any], terms: set[str]
) -> None:
    found = {term for _rule, term in wrong_sums(changed, settled=[LINE, LINE])}

    assert found == terms


def test_the_lines_of_the_settlement_come_to_the_same_sum() -> None:
    assert list(wrong_sums(document(), settled=[LINE])) == [("N5", "lines")]
