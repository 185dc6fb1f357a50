from __future__ import annotations

import pytest

from fernkladde.accounts.models import User
from fernkladde.accounts.passwords import core_of, weaknesses


@pytest.mark.parametrize(
    "password",
    [
        "Kurz-123456",
        "",
        "qwerty123456",
        "a" * 1025,
        "123456789012",
        "aaaaaaaaaaaaaaa",
        "passwordpassword",
        "PasswordPassword!1",
        "fernkladde-2026",
        "Jweber-2026-2027",
        "!!!!????....1111",
    ],
)
def test_a_password_that_is_short_common_or_endless_is_weak(password: str) -> None:
    assert weaknesses(password, User(username="jweber")) != []


@pytest.mark.parametrize(
    "password",
    [
        "Kurz-1234567",
        "Geber an Presse 3",
        "ü" * 3 + "Öl auf dem Boden",
        "correct horse battery staple",
        "Ein Satz, den sich jemand merkt. " * 3,
        "x7#Kq!v92LmZ",
    ],
)
def test_a_long_password_of_any_letters_is_taken(password: str) -> None:
    assert weaknesses(password, User(username="jweber")) == []


@pytest.mark.parametrize(
    ("password", "core"),
    [
        ("Sommer2026!!", "sommer"),
        ("sommersommer", "sommer"),
        ("sommerwinter", "sommerwinter"),
        ("aaaa", "a"),
        ("2026", ""),
    ],
)
def test_the_core_of_a_password_is_what_people_thought_of(
    password: str, core: str
) -> None:
    assert core_of(password) == core
