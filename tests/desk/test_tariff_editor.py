"""The editor of a tariff version: typed tables, faults at their place, the example."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.http import QueryDict
from django.urls import reverse

from fernkladde.accounts.roles import Role
from fernkladde.contracts.models import Tariff, TariffVersion
from fernkladde.desk.forms.tariff_versions import VersionEditor
from fernkladde.rating import Fault
from tests import make

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

pytestmark = pytest.mark.django_db

SPACE = "\N{NO-BREAK SPACE}"
FULL: dict[str, Any] = {
    "valid_from": "2027-01-01",
    "currency": "CHF",
    "group_by": "session",
    "merge_gap_minutes": 10,
    "team_as_one": True,
    "band_rule": "exact",
    "prices": [
        {
            "service": "remote",
            "skill": "programmer",
            "price": "28.50",
            "per_minutes": 15,
            "next_minutes": 15,
            "first_minutes": 30,
            "first_price": "40.00",
            "tolerance_minutes": 3,
            "free_minutes": 5,
            "free_mode": "cliff",
        },
        {"price": "96.00", "per_minutes": 60},
    ],
    "bands": [
        {
            "name": "Abend",
            "days": ["mon", "holiday"],
            "from": "17:00",
            "until": "24:00",
            "percent": "50",
            "services": ["remote", "laser"],
            "minimum_minutes": 30,
        },
        {
            "name": "Nacht",
            "days": ["sun"],
            "from": "00:00",
            "until": "06:00",
            "price": "99.00",
        },
    ],
    "fees": [
        {
            "name": "Einwahl",
            "amount": "15.00",
            "per": "day",
            "connections": ["modem"],
            "services": ["remote"],
        }
    ],
    "connection": {
        "mode": "deck",
        "deck": "telco",
        "markup_percent": "12.5",
        "ignore_below_seconds": 30,
        "always": True,
    },
}


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """Let it be the 6th of October 2026."""
    with time_machine.travel(make.NOW, tick=False):
        yield


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make.user(Role.MANAGER))
    return client


@pytest.fixture
def tariff() -> Tariff:
    make.rate_deck(code="telco", rates=[{"prefix": "+49", "price_per_minute": "0.03"}])
    return make.tariff(code="standard")


def typed(**changes: Any) -> dict[str, Any]:
    """Return the smallest typed version: one price and two empty tables."""
    rows = {
        f"{table}-{key}": value
        for table in ("prices", "bands", "fees")
        for key, value in (("TOTAL_FORMS", "2"), ("INITIAL_FORMS", "0"))
    }
    head = {
        "valid_from": "2027-01-01",
        "currency": "EUR",
        "group_by": "day",
        "band_rule": "unit_start",
        "connection-mode": "none",
        "prices-0-price": "28,00",
        "prices-0-per_minutes": "15",
        "prices-0-free_mode": "deduct",
        "prices-1-free_mode": "deduct",
        "fees-0-per": "session",
        "fees-1-per": "session",
    }
    return {**rows, **head, **changes}


def new(desk: Client, data: dict[str, Any]) -> Any:
    return desk.post(reverse("tariff-version-new", args=["standard"]), data)


def shown(response: Any) -> str:
    assert response.status_code == 200
    text: str = response.content.decode()
    return text


def fields_of(page: Any) -> dict[str, Any]:
    """Return what a browser would send back untouched."""
    editor = page.context["editor"]
    forms = [editor.head, editor.connection]
    data: dict[str, Any] = {}
    for table in editor.tables().values():
        forms += [table.management_form, *table]
    for form in forms:
        for field in form:
            value = field.value()
            if value is True:
                data[field.html_name] = "on"
            elif value is not False and value not in (None, ""):
                data[field.html_name] = value
    return data


def test_what_is_typed_becomes_a_version(desk: Client, tariff: Tariff) -> None:
    data = typed(
        **{
            "note": "Beschluss",
            "prices-0-service": "Fernwartung",
            "bands-0-name": "Abend",
            "bands-0-days": ["mon", "holiday"],
            "bands-0-from_time": "17",
            "bands-0-until": "24:00",
            "bands-0-percent": "50",
        }
    )

    response = new(desk, data)

    version = tariff.versions.get(valid_from="2027-01-01")
    address = reverse("tariff-version", args=["standard", "2027-01-01"])
    assert response.headers["Location"] == address
    assert version.note == "Beschluss"
    assert version.terms["prices"][0]["service"] == "remote"
    assert version.terms["prices"][0]["price"] == "28.00"
    assert version.terms["bands"][0]["from"] == "17:00"


def test_a_version_comes_back_from_the_editor_as_it_was(
    desk: Client, tariff: Tariff
) -> None:
    version = make.tariff_version(tariff=tariff, terms=FULL, note="voll")
    address = reverse("tariff-version-edit", args=["standard", "2027-01-01"])

    response = desk.post(address, fields_of(desk.get(address)))

    assert response.status_code == 302
    saved = TariffVersion.objects.get(pk=version.pk)
    assert saved.note == "voll"
    defaults = {"service": "*", "skill": "*"}
    assert [defaults | row for row in saved.terms["prices"]] == [
        defaults | row for row in FULL["prices"]
    ]
    for name in ("bands", "fees", "connection", "currency", "group_by", "band_rule"):
        assert saved.terms[name] == FULL[name], name
    assert saved.terms["merge_gap_minutes"] == 10
    assert saved.terms["team_as_one"] is True


def test_a_new_version_begins_as_a_copy_of_the_latest(
    desk: Client, tariff: Tariff
) -> None:
    page = desk.get(reverse("tariff-version-new", args=["standard"]))

    text = shown(page)
    assert 'value="100,00"' in text
    assert 'value="2026-10-07"' in text


def test_a_row_is_added_and_nothing_typed_is_lost_or_judged(
    desk: Client, tariff: Tariff
) -> None:
    text = shown(new(desk, typed(**{"add": "bands", "prices-0-price": "28,0O"})))

    assert 'name="bands-2-name"' in text
    assert 'value="28,0O"' in text
    assert "errorlist" not in text
    assert tariff.versions.count() == 1


def test_no_more_rows_are_made_than_a_page_can_bear(
    desk: Client, tariff: Tariff
) -> None:
    many = {"add": "fees", "fees-TOTAL_FORMS": "100000"}

    text = shown(new(desk, typed(**many)))

    assert 'name="fees-199-name"' in text
    assert 'name="fees-200-name"' not in text


def test_the_example_is_computed_without_saving(desk: Client, tariff: Tariff) -> None:
    data = typed(
        **{
            "try": "example",
            "example-day": "wed",
            "example-start": "16:40",
            "example-minutes": "31",
        }
    )

    text = shown(new(desk, data))

    assert f"84,00{SPACE}€" in text
    assert tariff.versions.count() == 1


def test_the_partial_answers_with_example_and_week(
    desk: Client, tariff: Tariff
) -> None:
    address = reverse("tariff-version-example", args=["standard"])

    good = shown(desk.post(address, typed()))
    bad = shown(desk.post(address, typed(**{"prices-0-price": "28,0O"})))

    assert f"84,00{SPACE}€" in good
    assert 'hx-swap-oob="true"' in good
    assert f"Grundpreis 28,00{SPACE}€ je 15 min" in good
    assert "Das Beispiel rechnet, sobald" in bad


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"prices-0-price": "28,0O"}, "Preis: „28,0O“ ist keine Zahl."),
        ({"prices-0-price": ""}, "Preis: Diese Angabe fehlt."),
        ({"prices-0-per_minutes": "0"}, "je Minuten: 0 ist zu wenig, mindestens 1."),
        (
            {"prices-1-price": "30", "prices-1-per_minutes": "60"},
            "Für alle Leistungsarten, alle Qualifikationen steht schon in Zeile 1",
        ),
        ({"valid_from": ""}, "Diese Angabe fehlt."),
        ({"valid_from": "2026-01-01"}, "Ab dem 01.01.2026 gibt es schon eine Fassung"),
        ({"currency": "Euro"}, "höchstens 3 Zeichen"),
        ({"bands-0-name": "Abend"}, "Tage: Welche Tage? Mindestens einen ankreuzen."),
        ({"bands-0-name": "Abend"}, "Zuschlag oder Preis eintragen."),
        (
            {"bands-0-percent": "5", "bands-0-price": "5"},
            "Entweder Zuschlag oder Preis, nicht beides.",
        ),
        ({"bands-0-until": "25"}, "bis: „25“ ist keine Uhrzeit."),
        ({"fees-0-name": "Einwahl"}, "Betrag: Diese Angabe fehlt."),
        ({"connection-mode": "deck"}, "Welcher Verbindungstarif gilt?"),
        ({"connection-mode": "flat"}, "Wie viel kostet eine Verbindung?"),
    ],
)
def test_a_fault_is_said_where_it_was_typed(
    desk: Client, tariff: Tariff, wrong: dict[str, str], sentence: str
) -> None:
    text = shown(new(desk, typed(note="getippt", **wrong)))

    assert sentence in text
    assert 'value="getippt"' in text
    assert tariff.versions.count() == 1


def test_a_version_needs_a_price(desk: Client, tariff: Tariff) -> None:
    text = shown(new(desk, typed(**{"prices-0-price": "", "prices-0-per_minutes": ""})))

    assert "Mindestens eine Preiszeile ist nötig" in text


def test_an_emptied_and_a_crossed_out_row_are_gone(
    desk: Client, tariff: Tariff
) -> None:
    version = make.tariff_version(tariff=tariff, terms=FULL)
    address = reverse("tariff-version-edit", args=["standard", "2027-01-01"])
    data = fields_of(desk.get(address))
    data["bands-0-DELETE"] = "on"
    for name in ("name", "amount", "connections", "services"):
        del data[f"fees-0-{name}"]
    data["fees-0-per"] = "session"

    desk.post(address, data)

    saved = TariffVersion.objects.get(pk=version.pk).terms
    assert [band["name"] for band in saved["bands"]] == ["Nacht"]
    assert saved.get("fees", []) == []


def test_faults_of_the_engine_find_their_field_by_the_path(
    desk: Client, tariff: Tariff
) -> None:
    data = QueryDict(mutable=True)
    data.update(typed())
    editor = VersionEditor(data)
    assert editor.read() is not None

    editor.show(
        [
            Fault("$.prices[0].per_minutes", "one"),
            Fault("$.connection.deck", "two"),
            Fault("$.valid_from", "three"),
            Fault("nowhere", "four"),
        ]
    )

    assert editor.prices.forms[0].errors["per_minutes"] == ["one"]
    assert editor.connection.errors["deck"] == ["two"]
    assert editor.head.errors["valid_from"] == ["three"]
    assert editor.faults == ["nowhere: four"]


def test_a_version_in_use_is_only_to_be_read(desk: Client, tariff: Tariff) -> None:
    tariff.versions.update(in_use_since=make.NOW)
    address = reverse("tariff-version-edit", args=["standard", "2026-01-01"])

    opened = desk.get(address)
    sent = desk.post(address, typed())

    version = reverse("tariff-version", args=["standard", "2026-01-01"])
    assert opened.headers["Location"] == sent.headers["Location"] == version
    assert tariff.versions.get().terms == make.terms()


def test_a_version_before_one_in_use_is_refused_at_its_date(
    desk: Client, tariff: Tariff
) -> None:
    tariff.versions.update(in_use_since=make.NOW)

    text = shown(new(desk, typed(valid_from="2025-06-01")))

    assert "Nach der Fassung vom 01.01.2026 wurde schon abgerechnet." in text
    assert 'value="2025-06-01"' in text
