"""The list of customers, one customer's page, and the forms about them."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.urls import reverse

from fernkladde.accounts.roles import Role
from fernkladde.billing.models import Run, Settlement
from fernkladde.customers.models import Contact, Customer
from fernkladde.journal.models import Entry
from tests import make

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """Let it be the 6th of October 2026."""
    with time_machine.travel(make.NOW, tick=False):
        yield


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make.user(Role.DISPATCHER))
    return client


def page(client: Client, name: str, *arguments: object, query: str = "") -> str:
    response = client.get(reverse(name, args=arguments) + query)
    assert response.status_code == 200
    return response.content.decode()


def test_the_list_shows_plants_and_open_cases_of_active_customers(desk: Client) -> None:
    customer = make.customer(name="Brandl Umformtechnik", city="Ulm")
    make.plant(customer=customer)
    make.case(customer=customer)
    make.case(customer=customer, state="closed")
    make.customer(name="Längst weg", is_active=False)

    shown = page(desk, "customer-list")

    assert "Brandl Umformtechnik" in shown
    assert shown.count('data-label="Offene Fälle">1<') == 1
    assert "Längst weg" not in shown
    assert "Längst weg" in page(desk, "customer-list", query="?show=inactive")


@pytest.mark.parametrize("typed", ["müller", "MUELLER", "Muller", "0711 / 123 45"])
def test_a_customer_is_found_however_the_name_is_written(
    desk: Client, typed: str
) -> None:
    customer = make.customer(name="Müller Pressen")
    make.contact(customer=customer, phone="+4971112345")
    make.customer(name="Anderer")
    make.searchable()

    shown = page(desk, "customer-list", query=f"?q={typed}")

    assert "Müller Pressen" in shown
    assert "Anderer" not in shown


def test_the_list_tells_who_has_a_contract(desk: Client) -> None:
    owner, friend = make.customer(name="Eigner AG"), make.customer(name="Freund AG")
    make.customer(name="Ohne AG")
    make.contract(customer=owner, shared_with=[friend], valid_from=date(2020, 1, 1))

    with_contract = page(desk, "customer-list", query="?show=contract")
    without = page(desk, "customer-list", query="?show=no_contract")

    assert "Eigner AG" in with_contract
    assert "Freund AG" in with_contract
    assert "Ohne AG" not in with_contract
    assert "Ohne AG" in without
    assert "Eigner AG" not in without


def test_the_group_of_a_customer_is_whoever_uses_the_same_contracts(
    desk: Client,
) -> None:
    mother, daughter = make.customer(name="Mutter AG"), make.customer(name="Tochter")
    make.customer(name="Fremd AG")
    make.contract(customer=mother, shared_with=[daughter])

    listed = page(desk, "customer-list", query=f"?group={daughter.number}")

    assert "Mutter AG" in listed
    assert "Tochter" in listed
    assert "Fremd AG" not in listed
    assert "Tochter" in page(desk, "customer", mother.number)
    assert "Mutter AG" in page(desk, "customer", daughter.number)


def test_an_empty_list_says_what_to_do(desk: Client) -> None:
    assert "Legen Sie den ersten an" in page(desk, "customer-list")
    assert "Kein Kunde passt" in page(desk, "customer-list", query="?q=niemand")


def test_more_customers_cost_no_more_queries(
    desk: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _each in range(60):
        make.plant()

    with django_assert_max_num_queries(20):
        shown = page(desk, "customer-list")

    assert "1–50 von 60" in shown


@pytest.mark.parametrize("query", ["?sort=-name", "?sort=nonsense", "?page=99999999"])
def test_nonsense_in_the_address_shows_a_list(desk: Client, query: str) -> None:
    make.customer()

    assert "Kunden" in page(desk, "customer-list", query=query)


def test_the_page_shows_facts_people_contracts_plants_and_cases(
    desk: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    make.policy()
    customer = make.customer(
        number="D-88/7",
        street="Am Werk 1",
        city="Ulm",
        charging_from=date(2020, 1, 1),
        consent_from=date(2021, 2, 1),
    )
    make.contact(customer=customer, name="Jana Novák", phone="+4971112345")
    make.contract(
        customer=customer,
        name="Silber",
        covers="allowance",
        allowance_period="year",
        allowance_minutes=600,
    )
    for _each in range(5):
        plant = make.plant(customer=customer)
        make.case(customer=customer, plant=plant)

    with django_assert_max_num_queries(30):
        shown = page(desk, "customer", "D-88/7")

    assert "Am Werk 1" in shown
    assert "Jana Novák" in shown
    assert "0711 12345" in shown
    assert "10:00\N{NO-BREAK SPACE}h" in shown
    assert "seit 01.01.2020 wird Arbeit" in shown
    assert "Rahmenzustimmung seit 01.02.2021" in shown


def test_what_was_given_away_is_for_whoever_may_read_money(client: Client) -> None:
    customer = make.customer()
    free = [
        {"basis": "goodwill", "value": "100.50"},
        {"basis": "warranty", "value": "300.00"},
        {"basis": "flat", "value": "900.00"},
    ]
    run = Run.objects.create(period="2026-09", created_at=make.NOW)
    Settlement.objects.create(
        run=run,
        customer=customer,
        settled_at=make.NOW,
        content=json.dumps({"free": free, "lines": [{"discount": "20.00"}]}),
    )

    client.force_login(make.user(Role.MANAGER))
    for_manager = page(client, "customer", customer.number)
    client.force_login(make.user(Role.TECHNICIAN))
    for_technician = page(client, "customer", customer.number)

    assert "120,50" in for_manager
    assert "300,00" in for_manager
    assert "900,00" not in for_manager
    assert "Verschenkt" not in for_technician


def test_a_new_customer_is_written_down_with_an_entry(desk: Client) -> None:
    given = {"number": "1001", "name": "Neu GmbH", "country": "DE", "language": "de"}

    response = desk.post(reverse("customer-new"), given)

    assert response.headers["Location"] == reverse("customer", args=["1001"])
    assert Customer.objects.get(number="1001").name == "Neu GmbH"
    assert Entry.objects.filter(kind="customers.customer-created").exists()


def test_a_wrong_form_says_what_is_wrong_and_keeps_what_was_typed(desk: Client) -> None:
    make.customer(number="1001")
    given = {
        "number": "1001",
        "name": "Neu GmbH",
        "country": "DE",
        "language": "de",
        "phone": "123456",
    }
    for wrong, sentence in (
        ({}, "„1001“ gibt es schon."),
        ({"number": "1002", "vat_id": "12"}, "„12“ ist keine USt-IdNr."),
        ({"number": "1002", "phone": "1"}, "„1“ kann keine Rufnummer sein."),
        ({"number": "1002", "email": "x"}, "Das ist keine E-Mail-Adresse."),
        ({"number": "", "name": ""}, "Diese Angabe fehlt."),
        ({"number": "1002", "charging_from": "gestern"}, "Das ist kein Datum."),
    ):
        shown = desk.post(reverse("customer-new"), given | wrong).content.decode()
        assert sentence in shown
        assert f'value="{(given | wrong)["name"]}"' in shown or not wrong.get("name", 1)

    assert Customer.objects.count() == 1


def test_an_edited_customer_keeps_the_number(desk: Client) -> None:
    customer = make.customer(name="Alt", language="de")
    given = {"name": "Neu", "country": "AT", "language": "en", "number": "X"}

    desk.post(reverse("customer-edit", args=[customer.number]), given)

    changed = Customer.objects.get(pk=customer.pk)
    assert (changed.number, changed.name, changed.country) == (
        customer.number,
        "Neu",
        "AT",
    )


def test_a_customer_is_laid_to_rest_with_a_reason_and_taken_up_again(
    desk: Client,
) -> None:
    customer = make.customer()
    address = reverse("customer-deactivate", args=[customer.number])

    without_reason = desk.post(address, {}).content.decode()
    desk.post(address, {"reason": "Firma aufgelöst"})

    assert "Diese Angabe fehlt." in without_reason
    assert not Customer.objects.get().is_active
    desk.post(reverse("customer-reactivate", args=[customer.number]))
    assert Customer.objects.get().is_active


def test_a_contact_is_added_changed_and_leaves(desk: Client) -> None:
    customer = make.customer()

    desk.post(
        reverse("contact-new", args=[customer.number]),
        {"name": "Jana Novák", "phone": "0711 12345"},
    )
    contact = Contact.objects.get()
    desk.post(
        reverse("contact-edit", args=[customer.number, contact.pk]),
        {"name": "Jana Nová", "phone": "0711 12345"},
    )

    changed = Contact.objects.get()
    assert contact.phone == "+4971112345"
    assert (changed.name, changed.is_active) == ("Jana Nová", False)


def test_a_contact_is_reached_only_through_its_own_customer(desk: Client) -> None:
    contact = make.contact()
    other = make.customer()

    response = desk.get(reverse("contact-edit", args=[other.number, contact.pk]))

    assert response.status_code == 404


def test_a_technician_reads_but_does_not_change(client: Client) -> None:
    client.force_login(make.user(Role.TECHNICIAN))
    customer = make.customer()

    assert "Ändern" not in page(client, "customer", customer.number)
    for name, arguments in (
        ("customer-new", []),
        ("customer-edit", [customer.number]),
        ("customer-deactivate", [customer.number]),
        ("contact-new", [customer.number]),
    ):
        assert client.get(reverse(name, args=arguments)).status_code == 403


def test_an_unknown_customer_is_not_found(desk: Client) -> None:
    assert desk.get(reverse("customer", args=["nobody"])).status_code == 404
