"""A change and its entry are one transaction, broken at any statement (K5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection, transaction

from fernkladde.accounts import actions as accounts
from fernkladde.accounts.models import User
from fernkladde.accounts.roles import Role
from fernkladde.journal import actions, queries
from fernkladde.journal.models import Entry, PersonalValue
from tests.accounts import make as people
from tests.faults.harness import Fault, Injected
from tests.journal import make
from tests.journal.make import NOON

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.django_db


def broken_at_each_statement(work: Callable[[], object]) -> list[tuple[Any, ...]]:
    """Run the work, broken before and after each statement; return what was left."""
    states = []
    for number in range(1, 200):
        fault = Fault(number)
        try:
            with transaction.atomic(), connection.execute_wrapper(fault):
                work()
        except Injected:
            states.append(state())
        else:
            return states
    raise AssertionError("the work never ends")


def state() -> tuple[Any, ...]:
    return (
        queries.head(),
        list(User.objects.values_list("username", "role", "is_active").order_by("pk")),
        Entry.objects.count(),
        list(PersonalValue.objects.values_list("value", "erased_by").order_by("pk")),
        queries.verify(),
    )


def test_a_person_is_made_with_their_entry_or_not_at_all() -> None:
    petra = people.person(role=Role.ADMINISTRATOR)
    before = state()

    states = broken_at_each_statement(
        lambda: accounts.create_user(
            username="jonas",
            full_name="Jonas Weber",
            role=Role.TECHNICIAN,
            by=petra,
            at=NOON,
        )
    )

    assert len(states) >= 5
    assert [left for left in states if left != before] == []
    assert Entry.objects.count() == User.objects.count() - 1 == 1


def test_a_role_changes_with_its_entry_or_not_at_all() -> None:
    petra = people.person(role=Role.ADMINISTRATOR)
    other = people.person(role=Role.ADMINISTRATOR)
    before = state()

    states = broken_at_each_statement(
        lambda: accounts.change_role(user=other, role=Role.AUDITOR, by=petra, at=NOON)
    )

    assert len(states) >= 5
    assert [left for left in states if left != before] == []


def test_values_are_erased_with_their_entry_or_not_at_all() -> None:
    make.entry(subject="contact/12", personal={"phone": "0711", "full_name": "Erika"})
    before = state()

    states = broken_at_each_statement(
        lambda: actions.erase(
            values=PersonalValue.objects.about("contact/12"),
            subject="contact/12",
            by=None,
            at=NOON,
            reason="Frist",
        )
    )

    assert len(states) >= 4
    assert [left for left in states if left != before] == []
