from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from fernkladde.accounts import actions, setup
from fernkladde.accounts.models import SetupCode, User
from fernkladde.accounts.roles import Role
from fernkladde.journal.models import Entry
from tests.accounts import make
from tests.accounts.make import NOON, PASSWORD

HOUR = timedelta(hours=1)


def redeem(code: str, **given: Any) -> User:
    person = {"username": "petra", "full_name": "Petra Lang", "password": PASSWORD}
    return setup.redeem_setup_code(**{"code": code, "at": NOON, **person, **given})


@pytest.mark.django_db
def test_a_code_makes_the_first_administrator() -> None:
    assert not setup.is_set_up()
    code = setup.create_setup_code(at=NOON)

    petra = redeem(f" {code}\n", at=NOON + 71 * HOUR)

    assert setup.is_set_up()
    assert (petra.role, petra.is_active) == (Role.ADMINISTRATOR, True)
    assert petra.check_password(PASSWORD)
    assert not petra.must_change_password
    kinds = [entry.kind for entry in Entry.objects.in_order()]
    assert kinds == ["accounts.setup-code-created", "accounts.user-created"]


@pytest.mark.django_db
def test_a_code_is_kept_as_a_hash_and_hard_to_guess() -> None:
    codes = {setup.create_setup_code(at=NOON) for _ in range(5)}

    assert len(codes) == 5
    assert min(len(code) for code in codes) >= 32
    kept = set(SetupCode.objects.values_list("code_hash", flat=True))
    assert not codes & kept


@pytest.mark.django_db
def test_a_code_counts_once() -> None:
    code = setup.create_setup_code(at=NOON)
    redeem(code)

    with pytest.raises(setup.SetupCodeInvalid):
        redeem(code, username="other")

    assert User.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("hours", [72, 1000])
def test_a_code_ends_after_three_days(hours: int) -> None:
    code = setup.create_setup_code(at=NOON)

    with pytest.raises(setup.SetupCodeInvalid):
        redeem(code, at=NOON + hours * HOUR)


@pytest.mark.django_db
def test_a_new_code_replaces_the_old_one() -> None:
    old = setup.create_setup_code(at=NOON)
    new = setup.create_setup_code(at=NOON + HOUR)

    with pytest.raises(setup.SetupCodeInvalid):
        redeem(old, at=NOON + 2 * HOUR)

    assert redeem(new, at=NOON + 2 * HOUR).role == Role.ADMINISTRATOR


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["", "guess"])
def test_an_unknown_code_is_refused(code: str) -> None:
    setup.create_setup_code(at=NOON)

    with pytest.raises(setup.SetupCodeInvalid, match="fernkladde setup"):
        redeem(code)


@pytest.mark.django_db
def test_a_weak_password_does_not_use_up_the_code() -> None:
    code = setup.create_setup_code(at=NOON)

    with pytest.raises(actions.WeakPassword):
        redeem(code, password="short")

    assert redeem(code).username == "petra"


@pytest.mark.django_db
def test_where_there_is_an_administrator_no_code_is_made() -> None:
    make.person(role=Role.ADMINISTRATOR)

    with pytest.raises(setup.AlreadySetUp):
        setup.create_setup_code(at=NOON)

    assert not SetupCode.objects.exists()
    assert not Entry.objects.exists()


@pytest.mark.django_db
def test_who_holds_the_machine_can_make_a_code_and_the_kladde_tells() -> None:
    make.person(role=Role.ADMINISTRATOR)

    code = setup.create_setup_code(at=NOON, recovery=True)

    assert Entry.objects.get().facts["recovery"] is True
    assert redeem(code).may("administer")


def test_of_two_who_redeem_a_code_one_is_refused(own_database: None) -> None:
    code = setup.create_setup_code(at=NOON)
    start = Barrier(2)

    def try_it(name: str) -> bool:
        start.wait(timeout=300)
        try:
            redeem(code, username=name)
        except setup.SetupCodeInvalid:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(try_it, ["petra", "jonas"]))

    assert sorted(answers) == [False, True]
    assert User.objects.count() == 1
