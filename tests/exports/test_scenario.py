"""What is given out, what is not, and what is refused."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from fernkladde.billing.models import AllowancePosting, Claim, Invoice
from fernkladde.cases.actions.decisions import decide_cause, give_goodwill
from fernkladde.cases.models import Case
from fernkladde.contracts.actions.firm import set_policy, set_special_day
from fernkladde.customers.actions import change_customer
from fernkladde.exports.anonymous import anonymous
from fernkladde.exports.scenario import (
    FactsNotKept,
    NobodyHasAPrice,
    NoSuchCustomer,
    NoSuchInvoice,
    NothingThere,
    of_invoice,
    open_work,
)
from fernkladde.plants.actions import change_plant
from fernkladde.rating import parse_scenario, rate
from fernkladde.values.canonical import canonical_json
from tests import make
from tests.billing import month as billing
from tests.billing.month import AT, OCTOBER, local

from .equality import assert_invoices_are_explained, rated

if TYPE_CHECKING:
    from fernkladde.exports.scenario import OpenWork

pytestmark = pytest.mark.django_db

EVENING = {"name": "Abend", "days": ["mon", "tue", "wed", "thu", "fri"],
           "from": "17:00", "until": "24:00", "percent": 50}  # fmt: skip


def october(**more: Any) -> OpenWork:
    return open_work(since=OCTOBER.first, until=OCTOBER.last, **more)


def nets(document: Any) -> dict[str, str]:
    return dict(rated(document)["totals"])


def test_nobody_is_named() -> None:
    deck = make.rate_deck(
        code="d", rates=[{"prefix": "+4989", "price_per_minute": "0.10"}]
    )
    terms = make.terms(connection={"mode": "deck", "deck": deck.code})
    billing.firm(default_tariff=make.tariff(terms, name="Meiers Tarif"))
    payer = billing.customer(name="Meier Pressteile GmbH")
    plant = make.plant(customer=payer, name="Meiers Presse")
    case = make.case(plant=plant, subject="Herr Meier kommt nicht weiter")
    person = make.user(username="jonas", full_name="Jonas Weber")
    session = billing.work(case=case, technician=person, note="Frau Schulz rief an")
    make.call(session=session, dialled="+4989123456")
    make.contract(customer=payer, covers="nothing", name="Vertrag Meier")

    text = canonical_json(october().document)

    assert not re.search("meier|jonas|weber|schulz|123456", text, re.IGNORECASE)
    assert '"number":"+4989"' in text


def test_only_terms_that_the_work_can_meet_are_given_out() -> None:
    billing.firm()
    make.tariff(code="of-nobody")
    make.contract(customer=billing.customer(number="idle"))
    make.special_day(date=date(2026, 10, 6))
    make.special_day(date=date(2026, 10, 7))
    billing.work(start=local(6))

    document = october().document

    assert len(document["tariffs"]) == 1
    assert "contracts" not in document or document["contracts"] == []
    assert "idle" not in [row["id"] for row in document["customers"]]
    assert list(document["special_days"]) == ["2026-10-06"]


def test_late_work_comes_along_as_it_does_in_a_preview() -> None:
    billing.firm()
    payer = billing.customer(number="K1")
    billing.work(payer, local(30, month=9), minutes=30)
    billing.work(payer, local(6), minutes=60)

    with_it, without = october(), october(late=False)

    assert (with_it.sessions, with_it.late) == (2, 1)
    assert nets(with_it.document) == {"K1": "150.00"}
    assert (without.sessions, without.late) == (1, 1)
    assert nets(without.document) == {"K1": "100.00"}


def test_what_others_draw_on_a_shared_allowance_counts_as_used() -> None:
    billing.firm()
    owner, other = billing.customer(number="owner"), billing.customer(number="other")
    make.contract(
        number="V1",
        customer=owner,
        shared_with=[other],
        covers="allowance",
        allowance_period="month",
        allowance_minutes=45,
    )
    billing.work(other, local(5), minutes=30)
    case = make.case(customer=owner, number="F-owner")
    billing.work(case=case, start=local(6), minutes=30)

    document = october(customers=["other"]).document
    [contract] = october(customers=["owner"]).document["contracts"]

    assert nets(document) == {}
    assert "F-owner" not in canonical_json(document)
    assert contract["used"] == [{"period_start": "2026-10-01", "seconds": 1800}]
    assert nets(october(customers=["owner"]).document) == {"owner": "25.00"}


def test_what_others_were_handed_counts_against_the_most_that_is_handed_on() -> None:
    billing.firm()
    owner, other = billing.customer(number="owner"), billing.customer(number="other")
    make.contract(
        customer=owner,
        shared_with=[other],
        valid_from=date(2026, 9, 1),
        covers="allowance",
        allowance_period="month",
        allowance_minutes=60,
        carry_over_periods=1,
        carry_over_minutes=30,
    )
    billing.work(other, local(5), minutes=30)
    billing.work(owner, local(6), minutes=30)
    billing.work(owner, local(7), minutes=45)

    document = october(customers=["owner"]).document

    assert document["contracts"][0]["used"] == [
        {"period_start": "2026-09-01", "seconds": 1800, "handed_seconds": 1800}
    ]
    assert nets(document) == nets(october().document) == {"owner": "25.00"}


def test_a_special_day_counts_that_work_reaches_after_midnight() -> None:
    holiday = {"name": "Feiertag", "days": ["holiday"], "from": "00:00",
               "until": "24:00", "percent": 100}  # fmt: skip
    terms = make.terms(bands=[holiday], band_rule="exact")
    billing.firm(default_tariff=make.tariff(terms))
    make.special_day(date=date(2026, 10, 7))
    billing.work(billing.customer(number="K1"), local(6, 23, 45), minutes=30)

    document = october().document

    assert nets(document) == {"K1": "75.00"}


def test_a_rate_deck_without_calls_keeps_a_rate_since_records_need_one() -> None:
    rates = [
        {"prefix": "+49", "price_per_minute": "0.10"},
        {"prefix": "+1", "price_per_minute": "0.20"},
    ]
    make.rate_deck(code="D", rates=rates)
    terms = make.terms(connection={"mode": "deck", "deck": "D"})
    billing.firm(default_tariff=make.tariff(terms))
    billing.work()

    [deck] = october().document["rate_decks"]

    assert deck["rates"] == rates[:1]


def test_what_earlier_months_used_is_an_opening_record() -> None:
    fee = {"name": "Einrichtung", "amount": "25.00", "per": "case"}
    tariff = make.tariff(make.terms(fees=[fee]), code="T")
    billing.firm(default_tariff=tariff)
    payer = billing.customer(number="K1")
    make.contract(
        customer=payer,
        covers="allowance",
        allowance_period="year",
        allowance_minutes=60,
    )
    case = make.case(customer=payer, number="F1")
    billing.work(case=case, start=local(15, month=9), minutes=90)
    billing.bill(billing.SEPTEMBER)
    billing.work(case=case, start=local(6), minutes=30)

    document = october().document

    [contract] = document["contracts"]
    assert contract["used"] == [{"period_start": "2026-01-01", "seconds": 3600}]
    assert document["billed_fees"] == [
        {"case": "F1", "fee": "Einrichtung", "tariff": "T"}
    ]
    assert nets(document) == {"K1": "50.00"}


def test_a_fee_billed_per_case_says_nothing_where_it_is_charged_per_day_now() -> None:
    of_case = {"name": "Anfahrt", "amount": "25.00", "per": "case"}
    of_day = {"name": "Anfahrt", "amount": "30.00", "per": "day"}
    tariff = make.tariff(
        make.terms(fees=[of_case]),
        make.terms(fees=[of_day], valid_from="2026-10-01"),
    )
    billing.firm(default_tariff=tariff)
    case = make.case(customer=billing.customer(number="K1"))
    billing.work(case=case, start=local(15, month=9))
    billing.bill(billing.SEPTEMBER)
    billing.work(case=case, start=local(6))

    document = october().document

    assert document.get("billed_fees", []) == []
    assert nets(document) == {"K1": "80.00"}


def test_who_has_no_price_is_left_out_and_named() -> None:
    billing.firm()
    late = make.tariff(make.terms(valid_from="2027-01-01"))
    billing.work(billing.customer(number="K1"))
    billing.work(billing.customer(number="K2", tariff=late))

    work = october()

    assert nets(work.document) == {"K1": "50.00"}
    assert list(work.left_out) == ["K2"]
    assert "Tariffassung" in work.left_out["K2"][0]


def test_where_nobody_has_a_price_all_of_it_is_refused() -> None:
    billing.firm(default_tariff=make.tariff(make.terms(valid_from="2027-01-01")))
    billing.work()

    with pytest.raises(NobodyHasAPrice, match="keine Tariffassung in Kraft"):
        october()


def test_an_empty_selection_is_refused() -> None:
    billing.firm()
    billing.work(billing.customer(number="K1"), local(3, month=11))
    billing.customer(number="K2")

    with pytest.raises(NothingThere, match="2026-10-31"):
        october()
    with pytest.raises(NothingThere):
        open_work(since=OCTOBER.first, until=date(2026, 11, 30), customers=["K2"])


def test_a_customer_or_an_invoice_that_does_not_exist_is_named() -> None:
    billing.firm()

    with pytest.raises(NoSuchCustomer, match="K9"):
        october(customers=["K9"])
    with pytest.raises(NoSuchInvoice, match="RE-9"):
        of_invoice("RE-9")


def test_an_invoice_of_a_version_that_kept_no_facts_is_refused() -> None:
    invoice = make.invoice()

    with pytest.raises(FactsNotKept, match=invoice.number):
        of_invoice(invoice.number)


def test_an_invoice_is_explained_whatever_was_changed_since() -> None:
    tariff = make.tariff(make.terms(bands=[EVENING]))
    billing.firm(default_tariff=tariff)
    payer = billing.customer(number="K1")
    plant = make.plant(customer=payer, warranty_until=date(2026, 10, 1))
    case = make.case(plant=plant, cause="defect", reported_on=date(2026, 10, 6))
    billing.work(case=case, start=local(6, 16, 45), minutes=60)
    billing.bill()
    [invoice] = Invoice.objects.all()
    before = of_invoice(invoice.number)

    change_plant(plant=plant, warranty_until=date(2026, 12, 31), by=None, at=AT)
    change_customer(customer=payer, tariff=make.tariff(), by=None, at=AT)
    decide_cause(case=case, cause="wear", by=None, at=AT)
    give_goodwill(on=case, percent=Decimal(100), reason="Stammkunde", by=None, at=AT)
    set_special_day(date=date(2026, 10, 6), label="holiday", by=None, at=AT)
    set_policy(
        timezone="America/New_York",
        require_consent=True,
        default_tariff=make.tariff(make.terms("999.00")),
        by=None,
        at=AT,
    )

    assert of_invoice(invoice.number) == before
    assert nets(before) == {"K1": f"{invoice.net:.2f}"} == {"K1": "137.50"}
    assert assert_invoices_are_explained() == 1


def test_both_invoices_on_one_allowance_are_explained() -> None:
    billing.firm()
    owner, other = billing.customer(number="owner"), billing.customer(number="other")
    make.contract(
        customer=owner,
        shared_with=[other],
        covers="allowance",
        allowance_period="month",
        allowance_minutes=60,
    )
    for day, payer in enumerate([owner, other, owner, other], 5):
        billing.work(payer, local(day), minutes=45)

    billing.bill()

    assert assert_invoices_are_explained() == 2
    sums = [nets(of_invoice(i.number)) for i in Invoice.objects.order_by("sequence")]
    assert sums == [{"other": "125.00"}, {"owner": "75.00"}]


def test_the_facts_of_an_invoice_name_nobody() -> None:
    billing.firm()
    payer = billing.customer(name="Meier Pressteile GmbH")
    case = make.case(customer=payer, subject="Presse von Meier steht")
    billing.work(case=case, technician=make.user(username="jonas"))
    billing.bill()

    text = canonical_json(of_invoice(billing.invoice_of(payer).number))

    assert not re.search("meier|jonas", text, re.IGNORECASE)


def test_giving_out_writes_nothing() -> None:
    billing.firm()
    billing.work()
    rows = (Case, Claim, AllowancePosting, Invoice)
    before = [list(model.objects.order_by("pk").values()) for model in rows]

    october()

    after = [list(model.objects.order_by("pk").values()) for model in rows]
    assert after == before


def test_other_numbers_give_the_same_money_in_the_same_order() -> None:
    billing.firm(default_tariff=make.tariff(code="tarif-meier"))
    owner, other = billing.customer(number="MEIER"), billing.customer(number="SCHULZ")
    plant = make.plant(customer=owner, number="MEIER-1")
    make.contract(
        number="MEIER-V",
        customer=owner,
        shared_with=[other],
        covers="allowance",
        allowance_period="month",
        allowance_minutes=45,
        tariff=make.tariff(code="anders-meier"),
    )
    for number, payer in (("MEIER-F2", owner), ("MEIER-F1", owner), ("SF", other)):
        on = plant if payer == owner else None
        case = make.case(customer=payer, plant=on, number=number)
        billing.work(case=case, start=local(6), minutes=30)

    plain, renumbered = october().document, october(without_numbers=True).document

    assert not re.search("meier|schulz", canonical_json(renumbered), re.IGNORECASE)
    assert [row["id"] for row in renumbered["cases"]] == ["F0001", "F0002", "F0003"]
    assert list(nets(renumbered).values()) == list(nets(plain).values())
    lines = [
        [(row["kind"], row["basis"], row["minutes"], row["net"]) for row in found]
        for found in (rated(plain)["lines"], rated(renumbered)["lines"])
    ]
    assert lines[0] == lines[1] != []


def test_cases_of_which_only_earlier_invoices_know_get_other_numbers_too() -> None:
    scenario = parse_scenario(
        {
            "timezone": "UTC",
            "default_tariff": "t",
            "tariffs": [
                {
                    "id": "t",
                    "versions": [
                        make.terms(fees=[{"name": "f", "amount": "1", "per": "case"}])
                    ],
                }
            ],
            "customers": [{"id": "K"}],
            "cases": [{"id": "now", "customer": "K", "reported_on": "2026-10-06"}],
            "contracts": [
                {
                    "id": "V",
                    "customer": "K",
                    "valid_from": "2026-01-01",
                    "covers": "allowance",
                    "allowance": {"cases": 3, "period": "year"},
                    "used": [
                        {"period_start": "2026-01-01", "case_ids": ["before", "now"]}
                    ],
                }
            ],
            "sessions": [],
            "billed_fees": [{"case": "earlier", "fee": "f", "tariff": "t"}],
        }
    )

    other = anonymous(scenario)

    assert other.contracts[0].used[0].case_ids == ("F0001", "F0003")
    assert other.billed_fees[0].case == "F0002"
    assert other.cases[0].id == "F0003"
    assert json.dumps(rate(other).document())


def test_amounts_are_written_as_they_are_on_either_database() -> None:
    billing.firm()
    case = make.case(customer=billing.customer(), goodwill_percent=Decimal("12.5"))
    session = billing.work(case=case, goodwill_percent=Decimal(30))
    make.call(session=session, cost=Decimal("1.50"))

    document = october().document

    assert document["cases"][0]["goodwill_percent"] == "12.5"
    assert document["sessions"][0]["goodwill_percent"] == "30"
    assert document["calls"][0]["cost"] == "1.5"


def test_a_plant_that_was_sold_since_stays_with_its_case() -> None:
    billing.firm()
    payer, buyer = billing.customer(number="K1"), billing.customer(number="K2")
    plant = make.plant(customer=payer)
    billing.work(case=make.case(plant=plant))
    change_plant(plant=plant, customer=buyer, by=None, at=AT + timedelta(1))

    document = october().document

    assert [row["customer"] for row in document["plants"]] == ["K1"]
    assert nets(document) == {"K1": "50.00"}
