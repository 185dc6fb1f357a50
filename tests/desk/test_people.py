"""Coming in, going out, the first start, and what one sets for oneself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from django.utils import timezone

from fernkladde.accounts.models import Language, LoginFailure, Theme, User
from fernkladde.accounts.roles import Role
from fernkladde.accounts.setup import create_setup_code
from tests import make
from tests.accounts.make import PASSWORD, person

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db

FOREIGN = [
    "https://elsewhere.example/",
    "//elsewhere.example/",
    "///elsewhere.example/",
    "/\\elsewhere.example/",
    "\\\\elsewhere.example/",
    "http:elsewhere.example",
    "javascript:alert(1)",
    "data:text/html,x",
    " //elsewhere.example/",
    "/\t/elsewhere.example/",
    "faelle/",
]


def log_in(client: Client, username: str, password: str, **more: str) -> object:
    given = {"username": username, "password": password, **more}
    return client.post(reverse("login"), given)


def test_the_right_password_leads_to_where_one_wanted_to_go(client: Client) -> None:
    jonas = person(PASSWORD)

    response = client.post(
        reverse("login"),
        {"username": jonas.username, "password": PASSWORD, "next": "/faelle/?q=1"},
    )

    assert response.headers["Location"] == "/faelle/?q=1"
    assert client.get(reverse("start")).status_code == 200


@pytest.mark.parametrize("address", FOREIGN)
def test_the_login_leads_to_no_other_site(client: Client, address: str) -> None:
    jonas = person(PASSWORD)

    response = client.post(
        reverse("login"),
        {"username": jonas.username, "password": PASSWORD, "next": address},
    )

    assert response.headers["Location"] == reverse("start")


def test_a_wrong_password_is_one_sentence_and_the_name_stays(client: Client) -> None:
    make.user(Role.ADMINISTRATOR)
    jonas = person(PASSWORD)

    response = client.post(
        reverse("login"), {"username": jonas.username, "password": "falsch"}
    )

    shown = response.content.decode()
    assert response.status_code == 200
    assert "Name oder Passwort stimmt nicht." in shown
    assert f'value="{jonas.username}"' in shown
    assert client.get(reverse("start")).status_code == 302


def test_after_ten_wrong_tries_the_eleventh_is_not_made(client: Client) -> None:
    jonas = person(PASSWORD)
    for _ in range(10):
        log_in(client, jonas.username, "falsch")

    response = client.post(
        reverse("login"), {"username": jonas.username, "password": PASSWORD}
    )

    assert response.status_code == 429
    assert "Zu viele Fehlversuche" in response.content.decode()
    assert LoginFailure.objects.exists()


def test_a_login_gets_a_new_session_so_that_none_can_be_foisted(
    client: Client,
) -> None:
    jonas = person(PASSWORD)
    client.force_login(person())
    client.post(reverse("logout"))
    before = client.session.session_key

    log_in(client, jonas.username, PASSWORD)

    assert client.session.session_key != before


def test_the_logout_ends_the_login_session_and_a_clock_goes_on(
    client: Client,
) -> None:
    jonas = make.user()
    session = make.running(technician=jonas)
    client.force_login(jonas)

    response = client.post(reverse("logout"))

    session.refresh_from_db()
    assert response.headers["Location"] == reverse("login")
    assert client.get(reverse("start")).status_code == 302
    assert session.ended_at is None


def test_a_new_installation_leads_to_its_setup(client: Client) -> None:
    response = client.get(reverse("login"))

    assert response.headers["Location"] == reverse("setup")


def setup_form(**changes: str) -> dict[str, str]:
    return {
        "full_name": "Anna Weber",
        "username": "anna",
        "email": "",
        "password": PASSWORD,
        "again": PASSWORD,
        **changes,
    }


def test_the_setup_code_makes_an_administrator_who_is_logged_in(
    client: Client,
) -> None:
    code = create_setup_code(at=timezone.now())

    response = client.post(reverse("setup"), setup_form(code=code))

    anna = User.objects.get(username="anna")
    assert response.headers["Location"] == reverse("start")
    assert anna.role == Role.ADMINISTRATOR
    assert client.get(reverse("start")).status_code == 200


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"code": "geraten"}, "Dieser Einrichtungscode gilt nicht oder nicht mehr."),
        ({"again": "anders"}, "Die beiden Eingaben sind verschieden."),
        ({"username": "Ä"}, "taugt nicht als Kurzname"),
        ({"password": "kurz", "again": "kurz"}, "zu kurz"),
    ],
)
def test_a_refused_setup_says_why_and_keeps_what_was_typed(
    client: Client, changes: dict[str, str], sentence: str
) -> None:
    code = create_setup_code(at=timezone.now())

    response = client.post(reverse("setup"), setup_form(**{"code": code, **changes}))

    shown = response.content.decode()
    assert sentence in shown
    assert 'value="Anna Weber"' in shown
    assert not User.objects.exists()


def test_theme_and_language_are_set_by_plain_forms(client: Client) -> None:
    jonas = make.user()
    client.force_login(jonas)

    client.post(reverse("set-theme"), {"theme": "dark"})
    client.post(reverse("set-language"), {"language": "en"})

    jonas.refresh_from_db()
    assert (jonas.theme, jonas.language) == (Theme.DARK, Language.ENGLISH)
    shown = client.get(reverse("start")).content.decode()
    assert 'lang="en"' in shown
    assert 'data-theme="dark"' in shown


def test_single_letter_keys_can_be_switched_off(client: Client) -> None:
    jonas = make.user()
    client.force_login(jonas)

    client.post(reverse("preferences"), {"language": "de", "theme": "auto"})

    assert 'data-keys="off"' in client.get(reverse("start")).content.decode()


def test_a_password_set_by_another_must_be_changed_before_anything_else(
    client: Client,
) -> None:
    jonas = person(PASSWORD, must_change_password=True)
    log_in(client, jonas.username, PASSWORD)
    new = "Ein Satz, den ich mir merke"

    led = client.get(reverse("start"))
    changed = client.post(
        reverse("password"), {"current": PASSWORD, "password": new, "again": new}
    )

    assert led.headers["Location"] == reverse("password")
    assert changed.headers["Location"] == reverse("start")
    assert client.get(reverse("start")).status_code == 200


def test_changing_the_password_needs_the_one_before(client: Client) -> None:
    jonas = person(PASSWORD)
    client.force_login(jonas)
    new = "Ein Satz, den ich mir merke"

    response = client.post(
        reverse("password"), {"current": "falsch", "password": new, "again": new}
    )

    jonas.refresh_from_db()
    assert "Das ist nicht Ihr Passwort." in response.content.decode()
    assert jonas.check_password(PASSWORD)


def test_the_places_are_those_that_a_role_may_open(client: Client) -> None:
    client.force_login(make.user(Role.BILLING))
    shown = client.get(reverse("start")).content.decode()

    assert reverse("invoice-list") in shown
    assert reverse("settings") not in shown
    assert 'id="timer"' in shown
    assert "Keine Uhr läuft" not in shown


def test_a_part_of_a_page_leaves_it_as_it_is_when_the_login_has_ended(
    client: Client,
) -> None:
    response = client.get(reverse("timer"), headers={"HX-Request": "true"}, follow=True)

    assert response.status_code == 401
    assert response.content == b""
