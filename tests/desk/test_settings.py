"""The settings: the firm, its rules, its special days, its people."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.urls import reverse

from fernkladde.accounts.models import User
from fernkladde.accounts.roles import Role
from fernkladde.billing.models import Company
from fernkladde.contracts.models import Policy, SpecialDay
from fernkladde.journal.models import Entry
from tests import make

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

pytestmark = pytest.mark.django_db

PASSWORD = "ein langer Satz zum Merken"
FIRM = {
    "name": "Musterbau GmbH",
    "country": "DE",
    "iban": "DE89 3704 0044 0532 0130 00",
    "payment_days": "14",
    "invoice_prefix": "RE",
}


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """Let it be the 6th of October 2026."""
    with time_machine.travel(make.NOW, tick=False):
        yield


@pytest.fixture
def admin() -> User:
    return make.user(Role.ADMINISTRATOR)


@pytest.fixture
def desk(client: Client, admin: User) -> Client:
    client.force_login(admin)
    return client


def send(client: Client, name: str, data: dict[str, Any], *arguments: object) -> str:
    return client.post(reverse(name, args=arguments), data).content.decode()


def test_the_firm_is_written_down_and_its_iban_made_plain(desk: Client) -> None:
    send(desk, "settings", FIRM)

    firm = Company.objects.get()
    assert (firm.name, firm.iban) == ("Musterbau GmbH", "DE89370400440532013000")
    assert Entry.objects.filter(kind="billing.company-changed").exists()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"iban": "DE88370400440532013000"}, "ist keine IBAN"),
        ({"name": ""}, "Diese Angabe fehlt."),
        ({"payment_days": "bald"}, "„bald“ ist keine ganze Zahl."),
        ({"email": "keine"}, "Das ist keine E-Mail-Adresse."),
    ],
)
def test_a_wrong_firm_says_what_is_wrong(
    desk: Client, wrong: dict[str, str], sentence: str
) -> None:
    shown = send(desk, "settings", FIRM | {"city": "Ulm"} | wrong)

    assert sentence in shown
    assert 'value="Ulm"' in shown
    assert not Company.objects.exclude(name="").exists()


def test_the_rules_name_zone_consent_and_tariff(desk: Client) -> None:
    tariff = make.tariff(code="standard")

    send(
        desk,
        "settings-policy",
        {
            "timezone": "Europe/Vienna",
            "require_consent": "on",
            "default_tariff": "standard",
        },
    )
    wrong = send(desk, "settings-policy", {"timezone": "Europe/Ulm"})

    rules = Policy.objects.get()
    assert (rules.timezone, rules.require_consent) == ("Europe/Vienna", True)
    assert rules.default_tariff == tariff
    assert "Diese Zeitzone gibt es nicht" in wrong


def test_the_holidays_of_a_state_fill_a_year(client: Client) -> None:
    client.force_login(make.user(Role.MANAGER))

    response = client.post(
        reverse("settings-holidays"), {"year": "2027", "state": "BY"}
    )

    assert response.headers["Location"].endswith("?year=2027")
    shown = client.get(response.headers["Location"]).content.decode()
    assert "Heilige Drei Könige" in shown
    assert SpecialDay.objects.filter(date=date(2027, 1, 6), label="holiday").exists()


@pytest.mark.parametrize("year", ["", "bald", "1999", "2101", "99999999"])
def test_no_holidays_for_an_impossible_year(desk: Client, year: str) -> None:
    shown = send(desk, "settings-holidays", {"year": year, "state": "BY"})

    assert "errorlist" in shown
    assert not SpecialDay.objects.exists()


def test_a_day_is_entered_by_its_word_and_removed(desk: Client) -> None:
    send(
        desk,
        "settings-days",
        {"date": "2026-12-24", "label": "Halber Tag", "name": "Heiligabend"},
    )

    day = SpecialDay.objects.get()
    assert (day.label, day.name) == ("half_day", "Heiligabend")
    assert "halber Tag" in desk.get(reverse("settings-days")).content.decode()
    send(desk, "settings-day-remove", {}, "2026-12-24")
    assert not SpecialDay.objects.exists()


def test_a_weekday_is_no_label(desk: Client) -> None:
    shown = send(desk, "settings-days", {"date": "2026-12-24", "label": "mon"})

    assert "„mon“ heißt schon ein Wochentag." in shown


@pytest.mark.parametrize(
    "query", ["?year=abc", "?year=99999", "?year=-1", "?year=٢٠٢٦"]
)
def test_nonsense_shows_this_year(desk: Client, query: str) -> None:
    shown = desk.get(reverse("settings-days") + query).content.decode()

    assert "Besondere Tage 2026" in shown


def test_a_new_person_must_change_the_first_password(desk: Client) -> None:
    given = {
        "full_name": "Jonas Weber",
        "username": "Jonas",
        "role": "technician",
        "language": "de",
        "password": PASSWORD,
    }

    send(desk, "settings-person-new", given)
    again = send(desk, "settings-person-new", given)

    person = User.objects.get(username="jonas")
    assert person.must_change_password
    assert person.check_password(PASSWORD)
    assert "Den Kurznamen „jonas“ gibt es schon." in again
    assert PASSWORD not in again


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"username": "ä"}, "taugt nicht als Kurzname"),
        ({"password": "kurz"}, "mindestens 12 Zeichen"),
        ({"full_name": ""}, "Diese Angabe fehlt."),
    ],
)
def test_a_person_who_cannot_be_added_is_told_why(
    desk: Client, wrong: dict[str, str], sentence: str
) -> None:
    given = {
        "full_name": "Jonas Weber",
        "username": "jonas",
        "role": "technician",
        "language": "de",
        "password": PASSWORD,
    }

    assert sentence in send(desk, "settings-person-new", given | wrong)
    assert User.objects.count() == 1


def test_details_and_role_change_together_or_not_at_all(
    desk: Client, admin: User
) -> None:
    other = make.user(Role.TECHNICIAN)
    given = {"full_name": "Neu", "initials": "N", "email": "", "role": "dispatcher"}

    send(desk, "settings-person", given, other.username)
    refused = send(desk, "settings-person", given, admin.username)

    other.refresh_from_db()
    admin.refresh_from_db()
    assert (other.full_name, other.role) == ("Neu", Role.DISPATCHER)
    assert (admin.full_name == "Neu", admin.role) == (False, Role.ADMINISTRATOR)
    assert "Jemand muss verwalten können" in refused


def test_who_has_left_comes_in_no_more_and_the_last_administrator_stays(
    desk: Client, admin: User
) -> None:
    other = make.user(Role.TECHNICIAN)

    send(desk, "settings-person-active", {}, other.username)
    send(desk, "settings-person-active", {}, admin.username)

    other.refresh_from_db()
    admin.refresh_from_db()
    assert (other.is_active, admin.is_active) == (False, True)
    send(desk, "settings-person-active", {}, other.username)
    other.refresh_from_db()
    assert other.is_active


def test_a_forgotten_password_is_replaced(desk: Client) -> None:
    other = make.user(Role.TECHNICIAN)

    weak = send(desk, "settings-person-password", {"password": "kurz"}, other.username)
    send(desk, "settings-person-password", {"password": PASSWORD}, other.username)

    other.refresh_from_db()
    assert "mindestens 12 Zeichen" in weak
    assert other.check_password(PASSWORD)
    assert other.must_change_password


def test_people_are_listed_with_what_they_may(desk: Client) -> None:
    make.user(Role.BILLING, full_name="Beate Rechner")
    make.user(Role.TECHNICIAN, full_name="Weg Gegangen", is_active=False)

    shown = desk.get(reverse("settings-people")).content.decode()

    assert "Abrechnung" in shown
    assert "ausgeschieden" in shown


@pytest.mark.parametrize(
    ("role", "days"), [(Role.MANAGER, 200), (Role.BILLING, 403), (Role.DISPATCHER, 403)]
)
def test_only_administrators_see_firm_and_people(
    client: Client, role: Role, days: int
) -> None:
    client.force_login(make.user(role))

    for name in ("settings", "settings-policy", "settings-people"):
        assert client.get(reverse(name)).status_code == 403
    assert client.get(reverse("settings-days")).status_code == days
