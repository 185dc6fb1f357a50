"""A scenario goes into an empty database, whole or not at all."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from fernkladde.accounts.models import User
from fernkladde.billing.models import AllowancePosting, Claim
from fernkladde.cases.models import Case, Session
from fernkladde.customers.models import Customer
from fernkladde.imports.scenario import NotEmpty, load_scenario, unfit
from fernkladde.rating import parse_scenario
from tests import make
from tests.billing.month import AT

pytestmark = pytest.mark.django_db

SESSION = {"case": "F", "service": "remote", "technician": "Jonas Weber"}


def scenario(**more: Any) -> Any:
    fee = {"name": "Einrichtung", "amount": "25.00", "per": "case"}
    tariff = {"id": "T", "versions": [make.terms(fees=[fee])]}
    document = {
        "timezone": "Europe/Berlin",
        "default_tariff": "T",
        "tariffs": [tariff],
        "customers": [{"id": "K"}, {"id": "L"}],
        "plants": [{"id": "P", "customer": "L"}],
        "cases": [{"id": "F", "customer": "K", "reported_on": "2026-10-06"}],
        "sessions": [],
    }
    return parse_scenario(document | more)


def session(number: str, start: str, end: str, **more: Any) -> dict[str, Any]:
    day = "2026-10-06T{}:00+02:00".format
    return SESSION | {"id": number, "start": day(start), "end": day(end)} | more


def contract(**more: Any) -> dict[str, Any]:
    allowance = {"cases": 3, "period": "year"}
    return {
        "id": "V",
        "customer": "K",
        "valid_from": "2026-01-01",
        "covers": "allowance",
        "allowance": allowance,
    } | more


def test_what_records_cannot_hold_is_named_by_its_path() -> None:
    long = "F" * 61
    case = {"id": long, "customer": "K", "reported_on": "2026-10-06", "plant": "P"}

    found = unfit(
        scenario(
            cases=[case],
            contracts=[contract(plants=["P"])],
            rate_decks=[{"id": "D", "rates": []}],
        )
    )

    assert [str(fault) for fault in found] == [
        "$.cases[0].id: longer than 60 characters",
        "$.rate_decks[0].rates: has no rate",
        "$.cases[0].plant: belongs to another customer",
        "$.contracts[0].plants[0]: belongs to no customer of it",
    ]


def test_a_database_that_is_not_empty_is_left_alone() -> None:
    make.customer(number="there")

    with pytest.raises(NotEmpty):
        load_scenario(scenario(), at=AT)

    assert [row.number for row in Customer.objects.all()] == ["there"]


def test_a_case_of_a_day_to_come_is_loaded_as_if_that_day_were_over() -> None:
    case = {"id": "F", "customer": "K", "reported_on": "2027-03-01"}

    load_scenario(scenario(cases=[case]), at=AT)

    assert Case.objects.get().reported_on == date(2027, 3, 1)


def test_sessions_beside_each_other_are_loaded_as_parallel() -> None:
    work = [
        session("S1", "09:00", "10:00"),
        session("S2", "09:30", "09:40"),
        session("S3", "10:00", "10:30"),
        session("S4", "09:30", "09:40", technician="Petra"),
    ]

    loaded = load_scenario(scenario(sessions=work), at=AT)

    assert (loaded.customers, loaded.cases, loaded.sessions) == (2, 1, 4)
    assert loaded.parallel == ["S2"]
    assert [s.number for s in Session.objects.filter(parallel=True)] == ["S2"]


def test_people_keep_their_names_and_get_a_short_one_each() -> None:
    work = [
        session("S1", "09:00", "10:00", technician="Jonas Weber"),
        session("S2", "10:00", "11:00", technician="jonas-weber"),
        session("S3", "11:00", "12:00", technician="Ö"),
    ]

    load_scenario(scenario(sessions=work), at=AT)

    people = User.objects.order_by("username").values_list("username", "full_name")
    assert list(people) == [
        ("jonas-weber", "Jonas Weber"),
        ("jonas-weber-2", "jonas-weber"),
        ("technik", "Ö"),
    ]


def test_what_earlier_invoices_took_becomes_opening_records() -> None:
    used = [{"period_start": "2026-01-01", "cases": 3, "case_ids": ["F", "earlier"]}]
    fees = [{"case": "earlier", "fee": "Einrichtung", "tariff": "T"}]

    load_scenario(scenario(contracts=[contract(used=used)], billed_fees=fees), at=AT)

    postings = AllowancePosting.objects.filter(settlement=None).order_by("case_number")
    assert list(postings.values_list("case_number", "cases")) == [
        ("", 1),
        ("F", 1),
        ("earlier", 1),
    ]
    assert [one.fee_case for one in Claim.objects.filter(settlement=None)] == [
        "earlier"
    ]
