"""Rows written past the ORM are the rows that it would write."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import DataError, IntegrityError, connection, transaction

from fernkladde.cases.models import Case
from fernkladde.contracts.models import SpecialDay
from fernkladde.journal.in_bulk import Columns
from tests import make

pytestmark = pytest.mark.django_db

NAMES = (
    "number", "customer_id", "plant_id", "subject", "reported_on", "reported_by",
    "cause", "state", "solution", "goodwill_percent", "goodwill_reason",
    "consented_at", "cost_cap", "opened_at", "revision",
)  # fmt: skip
CASES = Columns(Case, *NAMES)
DAYS = Columns(SpecialDay, "date", "label", "name")


def values(customer: int, number: str, **other: Any) -> dict[str, Any]:
    return {
        "number": number,
        "customer_id": customer,
        "plant_id": None,
        "subject": "Presse steht, „Übertemperatur“ 100 %",
        "reported_on": date(2026, 10, 6),
        "reported_by": "",
        "cause": "defect",
        "state": "new",
        "solution": "",
        "goodwill_percent": Decimal("12.5"),
        "goodwill_reason": "",
        "consented_at": datetime(2026, 10, 6, 8, 0, 1, 500, tzinfo=UTC),
        "cost_cap": Decimal("1000.10"),
        "opened_at": datetime(2026, 10, 6, 8, tzinfo=UTC),
        "revision": 1,
        **other,
    }


def test_a_row_reads_as_if_the_orm_had_written_it() -> None:
    customer = make.customer().pk
    wanted = values(customer, "F-1")
    Case.objects.create(**wanted)

    CASES.insert([tuple(values(customer, "F-2").values())])

    [ours] = Case.objects.filter(number="F-2").values(*NAMES, "client_key")
    [theirs] = Case.objects.filter(number="F-1").values(*NAMES, "client_key")
    assert ours == theirs | {"number": "F-2"}


def test_more_rows_than_fit_into_one_statement_are_all_written() -> None:
    customer = make.customer().pk

    CASES.insert(tuple(values(customer, f"F-{n}").values()) for n in range(1203))

    assert Case.objects.count() == 1203


def test_nothing_to_write_asks_the_database_nothing(
    django_assert_num_queries: Any,
) -> None:
    with django_assert_num_queries(0):
        DAYS.insert([])


def test_one_row_gets_its_key() -> None:
    key = DAYS.insert_one(date(2026, 12, 24), "half_day", "Heiligabend")

    assert SpecialDay.objects.get(pk=key).name == "Heiligabend"


def test_a_unique_key_is_refused_as_ever() -> None:
    make.special_day(date=date(2026, 12, 25))

    with pytest.raises(IntegrityError), transaction.atomic():
        DAYS.insert([(date(2026, 12, 25), "holiday", "")])


def test_a_text_too_long_for_its_column_is_refused_and_not_cut() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite's columns have no lengths")
    long = {"number": "F" * 61}

    with pytest.raises(DataError), transaction.atomic():
        CASES.insert([tuple((values(make.customer().pk, "") | long).values())])
