"""One search for everything, as a page and while one types."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from tests import make

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client) -> Client:
    make.policy()
    client.force_login(make.user())
    return client


def test_everything_that_fits_stands_under_its_kind(desk: Client) -> None:
    customer = make.customer(name="Müller Pressen")
    make.plant(name="Presse Müller", customer=customer)
    make.case(subject="Müller ruft an", customer=customer)
    make.contact(name="Eva Müller", customer=customer)
    make.searchable()

    shown = desk.get(reverse("search"), {"q": "mueller"}).content.decode()

    found = shown.split('id="found"')[1]
    for words in ("Fälle", "Kunden", "Anlagen", "Ansprechpartner", "Eva Müller"):
        assert words in found
    assert reverse("customer", args=[customer.number]) in found


def test_a_typed_number_leads_straight_to_its_page(desk: Client) -> None:
    case = make.case(number="26-0412")
    make.searchable()

    response = desk.get(reverse("search"), {"q": "26-0412"})

    assert response.headers["Location"] == reverse("case", args=[case.number])


def test_while_one_types_it_is_shown_and_not_followed(desk: Client) -> None:
    make.case(number="26-0412")

    response = desk.get(
        reverse("search"), {"q": "26-0412"}, headers={"HX-Request": "true"}
    )

    assert response.status_code == 200


def test_nothing_found_says_what_helps(desk: Client) -> None:
    shown = desk.get(reverse("search"), {"q": "gibt es nicht"}).content.decode()

    assert "Nichts gefunden zu „gibt es nicht“" in shown


def test_what_is_typed_is_shown_as_text(desk: Client) -> None:
    nasty = "<script>alert(1)</script>"

    assert nasty not in desk.get(reverse("search"), {"q": nasty}).content.decode()


def test_more_hits_cost_no_more_queries(
    desk: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(20):
        make.case(subject="Presse steht", plant=make.plant(name="Presse"))
    make.searchable()

    with django_assert_max_num_queries(16):
        desk.get(reverse("search"), {"q": "presse"})
