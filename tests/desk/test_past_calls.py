"""Calls of the old note book: on the pages of whom they were with, and as a list."""

from __future__ import annotations

from datetime import date, time
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from tests import make

if TYPE_CHECKING:
    from django.test import Client

    from fernkladde.plants.models import Plant

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make.user())
    return client


@pytest.fixture
def plant() -> Plant:
    return make.plant(number="A1", customer=make.customer(number="K1"))


def shown(desk: Client, name: str, *args: str, query: str = "") -> str:
    return desk.get(reverse(name, args=args) + query).content.decode()


def test_a_plant_and_its_customer_show_them_and_what_they_come_to(
    desk: Client, plant: Plant
) -> None:
    make.past_call(plant=plant, note="Geber getauscht", technician="JW", seconds=1500)
    make.past_call(plant=plant, note="Programm geladen", seconds=5700)

    for page in (shown(desk, "plant", "A1"), shown(desk, "customer", "K1")):
        assert "Frühere Anrufe" in page
        assert "Geber getauscht" in page
        assert "alle 2, zusammen 2:00" in page.replace("\xa0", " ")
        assert "davon wird nichts berechnet" in page


def test_who_has_none_shows_none(desk: Client, plant: Plant) -> None:
    assert "Frühere Anrufe" not in shown(desk, "plant", "A1")


def test_the_list_is_narrowed_by_whom_when_and_what(desk: Client, plant: Plant) -> None:
    make.past_call(plant=plant, note="Störung", called_on=date(2024, 3, 5))
    make.past_call(plant=plant, note="Anderes", called_on=date(2023, 3, 5))
    make.past_call(note="Fremd", began=time(14, 10))

    everything = shown(desk, "past-call-list")
    found = shown(desk, "past-call-list", query="?plant=A1&q=stoerung&since=2024-01-01")

    assert "14:10" in everything
    assert all(word in everything for word in ("Störung", "Anderes", "Fremd"))
    assert "Störung" in found
    assert "Anderes" not in found
    assert "Fremd" not in found


def test_the_search_leads_to_the_day(desk: Client, plant: Plant) -> None:
    make.past_call(plant=plant, note="Antrieb quittiert", called_on=date(2024, 3, 5))
    make.searchable()

    found = shown(desk, "search", query="?q=antrieb")
    answer = desk.get(reverse("past-call-day", args=["2024-03-05"]))

    assert reverse("past-call-day", args=["2024-03-05"]) in found
    assert answer.headers["Location"].endswith("?since=2024-03-05&until=2024-03-05")


@pytest.mark.parametrize("day", ["2024-02-31", "gestern"])
def test_a_day_that_is_none_is_not_found(desk: Client, day: str) -> None:
    assert desk.get(reverse("past-call-day", args=[day])).status_code == 404


def test_an_empty_list_says_what_to_do(desk: Client) -> None:
    assert "Noch kein früherer Anruf" in shown(desk, "past-call-list")
    assert "Kein früherer Anruf passt" in shown(desk, "past-call-list", query="?q=x")
