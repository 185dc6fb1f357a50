"""An index that cannot be written: the work is done, or its own fault is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import OperationalError, connection

from fernkladde.customers.actions import create_customer
from fernkladde.customers.models import Customer
from fernkladde.journal.models import Entry
from fernkladde.search.models import Due
from tests import make

if TYPE_CHECKING:
    from collections.abc import Callable


class Breaks:
    """Breaks after the first such statement that follows a look at what is due.

    The savepoint is gone then: going back to it is not possible any more.
    """

    def __init__(self, beginning: str) -> None:
        self.beginning = beginning
        self.indexing = self.done = False

    def __call__(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        result = execute(sql, *rest)
        if self.indexing and not self.done and sql.startswith(self.beginning):
            self.done = True
            raise OperationalError("injected")
        self.indexing = self.indexing or "search_due" in sql
        return result


def create(breaks: Breaks) -> None:
    with connection.execute_wrapper(breaks):
        create_customer(by=None, at=make.NOW, number="K-1", name="Brandl")


def test_work_is_done_though_its_index_cannot_be_written(own_database: None) -> None:
    breaks = Breaks("DELETE")

    create(breaks)

    assert breaks.done
    assert Customer.objects.filter(number="K-1").exists()
    assert Entry.objects.exists()
    assert Due.objects.exists()


def test_where_nothing_can_be_kept_the_fault_itself_is_told(
    own_database: None,
) -> None:
    breaks = Breaks("RELEASE SAVEPOINT")

    with pytest.raises(OperationalError, match="injected"):
        create(breaks)

    assert breaks.done
    assert not Customer.objects.exists()
    assert not Entry.objects.exists()
