"""The server's clock goes back (T6): in order, flagged, and billed only if confirmed.

Fault F-13, at the level of actions and of the pages.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.urls import reverse

from fernkladde.billing.models import Invoice, Settlement
from fernkladde.cases import actions
from fernkladde.cases.models import Session
from fernkladde.integrity.invariants import check_invariants
from fernkladde.journal.models import Entry
from tests import make
from tests.billing import month

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

    from fernkladde.accounts.models import User
    from fernkladde.cases.models import Case

pytestmark = pytest.mark.django_db

NOW = make.NOW
A_SECOND, A_MINUTE, AN_HOUR = (
    timedelta(**{n: 1}) for n in ("seconds", "minutes", "hours")
)
BACK = [timedelta(0), A_SECOND, 59 * A_SECOND, AN_HOUR, timedelta(days=365 * 50)]


@pytest.fixture
def jonas() -> User:
    return make.user()


@pytest.fixture
def case() -> Case:
    month.firm()
    return make.case(customer=month.customer())


@pytest.fixture
def running(jonas: User, case: Case) -> Session:
    return actions.start_timer(case=case, technician=jonas, by=jonas, at=NOW)


def last_entry() -> Entry:
    return Entry.objects.order_by("sequence").last()  # type: ignore[return-value]


@pytest.mark.parametrize("back", BACK, ids=str)
@pytest.mark.parametrize("end", [actions.stop_timer, actions.pause_timer])
def test_an_end_at_or_before_the_start_is_a_second_long_and_waits_for_a_person(
    running: Session, jonas: User, back: timedelta, end: Any
) -> None:
    end(session=running, by=jonas, at=NOW - back)

    saved = Session.objects.get()
    assert saved.ended_at == NOW + A_SECOND
    assert saved.confirmed_at is None
    assert last_entry().clock_regression == (back > timedelta(0))
    assert check_invariants() == []


def test_such_a_session_is_not_billed_before_a_person_confirms_it(
    running: Session, jonas: User
) -> None:
    actions.stop_timer(session=running, by=jonas, at=NOW - AN_HOUR)

    month.bill()
    unbilled = Settlement.objects.count()
    actions.confirm_session(
        session=running, by=jonas, at=NOW + AN_HOUR, ended_at=NOW + 20 * A_MINUTE
    )
    month.bill()

    assert unbilled == 0
    [invoice] = Invoice.objects.all()
    assert [line.seconds for line in invoice.lines.all()] == [30 * 60]
    assert check_invariants() == []


def test_the_kladde_keeps_the_order_in_which_things_were_done(
    running: Session, jonas: User
) -> None:
    actions.stop_timer(session=running, by=jonas, at=NOW - AN_HOUR)
    actions.add_note(
        case=running.case, text="Rückruf", by=jonas, at=NOW - AN_HOUR + A_MINUTE
    )

    told = Entry.objects.order_by("sequence").filter(subject__startswith="case/")
    assert [(entry.kind, entry.clock_regression) for entry in told][1:] == [
        ("cases.session-stopped", True),
        ("cases.note-added", False),
    ]
    assert check_invariants() == []


def test_a_timer_that_ran_while_the_clock_went_back_keeps_its_start(
    running: Session, jonas: User
) -> None:
    """Half an hour back after an hour: the end is credible, and the entry flagged."""
    actions.add_note(case=running.case, text="Rückruf", by=jonas, at=NOW + AN_HOUR)

    actions.stop_timer(session=running, by=jonas, at=NOW + 30 * A_MINUTE)

    saved = Session.objects.get()
    assert (saved.started_at, saved.seconds) == (NOW, 1800)
    assert last_entry().clock_regression
    assert check_invariants() == []


def test_a_switch_at_a_clock_set_back_loses_nothing_of_what_ran(
    running: Session, jonas: User
) -> None:
    with pytest.raises(actions.SessionsOverlap):
        actions.switch_timer(
            technician=jonas, to=make.case(), by=jonas, at=NOW - AN_HOUR
        )

    assert Session.objects.get().ended_at is None
    assert check_invariants() == []


class TestAtThePage:
    @pytest.fixture
    def clock(self) -> Iterator[time_machine.Traveller]:
        with time_machine.travel(NOW, tick=False) as traveller:
            yield traveller

    @pytest.fixture
    def desk(
        self, client: Client, jonas: User, clock: time_machine.Traveller
    ) -> Client:
        client.force_login(jonas)
        return client

    def test_a_stop_after_the_clock_went_back_asks_for_the_end(
        self, desk: Client, case: Case, clock: time_machine.Traveller
    ) -> None:
        desk.post(reverse("start-timer", args=[case.number]))
        session = Session.objects.get()
        clock.shift(-AN_HOUR)

        stopped = desk.post(reverse("stop-timer", args=[session.number]), follow=True)

        asked = reverse("confirm-session", args=[session.number])
        assert stopped.redirect_chain == [(asked, 302)]
        assert "Stimmt das Ende?" in stopped.content.decode()

    def test_the_end_given_there_is_what_is_billed(
        self, desk: Client, case: Case, clock: time_machine.Traveller
    ) -> None:
        desk.post(reverse("start-timer", args=[case.number]))
        session = Session.objects.get()
        clock.shift(-AN_HOUR)
        desk.post(reverse("stop-timer", args=[session.number]))
        clock.shift(2 * AN_HOUR)

        address = reverse("confirm-session", args=[session.number])
        desk.post(address, {"ended_at": "2026-10-06T10:20:00"})

        session.refresh_from_db()
        assert (session.seconds, session.confirmed_at) == (1200, NOW + AN_HOUR)
        month.bill()
        assert [line.seconds for line in Invoice.objects.get().lines.all()] == [1800]
        assert check_invariants() == []

    def test_every_page_of_the_clock_answers_while_it_is_set_back(
        self, desk: Client, case: Case, clock: time_machine.Traveller
    ) -> None:
        desk.post(reverse("start-timer", args=[case.number]))
        clock.shift(-AN_HOUR)

        pages = [
            reverse("start"),
            reverse("timer"),
            reverse("case", args=[case.number]),
        ]

        assert [desk.get(page).status_code for page in pages] == [200] * 3
