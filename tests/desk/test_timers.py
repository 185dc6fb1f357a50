"""The clock: two clicks, two tabs, forgotten over night, and the meter beside it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.urls import reverse

from fernkladde.accounts.roles import Role
from fernkladde.cases.models import Session
from fernkladde.contracts.models import AllowancePeriod, Covers
from tests import make

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

    from fernkladde.accounts.models import User
    from fernkladde.cases.models import Case

pytestmark = pytest.mark.django_db

A_MINUTE = timedelta(minutes=1)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(make.NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def jonas() -> User:
    return make.user(full_name="Jonas Weber")


@pytest.fixture
def desk(client: Client, jonas: User, clock: time_machine.Traveller) -> Client:
    make.policy()
    client.force_login(jonas)
    return client


def said(client: Client, name: str = "start", *arguments: str) -> str:
    return client.get(reverse(name, args=arguments)).content.decode()


def start(client: Client, case: Case, **given: str) -> None:
    response = client.post(reverse("start-timer", args=[case.number]), given)
    assert response.headers["Location"] == reverse("case", args=[case.number])


def test_start_and_stop_make_a_session_with_its_receipt(
    desk: Client, clock: time_machine.Traveller
) -> None:
    case = make.case()
    start(desk, case, service="phone", connection="vpn")
    session = Session.objects.get()
    clock.shift(23 * A_MINUTE)

    response = desk.post(reverse("stop-timer", args=[session.number]))

    session.refresh_from_db()
    shown = desk.get(response.headers["Location"]).content.decode()
    assert (session.service, session.connection) == ("phone", "vpn")
    assert session.confirmed_at is not None
    assert "23\N{NO-BREAK SPACE}min, 30 angerechnet" in shown
    assert "Fall bisher 50,00\N{NO-BREAK SPACE}€ netto" in shown


def test_the_receipt_says_what_is_left_of_the_allowance(
    desk: Client, jonas: User
) -> None:
    contract = make.contract(
        covers=Covers.ALLOWANCE,
        allowance_period=AllowancePeriod.MONTH,
        allowance_minutes=130,
    )
    case = make.case(customer=contract.customer)
    session = make.session(
        case=case, technician=jonas, ended_at=make.NOW + 23 * A_MINUTE
    )

    address = reverse("case", args=[case.number])
    shown = desk.get(f"{address}?receipt={session.number}").content.decode()

    assert "Kontingent noch 1:40\N{NO-BREAK SPACE}h" in shown


def test_a_double_click_on_start_makes_one_session(desk: Client) -> None:
    case = make.case()

    start(desk, case, client_key="seite-1")
    start(desk, case, client_key="seite-1")

    assert Session.objects.count() == 1
    assert "läuft schon eine Uhr" not in said(desk, "case", case.number)


def test_a_start_in_a_second_tab_says_that_a_clock_runs(desk: Client) -> None:
    one, other = make.case(), make.case()
    start(desk, one, client_key="seite-1")

    start(desk, other, client_key="seite-2")

    assert Session.objects.count() == 1
    assert f"Für Fall {one.number} läuft schon eine Uhr" in said(
        desk, "case", other.number
    )


def test_switching_pauses_what_runs_and_starts_the_other(
    desk: Client, clock: time_machine.Traveller
) -> None:
    one, other = make.case(), make.case()
    start(desk, one)
    clock.shift(A_MINUTE)

    start(desk, other, instead="1")

    first, second = Session.objects.order_by("pk")
    assert (first.is_paused, first.ended_at) == (True, second.started_at)
    assert second.ended_at is None


def test_a_clock_that_is_stopped_twice_keeps_its_first_end(
    desk: Client, clock: time_machine.Traveller
) -> None:
    start(desk, make.case())
    session = Session.objects.get()
    clock.shift(A_MINUTE)
    stop = reverse("stop-timer", args=[session.number])
    desk.post(stop)
    session.refresh_from_db()
    first_end = session.ended_at
    clock.shift(A_MINUTE)

    response = desk.post(stop)

    session.refresh_from_db()
    assert session.ended_at == first_end
    shown = desk.get(response.headers["Location"]).content.decode()
    assert "Diese Uhr wurde schon angehalten" in shown


def test_a_pause_taken_up_in_another_tab_is_one_sentence_and_no_second_clock(
    desk: Client, clock: time_machine.Traveller
) -> None:
    start(desk, make.case())
    session = Session.objects.get()
    clock.shift(A_MINUTE)
    desk.post(reverse("pause-timer", args=[session.number]))
    clock.shift(A_MINUTE)
    go_on = reverse("switch-timer", args=[session.number])
    desk.post(go_on)

    desk.post(go_on)

    assert Session.objects.running().count() == 1
    assert Session.objects.count() == 2
    assert "nicht mehr angehalten" in said(desk) or "läuft schon" in said(desk)


def test_a_pause_returns_to_the_page_one_was_on(desk: Client, jonas: User) -> None:
    session = make.running(technician=jonas)

    response = desk.post(
        reverse("pause-timer", args=[session.number]),
        headers={"referer": "http://testserver/faelle/?state=new"},
    )

    assert response.headers["Location"] == "/faelle/?state=new"


def test_a_paused_clock_can_be_left_to_rest(desk: Client, jonas: User) -> None:
    session = make.session(technician=jonas, is_paused=True)
    assert "Angehaltene Uhren" in said(desk)

    desk.post(reverse("drop-timer", args=[session.number]))

    session.refresh_from_db()
    assert not session.is_paused
    assert "Angehaltene Uhren" not in said(desk)


def test_a_clock_left_over_night_asks_for_its_end_and_suggests_one(
    desk: Client, jonas: User, clock: time_machine.Traveller
) -> None:
    case = make.case()
    start(desk, case)
    session = Session.objects.get()
    make.note(case=case, author=jonas, written_at=make.NOW + 40 * A_MINUTE)
    clock.shift(timedelta(hours=14))
    desk.force_login(jonas)

    response = desk.post(reverse("stop-timer", args=[session.number]))

    confirm = reverse("confirm-session", args=[session.number])
    shown = desk.get(confirm).content.decode()
    session.refresh_from_db()
    assert response.headers["Location"] == confirm
    assert session.confirmed_at is None
    assert "letzte Notiz im Fall" in shown
    assert 'value="2026-10-06T10:40:00"' in shown


def test_a_clock_outlives_the_login_and_who_comes_back_finds_it(
    desk: Client, jonas: User, clock: time_machine.Traveller
) -> None:
    start(desk, make.case())
    stop = reverse("stop-timer", args=[Session.objects.get().number])
    clock.shift(timedelta(hours=13))
    led_to_login = desk.post(stop).headers["Location"]
    desk.force_login(jonas)

    back = desk.get(stop)

    assert led_to_login.startswith(reverse("login"))
    assert back.headers["Location"] == reverse("start")
    assert Session.objects.running().count() == 1


def test_confirming_a_suggested_end_makes_the_session_count(
    desk: Client, jonas: User
) -> None:
    session = make.session(
        technician=jonas,
        started_at=make.NOW - timedelta(hours=14),
        ended_at=make.NOW - timedelta(hours=2),
        confirmed_at=None,
    )
    assert "Wann war Schluss?" in said(desk)

    desk.post(
        reverse("confirm-session", args=[session.number]),
        {"ended_at": "2026-10-05T20:30"},
    )

    session.refresh_from_db()
    assert session.confirmed_at == make.NOW
    assert session.ended_at == make.NOW - timedelta(hours=13, minutes=30)
    assert session.versions.count() == 1


def test_confirming_an_unchanged_end_keeps_its_seconds(
    desk: Client, jonas: User
) -> None:
    end = make.NOW - timedelta(minutes=2, seconds=17)
    session = make.session(
        technician=jonas,
        started_at=end - timedelta(hours=13),
        ended_at=end,
        confirmed_at=None,
    )

    desk.post(
        reverse("confirm-session", args=[session.number]),
        {"ended_at": "2026-10-06T09:57"},
    )

    session.refresh_from_db()
    assert session.ended_at == end
    assert session.confirmed_at is not None


def test_an_impossible_end_is_refused_and_stays_typed(
    desk: Client, jonas: User
) -> None:
    session = make.session(technician=jonas, confirmed_at=None)

    response = desk.post(
        reverse("confirm-session", args=[session.number]),
        {"ended_at": "2026-10-06T09:00"},
    )

    shown = response.content.decode()
    assert "Das Ende muss nach dem Beginn liegen." in shown
    assert 'value="2026-10-06T09:00"' in shown


def test_the_clock_of_another_is_only_for_who_also_decides(
    desk: Client, client: Client
) -> None:
    session = make.running(technician=make.user())
    stop = reverse("stop-timer", args=[session.number])

    assert desk.post(stop).status_code == 403
    client.force_login(make.user(Role.DISPATCHER))
    assert client.post(stop).status_code == 302


def test_the_meter_says_step_allowance_cost_and_the_next_price(
    desk: Client, jonas: User, clock: time_machine.Traveller
) -> None:
    contract = make.contract(
        covers=Covers.ALLOWANCE,
        allowance_period=AllowancePeriod.MONTH,
        allowance_minutes=35,
    )
    make.running(case=make.case(customer=contract.customer), technician=jonas)
    clock.shift(17 * A_MINUTE)

    shown = said(desk, "timer").replace("\N{NO-BREAK SPACE}", " ")

    assert "<span>17 min ·</span>" in shown
    assert "2. Viertelstunde, seit 2:00 min" in shown
    assert "Kontingent noch 0:05 h" in shown
    assert "bisher 0,00 €, ab dem nächsten Takt in 13:00 min 16,67 € netto" in shown
    assert "85 % des Kontingents verbraucht" in shown


def test_the_meter_warns_at_the_cost_cap_of_the_case(
    desk: Client, jonas: User, clock: time_machine.Traveller
) -> None:
    case = make.case(cost_cap=Decimal(25))
    make.running(case=case, technician=jonas)
    clock.shift(A_MINUTE)

    shown = said(desk, "timer").replace("\N{NO-BREAK SPACE}", " ")

    assert "Kostengrenze 25,00 € erreicht" in shown
    assert 'class="running over"' in shown


def test_work_that_waits_for_a_consent_says_so_at_the_clock(
    desk: Client, jonas: User, clock: time_machine.Traveller
) -> None:
    make.policy(require_consent=True)
    make.running(technician=jonas)
    clock.shift(A_MINUTE)

    assert "Die Zustimmung fehlt noch" in said(desk, "timer")


def test_the_clock_runs_without_any_tariff(
    desk: Client, jonas: User, clock: time_machine.Traveller
) -> None:
    make.policy(default_tariff=None)
    make.running(technician=jonas)
    clock.shift(A_MINUTE)

    assert "noch kein Preis für diese Arbeit" in said(desk, "timer")


def test_the_partial_is_the_clock_alone(desk: Client) -> None:
    shown = said(desk, "timer").strip()

    assert shown.startswith('<section class="timer" id="timer"')
    assert "<html" not in shown
    assert 'hx-trigger="every 20s"' in shown
