"""A change and its entry are one: broken off at any statement, neither is there."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps
from django.db import OperationalError, connection

from fernkladde.cases import actions
from fernkladde.cases.actions import Answer, Goodwill, NewCase
from fernkladde.journal.queries import verify
from tests import make

if TYPE_CHECKING:
    from collections.abc import Callable

    from fernkladde.accounts.models import User

pytestmark = pytest.mark.django_db

NOW = make.NOW
ROOMS = ("cases", "connections", "journal")
NO = Answer(given=False, person="Frau Schulz", sentence="28,00 €")


class Fault:
    """Break at the n-th statement."""

    def __init__(self, n: int) -> None:
        self.left = n

    def __call__(
        self, execute: Any, sql: str, params: Any, many: Any, context: Any
    ) -> Any:
        if not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            self.left -= 1
            if self.left == 0:
                message = "injected"
                raise OperationalError(message)
        return execute(sql, params, many, context)


def state() -> dict[str, list[Any]]:
    """Return every row of the rooms."""
    return {
        model.__name__: list(model._default_manager.order_by("pk").values())
        for room in ROOMS
        for model in apps.get_app_config(room).get_models()
    }


def take_call(jonas: User) -> Callable[[], object]:
    about = NewCase(customer=make.customer(), subject="Presse steht")
    return lambda: actions.take_call(
        about=about,
        technician=jonas,
        by=jonas,
        at=NOW + timedelta(minutes=9),
        answer=NO,
        goodwill=Goodwill(reason="Stillstand"),
        client_key="page-1",
        pause_running=True,
    )


def switch(jonas: User) -> Callable[[], object]:
    other = make.case()
    return lambda: actions.switch_timer(
        technician=jonas, to=other, by=jonas, at=NOW + timedelta(minutes=9)
    )


def correct(jonas: User) -> Callable[[], object]:
    session, other = make.session(), make.case()
    return lambda: actions.correct_session(
        session=session,
        case=other,
        service="phone",
        reason="falscher Fall",
        by=jonas,
        at=NOW + timedelta(hours=1),
    )


def solve(jonas: User) -> Callable[[], object]:
    session = make.session(is_paused=True)
    return lambda: actions.change_state(
        case=session.case, state="solved", by=jonas, at=NOW + timedelta(hours=1)
    )


@pytest.mark.parametrize("prepare", [take_call, switch, correct, solve])
def test_whatever_breaks_off_leaves_nothing_behind(
    prepare: Callable[[User], Callable[[], object]],
) -> None:
    jonas = make.user()
    actions.start_timer(case=make.case(), technician=jonas, by=jonas, at=NOW)
    act = prepare(jonas)
    before = state()

    broken = 0
    while True:
        try:
            with connection.execute_wrapper(Fault(broken + 1)):
                act()
            break
        except OperationalError:
            broken += 1
            assert state() == before, f"after statement {broken}"

    assert broken >= 8
    assert state() != before
    assert verify().holds
