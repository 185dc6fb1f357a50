"""Given out and taken in: an empty database that previews the same again."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from django.db import transaction

from fernkladde.billing.ready import get_month_ready
from fernkladde.customers.models import Customer
from fernkladde.exports.scenario import open_work
from fernkladde.imports.scenario import load_scenario, unfit
from fernkladde.rating import parse_scenario
from tests.billing.month import AT

from .equality import bag, rows_of
from .random_months import random_firm
from .test_random_months import issue_for_some

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator

    from fernkladde.billing.period import Month

    from .equality import Row

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ROWS = ("lines", "free", "held", "allowances")
SEEDS = [
    pytest.param(seed, marks=[] if seed < 8 else [pytest.mark.long])
    for seed in range(60)
]


@contextmanager
def forgotten() -> Iterator[None]:
    """Let the database forget what happens inside, so that it is empty again."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def previewed(month: Month) -> dict[str, Counter[str]]:
    ready = get_month_ready(month)
    return {name: bag(rows_of(ready, name, ready.rated.shares)) for name in ROWS}


def given_out_and_previewed(seed: int) -> tuple[Month, Row, dict[str, Counter[str]]]:
    """Make a firm, bill a part, write down late work; then give out what is open."""
    with forgotten():
        firm = random_firm(seed)
        issue_for_some(firm, firm.month)
        firm.write_down_late_work()
        month = firm.month.next
        document = open_work(since=month.first, until=month.last).document
        before = previewed(month)
    return month, document, before


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_taken_in_again_previews_the_same(seed: int) -> None:
    month, document, before = given_out_and_previewed(seed)
    assert not Customer.objects.exists()
    scenario = parse_scenario(document)

    assert unfit(scenario) == []
    load_scenario(scenario, at=AT)

    assert previewed(month) == before
