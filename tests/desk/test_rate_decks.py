"""Rate decks: the file with its faults, the table, a number to try."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from fernkladde.accounts.roles import Role
from fernkladde.contracts.models import RateDeck
from tests import make

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db

SPACE = "\N{NO-BREAK SPACE}"
RATES = [
    {"prefix": "+55", "price_per_minute": "0.89", "destination": "Brasilien"},
    {
        "prefix": "+5511",
        "price_per_minute": "0.60",
        "connect_fee": "0.10",
        "first_interval": 60,
        "next_interval": 6,
        "destination": "São Paulo",
    },
]


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make.user(Role.MANAGER))
    return client


def csv(text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("telco.csv", text.encode())


def test_a_file_becomes_a_deck(desk: Client) -> None:
    file = csv("Vorwahl;Preis je Minute\n+49;0,029\n0043;0,05\n")
    given = {"code": "telco", "name": "Anbieter", "file": file}

    response = desk.post(reverse("rate-deck-new"), given)

    deck = RateDeck.objects.get()
    assert response.headers["Location"] == reverse("rate-deck", args=["telco"])
    assert [rate["prefix"] for rate in deck.rates] == ["+49", "+43"]


def test_every_faulty_row_is_named_and_nothing_is_taken_in(desk: Client) -> None:
    file = csv("Vorwahl;Preis je Minute\nxx;0,029\n+49;viel\n+43;0,05\n")

    shown = desk.post(
        reverse("rate-deck-new"), {"code": "telco", "name": "Anbieter", "file": file}
    ).content.decode()

    assert "Zeile 2: „xx“ ist keine Vorwahl" in shown
    assert "Zeile 3: „viel“ ist kein Preis" in shown
    assert 'value="Anbieter"' in shown
    assert not RateDeck.objects.exists()


def test_a_new_deck_does_not_replace_another(desk: Client) -> None:
    make.rate_deck(code="telco", rates=RATES)
    file = csv("Vorwahl;Preis je Minute\n+49;0,029\n")

    shown = desk.post(
        reverse("rate-deck-new"), {"code": "telco", "name": "Anbieter", "file": file}
    ).content.decode()

    assert "„telco“ gibt es schon." in shown
    assert RateDeck.objects.get().rates == RATES


def test_a_deck_is_replaced_by_a_new_file(desk: Client) -> None:
    make.rate_deck(code="telco", rates=RATES)
    file = csv("Vorwahl;Preis je Minute\n+49;0,029\n")

    desk.post(
        reverse("rate-deck-replace", args=["telco"]), {"name": "Neu", "file": file}
    )

    deck = RateDeck.objects.get()
    assert (deck.name, [rate["prefix"] for rate in deck.rates]) == ("Neu", ["+49"])


def test_a_number_is_tried_by_its_longest_prefix(desk: Client) -> None:
    make.rate_deck(code="telco", rates=RATES)
    address = reverse("rate-deck", args=["telco"])

    longest = desk.get(address, {"number": "+55 11 5555 1234"}).content.decode()
    shorter = desk.get(address, {"number": "+55 21 5555 1234", "seconds": "61"})
    none = desk.get(address, {"number": "+49 711 12345"}).content.decode()

    assert f"1,90{SPACE}€" in longest
    assert "Vorwahl +5511" in longest
    assert f"1,78{SPACE}€" in shorter.content.decode()
    assert "Keine Vorwahl passt zu +4971112345" in none


def test_an_impossible_number_is_said(desk: Client) -> None:
    make.rate_deck(code="telco", rates=RATES)

    shown = desk.get(reverse("rate-deck", args=["telco"]), {"number": "1"})

    assert "„1“ kann keine Rufnummer sein." in shown.content.decode()


def test_a_long_deck_is_paged_and_searched(desk: Client) -> None:
    rates = [{"prefix": f"+49{n}", "price_per_minute": "0.01"} for n in range(120)]
    make.rate_deck(code="telco", rates=[*rates, *RATES])
    address = reverse("rate-deck", args=["telco"])

    first = desk.get(address).content.decode()
    found = desk.get(address, {"q": "são"}).content.decode()

    assert "1–50 von 122" in first
    assert "1–1 von 1" in found
    assert "São Paulo" in found


def test_decks_are_listed_and_an_empty_list_says_what_to_do(desk: Client) -> None:
    empty = desk.get(reverse("rate-deck-list")).content.decode()
    make.rate_deck(name="Anbieter", rates=RATES)
    full = desk.get(reverse("rate-deck-list")).content.decode()

    assert "Noch kein Verbindungstarif" in empty
    assert "Anbieter" in full
