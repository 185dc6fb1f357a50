"""One search for everything, however umlauts and telephone numbers are typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from fernkladde.customers.models import Customer
from fernkladde.search.find import caller, find
from tests import make

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.django_db


def hits(text: str, **options: Any) -> list[tuple[str, str]]:
    make.searchable()
    return [(row.kind, row.number) for row in find(text, user=make.user(), **options)]


@pytest.mark.parametrize(
    "typed", ["Müller", "mueller", "MÜLLER", "muller", "Mül", "müller groß", "GROSS"]
)
def test_umlauts_are_found_however_they_are_typed(typed: str) -> None:
    make.customer(number="K1", name="Müller Großpressen GmbH")
    make.customer(number="K2", name="Maier AG")

    assert hits(typed) == [("customer", "K1")]


@pytest.mark.parametrize("typed", ["Müller", "mueller", "muller"])
def test_a_name_without_umlaut_is_found_as_well(typed: str) -> None:
    make.customer(number="K1", name="Mueller Stanzen")

    assert hits(typed) == [("customer", "K1")]


def test_what_is_written_past_the_actions_is_found_as_well() -> None:
    customer = make.customer(name="Alt")

    Customer.objects.filter(pk=customer.pk).update(name="Börner")

    assert hits("boerner") == [("customer", customer.number)]


@pytest.mark.parametrize(
    "typed",
    [
        "0711 / 123 45",
        "+49711 12345",
        "+49 (0)711 12345",
        "0049711-12345",
        "071112",
        "12345",
    ],
)
def test_telephone_numbers_are_found_however_they_are_typed(typed: str) -> None:
    customer = make.customer(number="K1", name="Werk", phone="+4971112345")
    make.customer(number="K2", phone="+49301234")
    make.contact(customer=customer, name="Frau Schulz", phone="+4971112345")
    plant = make.plant(number="P1", customer=customer)
    make.access_path(plant=plant, kind="modem", identifier="+4971112345")
    make.access_path(plant=plant, kind="phone", identifier="+4971112345")

    assert hits(typed) == [("customer", "K1"), ("plant", "P1"), ("contact", "K1")]


def test_the_caller_is_found_by_the_whole_number() -> None:
    contact = make.contact(name="Frau Schulz", phone="+4971112345", role="Leitung")
    make.searchable()

    [found] = caller("+4971112345", user=make.user())

    assert (found.kind, found.title) == ("contact", "Frau Schulz")
    assert found.number == contact.customer.number
    assert found.detail == f"{contact.customer.name} · Leitung · 0711 12345"
    assert caller("", user=make.user()) == []
    assert caller("anonymous", user=make.user()) == []


def test_cases_plants_and_contracts_are_found_by_number_and_words() -> None:
    plant = make.plant(number="P7", name="Presse 3", serial_number="SN-4711")
    make.case(plant=plant, number="26-0412", subject="Geber an Presse 3 defekt")
    make.contract(number="V9", name="Presse rundum", customer=plant.customer)

    assert hits("26-0412") == [("case", "26-0412")]
    assert hits("sn-4711") == [("plant", "P7"), ("case", "26-0412")]
    assert hits("geber presse") == [("case", "26-0412")]
    assert hits("presse") == [("case", "26-0412"), ("plant", "P7"), ("contract", "V9")]


def test_what_is_inactive_comes_last() -> None:
    make.customer(number="K1", name="Alba", is_active=False)
    make.customer(number="K2", name="Alzey")

    assert hits("al") == [("customer", "K2"), ("customer", "K1")]


def test_each_kind_has_a_limit() -> None:
    for _ in range(12):
        make.case(customer=make.customer(name="Werk"), subject="Werk steht")

    assert len(hits("werk", limit=5)) == 10


@pytest.mark.parametrize(
    "typed", ["", "a", "%%", "__", "' OR 99=99", "zzz", "\0", '"*', "NEAR(x y)"]
)
def test_what_matches_nothing_finds_nothing(typed: str) -> None:
    make.case()

    assert hits(typed) == []


def test_who_has_left_finds_nothing() -> None:
    make.case(subject="Presse")

    assert find("presse", user=make.user(is_active=False)) == []


def test_a_search_needs_one_query_per_kind(
    django_assert_num_queries: Callable[[int], Any],
) -> None:
    for _ in range(5):
        make.case(plant=make.plant(name="Presse"), subject="Presse")
    user = make.user()
    make.searchable()

    with django_assert_num_queries(7):
        find("presse", user=user)
