"""The Kladde as a book: by day, filtered, verified, and without what is not one's."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection, transaction
from django.urls import reverse

from fernkladde.accounts.roles import Role
from fernkladde.cases import actions
from fernkladde.journal import queries
from fernkladde.journal.actions import record
from tests import make

if TYPE_CHECKING:
    from datetime import datetime

    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from fernkladde.accounts.models import User

pytestmark = pytest.mark.django_db

NOW = make.NOW


@pytest.fixture
def desk(client: Client) -> Client:
    make.policy()
    client.force_login(make.user(Role.TECHNICIAN))
    return client


def kladde(desk: Client, query: str = "") -> str:
    response = desk.get(reverse("journal") + query)
    assert response.status_code == 200
    return response.content.decode()


@transaction.atomic
def note(
    subject: str = "case/F-1",
    *,
    by: User | None = None,
    at: datetime = NOW,
    kind: str = "cases.note-added",
) -> None:
    record(kind=kind, subject=subject, by=by, at=at, facts={})


def numbers(page: str) -> list[int]:
    """Return the numbers of the entries shown, in the order of the page."""
    parts = page.split('<span class="seq">Nr. ')[1:]
    return [int(part.split("<")[0].replace(".", "")) for part in parts]


def test_it_tells_who_did_what_to_which_case_and_links_there(desk: Client) -> None:
    jonas = make.user(full_name="Jonas Weber")
    case = make.case(number="26-0412", subject="Achse X steht")
    actions.start_timer(case=case, technician=jonas, by=jonas, at=NOW)

    page = kladde(desk)

    assert "<b>Jonas Weber</b> startet die Uhr" in page
    link = f'<a href="{reverse("case", args=["26-0412"])}">26-0412 Achse X steht</a>'
    assert link in page


def test_the_book_is_parted_by_the_firms_days(desk: Client) -> None:
    # 22:30 in UTC is half past midnight of the next day in Berlin's summer.
    note(at=NOW.replace(hour=21, minute=30))
    note(at=NOW.replace(hour=22, minute=30))

    page = kladde(desk)

    assert page.index("Mittwoch, 7. Oktober") < page.index("Dienstag, 6. Oktober 2026")
    assert '<time datetime="2026-10-07T00:30:00+02:00">00:30</time>' in page


def test_the_newest_stands_first_or_on_request_the_oldest(desk: Client) -> None:
    for _ in range(3):
        note()

    assert numbers(kladde(desk)) == [3, 2, 1]
    assert numbers(kladde(desk, "?order=old")) == [1, 2, 3]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?about=F-2", [2]),
        ("?about=case/F-1", [4, 1]),
        ("?since=2026-10-08", [4, 3]),
        ("?until=2026-10-07", [2, 1]),
        ("?since=2026-10-07&until=2026-10-07", [2]),
        ("?person=petra", [3]),
        ("?person=system", [4, 2, 1]),
        ("?room=billing", [4]),
        ("?room=cases&person=petra", [3]),
    ],
)
def test_filters_keep_what_was_asked_for(
    desk: Client, query: str, expected: list[int]
) -> None:
    petra = make.user(username="petra")
    note("case/F-1")
    note("case/F-2", at=NOW + timedelta(days=1))
    note("case/F-3", at=NOW + timedelta(days=2), by=petra)
    note("case/F-1", at=NOW + timedelta(days=3), kind="billing.something-done")

    assert numbers(kladde(desk, query)) == expected


def test_a_date_that_is_none_is_named_and_the_book_stays(desk: Client) -> None:
    note()

    page = kladde(desk, "?since=gestern")

    assert "Das ist kein Datum" in page
    assert numbers(page) == [1]


def test_nothing_found_says_how_to_see_all(desk: Client) -> None:
    note()

    page = kladde(desk, "?about=F-99")

    assert "Nichts gefunden" in page
    assert "Alles zeigen" in page


def test_the_chains_head_stands_below(desk: Client) -> None:
    note()

    assert queries.head().hash in kladde(desk)


def test_fifty_entries_stand_on_a_page_and_all_on_paper(desk: Client) -> None:
    for _ in range(53):
        note()

    assert len(numbers(kladde(desk))) == 50
    assert numbers(kladde(desk, "?page=2")) == [3, 2, 1]
    assert len(numbers(kladde(desk, "?print=1"))) == 53


def test_more_entries_ask_no_more_questions(
    desk: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(50):
        case = make.case(number=f"F-{number}")
        note(f"case/{case.number}", by=make.user())

    with django_assert_max_num_queries(20):
        kladde(desk)


def test_a_chain_that_holds_says_how_many_entries_and_its_head(desk: Client) -> None:
    note()
    note()

    response = desk.post(reverse("journal-verify"), follow=True)

    page = response.content.decode()
    assert "2 Einträge geprüft, die Kette hält." in page
    assert f"Kopf Nr. 2: {queries.head().hash}" in page


def test_a_broken_chain_names_the_first_bad_entry(desk: Client) -> None:
    note()
    note()
    with connection.cursor() as cursor:
        for guard in ("changed", "replaced"):
            _lift(cursor, f"journal_entry_rows_are_never_{guard}")
        cursor.execute("UPDATE journal_entry SET subject = 'x' WHERE sequence = 1")

    response = desk.post(reverse("journal-verify"), follow=True)

    assert "Ab Nr. 1 hält die Kette nicht" in response.content.decode()


def _lift(cursor: object, guard: str) -> None:
    table = "" if connection.vendor == "sqlite" else " ON journal_entry"
    cursor.execute(f"DROP TRIGGER IF EXISTS {guard}{table}")  # type: ignore[attr-defined]


def test_the_filter_is_kept_when_the_chain_is_verified(desk: Client) -> None:
    note()
    back = f"{reverse('journal')}?room=cases"

    response = desk.post(reverse("journal-verify"), {"next": back})

    assert response.headers["Location"] == back
