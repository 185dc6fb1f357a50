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
    for words in ("Fälle", "Kunden", "Anlagen", "Ansprechpartner", "Eva <mark>"):
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


def test_what_was_typed_is_marked_where_it_stands(desk: Client) -> None:
    case = make.case(number="26-0412", subject="Störungen am Antrieb 4711")
    make.note(case=case, text="Kollege rät: <b>Sicherung F7</b> prüfen")
    make.searchable()

    by_subject = desk.get(reverse("search"), {"q": "stoerung 4711"}).content.decode()
    by_note = desk.get(reverse("search"), {"q": "sicherung"}).content.decode()

    assert "<mark>Störungen</mark> am Antrieb <mark>4711</mark>" in by_subject
    assert "&lt;b&gt;<mark>Sicherung</mark> F7&lt;/b&gt;" in by_note


def test_places_and_beginnings_are_found_by_who_may_open_them(client: Client) -> None:
    client.force_login(make.user("technician"))
    by_technician = client.get(reverse("search"), {"q": "neu"}).content.decode()
    client.force_login(make.user("dispatcher"))
    by_dispatcher = client.get(reverse("search"), {"q": "neu ku"}).content.decode()

    found = by_technician.split('id="found"')[1]
    assert reverse("new-call") in found
    assert reverse("customer-new") not in found
    assert reverse("customer-new") in by_dispatcher.split('id="found"')[1]


def test_more_than_are_shown_stand_in_the_list(desk: Client) -> None:
    for _ in range(9):
        make.case(subject="Haspel steht")
    make.searchable()

    shown = desk.get(reverse("search"), {"q": "haspel"}).content.decode()

    assert f'href="{reverse("case-list")}?state=all&amp;text=haspel"' in shown


@pytest.mark.parametrize(
    "typed",
    ['"', "a" * 10_000, "?!.,", "NEAR(a b) OR *", "' OR 'z'='z", "ä" * 500],
)
def test_whatever_is_typed_is_answered(desk: Client, typed: str) -> None:
    make.case(subject="Haspel steht")
    make.searchable()

    for page in ("search", "new-call"):
        assert desk.get(reverse(page), {"q": typed}).status_code == 200
    for page in ("customer-list", "plant-list", "contract-list"):
        assert desk.get(reverse(page), {"q": typed}).status_code == 200
    assert desk.get(reverse("case-list"), {"text": typed}).status_code == 200
