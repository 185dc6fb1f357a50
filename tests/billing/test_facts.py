"""The seam: which work a run sees, and that it asks a fixed number of questions."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fernkladde.billing import facts
from fernkladde.billing.facts import NoTariff, load_terms, month_scenario
from fernkladde.contracts.models import Covers
from tests import make

from . import month
from .month import OCTOBER, local, work

if TYPE_CHECKING:
    from fernkladde.cases.models import Session
    from fernkladde.customers.models import Customer

pytestmark = pytest.mark.django_db


def seen() -> list[str]:
    scenario = month_scenario(load_terms(), OCTOBER.last)
    return [session.id for session in scenario.sessions]


def a_month(cases: int) -> None:
    payer = month.customer()
    plant = make.plant(customer=payer)
    for number in range(cases):
        case = make.case(customer=payer, plant=plant)
        make.call(session=work(case=case, start=local(1 + number, 9)))


def queries_for_the_month() -> int:
    with CaptureQueriesContext(connection) as queries:
        month_scenario(load_terms(), OCTOBER.last)
    return len(queries)


def test_the_number_of_queries_does_not_depend_on_the_number_of_cases() -> None:
    month.firm()
    a_month(cases=2)
    few = queries_for_the_month()
    a_month(cases=12)

    assert queries_for_the_month() == few


def test_a_firm_without_a_default_tariff_is_told_so() -> None:
    with pytest.raises(NoTariff):
        load_terms()


def test_work_belongs_to_the_local_day_on_which_it_began() -> None:
    month.firm()
    last = work(start=local(31, 23, 45), minutes=60)
    work(start=local(1, 0, 0, month=11))

    assert seen() == [last.number]


def test_older_work_that_nothing_has_settled_comes_along() -> None:
    month.firm()
    late = work(start=local(30, 16, month=9))
    mine = work(start=local(2))

    assert seen() == [late.number, mine.number]


def test_running_unconfirmed_and_struck_out_work_waits_outside() -> None:
    month.firm()
    make.running(started_at=local(5))
    work(start=local(6), confirmed_at=None)
    work(start=local(7), voided_at=local(8))

    assert seen() == []


def test_settled_work_is_seen_no_more_until_a_storno_frees_it() -> None:
    month.firm()
    claimed = work()
    claim = make.claim(session=claimed)
    before = seen()

    claim.released_by = make.invoice()
    claim.save()

    assert before == []
    assert seen() == [claimed.number]


def test_a_session_becomes_a_fact_with_every_column_that_bears_on_the_price() -> None:
    month.firm()
    plant = make.plant(customer=month.customer(), warranty_until=local(1).date())
    case = make.case(plant=plant, cause="defect", goodwill_percent=30)
    session: Session = work(
        case=case,
        service="analysis",
        skill="plc",
        connection="modem",
        billable=False,
        goodwill_percent=12,
    )
    call = make.call(session=session, cost="1.2345")

    scenario = month_scenario(load_terms(), OCTOBER.last)

    [fact] = scenario.sessions
    assert (fact.id, fact.case) == (session.number, case.number)
    assert (fact.service, fact.skill, fact.connection) == ("analysis", "plc", "modem")
    assert (fact.billable, fact.goodwill_percent) == (False, Decimal(12))
    assert fact.end - fact.start == 30 * 60
    [told] = scenario.cases
    assert (told.plant, told.cause) == (plant.number, "defect")
    assert told.goodwill_percent == Decimal(30)
    assert scenario.plants[0].warranty_until == plant.warranty_until
    [made] = scenario.calls
    assert (made.id, made.session) == (call.number, session.number)


def shared_contract(owner: Customer, *others: Customer) -> None:
    make.contract(customer=owner, shared_with=others, covers=Covers.NOTHING)


def test_all_who_draw_on_one_allowance_are_related_over_any_number_of_contracts() -> (
    None
):
    a, b, c, alone = (month.customer() for _ in range(4))
    shared_contract(a, b)
    shared_contract(b, c)
    month.firm()

    assert facts.related_customers(a) == {a.number, b.number, c.number}
    assert facts.related_under(load_terms(), [c.number]) == facts.related_customers(c)
    assert facts.related_customers(alone) == {alone.number}
