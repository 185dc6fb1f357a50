"""The list of cases: filters, sorting, weight, and as many queries as before."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.urls import reverse

from tests import make

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from fernkladde.accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(make.NOW, tick=False):
        yield


@pytest.fixture
def jonas() -> User:
    return make.user(username="jonas")


@pytest.fixture
def desk(client: Client, jonas: User) -> Client:
    make.policy()
    client.force_login(jonas)
    return client


def page(client: Client, query: str = "") -> str:
    response = client.get(reverse("case-list") + query)
    assert response.status_code == 200
    return response.content.decode()


def test_the_list_shows_open_cases_unless_all_are_asked_for(desk: Client) -> None:
    make.case(subject="Noch offen")
    make.case(subject="Schon gelöst", state="solved")

    assert "Schon gelöst" not in page(desk)
    assert "Noch offen" in page(desk)
    assert "Schon gelöst" in page(desk, "?state=all")
    assert "Noch offen" not in page(desk, "?state=solved")


@pytest.mark.parametrize(
    "text", ["Referenz", "F-77", "Mueller", "müller presse", "PRESSE 3"]
)
def test_words_are_found_in_case_customer_and_plant(desk: Client, text: str) -> None:
    plant = make.plant(name="Presse 3", customer=make.customer(name="Müller Pressen"))
    make.case(number="F-77", subject="Achse ohne Referenz", plant=plant)
    make.case(subject="Ganz anderes")
    make.searchable()

    shown = page(desk, f"?text={text}")

    assert "Achse ohne Referenz" in shown
    assert "Ganz anderes" not in shown


def test_one_can_ask_for_ones_own_and_for_what_nobody_has(
    desk: Client, jonas: User
) -> None:
    make.case(subject="Meiner", assigned_to=jonas)
    make.case(subject="Keinem")
    make.case(subject="Von Petra", assigned_to=make.user(username="petra"))

    assert "Meiner" in page(desk, "?person=me")
    assert "Keinem" not in page(desk, "?person=me")
    assert "Keinem" in page(desk, "?person=nobody")
    assert "Von Petra" in page(desk, "?person=petra")


def test_a_customer_narrows_the_list_and_can_be_taken_off_again(desk: Client) -> None:
    case = make.case(subject="Ihrer")
    make.case(subject="Anderer")

    shown = page(desk, f"?customer={case.customer.number}")

    assert "Anderer" not in shown
    assert "Filter aufheben" in shown


def test_what_needs_me_stands_out_and_what_is_done_steps_back(
    desk: Client, jonas: User
) -> None:
    make.case(state="new")
    make.case(state="waiting_us", assigned_to=make.user())
    make.case(state="closed")
    make.running(case=make.case(state="in_progress"), technician=jonas)

    shown = page(desk, "?state=all")

    assert shown.count('<tr class="now">') == 2
    assert shown.count('<tr class="quiet">') == 1
    assert "Uhr läuft" in shown


def test_nonsense_in_the_address_shows_the_list_all_the_same(desk: Client) -> None:
    make.case(subject="Noch da")

    for query in ("?state=x&person=y", "?page=99999999999", "?sort=password"):
        assert page(desk, query)


def test_a_link_keeps_the_place_in_the_list(desk: Client) -> None:
    case = make.case()

    shown = page(desk, "?person=nobody")

    back = "?back=%2Ffaelle%2F%3Fperson%3Dnobody"
    assert f"{reverse('case', args=[case.number])}{back}" in shown


def test_an_empty_list_says_what_to_do(desk: Client) -> None:
    shown = page(desk)

    assert "Kein Fall passt" in shown
    assert reverse("new-call") in shown


def test_more_rows_cost_no_more_queries(
    desk: Client, jonas: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(60):
        case = make.case(plant=make.plant(), assigned_to=make.user())
        started = make.NOW - timedelta(hours=number + 1)
        make.session(case=case, technician=jonas, started_at=started)

    with django_assert_max_num_queries(16):
        shown = page(desk)

    assert "1–50 von 60" in shown
