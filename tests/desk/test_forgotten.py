"""Clocks that were forgotten, on the pages: begun late, left running, taken over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.urls import reverse

from fernkladde.accounts.roles import Role
from fernkladde.cases import actions
from fernkladde.cases.models import Session
from tests import make

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

    from fernkladde.accounts.models import User

pytestmark = pytest.mark.django_db

# Wednesday, 8 o'clock in Berlin; the clock was started on Tuesday at 16:10.
MORNING = datetime(2026, 10, 7, 6, tzinfo=UTC)
YESTERDAY = datetime(2026, 10, 6, 14, 10, tzinfo=UTC)
ASKED = "Wann war Schluss?"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    make.policy()
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def jonas() -> User:
    return make.user(username="jonas", full_name="Jonas Weber")


@pytest.fixture
def desk(client: Client, jonas: User) -> Client:
    client.force_login(jonas)
    return client


def shown(client: Client, name: str, *arguments: str) -> str:
    return client.get(reverse(name, args=arguments)).content.decode()


@pytest.mark.parametrize("page", ["start", "case-list", "customer-list"])
def test_a_clock_from_yesterday_is_asked_after_on_whichever_page_comes_first(
    desk: Client, jonas: User, page: str
) -> None:
    make.running(technician=jonas, started_at=YESTERDAY)

    said = shown(desk, page)

    assert ASKED in said
    assert "läuft seit Di 06.10.2026 16:10." in said
    assert reverse("forgotten") in said


def test_the_day_itself_suggests_ends_and_says_where_they_come_from(
    desk: Client, jonas: User
) -> None:
    running = make.running(technician=jonas, started_at=YESTERDAY)
    actions.add_note(
        case=running.case,
        text="Läuft wieder",
        by=jonas,
        at=YESTERDAY + timedelta(minutes=12),
    )
    call_at = YESTERDAY + timedelta(minutes=5)
    make.call(session=running, started_at=call_at, seconds=240)
    actions.add_note(
        case=make.case(), text="Rückruf", by=jonas, at=YESTERDAY + timedelta(minutes=31)
    )
    actions.add_note(case=make.case(), text="Morgen", by=jonas, at=MORNING)

    said = shown(desk, "forgotten")

    assert "Ich arbeite noch" in said
    for end, because in (
        ("2026-10-06T16:19:00", "Ende der Verbindung"),
        ("2026-10-06T16:22:00", "letzte Notiz im Fall"),
        ("2026-10-06T16:41:00", "letzter Eintrag in der Kladde"),
        ("2026-10-06T17:00:00", "Ende der Geschäftszeit"),
    ):
        assert f'value="{end}"' in said
        assert because in said


def test_one_click_on_a_suggested_end_is_the_whole_answer(
    desk: Client, jonas: User
) -> None:
    running = make.running(technician=jonas, started_at=YESTERDAY)

    answer = desk.post(
        reverse("confirm-session", args=[running.number]),
        {"ended_at": "2026-10-06T17:00:00", "next": reverse("case-list")},
    )

    assert answer.headers["Location"] == reverse("case-list")
    running.refresh_from_db()
    assert running.ended_at == YESTERDAY + timedelta(minutes=50)
    assert running.confirmed_at == MORNING
    assert ASKED not in shown(desk, "start")


def test_who_still_works_says_so_and_is_asked_again_later(
    desk: Client, jonas: User, clock: time_machine.Traveller
) -> None:
    before_midnight = datetime(2026, 10, 6, 21, tzinfo=UTC)
    running = make.running(technician=jonas, started_at=before_midnight)
    clock.move_to(before_midnight + timedelta(hours=2))
    assert ASKED in shown(desk, "start")

    desk.post(reverse("timer-goes-on", args=[running.number]))

    assert ASKED not in shown(desk, "start")
    clock.shift(timedelta(hours=4))
    assert ASKED in shown(desk, "start")
    running.refresh_from_db()
    assert running.ended_at is None


def test_nothing_forgotten_says_so(desk: Client) -> None:
    assert "Keine Uhr vergessen" in shown(desk, "forgotten")


def test_a_clock_of_today_is_not_asked_after(desk: Client, jonas: User) -> None:
    make.running(technician=jonas, started_at=MORNING - timedelta(hours=1))

    assert ASKED not in shown(desk, "start")


def test_what_the_system_ended_is_asked_after_too(desk: Client, jonas: User) -> None:
    running = make.running(technician=jonas, started_at=YESTERDAY)
    actions.stop_forgotten_timers(at=MORNING)

    said = shown(desk, "forgotten")

    assert ASKED in shown(desk, "case-list")
    assert f'action="{reverse("confirm-session", args=[running.number])}"' in said


def test_a_forgotten_clock_of_a_colleague_is_not_my_question(desk: Client) -> None:
    make.running(started_at=YESTERDAY)

    assert ASKED not in shown(desk, "start")


def test_after_four_hours_the_bar_asks_whether_one_is_still_at_it(
    desk: Client, jonas: User
) -> None:
    running = make.running(
        technician=jonas, started_at=MORNING - timedelta(hours=3, minutes=59)
    )
    assert "Noch dabei?" not in shown(desk, "timer")

    Session.objects.filter(pk=running.pk).update(
        started_at=MORNING - timedelta(hours=4)
    )

    assert "Läuft seit 4:00" in shown(desk, "timer")


def test_a_start_is_made_up_for_by_minutes_or_by_its_instant(
    desk: Client, jonas: User
) -> None:
    case = make.case()
    typed = {"service": "phone", "connection": "none", "reason": "Hörer in der Hand"}

    neither = desk.post(reverse("start-timer-late", args=[case.number]), typed)
    desk.post(reverse("start-timer-late", args=[case.number]), {**typed, "ago": "20"})

    assert "eines" in neither.content.decode()
    running = Session.objects.get()
    assert running.started_at == MORNING - timedelta(minutes=20)
    assert (running.service, running.technician) == ("phone", jonas)


def test_a_late_start_over_other_work_says_with_what_and_keeps_what_was_typed(
    desk: Client, jonas: User
) -> None:
    other = make.session(technician=jonas, started_at=MORNING - timedelta(minutes=40))

    answer = desk.post(
        reverse("start-timer-late", args=[make.case().number]),
        {
            "started_at": "2026-10-07T07:40",
            "service": "remote",
            "connection": "vpn",
            "reason": "Hörer in der Hand",
        },
    )

    said = answer.content.decode()
    assert f"Überschneidet sich mit Einsatz {other.number}" in said
    assert "Hörer in der Hand" in said
    assert not Session.objects.running().exists()


def test_a_colleagues_clock_is_taken_over_from_the_case(
    desk: Client, jonas: User
) -> None:
    his = make.running(started_at=MORNING - timedelta(minutes=30))
    address = reverse("take-over-timer", args=[his.number])
    assert address in shown(desk, "case", his.case.number)

    desk.post(address, {"reason": "Schichtende"})

    his.refresh_from_db()
    mine = Session.objects.running().get()
    assert (mine.technician, mine.started_at) == (jonas, his.ended_at)
    assert address not in shown(desk, "case", his.case.number)


def test_a_session_is_split_and_moved_on_its_page(desk: Client, jonas: User) -> None:
    whole = make.session(technician=jonas, started_at=YESTERDAY)
    to = make.case(subject="Presse 3")

    desk.post(
        reverse("session-split", args=[whole.number]),
        {"cut_at": "2026-10-06T16:20:30", "note": "Geber", "reason": "Zwei Sachen"},
    )
    second = Session.objects.get(split_from=whole)
    desk.post(
        reverse("session-move", args=[second.number]),
        {"to": to.number, "reason": "Andere Anlage"},
    )

    second.refresh_from_db()
    assert (second.case, second.note) == (to, "Geber")
    assert second.started_at == YESTERDAY + timedelta(minutes=10, seconds=30)
    assert second.number in shown(desk, "session", whole.number)
    assert whole.case.number in shown(desk, "session", second.number)
    assert f"aus Fall {whole.case.number}" in shown(desk, "case", to.number)


def test_a_session_is_not_moved_to_a_case_that_is_not_there(
    desk: Client, jonas: User
) -> None:
    session = make.session(technician=jonas, started_at=YESTERDAY)

    answer = desk.post(
        reverse("session-move", args=[session.number]),
        {"to": "26-9999", "reason": "Andere Anlage"},
    )

    assert answer.status_code == 422
    assert "Einen Fall „26-9999“ gibt es nicht." in answer.content.decode()


def test_the_work_of_others_is_cut_and_moved_only_by_who_decides(
    client: Client,
) -> None:
    session, to = make.session(started_at=YESTERDAY), make.case()
    given = {"to": to.number, "reason": "Andere Anlage"}
    address = reverse("session-move", args=[session.number])

    client.force_login(make.user())
    technician = client.post(address, given)
    client.force_login(make.user(Role.DISPATCHER))
    dispatcher = client.post(address, given)

    assert (technician.status_code, dispatcher.status_code) == (403, 302)
