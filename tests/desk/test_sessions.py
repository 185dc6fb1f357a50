"""One session: written down by hand, corrected, struck out, with its calls."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse

from fernkladde.accounts.roles import Role
from fernkladde.cases.models import Session
from fernkladde.desk.forms.sessions import read_seconds
from tests import make

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

    from fernkladde.accounts.models import User

pytestmark = pytest.mark.django_db

NBSP = "\N{NO-BREAK SPACE}"


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """Let it be noon in Berlin, two hours after `make.NOW`."""
    with time_machine.travel(make.NOW + timedelta(hours=2), tick=False):
        yield


@pytest.fixture
def jonas() -> User:
    make.policy()
    return make.user(username="jonas", full_name="Jonas Weber")


@pytest.fixture
def desk(client: Client, jonas: User) -> Client:
    client.force_login(jonas)
    return client


def typed(**changes: str) -> dict[str, str]:
    return {
        "technician": "jonas",
        "started_at": "2026-10-06T10:00",
        "ended_at": "2026-10-06T10:30",
        "service": "remote",
        "connection": "none",
        "billable": "on",
        "reason": "Uhr vergessen",
        **changes,
    }


def page(client: Client, session: Session) -> str:
    response = client.get(reverse("session", args=[session.number]))
    assert response.status_code == 200
    return response.content.decode().replace(NBSP, " ")


def act(client: Client, name: str, session: Session, **given: str) -> str:
    response = client.post(reverse(name, args=[session.number]), given, follow=True)
    return response.content.decode().replace(NBSP, " ")


def test_work_that_no_clock_saw_is_written_down_with_a_reason(desk: Client) -> None:
    case = make.case()

    desk.post(reverse("session-new", args=[case.number]), typed(client_key="seite"))
    desk.post(reverse("session-new", args=[case.number]), typed(client_key="seite"))

    session = Session.objects.get()
    assert session.started_at == make.NOW
    assert session.ended_at == make.NOW + timedelta(minutes=30)
    assert session.source == "manual"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"reason": ""}, "Diese Angabe fehlt."),
        ({"ended_at": "2026-10-06T09:00"}, "Das Ende muss nach dem Beginn liegen."),
        ({"ended_at": "2026-10-06T18:00"}, "Die Zeit liegt in der Zukunft."),
        ({"started_at": "gestern"}, "Das ist kein Zeitpunkt."),
    ],
)
def test_a_refused_session_says_why_and_keeps_what_was_typed(
    desk: Client, changes: dict[str, str], sentence: str
) -> None:
    case = make.case()

    response = desk.post(
        reverse("session-new", args=[case.number]), typed(note="Geber", **changes)
    )

    shown = response.content.decode()
    assert sentence in shown
    assert 'value="Geber"' in shown
    assert not Session.objects.exists()


def test_two_sessions_at_once_are_refused_by_name(desk: Client, jonas: User) -> None:
    other = make.session(technician=jonas)

    response = desk.post(reverse("session-new", args=[make.case().number]), typed())

    assert f"Überschneidet sich mit Einsatz {other.number}" in response.content.decode()


def test_work_of_another_is_written_down_only_by_who_decides(
    desk: Client, client: Client
) -> None:
    make.user(username="max")
    address = reverse("session-new", args=[make.case().number])

    assert desk.post(address, typed(technician="max")).status_code == 403
    client.force_login(make.user(Role.DISPATCHER))
    assert client.post(address, typed(technician="max")).status_code == 302


def test_a_correction_keeps_what_stood_there_with_who_and_why(
    desk: Client, jonas: User
) -> None:
    session = make.session(technician=jonas, note="Geber")

    shown = act(
        desk,
        "session-correct",
        session,
        **typed(ended_at="2026-10-06T10:50", note="Geber", reason="Anruf dauerte"),
    )

    session.refresh_from_db()
    assert session.ended_at == make.NOW + timedelta(minutes=50)
    assert "Was vorher dastand" in shown
    assert "Anruf dauerte" in shown
    assert "06.10.2026 10:00 – 10:30" in shown


def test_a_correction_of_something_else_leaves_the_seconds_alone(
    desk: Client, jonas: User
) -> None:
    end = make.NOW + timedelta(minutes=30, seconds=17)
    session = make.session(technician=jonas, ended_at=end)

    act(desk, "session-correct", session, **typed(service="phone"))

    session.refresh_from_db()
    assert (session.service, session.ended_at) == ("phone", end)


def test_a_running_session_can_be_corrected_but_for_its_end(
    desk: Client, jonas: User
) -> None:
    session = make.running(technician=jonas)
    given = typed(started_at="2026-10-06T09:45")
    del given["ended_at"]

    act(desk, "session-correct", session, **given)

    session.refresh_from_db()
    assert session.started_at == make.NOW - timedelta(minutes=15)
    assert session.ended_at is None


def test_a_session_is_struck_out_with_a_reason_and_stays_readable(
    desk: Client, jonas: User
) -> None:
    session = make.session(technician=jonas)

    assert "Diese Angabe fehlt." in act(desk, "session-void", session, reason="")
    shown = act(desk, "session-void", session, reason="doppelt")

    session.refresh_from_db()
    assert session.voided_at is not None
    assert "gestrichen" in shown
    assert "doppelt" in shown
    assert reverse("session-correct", args=[session.number]) not in shown


def test_what_is_billed_shows_no_way_to_change_it(desk: Client, jonas: User) -> None:
    session = make.session(technician=jonas)
    make.claim(
        session=session, settlement=make.settlement(content='{"lines":[],"free":[]}')
    )

    shown = page(desk, session)
    refused = act(desk, "session-void", session, reason="doppelt")

    assert "Abgerechnet" in shown
    assert reverse("session-void", args=[session.number]) not in shown
    assert "Bitte zuerst die Rechnung stornieren." in refused


def test_goodwill_for_one_session_stands_before_that_of_its_case(
    client: Client, jonas: User
) -> None:
    session = make.session(technician=jonas)
    client.force_login(make.user(Role.DISPATCHER))

    shown = act(client, "session-goodwill", session, percent="100", reason="Anlauf")

    session.refresh_from_db()
    assert session.goodwill_percent == 100
    assert "100 %, Anlauf" in shown


def test_a_call_is_written_down_in_minutes_and_seconds(
    desk: Client, jonas: User
) -> None:
    session = make.session(technician=jonas, connection="modem")

    shown = act(
        desk,
        "call-new",
        session,
        dialled="07225 1234",
        started_at="2026-10-06T10:01",
        seconds="12:34",
        cost="1,25",
    )

    call = session.calls.get()
    assert (call.dialled, call.seconds) == ("+4972251234", 754)
    assert call.cost == Decimal("1.25")
    assert "00:12:34" in shown


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("754", 754), ("12:34", 754), ("0:59", 59), ("1:02:03", 3723), ("90:00", 5400)],
)
def test_a_duration_is_read_as_people_write_it(text: str, seconds: int) -> None:
    assert read_seconds(text) == seconds


@pytest.mark.parametrize("text", ["12:99", "zehn", "-5", "12:3", "9999999"])
def test_what_is_no_duration_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(ValidationError):
        read_seconds(text)


def test_the_session_of_another_shows_no_form(desk: Client) -> None:
    session = make.session(technician=make.user())

    assert reverse("session-correct", args=[session.number]) not in page(desk, session)
    assert act(desk, "session-void", session, reason="weg") != ""
    session.refresh_from_db()
    assert session.voided_at is None


def test_the_way_of_calculation_stands_at_the_session(
    desk: Client, jonas: User
) -> None:
    session = make.session(technician=jonas)

    assert "30 min angerechnet" in page(desk, session)
