"""Marks that ask only after whom something was done are those of everybody."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fernkladde.billing import marks as marking
from fernkladde.billing.marks import marks, marks_since
from fernkladde.billing.models import Run
from fernkladde.billing.preview import preview_month

from . import month
from .deeds import DEEDS, NOW, Firm
from .month import BERLIN, OCTOBER

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm() -> Firm:
    return Firm()


def preview() -> Run:
    preview_month(month=OCTOBER, by=None, at=NOW)
    return Run.objects.get(period=str(OCTOBER))


@pytest.mark.parametrize("deed", DEEDS)
def test_whatever_was_done_since_a_preview_the_marks_are_those_of_everybody(
    firm: Firm, deed: str
) -> None:
    run = preview()

    DEEDS[deed](firm)

    assert marks_since(run, OCTOBER.last, BERLIN) == marks(OCTOBER.last, BERLIN)


def test_late_work_of_settled_customers_is_seen_beyond_the_next_preview(
    firm: Firm,
) -> None:
    month.bill()
    DEEDS["more_used"](firm)
    run = preview()

    found = marks_since(run, OCTOBER.last, BERLIN)

    assert found == marks(OCTOBER.last, BERLIN)
    assert firm.ample.customer_id in found


def test_nothing_done_since_asks_for_no_work(firm: Firm) -> None:
    run = preview()

    with CaptureQueriesContext(connection) as queries:
        found = marks_since(run, OCTOBER.last, BERLIN)

    assert firm.charged.case.customer_id in found
    assert not any("cases_session" in query["sql"] for query in queries)


def test_much_done_since_asks_after_everybody(
    firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = preview()
    monkeypatch.setattr(marking, "MANY", 0)

    DEEDS["voided"](firm)

    assert marks_since(run, OCTOBER.last, BERLIN) == marks(OCTOBER.last, BERLIN)
