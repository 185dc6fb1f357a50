"""The connection to the database is lost (F-05): one clean page, and then on it goes.

The server ends it, as a restart does, or a wire breaks; at any statement of a month's
end. What had been committed stays, what had not is done by the next run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import time_machine
from django.db import close_old_connections
from django.urls import reverse

from fernkladde.accounts.roles import Role
from fernkladde.billing.models import Invoice
from tests import make
from tests.billing import month
from tests.billing.month import AT

from .canonical import canonical_export
from .environment import small_month
from .environment.lost import disconnected, to_a_server
from .environment.proxy import proxied
from .harness import another_copy
from .survival import insist_on_invariants, insist_that, report, undisturbed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpResponse
    from django.test import Client

    from tests.installation import Installation

    from .survival import Undisturbed

pytestmark = [pytest.mark.slow, to_a_server]

INVOICES = 2


@pytest.fixture
def today() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


def asked(client: Client, name: str, **data: str) -> HttpResponse:
    """Ask for a page as a web process does, that looks after its connection."""
    address = reverse(name, args=["2026-10"])
    close_old_connections()
    try:
        if data:
            return client.post(address, data)  # type: ignore[return-value]
        return client.get(address)  # type: ignore[return-value]
    finally:
        close_old_connections()


def biller(client: Client) -> Client:
    client.force_login(make.user(Role.BILLING))
    client.raise_request_exception = False
    return client


def completed_after_termination(at: int, whole: Undisturbed) -> bool:
    with another_copy():
        broke = disconnected(small_month.end_the_month, at=at)
        insist_on_invariants()
        small_month.end_the_month()
        insist_on_invariants()
        insist_that(canonical_export(), whole.after)
    return broke


def points_before_statements(whole: Undisturbed, *, every: int) -> list[int]:
    """Return each k-th event before a statement, and all around a COMMIT.

    What comes after one statement comes before the next: an idle connection.
    """
    statements = range(1, whole.counted.seen + 1, 2)
    return sorted({*statements[:: max(every, 1)], *whole.counted.commits})


def test_a_month_whose_connection_ends_at_chosen_statements_is_completed(
    own_database: None,
) -> None:
    small_month.prepare()
    whole = undisturbed(small_month.end_the_month)

    points = points_before_statements(whole, every=16)
    broke = [completed_after_termination(point, whole) for point in points]

    # Only behind the last COMMIT there is nobody left to notice.
    assert broke.count(False) <= 1
    report("month end", "terminated", len(points))


@pytest.mark.long
def test_a_month_whose_connection_ends_at_any_statement_is_completed(
    own_database: None,
) -> None:
    small_month.prepare()
    whole = undisturbed(small_month.end_the_month)

    points = points_before_statements(whole, every=1)
    broke = [completed_after_termination(point, whole) for point in points]

    assert broke.count(False) <= 1
    assert len(points) > 2 * 15 * small_month.CUSTOMERS
    report("month end", "terminated", len(points))


def test_a_page_of_a_lost_connection_says_so_and_the_next_one_works(
    own_database: None, client: Client, today: None
) -> None:
    small_month.prepare()
    month.approve()
    desk = biller(client)
    assert asked(desk, "month").status_code == 200

    answers = []

    def issue() -> None:
        form = {"all": "1", "issued_on": "2026-12-02"}
        answers.append(asked(desk, "month-issue", **form))

    disconnected(issue, at=60)
    issue()

    lost, done = answers
    assert lost.status_code == 503
    assert "Die Datenbank antwortet nicht" in lost.content.decode()
    assert "Traceback" not in lost.content.decode()
    assert done.status_code == 302
    assert Invoice.objects.count() == INVOICES
    insist_on_invariants()


def test_a_server_that_was_restarted_between_two_requests_is_not_noticed(
    own_database: None, client: Client, today: None
) -> None:
    small_month.prepare()
    desk = biller(client)
    with proxied() as wire:
        before = asked(desk, "month")
        wire.close()
        wire.open()
        after = asked(desk, "month")

    assert (before.status_code, after.status_code) == (200, 200)


def test_while_the_server_is_away_there_is_a_page_and_afterwards_all_works(
    own_database: None, client: Client, today: None
) -> None:
    small_month.prepare()
    desk = biller(client)
    with proxied() as wire:
        asked(desk, "month")
        wire.close()
        away = [asked(desk, "month") for _ in range(3)]
        wire.open()
        back = asked(desk, "month")

    assert [answer.status_code for answer in away] == [503] * 3
    assert "Die Datenbank antwortet nicht" in away[0].content.decode()
    assert back.status_code == 200


def test_a_command_without_its_server_ends_with_one_sentence(
    installation: Installation,
) -> None:
    away = "postgresql://postgres@127.0.0.1:1/postgres"
    installation.environment["FERNKLADDE_DATABASE_URL"] = away

    ended = installation.run("month-end", "2026-10")

    assert ended.returncode == 1
    assert ended.stdout == ""
    [line] = ended.stderr.splitlines()
    assert line.startswith("fernkladde month-end: Die Datenbank antwortet nicht")
