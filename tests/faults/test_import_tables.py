"""A table taken in, broken at every event: all of it is there, or nothing."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from fernkladde.cases.models import PastCall
from fernkladde.customers.models import Customer
from fernkladde.imports.models import Batch
from fernkladde.imports.tables.at_once import read_table, take_in
from fernkladde.journal.models import Entry

from .harness import KINDS, another_copy, broken, events_of
from .survival import chosen_points, insist_on_invariants, report

if TYPE_CHECKING:
    from fernkladde.imports.tables.verdicts import Judged

pytestmark = pytest.mark.slow
every_kind = pytest.mark.parametrize("kind", KINDS)

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
CUSTOMERS = "Nr.;Name;Tel.\n1;Müller;0731 12345\n2;Meier;\n"
CALLS = "Datum;Kunde;Minuten\n5.3.24;1;20\n6.3.24;2;5\n6.3.24;2;5\n"
NOTHING, ALL_CUSTOMERS, ALL = (0, 0, 0, 0), (2, 0, 1, 3), (2, 3, 2, 4)


def take(kind: str, text: str) -> None:
    file = io.BytesIO(text.encode())
    reading = read_table(kind=kind, file=file, wishes=(), sheet="", at=AT)
    take_in(reading, file=file, file_name=f"{kind}.csv", each=ignored)


def ignored(_judged: Judged) -> None:
    """Look at no verdict."""


def load() -> None:
    """Take both tables; taking them once more changes nothing."""
    take("customers", CUSTOMERS)
    take("history", CALLS)


def there() -> tuple[int, int, int, int]:
    tables = (Customer, PastCall, Batch, Entry)
    customers, calls, taken, entries = (t.objects.count() for t in tables)
    return customers, calls, taken, entries


@every_kind
def test_a_table_broken_at_chosen_events_is_taken_whole_or_not_at_all(
    own_database: None, kind: str
) -> None:
    _at_points(kind, every=9)


@pytest.mark.long
@every_kind
def test_a_table_broken_at_any_event_is_taken_whole_or_not_at_all(
    own_database: None, kind: str
) -> None:
    _at_points(kind, every=1)


def _at_points(kind: str, *, every: int) -> None:
    with another_copy():
        counted = events_of(load)
        assert there() == ALL
    points = chosen_points(counted, every=every)
    for point in points:
        with another_copy():
            came_through = not broken(load, at=point, kind=kind)
            insist_on_invariants()
            # Only the search's own statements may fail without failing the work.
            whole = {ALL} if came_through else {NOTHING, ALL_CUSTOMERS, ALL}
            assert there() in whole, point
            load()
            insist_on_invariants()
            assert there() == ALL
    assert len(points) > 10
    report("import tables", kind, len(points))
