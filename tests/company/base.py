"""What every part of the machine stands on: a database, a clock, and the model."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db import OperationalError, connection, transaction
from hypothesis.stateful import RuleBasedStateMachine

from fernkladde.accounts.actions import create_user
from fernkladde.accounts.models import User
from fernkladde.accounts.roles import Role
from fernkladde.cases.models import Case, Session
from fernkladde.customers.models import Customer
from fernkladde.journal.models import Entry, Head
from fernkladde.values.refusal import Refusal

from .facts import Facts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

TECHNICIANS = ("anna", "bert", "cem")


class Fault:
    """Break at the n-th statement, once; what a rollback itself says gets through.

    For that speaks a transaction of its own, which here is only a savepoint.
    """

    def __init__(self, number: int) -> None:
        self.left = number
        self.last = ""

    def __call__(
        self,
        execute: Callable[..., Any],
        sql: str,
        params: Any,
        many: bool,
        context: Any,
    ) -> Any:
        before, self.last = self.last, sql
        if not sql.startswith("ROLLBACK") and not before.startswith("ROLLBACK"):
            self.left -= 1
        if self.left == 0:
            self.left = -1
            raise OperationalError("injected")
        return execute(sql, params, many, context)


@contextmanager
def broken_at(number: int) -> Iterator[Fault]:
    fault = Fault(number)
    with connection.execute_wrapper(fault):
        yield fault


class Base(RuleBasedStateMachine):
    """One company in one database, undone at the end of each example."""

    def __init__(self) -> None:
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.now = 0
        self.fault = 0
        self.facts = Facts(ZoneInfo("Europe/Berlin"))

    def teardown(self) -> None:
        """Close the books, unless the example has failed on its way already."""
        try:
            if sys.exc_info()[0] is None and self.facts.customers:
                self.fault = 0
                self.close()
                connection.check_constraints()
        finally:
            transaction.set_rollback(True)
            self.undone.__exit__(None, None, None)

    def close(self) -> None:
        """Do what is done at the end of every example."""

    # Time

    @property
    def at(self) -> datetime:
        return datetime.fromtimestamp(self.now, UTC)

    @property
    def today(self) -> date:
        return self.at.astimezone(self.facts.zone).date()

    def day(self, offset: int) -> date:
        return self.today + timedelta(days=offset)

    def hire(self, name: str) -> None:
        create_user(
            username=name,
            full_name=name.title(),
            role=Role.TECHNICIAN,
            by=None,
            at=self.at,
        )

    # Rows by their number

    def chosen(self, rows: Sequence[Any], pick: int) -> Any:
        return rows[pick % len(rows)]

    def person(self, name: str) -> User:
        return User.objects.get(username=name)

    def customer(self, number: str) -> Customer:
        return Customer.objects.get(number=number)

    def case(self, number: str) -> Case:
        return Case.objects.get(number=number)

    def session(self, number: str) -> Session:
        rows = Session.objects.select_related("case", "technician")
        return rows.get(number=number)

    # Acting

    def act(self, action: Callable[[], Any], *, refusal: str = "") -> Any:
        """Do it; want it refused by that name and then nothing written at all.

        A fault that waits strikes first: then nothing is written, and once more.
        """
        before = self._written()
        number, self.fault, broken = self.fault, 0, False
        if number:
            with broken_at(number):
                broken, refused, outcome = _tried(action)
        if broken:
            assert self._written() == before, "a broken action wrote something"
        if broken or not number:
            broken, refused, outcome = _tried(action)
        assert refused == refusal
        if refusal:
            assert self._written() == before, "a refusal wrote something"
        return outcome

    def _written(self) -> tuple[Any, ...]:
        """Return the Kladde's head and count, which change with everything done."""
        head = Head.objects.get()
        sessions = Session.objects.order_by("pk").values_list(
            "pk", "started_at", "ended_at", "is_paused", "confirmed_at", "revision"
        )
        return head.sequence, head.hash, Entry.objects.count(), list(sessions)


def _tried(action: Callable[[], Any]) -> tuple[bool, str, Any]:
    """Return whether it broke, what it was refused as, and else what came of it."""
    try:
        return False, "", action()
    except Refusal as refusal:
        return False, type(refusal).__name__, None
    except OperationalError:
        return True, "", None
