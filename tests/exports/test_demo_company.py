"""The demo company: each of its months as it was previewed, each of its invoices."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from fernkladde.billing.period import Month
from fernkladde.commands.demo_company.people import found_company
from fernkladde.commands.demo_company.story import Story

from .equality import assert_invoices_are_explained, assert_preview_is_given_out

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

NOW = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
RUNNING = Month(2026, 11)


class LookedAt(Story):
    """Before each month is closed, its preview is compared with what is given out."""

    def _close(self, month: Month) -> None:
        assert_preview_is_given_out(month)
        super()._close(month)


@pytest.mark.parametrize("months", [2, pytest.param(24, marks=pytest.mark.long)])
def test_each_month_is_given_out_and_each_invoice_explained(months: int) -> None:
    first = RUNNING.previous
    for _ in range(months):
        first = first.previous
    opened_on = first.first - timedelta(days=1)
    story = LookedAt(cast=found_company(opened_on=opened_on, today=NOW.date()), now=NOW)

    story.tell(months)

    assert_preview_is_given_out(RUNNING.previous)
    assert assert_invoices_are_explained() > months
