"""Nothing is issued on a database that may lose it at a power cut (F-23)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connection

from fernkladde.billing.issue import waiting_for_issue
from fernkladde.billing.models import Invoice
from fernkladde.commands.main import main
from fernkladde.journal.durability import DatabaseForgets
from tests.journal.test_durability import loosen

from . import month
from .month import OCTOBER

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings


@pytest.fixture
def strict(settings: Settings) -> None:
    """Go by the product's own setting, not by that of the tests."""
    settings.DATABASE_MAY_FORGET = False


def test_what_was_approved_waits_until_the_database_is_mended(
    own_database: None, settings: Settings, strict: None
) -> None:
    month.firm()
    month.work()
    month.approve()
    loosen()

    with pytest.raises(DatabaseForgets):
        month.issue()

    assert not Invoice.objects.exists()
    assert len(waiting_for_issue(OCTOBER)) == 1
    settings.DATABASE_MAY_FORGET = True
    assert len(month.issue().settled) == 1


def test_a_database_that_keeps_what_it_commits_issues(
    own_database: None, strict: None
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("the tests' PostgreSQL may forget")
    month.firm()
    month.work()
    month.approve()

    assert len(month.issue().settled) == 1


def test_the_terminal_says_why_in_one_line(
    own_database: None, strict: None, capsys: pytest.CaptureFixture[str]
) -> None:
    month.firm()
    month.work()
    name = loosen()

    status = main(["month-end", "2026-10", "--issue"])

    said = capsys.readouterr()
    assert (status, said.out) == (2, "")
    assert said.err.startswith("fernkladde month-end: ")
    assert name in said.err
    assert said.err.count("\n") == 1
    assert not Invoice.objects.exists()
