"""Technicians work while the month is issued: nothing lost, nothing billed twice.

M4, M5, R1 and K3 of the invariants. What is recorded while a customer's share is
being issued goes on that invoice or on the next one, and never on both.
"""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.urls import reverse

from fernkladde.accounts.roles import Role
from fernkladde.billing.models import Claim
from fernkladde.billing.period import Month
from fernkladde.cases import actions
from fernkladde.cases.actions import SessionBilled
from fernkladde.cases.models import Case, Session
from fernkladde.journal.models import Entry
from tests import make
from tests.billing import month
from tests.billing.month import NOVEMBER, OCTOBER, local

from .processes import at_once, served
from .survival import insist_on_invariants

if TYPE_CHECKING:
    from pathlib import Path

    from fernkladde.accounts.models import User

    from .processes import Server, Visitor

pytestmark = pytest.mark.slow

CUSTOMERS = 6
TURNS = 12
ROUNDS = 8
A_MINUTE = timedelta(minutes=1)
STOPPED = ("cases.session-stopped", "cases.timer-paused")


def minutes_of(turn: int) -> int:
    return 5 + 7 * (turn % 3)


def a_day_of(person: User, cases: list[Case], day: int) -> None:
    """Work from case to case by the clock; write down and correct in between."""
    now = local(day, 8)
    for turn in range(TURNS):
        case = cases[turn % len(cases)]
        actions.switch_timer(technician=person, to=case, by=person, at=now)
        now += minutes_of(turn) * A_MINUTE
        if turn % 3 == 2:
            running = Session.objects.running().get(technician=person)
            actions.stop_timer(session=running, by=person, at=now)
            correct_the_first(person, cases[0], now)
            write_down(person, case, now)
            now += 10 * A_MINUTE
    for last in Session.objects.running().filter(technician=person):
        actions.stop_timer(session=last, by=person, at=now)


def correct_the_first(person: User, case: Case, now: datetime) -> None:
    """Move the oldest work to another kind and case, unless it is billed already."""
    first = Session.objects.filter(technician=person).earliest("pk")
    service = "phone" if first.service == "remote" else "remote"
    with suppress(SessionBilled):
        actions.correct_session(
            session=first,
            case=case,
            service=service,
            reason="Irrtum",
            by=person,
            at=now,
        )


def write_down(person: User, case: Case, now: datetime) -> None:
    end = now + 10 * A_MINUTE
    actions.record_session(
        case=case, technician=person, started_at=now, ended_at=end, reason="vergessen",
        by=person, at=end,
    )  # fmt: skip


def issue_again_and_again() -> None:
    for _ in range(ROUNDS):
        month.bill()


def settle_the_rest(*months: Month) -> None:
    for one in months:
        month.bill(one)


def insist_that_all_work_is_settled_once() -> None:
    sessions = Session.objects.values_list("pk", flat=True)
    claimed = Claim.objects.filter(session__isnull=False)
    assert sorted(claimed.values_list("session", flat=True)) == sorted(sessions)
    insist_on_invariants()


def test_work_recorded_while_a_month_is_issued_is_billed_once(
    own_database: None,
) -> None:
    month.firm()
    cases = [make.case(customer=month.customer()) for _ in range(CUSTOMERS)]
    people = [make.user() for _ in range(4)]
    days = [
        partial(a_day_of, person, cases[turn:] + cases[:turn], 6 + turn)
        for turn, person in enumerate(people)
    ]

    at_once(*days, issue_again_and_again, issue_again_and_again)

    by_clock = sum(minutes_of(turn) for turn in range(TURNS))
    planned = len(people) * (by_clock + 10 * (TURNS // 3)) * 60
    assert sum(session.seconds for session in Session.objects.all()) == planned
    settle_the_rest(OCTOBER, NOVEMBER)
    insist_that_all_work_is_settled_once()


def work_at_the_desk(server: Server, person: User, numbers: list[str]) -> Visitor:
    """Start, look, pause, take up again, stop; each click as a page makes it."""
    visitor, mine = server.visited_by(person), Session.objects.filter(technician=person)
    for number in numbers:
        visitor.post(reverse("start-timer", args=[number]), instead="on")
        visitor.get(reverse("case", args=[number]))
        time.sleep(1.1)
        visitor.post(reverse("pause-timer", args=[mine.latest("pk").number]))
        visitor.post(reverse("switch-timer", args=[mine.latest("pk").number]))
        time.sleep(1.1)
        visitor.post(reverse("stop-timer", args=[mine.latest("pk").number]))
        visitor.get(reverse("start"))
    connection.close()
    return visitor


def issue_at_the_desk(server: Server, clerk: User, over: threading.Event) -> Visitor:
    visitor, today = server.visited_by(clerk), datetime.now(UTC).date()
    connection.close()
    period = str(Month.of(today))
    while not over.is_set():
        visitor.post(reverse("month-preview", args=[period]))
        visitor.post(reverse("month-approve", args=[period]), all="1")
        date = today.isoformat()
        visitor.post(reverse("month-issue", args=[period]), all="1", issued_on=date)
        visitor.get(reverse("month", args=[period]))
    return visitor


def seconds_told() -> int:
    """Return the seconds that the Kladde saw stopped, whatever the records say."""
    told = Entry.objects.filter(kind__in=STOPPED).values_list("facts", flat=True)
    return sum(
        int((instant(fact["ended_at"]) - instant(fact["started_at"])).total_seconds())
        for fact in told
    )


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_technicians_and_clerks_at_their_pages_see_no_error_page(
    own_database: None, tmp_path: Path
) -> None:
    month.firm()
    numbers = [make.case(customer=month.customer()).number for _ in range(CUSTOMERS)]
    people, over = [make.user() for _ in range(3)], threading.Event()
    clerks = [make.user(Role.BILLING) for _ in range(2)]

    with served(tmp_path) as server, ThreadPoolExecutor(5) as pool:
        issuing = [pool.submit(issue_at_the_desk, server, who, over) for who in clerks]
        working = [
            pool.submit(work_at_the_desk, server, who, numbers[turn:] + numbers[:turn])
            for turn, who in enumerate(people)
        ]
        wait(working)
        over.set()
        visitors = [each.result() for each in (*working, *issuing)]

    assert {status for v in visitors for status in v.statuses} <= {200, 302}
    sessions = list(Session.objects.all())
    assert len(sessions) == 2 * len(people) * CUSTOMERS
    assert seconds_told() == sum(session.seconds for session in sessions)
    this_month = Month.of(datetime.now(UTC).date())
    settle_the_rest(this_month, this_month.next)
    insist_that_all_work_is_settled_once()
