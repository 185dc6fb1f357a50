"""A start that was forgotten, and a colleague who goes on."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from fernkladde.cases import actions
from fernkladde.cases.models import Session
from fernkladde.journal.models import Entry
from fernkladde.values.refusal import Refusal
from tests import make

if TYPE_CHECKING:
    from fernkladde.accounts.models import User
    from fernkladde.cases.models import Case

pytestmark = pytest.mark.django_db

NOW = make.NOW


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def late(case: Case, who: User, *, ago: float, **more: Any) -> Session:
    return actions.start_timer_late(
        case=case,
        technician=who,
        started_at=NOW - minutes(ago),
        reason=more.pop("reason", "Hörer in der Hand"),
        by=who,
        at=NOW,
        **more,
    )


def take_over(session: Session, who: User, **more: Any) -> Session:
    return actions.take_over_timer(
        session=session, technician=who, reason="Schichtende", by=who, at=NOW, **more
    )


def test_a_forgotten_start_counts_from_when_the_work_began() -> None:
    jonas, case = make.user(), make.case()

    running = late(case, jonas, ago=12, service="phone")

    running.refresh_from_db()
    assert (running.started_at, running.service) == (NOW - minutes(12), "phone")
    entry = Entry.objects.get()
    assert entry.kind == "cases.timer-started-late"
    assert entry.facts["reason"] == "Hörer in der Hand"
    assert entry.facts["clicked_at"].startswith("2026-10-06T08:00:00")


def test_the_moment_of_the_late_click_stays_readable() -> None:
    jonas, case = make.user(), make.case()

    running = late(case, jonas, ago=12)

    [version] = running.versions.all()
    assert version.values["started_at"] == NOW.isoformat()
    assert (version.reason, running.revision) == ("Hörer in der Hand", 2)


def test_a_forgotten_start_needs_a_reason() -> None:
    jonas, case = make.user(), make.case()

    with pytest.raises(actions.ReasonMissing):
        late(case, jonas, ago=12, reason=" ")

    assert not Session.objects.exists()


def test_a_forgotten_start_in_the_middle_of_other_work_is_refused() -> None:
    jonas, case = make.user(), make.case()
    make.session(technician=jonas, started_at=NOW - minutes(20))

    with pytest.raises(actions.SessionsOverlap):
        late(case, jonas, ago=12)

    assert not Session.objects.running().exists()


def test_a_forgotten_start_may_run_beside_other_work_if_that_is_said() -> None:
    jonas, case = make.user(), make.case()
    make.session(
        technician=jonas, started_at=NOW - minutes(20), ended_at=NOW - minutes(2)
    )

    running = late(case, jonas, ago=12, parallel=True)

    assert running.started_at == NOW - minutes(12)


def test_what_ran_before_a_forgotten_switch_ended_when_the_new_work_began() -> None:
    jonas, case = make.user(), make.case()
    before = make.running(technician=jonas, started_at=NOW - minutes(60))

    running = late(case, jonas, ago=12, pause_running=True)

    before.refresh_from_db()
    assert (before.ended_at, before.is_paused) == (NOW - minutes(12), True)
    assert running.started_at == before.ended_at


def test_a_forgotten_start_before_the_running_work_is_refused() -> None:
    jonas, case = make.user(), make.case()
    running = make.running(technician=jonas, started_at=NOW - minutes(5))

    with pytest.raises(actions.SessionsOverlap):
        late(case, jonas, ago=12, pause_running=True)

    running.refresh_from_db()
    assert running.ended_at is None


def test_a_start_half_a_day_ago_is_written_down_with_its_end_instead() -> None:
    jonas, case = make.user(), make.case()

    with pytest.raises(actions.StartTooLongAgo):
        late(case, jonas, ago=12 * 60 + 1)

    assert late(case, jonas, ago=12 * 60).ended_at is None


def test_a_start_in_the_future_is_refused() -> None:
    jonas, case = make.user(), make.case()

    with pytest.raises(Refusal, match="Zukunft"):
        late(case, jonas, ago=-2)


def test_a_colleague_goes_on_at_the_same_second() -> None:
    jonas, petra, case = make.user(), make.user(), make.case()
    his = make.running(
        case=case, technician=jonas, started_at=NOW - minutes(30), connection="vpn"
    )

    hers = take_over(his, petra)

    his.refresh_from_db()
    assert (his.ended_at, his.confirmed_at) == (NOW, NOW)
    assert (hers.started_at, hers.technician, hers.case) == (NOW, petra, case)
    assert (hers.connection, hers.ended_at) == ("vpn", None)
    stopped, over = Entry.objects.in_order()
    assert (stopped.kind, stopped.facts["session"]) == (
        "cases.session-stopped",
        his.number,
    )
    assert over.kind == "cases.timer-taken-over"
    assert (over.facts["from"], over.facts["reason"]) == (his.number, "Schichtende")


def test_who_takes_over_pauses_what_runs_meanwhile() -> None:
    jonas, petra = make.user(), make.user()
    his = make.running(technician=jonas, started_at=NOW - minutes(30))
    own = make.running(technician=petra, started_at=NOW - minutes(10))

    take_over(his, petra)

    own.refresh_from_db()
    assert (own.ended_at, own.is_paused) == (NOW, True)


def test_a_clock_that_has_ended_is_not_taken_over() -> None:
    petra, his = make.user(), make.session()

    with pytest.raises(actions.SessionAlreadyStopped):
        take_over(his, petra)

    assert not Session.objects.running().exists()


def test_two_clicks_take_over_once() -> None:
    petra, his = make.user(), make.running(started_at=NOW - minutes(30))

    first = take_over(his, petra, client_key="page-1")
    second = take_over(his, petra, client_key="page-1")

    assert first == second
    assert Session.objects.count() == 2


def test_nobody_takes_over_from_himself() -> None:
    his = make.running(started_at=NOW - minutes(30))

    with pytest.raises(actions.OwnTimer):
        take_over(his, his.technician)

    his.refresh_from_db()
    assert his.ended_at is None


def test_the_limit_of_a_believed_timer_is_the_firms() -> None:
    chief = make.user()
    actions.set_rules(by=chief, at=NOW, remind_minutes=60, stop_minutes=120)
    running = make.running(started_at=NOW - minutes(121))

    [stopped] = actions.stop_forgotten_timers(at=NOW)

    assert stopped == running
    running.refresh_from_db()
    assert running.ended_at == NOW - minutes(1)
    assert running.confirmed_at is None


def test_a_clock_is_asked_after_before_it_is_ended() -> None:
    chief = make.user()

    with pytest.raises(Refusal, match="Erinnerung"):
        actions.set_rules(by=chief, at=NOW, remind_minutes=120, stop_minutes=120)

    assert not Entry.objects.exists()
