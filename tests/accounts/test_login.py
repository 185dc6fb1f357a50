from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher, identify_hasher
from django.db import connection

from fernkladde.accounts import login
from fernkladde.accounts.login import FAILURES, TooManyTries, WrongCredentials
from fernkladde.accounts.models import LoginFailure, User
from tests.accounts import make
from tests.accounts.make import NOON, PASSWORD

HERE = "192.0.2.7"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def jonas() -> User:
    return make.person(PASSWORD, username="jonas", email="jonas@example.org")


def enter(**given: Any) -> User:
    tried = {"username": "jonas", "password": PASSWORD, "address": HERE, "at": NOON}
    return login.authenticate_person(**{**tried, **given})


def fail(times: int = FAILURES, **given: Any) -> None:
    for _ in range(times):
        with pytest.raises(WrongCredentials):
            enter(**{"password": "wrong", **given})


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["jonas", " Jonas ", "jonas@example.org", "JONAS@Example.org"]
)
def test_short_name_or_address_let_in(jonas: User, name: str) -> None:
    assert enter(username=name) == jonas


@pytest.mark.django_db
@pytest.mark.parametrize(
    "given",
    [
        {"password": "wrong"},
        {"password": ""},
        {"password": PASSWORD.lower()},
        {"password": "x" * 5000},
        {"username": "nobody"},
        {"username": ""},
    ],
)
def test_what_is_wrong_is_not_told(jonas: User, given: dict[str, str]) -> None:
    with pytest.raises(WrongCredentials, match="Name oder Passwort stimmt nicht"):
        enter(**given)


@pytest.mark.django_db
def test_whoever_has_left_is_not_let_in(jonas: User) -> None:
    User.objects.update(is_active=False)

    with pytest.raises(WrongCredentials):
        enter()


@pytest.mark.django_db
def test_whoever_has_no_password_is_not_let_in() -> None:
    make.person(username="jonas")

    with pytest.raises(WrongCredentials):
        enter(password="")


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["jonas", "nobody"])
def test_an_unknown_name_takes_the_same_work(
    jonas: User, name: str, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    monkeypatch.setattr(PBKDF2PasswordHasher, "iterations", 2)
    jonas.set_password(PASSWORD)
    jonas.save()
    hashed = []
    encode = PBKDF2PasswordHasher.encode

    def counted(self: PBKDF2PasswordHasher, *args: Any, **kwargs: Any) -> str:
        hashed.append(args)
        return encode(self, *args, **kwargs)

    monkeypatch.setattr(PBKDF2PasswordHasher, "encode", counted)

    fail(1, username=name)

    assert len(hashed) == 1


@pytest.mark.django_db
def test_after_ten_failures_even_the_right_password_waits(jonas: User) -> None:
    fail()

    with pytest.raises(TooManyTries) as refusal:
        enter()

    assert refusal.value.until == NOON + 15 * MINUTE


@pytest.mark.django_db
def test_nobody_is_locked_out_for_ever(jonas: User) -> None:
    fail()
    for minute in range(15):
        with pytest.raises(TooManyTries):
            enter(password="wrong", at=NOON + minute * MINUTE)

    assert enter(at=NOON + 15 * MINUTE) == jonas


@pytest.mark.django_db
def test_the_window_moves_with_each_failure(jonas: User) -> None:
    for minute in range(10):
        fail(1, at=NOON + minute * MINUTE)

    with pytest.raises(TooManyTries) as refusal:
        enter(at=NOON + 12 * MINUTE)

    assert refusal.value.until == NOON + 15 * MINUTE
    assert enter(at=refusal.value.until) == jonas


@pytest.mark.django_db
def test_an_account_is_guarded_whatever_the_address(jonas: User) -> None:
    for number in range(FAILURES):
        fail(1, address=f"198.51.100.{number}")

    with pytest.raises(TooManyTries):
        enter(address="203.0.113.1")


@pytest.mark.django_db
def test_name_and_address_of_an_account_count_together(jonas: User) -> None:
    fail(5, username="jonas", address="198.51.100.1")
    fail(5, username="Jonas@example.org", address="198.51.100.2")

    with pytest.raises(TooManyTries):
        enter()


@pytest.mark.django_db
def test_an_address_is_guarded_whatever_the_account(jonas: User) -> None:
    for number in range(FAILURES):
        fail(1, username=f"nobody{number}")

    with pytest.raises(TooManyTries):
        enter()
    assert enter(address="203.0.113.1") == jonas


@pytest.mark.django_db
def test_unknown_names_are_guarded_like_known_ones() -> None:
    for number in range(FAILURES):
        fail(1, username="nobody", address=f"198.51.100.{number}")

    with pytest.raises(TooManyTries):
        enter(username="nobody", address="203.0.113.1")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("no address", "no address"),
    ],
)
def test_one_caller_is_one_address(jonas: User, one: str, other: str) -> None:
    for number in range(FAILURES):
        fail(1, username=f"nobody{number}", address=one)

    with pytest.raises(TooManyTries):
        enter(address=other)


@pytest.mark.django_db
def test_letting_in_forgets_the_failures_of_the_account(jonas: User) -> None:
    fail(9)
    enter()

    fail(1)

    assert enter() == jonas


@pytest.mark.django_db
def test_letting_in_does_not_forget_what_an_address_tried_elsewhere(
    jonas: User,
) -> None:
    for number in range(9):
        fail(1, username=f"nobody{number}")
    enter()
    fail(1, username="nobody")

    with pytest.raises(TooManyTries):
        enter()


@pytest.mark.django_db
def test_neither_name_nor_address_is_kept() -> None:
    fail(1, username="Geheim-im-Namensfeld", address="198.51.100.77")

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accounts_loginfailure")
        kept = str(cursor.fetchall())
    assert "eheim" not in kept
    assert "198.51" not in kept


@pytest.mark.django_db
def test_failures_go_when_they_no_longer_count(jonas: User) -> None:
    fail(3)

    enter(at=NOON + 15 * MINUTE)

    assert not LoginFailure.objects.exists()


@pytest.mark.django_db
def test_passwords_are_kept_with_argon2(settings: Any) -> None:
    from fernkladde.config import settings as product  # noqa: PLC0415

    settings.PASSWORD_HASHERS = product.PASSWORD_HASHERS
    jonas = make.person(PASSWORD, username="jonas")

    assert enter() == jonas
    assert identify_hasher(jonas.password).algorithm == "argon2"


def test_of_many_tries_at_once_ten_are_made(own_database: None) -> None:
    make.person(PASSWORD, username="jonas")
    start = Barrier(16)

    def guess(number: int) -> str:
        start.wait(timeout=300)
        try:
            enter(password="wrong", address=f"198.51.100.{number}")
        except login.LoginRefused as refusal:
            return type(refusal).__name__
        finally:
            connection.close()
        return "in"

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(guess, range(16)))

    assert answers.count("in") == 0
    assert answers.count("WrongCredentials") <= FAILURES
