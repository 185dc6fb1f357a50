from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from django.db import IntegrityError, connection, transaction

from fernkladde.accounts import actions
from fernkladde.accounts.models import User
from fernkladde.accounts.roles import Role
from fernkladde.journal.models import Entry
from tests.accounts import make
from tests.accounts.make import NOON

if TYPE_CHECKING:
    from collections.abc import Callable


def resign(user: User, by: User) -> None:
    actions.change_role(user=user, role=Role.MANAGER, by=by, at=NOON)


def leave(user: User, by: User) -> None:
    actions.deactivate(user=user, by=by, at=NOON)


@pytest.mark.django_db
@pytest.mark.parametrize("go", [resign, leave])
def test_the_last_administrator_stays(go: Callable[[User, User], None]) -> None:
    petra = make.person(role=Role.ADMINISTRATOR)
    make.person(role=Role.ADMINISTRATOR, is_active=False)

    with pytest.raises(actions.LastAdministrator):
        go(petra, petra)

    petra.refresh_from_db()
    assert petra.is_active
    assert petra.role == Role.ADMINISTRATOR
    assert not Entry.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("go", [resign, leave])
def test_an_administrator_may_go_while_another_stays(
    go: Callable[[User, User], None],
) -> None:
    petra, other = (make.person(role=Role.ADMINISTRATOR) for _ in range(2))

    go(other, petra)

    assert list(User.objects.active().administrators()) == [petra]


@pytest.mark.django_db
@pytest.mark.parametrize("go", [resign, leave])
def test_others_may_go_where_there_is_no_administrator(
    go: Callable[[User, User], None],
) -> None:
    jonas = make.person()

    go(jonas, jonas)

    assert Entry.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["role = 'manager'", "is_active = FALSE"])
def test_raw_sql_does_not_remove_the_last_administrator(change: str) -> None:
    make.person(role=Role.ADMINISTRATOR)

    rule = "the last administrator stays"
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        connection.cursor().execute(f"UPDATE accounts_user SET {change}")


@pytest.mark.parametrize("turn", range(4))
def test_two_administrators_do_not_remove_each_other(
    own_database: None, turn: int
) -> None:
    people = [make.person(role=Role.ADMINISTRATOR) for _ in range(2)]
    start = Barrier(2)
    go = (resign, leave)[turn % 2]

    def remove(victim: User, by: User) -> bool:
        start.wait(timeout=300)
        try:
            go(victim, by)
        except (actions.LastAdministrator, IntegrityError):
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(remove, people, reversed(people)))

    assert sorted(done) == [False, True]
    assert User.objects.active().administrators().count() == 1
    assert Entry.objects.count() == 1
