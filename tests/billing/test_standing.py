"""Figures that are kept are those that rating everything would give."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fernkladde.accounts.roles import Role
from fernkladde.billing.live import standing
from fernkladde.billing.live.balances import balances_of
from fernkladde.billing.live.gifts import summed_up
from fernkladde.billing.live.standing import figures, keep_figures, periods_now
from fernkladde.billing.models import Standing
from fernkladde.contracts.models import Contract
from fernkladde.journal.actions import record
from tests import make

from .deeds import DEEDS, HERE, NOW, Firm, allowance, void
from .month import local, work

if TYPE_CHECKING:
    from fernkladde.billing.live.standing import Figures

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm() -> Firm:
    return Firm()


def rated_anew(at: datetime = NOW) -> Figures:
    """Rate everything, as if nothing had been kept."""
    kept = list(Standing.objects.all())
    Standing.objects.all().delete()
    found = figures(at=at)
    Standing.objects.bulk_create(kept)
    return found


# What is settled counts on; who has to consent is no matter of presents.
WITHOUT_EFFECT = {"settled", "consent", "a_note"}


@pytest.mark.parametrize("deed", DEEDS)
def test_kept_figures_are_those_of_everything_whatever_was_done_since(
    firm: Firm, deed: str
) -> None:
    keep_figures(at=NOW)

    DEEDS[deed](firm)

    now = figures(at=NOW)
    assert now == rated_anew()
    assert now.kept_at is None


@pytest.mark.parametrize("deed", DEEDS)
def test_figures_that_the_worker_keeps_anew_are_those_of_everything(
    firm: Firm, deed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_figures(at=NOW)
    monkeypatch.setattr(standing, "FEW", 0)

    DEEDS[deed](firm)

    assert keep_figures(at=NOW)
    kept = standing._read(Standing.objects.get())
    assert kept == rated_anew()


@pytest.mark.parametrize("deed", sorted(DEEDS.keys() - WITHOUT_EFFECT))
def test_these_deeds_change_the_figures(firm: Firm, deed: str) -> None:
    before = figures(at=NOW)

    DEEDS[deed](firm)

    assert figures(at=NOW) != before


def test_the_sum_is_that_of_what_each_customer_was_given(firm: Firm) -> None:
    keep_figures(at=NOW)
    DEEDS["goodwill"](firm)

    given = summed_up(figures(at=NOW).gifts or {})

    assert given.value == sum(given.by_customer.values())
    assert given.by_customer == {
        firm.given.case.customer.number: Decimal("50.00"),
        firm.charged.case.customer.number: Decimal("20.00"),
    }
    assert given.value == given.by_basis["goodwill"]


def test_nothing_done_since_asks_for_no_facts(firm: Firm) -> None:
    keep_figures(at=NOW)
    record(kind="accounts.logged-in", subject="user/1", facts={}, **HERE)

    with CaptureQueriesContext(connection) as queries:
        found = figures(at=NOW)

    assert list(found.scarce) == [firm.scarce.number]
    read = " ".join(query["sql"] for query in queries)
    assert "cases_session" not in read
    assert "billing_settlement" not in read


def test_much_done_since_shows_what_was_kept_and_when(
    firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_figures(at=NOW)
    kept = figures(at=NOW)
    monkeypatch.setattr(standing, "MOST_IN_A_PAGE", 0)

    void(firm.given)
    later = figures(at=NOW + timedelta(minutes=5))

    assert later == replace(kept, kept_at=NOW)


def test_terms_that_concern_all_show_what_was_kept_until_the_worker_has_rated(
    firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_figures(at=NOW)
    monkeypatch.setattr(standing, "MOST_IN_A_PAGE", 3)
    DEEDS["larger"](firm)

    before = figures(at=NOW)
    keep_figures(at=NOW)
    after = figures(at=NOW)

    assert (before.kept_at, list(before.scarce)) == (NOW, [firm.scarce.number])
    assert (after.kept_at, list(after.scarce)) == (None, [])


def test_a_new_day_begins_a_new_month_and_new_periods(firm: Firm) -> None:
    keep_figures(at=NOW)
    november = NOW + timedelta(days=14)

    found = figures(at=november)

    assert found.day == date(2026, 11, 3)
    assert (found.gifts, found.scarce) == ({}, {})
    assert keep_figures(at=november)
    assert figures(at=november) == found


def test_another_kladde_than_the_known_one_is_read_as_a_whole(firm: Firm) -> None:
    keep_figures(at=NOW)
    void(firm.given)
    Standing.objects.update(entry_hash="0" * 64, entry=1)

    assert figures(at=NOW) == rated_anew()


def test_the_worker_keeps_nothing_anew_while_a_page_can_do_it(firm: Firm) -> None:
    keep_figures(at=NOW)

    void(firm.given)

    assert not keep_figures(at=NOW)


def test_work_without_a_price_hides_nobody_elses_figures(firm: Firm) -> None:
    work(make.customer(), local(7), service="unknown")

    found = figures(at=NOW)

    assert list(found.scarce) == [firm.scarce.number]
    assert firm.given.case.customer.number in (found.gifts or {})


def test_a_firm_without_a_tariff_has_no_figures() -> None:
    make.case(assigned_to=make.user(Role.TECHNICIAN))

    keep_figures(at=NOW)

    assert (figures(at=NOW).gifts, figures(at=NOW).scarce) == (None, {})


@pytest.mark.parametrize("deed", DEEDS)
def test_periods_of_today_are_those_of_the_balances_whatever_was_done_since(
    firm: Firm, deed: str
) -> None:
    keep_figures(at=NOW)

    DEEDS[deed](firm)

    contracts = list(Contract.objects.order_by("number"))
    balances = balances_of(contracts, on=NOW.date(), at=NOW)
    assert periods_now(contracts, at=NOW) == {
        number: row.now for number, row in balances.items()
    }


def test_a_contract_that_is_not_in_force_has_its_period_too(firm: Firm) -> None:
    over = make.contract(valid_until=date(2026, 9, 30), **allowance(60))
    keep_figures(at=NOW)

    found = periods_now([over, firm.ample], at=NOW)

    assert found[over.number].start == date(2026, 9, 1)
    assert found[firm.ample.number].left == 9 * 3600
