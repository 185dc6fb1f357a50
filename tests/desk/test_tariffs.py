"""Tariffs, their versions to read, and the week and example beside them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.urls import reverse

from fernkladde.accounts.roles import Role
from fernkladde.contracts.models import Tariff
from fernkladde.desk.drawings import Stretch
from fernkladde.desk.tariffs.example import example_of
from fernkladde.desk.tariffs.week import special_days_of, week_of
from fernkladde.rating import parse_tariff_version
from tests import make

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

SPACE = "\N{NO-BREAK SPACE}"
EVENING = {
    "name": "Abend",
    "days": ["mon", "tue", "wed", "thu", "fri"],
    "from": "17:00",
    "until": "07:00",
    "percent": "50",
}
HOLIDAY = {
    "name": "Feiertag",
    "days": ["holiday"],
    "from": "00:00",
    "until": "24:00",
    "percent": "100",
}


def terms(**more: Any) -> dict[str, Any]:
    prices = [{"price": "40.00", "per_minutes": 15}]
    return {"valid_from": "2026-01-01", "prices": prices, "bands": [EVENING]} | more


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """Let it be the 6th of October 2026."""
    with time_machine.travel(make.NOW, tick=False):
        yield


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make.user(Role.MANAGER))
    return client


def page(client: Client, name: str, *arguments: object, query: str = "") -> str:
    response = client.get(reverse(name, args=arguments) + query)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.django_db
def test_the_list_shows_the_version_in_force_and_the_one_to_come(
    desk: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    tariff = make.tariff(
        terms(valid_from="2025-01-01"),
        terms(valid_from="2026-01-01"),
        terms(valid_from="2027-01-01"),
        name="Standard",
    )
    make.policy(default_tariff=tariff)
    for _each in range(20):
        make.tariff()

    with django_assert_max_num_queries(20):
        shown = page(desk, "tariff-list")

    assert "seit 01.01.2026" in shown
    assert "ab 01.01.2027" in shown
    assert shown.count("allgemeiner Tarif") == 1
    assert f"40,00{SPACE}€ je 15 min" in shown


@pytest.mark.django_db
def test_a_firm_without_a_tariff_is_told_what_to_do(desk: Client) -> None:
    assert "Noch kein Tarif" in page(desk, "tariff-list")


@pytest.mark.django_db
def test_a_tariff_shows_its_versions_who_pays_by_it_and_what_holds_today(
    desk: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    make.rate_deck(code="telco", rates=[{"prefix": "+49", "price_per_minute": "0.03"}])
    document = terms(
        fees=[{"name": "Einwahl", "amount": "15.00", "per": "day"}],
        connection={"mode": "deck", "deck": "telco", "markup_percent": "10"},
    )
    tariff = make.tariff(document, code="standard/1")
    make.customer(tariff=tariff, name="Zahler AG")

    with django_assert_max_num_queries(25):
        shown = page(desk, "tariff", "standard/1")

    assert "gilt heute" in shown
    assert "Zahler AG" in shown
    assert "Einwahl" in shown
    assert f"+50{SPACE}%" in shown
    assert f"Abend 60,00{SPACE}€ je 15 min" in shown
    assert f"Aufschlag 10{SPACE}%" in shown


@pytest.mark.django_db
def test_the_example_answers_what_the_address_asks(desk: Client) -> None:
    tariff = make.tariff(terms())
    query = "?example-day=wed&example-start=16:40&example-minutes=45"

    shown = page(desk, "tariff", tariff.code, query=query)

    assert f"140,00{SPACE}€" in shown


@pytest.mark.django_db
def test_a_version_in_use_says_so_and_offers_a_new_one(desk: Client) -> None:
    tariff = make.tariff(terms())
    tariff.versions.update(in_use_since=make.NOW)

    shown = page(desk, "tariff-version", tariff.code, "2026-01-01")

    assert "Nach dieser Fassung wurde schon abgerechnet" in shown
    assert "Neue Fassung ab …" in shown
    edit = reverse("tariff-version-edit", args=[tariff.code, "2026-01-01"])
    assert edit not in shown


@pytest.mark.django_db
@pytest.mark.parametrize("day", ["2026-02-01", "2026-02-31", "heute"])
def test_a_version_that_is_not_there_is_not_found(desk: Client, day: str) -> None:
    tariff = make.tariff(terms())

    response = desk.get(reverse("tariff-version", args=[tariff.code, day]))

    assert response.status_code == 404


@pytest.mark.django_db
def test_a_new_tariff_leads_to_its_prices(desk: Client) -> None:
    given = {"code": "standard", "name": "Standard"}

    response = desk.post(reverse("tariff-new"), given)
    taken = desk.post(reverse("tariff-new"), given).content.decode()

    assert response.headers["Location"] == reverse(
        "tariff-version-new", args=["standard"]
    )
    assert "„standard“ gibt es schon." in taken
    desk.post(reverse("tariff-rename", args=["standard"]), {"name": "Regeltarif"})
    assert Tariff.objects.get().name == "Regeltarif"


@pytest.mark.django_db
def test_only_whoever_may_set_tariffs_changes_them(client: Client) -> None:
    client.force_login(make.user(Role.DISPATCHER))
    code = make.tariff(terms()).code

    assert client.get(reverse("tariff", args=[code])).status_code == 200
    for name, arguments in (
        ("tariff-new", []),
        ("tariff-rename", [code]),
        ("tariff-version-new", [code]),
        ("tariff-version-edit", [code, "2026-01-01"]),
        ("rate-deck-new", []),
    ):
        assert client.get(reverse(name, args=arguments)).status_code == 403


def test_a_week_shows_which_price_holds_when() -> None:
    version = parse_tariff_version(terms())

    week = week_of(version, "remote", "*")

    base, evening = (
        f"Grundpreis 40,00{SPACE}€ je 15 min",
        f"Abend 60,00{SPACE}€ je 15 min",
    )
    monday = [stretch for stretch in week if stretch.weekday == 0]
    assert monday == [
        Stretch(weekday=0, start=0, end=420, band=2, label=evening),
        Stretch(weekday=0, start=420, end=1020, band=1, label=base),
        Stretch(weekday=0, start=1020, end=1440, band=2, label=evening),
    ]
    assert [s for s in week if s.weekday == 6] == [
        Stretch(weekday=6, start=0, end=1440, band=1, label=base)
    ]


def test_a_day_with_a_label_is_told_beside_the_week() -> None:
    version = parse_tariff_version(terms(bands=[EVENING, HOLIDAY]))

    told = special_days_of(version, "remote", "*")

    assert told == [f"Feiertag: 0:00–24:00 Feiertag 80,00{SPACE}€ je 15 min"]


def test_work_without_a_price_has_no_week() -> None:
    prices = [{"service": "onsite", "price": "1", "per_minutes": 60}]
    version = parse_tariff_version(terms(prices=prices))

    assert week_of(version, "remote", "*") == []


ASKED = {"day": "wed", "start": "16:40", "minutes": 45, "connection": "none"}


def computed(document: dict[str, Any], **asked: Any) -> Any:
    version = parse_tariff_version(document)
    return example_of(version, ASKED | asked, timezone="Europe/Berlin")


@pytest.mark.parametrize(
    ("rule", "net"),
    [
        ("unit_start", "140.00"),
        ("exact", "153.33"),
        ("per_band", "200.00"),
        ("highest", "180.00"),
    ],
)
def test_the_example_is_the_engines_own_answer(rule: str, net: str) -> None:
    """The worked case of the rating rules: Wednesday 16:40–17:25."""
    rows = [{"price": "40.00", "per_minutes": 15}]

    example = computed(terms(prices=rows, band_rule=rule))

    assert example.asked.net == Decimal(net)


def test_the_example_tells_its_way_of_calculation() -> None:
    row = {
        "price": "40",
        "per_minutes": 15,
        "tolerance_minutes": 3,
        "first_minutes": 30,
    }

    example = computed(terms(prices=[row]))

    rounded, base, evening = example.steps
    assert rounded == (
        f"45{SPACE}min gearbeitet, 45{SPACE}min angerechnet (Takt 15{SPACE}min,"
        f" Mindestzeit 30{SPACE}min, Toleranz 3{SPACE}min)"
    )
    assert base == f"30{SPACE}min × 40,00{SPACE}€ je 15 min = 80,00{SPACE}€"
    assert evening == f"Abend: 15{SPACE}min × 60,00{SPACE}€ je 15 min = 60,00{SPACE}€"


def test_a_holiday_in_the_example_has_only_its_own_bands() -> None:
    example = computed(terms(bands=[EVENING, HOLIDAY]), day="holiday")

    assert example.asked.net == Decimal("240.00")


def test_a_fee_depends_on_the_connection() -> None:
    fee = {"name": "Einwahl", "amount": "15", "per": "case", "connections": ["modem"]}
    document = terms(fees=[fee])

    assert computed(document, connection="modem").asked.net == Decimal("155.00")
    assert computed(document, connection="vpn").asked.net == Decimal("140.00")


def test_work_without_a_price_is_said_and_not_free() -> None:
    prices = [{"service": "onsite", "price": "1", "per_minutes": 60}]

    example = computed(terms(prices=prices), service="remote")

    assert example.asked is None
    assert "steht kein Preis da" in example.fault


def test_the_example_avoids_the_nights_when_clocks_change() -> None:
    """The version begins on the Sunday on which summer time begins."""
    document = terms(valid_from="2026-03-29", bands=[])

    example = computed(document, day="sun", start="01:30", minutes=60)

    assert date(2026, 3, 29).weekday() == 6
    assert example.asked.worked == 3600
