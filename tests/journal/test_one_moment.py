"""Reading is of one moment, and nobody has to wait for it."""

from __future__ import annotations

from threading import Thread
from typing import TYPE_CHECKING

import pytest
from django.db import connection

from fernkladde.customers.models import Customer
from fernkladde.journal.one_moment import one_moment
from tests import make

if TYPE_CHECKING:
    from collections.abc import Callable


def elsewhere(work: Callable[[], object]) -> None:
    """Do something over a connection of its own, and wait until it is committed."""

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = Thread(target=run)
    thread.start()
    thread.join(10)
    assert not thread.is_alive()


@pytest.mark.usefixtures("own_database")
def test_what_others_write_meanwhile_is_not_seen_until_afterwards() -> None:
    make.customer()

    with one_moment():
        before = Customer.objects.count()
        elsewhere(make.customer)
        meanwhile = Customer.objects.count()

    assert (before, meanwhile, Customer.objects.count()) == (1, 1, 2)


@pytest.mark.usefixtures("own_database")
def test_writing_afterwards_is_as_before() -> None:
    with one_moment():
        Customer.objects.count()

    make.customer()

    assert Customer.objects.count() == 1
    if connection.vendor == "sqlite":
        assert connection.transaction_mode == "IMMEDIATE"  # type: ignore[attr-defined]
