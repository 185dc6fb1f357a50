"""A healthy company violates nothing, whatever its months were like."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection

from fernkladde.billing.issue import issue_month, waiting_for_issue
from fernkladde.billing.models import Settlement
from fernkladde.billing.preview import approve_previews, preview_month
from fernkladde.billing.ready import get_month_ready
from fernkladde.commands.demo_company.build import build_demo_company
from fernkladde.integrity.invariants import Part, findings

from . import settled
from .check import insist_on_invariants
from .tampering import guards_lifted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytest_django.fixtures import Settings

with_database = pytest.mark.django_db


@pytest.fixture
def company(tmp_path: Path, settings: Settings) -> Path:
    folder = tmp_path / "documents"
    settings.DOCUMENTS = folder
    settled.make_company(folder)
    return folder


@with_database
def test_an_empty_installation_violates_nothing() -> None:
    insist_on_invariants()


@with_database
def test_a_company_with_everything_violates_nothing(company: Path) -> None:
    found = findings()

    assert found.violations == []
    assert set(found.counts) == set(Part)
    assert all(found.counts.values())


@with_database
@pytest.mark.slow
def test_the_demo_company_violates_nothing() -> None:
    build_demo_company(now=settled.AT, months=2)

    found = findings()

    assert found.violations == []
    assert found.counts[Part.INVOICES] > 0


@with_database
@pytest.mark.slow
@pytest.mark.parametrize(
    "path", sorted(settled.CASES.glob("*.json")), ids=lambda path: path.stem
)
def test_a_month_of_any_kind_violates_nothing(path: Path) -> None:
    settled.load(path.stem)
    insist_on_invariants()

    settled.bill_march()

    insist_on_invariants()


def test_it_writes_nothing_and_leaves_no_transaction(own_database: None) -> None:
    settled.load("m05")
    settled.bill_march()

    insist_on_invariants()

    assert connection.get_autocommit()
    with connection.cursor() as cursor:
        # Were one still open, the engine would refuse a second BEGIN or warn.
        cursor.execute("BEGIN")
        cursor.execute("ROLLBACK")


@with_database
def test_a_violation_names_rule_table_and_row_in_a_sentence(company: Path) -> None:
    with guards_lifted("billing_invoice"), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE billing_invoice SET due_on = '2027-01-31' WHERE sequence = 2"
        )

    [violation] = findings().violations

    assert str(violation) == (
        "N2 billing_invoice RE-2026-0002:"
        " Spalte due_on passt nicht zum Dokument der Rechnung."
    )


@with_database
def test_of_each_fault_the_first_row_is_named(company: Path) -> None:
    with guards_lifted("billing_line"), connection.cursor() as cursor:
        cursor.execute("UPDATE billing_line SET seconds = 7")
        cursor.execute("SELECT MIN(id) FROM billing_line")
        [(first,)] = cursor.fetchall()

    [violation] = findings().violations

    assert (violation.rule, violation.table) == ("N2", "billing_line")
    assert violation.row == str(first)


@with_database
def test_a_guard_that_was_taken_off_is_named(company: Path) -> None:
    name = "billing_line_rows_are_never_deleted"
    where = "" if connection.vendor == "sqlite" else " ON billing_line"
    with connection.cursor() as cursor:
        if where:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"DROP TRIGGER {name}{where}")

    [violation] = findings().violations

    assert (violation.rule, violation.row) == ("N2", name)


@pytest.mark.slow
def test_what_is_issued_meanwhile_is_not_seen(own_database: None) -> None:
    settled.load("m05")
    preview_month(month=settled.MARCH, by=None, at=settled.AT)
    approve_previews(month=settled.MARCH, customers=None, by=None, at=settled.AT)
    waiting = waiting_for_issue(settled.MARCH)
    issue(waiting[:1])

    # The entries about settlements are read by then, the settlements are not.
    with once_at("FROM billing_settlement", partial(elsewhere, issue, waiting[1:])):
        found = findings()

    assert found.violations == []
    assert found.counts[Part.SETTLEMENTS] == 1
    assert Settlement.objects.count() == len(waiting) > 1
    insist_on_invariants()


def issue(customers: list[str]) -> None:
    issue_month(
        get_month_ready(settled.MARCH),
        issued_on=settled.AT.date(),
        by=None,
        at=settled.AT,
        customers=customers,
    )


def elsewhere(act: Callable[[list[str]], None], *arguments: list[str]) -> None:
    """Do it over another connection, and wait until it is done."""

    def do() -> None:
        try:
            act(*arguments)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(do).result()


@contextmanager
def once_at(words: str, act: Callable[[], None]) -> Iterator[None]:
    """Act right before the first statement that has these words."""
    done: list[str] = []

    def watch(execute: Any, sql: str, *rest: Any) -> Any:
        if words in sql and not done:
            done.append(sql)
            act()
        return execute(sql, *rest)

    with connection.execute_wrapper(watch):
        yield
    assert done
