"""Random months: what is given out and rated is the preview, and every invoice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fernkladde.billing.issue import issue_month
from fernkladde.billing.preview import approve_previews, preview_month
from fernkladde.billing.ready import get_month_ready
from tests.billing.month import AT, TODAY

from .equality import (
    assert_each_customer_is_given_out,
    assert_invoices_are_explained,
    assert_preview_is_given_out,
)
from .random_months import random_firm

if TYPE_CHECKING:
    from fernkladde.billing.period import Month

    from .random_months import Firm

pytestmark = pytest.mark.django_db

SEEDS = [
    pytest.param(seed, marks=[] if seed < 20 else [pytest.mark.long])
    for seed in range(200)
]


def issue_for_some(firm: Firm, month: Month) -> None:
    """Bill a part of the customers: the others' work stays for a later month."""
    some = [number for number in firm.customers if not firm.hand.chance(3)]
    preview_month(month=month, by=None, at=AT)
    approve_previews(month=month, customers=some, by=None, at=AT)
    issue_month(get_month_ready(month), issued_on=TODAY, by=None, at=AT)


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_given_out_and_rated_is_the_preview(seed: int) -> None:
    firm = random_firm(seed)

    ready = assert_preview_is_given_out(firm.month)
    assert_each_customer_is_given_out(ready)
    issue_for_some(firm, firm.month)
    assert_preview_is_given_out(firm.month)
    firm.write_down_late_work()
    ready = assert_preview_is_given_out(firm.month.next)
    assert_each_customer_is_given_out(ready)
    issue_for_some(firm, firm.month.next)
    assert_preview_is_given_out(firm.month.next.next)

    assert_invoices_are_explained()
