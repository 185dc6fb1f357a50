"""Customers and contacts: checked, normalized, told before and after."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from fernkladde.customers import actions
from fernkladde.customers.models import Contact, Customer
from fernkladde.customers.phones import ImpossibleNumber, e164, readable
from fernkladde.customers.records import InvalidRecord, NumberFixed, NumberTaken
from fernkladde.journal.models import Entry
from tests import make

pytestmark = pytest.mark.django_db

NOW = make.NOW


def create(**fields: Any) -> Customer:
    values: dict[str, Any] = {"number": "10023", "name": "Hauser GmbH"}
    return actions.create_customer(by=None, at=NOW, **values | fields)


def told(entry: Entry) -> dict[str, str]:
    return {row.field: row.value for row in entry.personal_values.all()}


def test_a_customer_is_taken_in_with_one_entry() -> None:
    petra = make.user()

    customer = actions.create_customer(
        number=" 10023 ",
        name="Hauser GmbH",
        country="at",
        phone="0662 1234567",
        vat_id="ATU 1234.5678",
        charging_from=date(2026, 1, 1),
        by=petra,
        at=NOW,
    )

    saved = Customer.objects.get()
    assert (saved.number, saved.country) == ("10023", "AT")
    assert (saved.phone, saved.vat_id) == ("+436621234567", "ATU12345678")
    entry = Entry.objects.get()
    assert (entry.kind, entry.subject) == (
        "customers.customer-created",
        "customer/10023",
    )
    assert (entry.actor, entry.happened_at) == (petra, NOW)
    assert entry.facts["charging_from"] == "2026-01-01"
    assert told(entry) == {"phone": "+436621234567"}
    assert customer == saved


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"number": " "}, "number"),
        ({"email": "nicht@"}, "email"),
        ({"phone": "12"}, "phone"),
        ({"phone": "ruf an"}, "phone"),
        ({"country": "Deutschland"}, "country"),
        ({"vat_id": "12345"}, "vat_id"),
        ({"name": "a\0b"}, "name"),
    ],
)
def test_bad_input_is_refused_with_a_sentence_at_its_field(
    fields: dict[str, str], field: str
) -> None:
    with pytest.raises((InvalidRecord, ImpossibleNumber)) as refused:
        create(**fields)

    assert refused.value.field == field
    assert str(refused.value).rstrip(")").endswith(".")
    assert not Customer.objects.exists()
    assert not Entry.objects.exists()


def test_an_impossible_number_is_told_with_an_example() -> None:
    with pytest.raises(ImpossibleNumber) as refused:
        create(phone="0711")

    assert str(refused.value) == (
        "„0711“ kann keine Rufnummer sein. Bitte mit Vorwahl eingeben,"
        " zum Beispiel 0711 12345 oder +49 711 12345."
    )


def test_a_number_is_given_once() -> None:
    create()

    with pytest.raises(NumberTaken, match="10023"):
        create(name="Anderer")


def test_a_change_is_told_before_and_after() -> None:
    customer = create(phone="0711 12345")
    tariff = make.tariff(code="neu")

    changed = actions.change_customer(
        customer=customer,
        name="Hauser AG",
        phone="0711 54321",
        tariff=tariff,
        city="",
        by=None,
        at=NOW,
    )

    assert changed
    entry = Entry.objects.newest_first()[0]
    assert entry.facts["changes"] == {
        "name": ["Hauser GmbH", "Hauser AG"],
        "tariff": [None, "neu"],
    }
    assert entry.facts["personal_changes"] == ["phone"]
    assert told(entry) == {"phone_before": "+4971112345", "phone": "+4971154321"}
    assert Customer.objects.get().name == "Hauser AG"
    assert customer.name == "Hauser AG"


def test_a_change_that_changes_nothing_leaves_no_trace() -> None:
    customer = create()

    assert not actions.change_customer(
        customer=customer, name=" Hauser GmbH ", number="10023", by=None, at=NOW
    )

    assert Entry.objects.count() == 1


def test_a_stale_page_changes_only_what_it_sends() -> None:
    customer = create()
    stale = Customer.objects.get()
    actions.change_customer(customer=customer, city="Ulm", by=None, at=NOW)

    actions.change_customer(customer=stale, name="Hauser AG", by=None, at=NOW)

    saved = Customer.objects.get()
    assert (saved.name, saved.city) == ("Hauser AG", "Ulm")


def test_the_number_stays() -> None:
    customer = create()

    with pytest.raises(NumberFixed) as refused:
        actions.change_customer(customer=customer, number="10024", by=None, at=NOW)

    assert refused.value.field == "number"


def test_a_customer_is_put_aside_once_and_comes_back_by_a_change() -> None:
    customer = create()

    assert actions.deactivate(customer=customer, reason="verkauft", by=None, at=NOW)
    assert not actions.deactivate(customer=customer, by=None, at=NOW)
    assert not Customer.objects.active().exists()
    assert actions.change_customer(customer=customer, is_active=True, by=None, at=NOW)

    assert Customer.objects.active().exists()
    assert Entry.objects.count() == 3


def test_a_contact_is_told_without_its_name_in_what_stays() -> None:
    customer = create(country="AT")

    contact = actions.add_contact(
        customer=customer,
        name="Frau Schulz",
        role="Instandhaltung",
        phone="0662 1234567",
        email="schulz@hauser.example",
        by=None,
        at=NOW,
    )

    assert Contact.objects.get().phone == "+436621234567"
    entry = Entry.objects.newest_first()[0]
    assert entry.facts == {"contact": contact.pk, "role": "Instandhaltung"}
    assert told(entry)["name"] == "Frau Schulz"


def test_a_contact_is_changed_before_and_after() -> None:
    contact = make.contact(name="Frau Schulz", customer=create())

    assert actions.change_contact(
        contact=contact, name="Frau Meier", is_active=False, by=None, at=NOW
    )

    entry = Entry.objects.newest_first()[0]
    assert entry.facts["changes"] == {"is_active": [True, False]}
    assert told(entry) == {"name_before": "Frau Schulz", "name": "Frau Meier"}
    with pytest.raises(InvalidRecord):
        actions.change_contact(contact=contact, name="", by=None, at=NOW)


@pytest.mark.parametrize(
    ("typed", "country", "kept"),
    [
        ("0711 / 123 45", "DE", "+4971112345"),
        ("+49 (0)711 12345", "DE", "+4971112345"),
        ("0049 711 12345", "AT", "+4971112345"),
        ("0662 123456", "AT", "+43662123456"),
        ("06 1234 5678", "IT", "+390612345678"),
        ("", "DE", ""),
    ],
)
def test_numbers_get_one_form(typed: str, country: str, kept: str) -> None:
    assert e164(typed, country=country) == kept


def test_a_number_reads_as_at_home_and_with_plus_abroad() -> None:
    assert readable("+4971112345") == "0711 12345"
    assert readable("+43662123456") == "+43 662 123456"
    assert readable("gateway-7") == "gateway-7"
