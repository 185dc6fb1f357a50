"""A healthy company violates nothing, whatever its months were like."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connection

from fernkladde.integrity.invariants import Part, findings

from . import settled
from .check import insist_on_invariants

if TYPE_CHECKING:
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
