"""The clock: one running per technician, any number paused, none forgotten."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from fernkladde.cases import actions
from fernkladde.cases.models import CaseState, Session
from fernkladde.cases.queries import forgotten_timers, timers_of
from fernkladde.journal.models import Entry
from tests import make

if TYPE_CHECKING:
    from datetime import datetime

    from fernkladde.accounts.models import User
    from fernkladde.cases.models import Case

pytestmark = pytest.mark.django_db

NOW = make.NOW


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def start(case: Case, technician: User, at: datetime = NOW, key: str = "") -> Session:
    return actions.start_timer(
        case=case, technician=technician, by=technician, at=at, client_key=key
    )


def kinds() -> list[str]:
    return list(Entry.objects.in_order().values_list("kind", flat=True))


def test_a_call_from_start_to_receipt_with_one_entry_per_step() -> None:
    jonas, case = make.user(), make.case()

    running = start(case, jonas)
    actions.pause_timer(session=running, by=jonas, at=NOW + minutes(10))
    again = actions.resume_timer(session=running, by=jonas, at=NOW + minutes(25))
    actions.stop_timer(session=again, by=jonas, at=NOW + minutes(40))

    spans = Session.objects.order_by("pk").values_list("started_at", "ended_at")
    assert list(spans) == [
        (NOW, NOW + minutes(10)),
        (NOW + minutes(25), NOW + minutes(40)),
    ]
    assert not Session.objects.filter(confirmed_at=None).exists()
    assert not Session.objects.paused().exists()
    assert kinds() == [
        "cases.timer-started",
        "cases.timer-paused",
        "cases.timer-resumed",
        "cases.session-stopped",
    ]


def test_starting_takes_a_new_case_and_a_solved_one_in_progress() -> None:
    jonas = make.user()
    solved = make.case(state=CaseState.SOLVED, closed_at=NOW - minutes(60))

    start(solved, jonas)

    solved.refresh_from_db()
    assert (solved.state, solved.closed_at) == (CaseState.IN_PROGRESS, None)
    assert Entry.objects.get().facts["state"] == ["solved", "in_progress"]


def test_every_change_by_the_clock_counts_the_case_up() -> None:
    jonas, case = make.user(), make.case()

    running = start(case, jonas)
    actions.stop_timer(session=running, by=jonas, at=NOW + minutes(5))

    case.refresh_from_db()
    assert case.revision == 3


def test_instants_are_cut_to_whole_seconds() -> None:
    jonas, case = make.user(), make.case()

    running = start(case, jonas, NOW + timedelta(microseconds=900_000))
    actions.stop_timer(
        session=running, by=jonas, at=NOW + timedelta(seconds=61, microseconds=5)
    )

    saved = Session.objects.get()
    assert (saved.started_at, saved.seconds) == (NOW, 61)


def test_a_double_click_starts_one_timer() -> None:
    jonas, case = make.user(), make.case()

    first = start(case, jonas, key="page-1")
    second = start(case, jonas, NOW + timedelta(seconds=1), key="page-1")

    assert second == first
    assert kinds() == ["cases.timer-started"]


def test_a_double_click_after_the_stop_still_finds_the_first_timer() -> None:
    jonas, case = make.user(), make.case()
    first = start(case, jonas, key="page-1")
    actions.stop_timer(session=first, by=jonas, at=NOW + minutes(5))

    second = start(case, jonas, NOW + minutes(6), key="page-1")

    assert second == first
    assert not Session.objects.running().exists()


def test_two_tabs_never_start_two_timers() -> None:
    jonas, case, other = make.user(), make.case(), make.case()
    first = start(case, jonas, key="tab-1")

    with pytest.raises(actions.TimerRuns) as refused:
        start(other, jonas, NOW + minutes(1), key="tab-2")

    assert refused.value.session == first
    assert case.number in str(refused.value)
    assert Session.objects.count() == 1


def test_a_key_of_somebody_else_starts_nothing() -> None:
    start(make.case(), make.user(), key="page-1")

    with pytest.raises(actions.KeyTaken):
        start(make.case(), make.user(), key="page-1")

    assert Session.objects.count() == 1


def test_two_technicians_work_at_the_same_time() -> None:
    case = make.case()

    start(case, make.user())
    start(case, make.user())

    assert Session.objects.running().count() == 2


def test_the_first_of_two_stops_counts() -> None:
    jonas = make.user()
    running = start(make.case(), jonas)
    stale = Session.objects.get()
    actions.stop_timer(session=running, by=jonas, at=NOW + minutes(5))

    with pytest.raises(actions.SessionAlreadyStopped) as refused:
        actions.stop_timer(session=stale, by=jonas, at=NOW + minutes(9))

    assert refused.value.session.ended_at == NOW + minutes(5)
    assert "10:05" in str(refused.value)
    assert Session.objects.get().ended_at == NOW + minutes(5)
    assert kinds().count("cases.session-stopped") == 1


def test_a_stop_before_the_start_waits_for_a_person() -> None:
    jonas = make.user()
    running = start(make.case(), jonas)

    actions.stop_timer(session=running, by=jonas, at=NOW - minutes(60))

    saved = Session.objects.get()
    assert (saved.seconds, saved.confirmed_at) == (1, None)
    assert Entry.objects.get(kind="cases.session-stopped").facts["clock_regression"]


def test_a_stop_in_the_first_second_is_a_second_long_and_unconfirmed() -> None:
    jonas = make.user()
    running = start(make.case(), jonas)

    actions.stop_timer(session=running, by=jonas, at=NOW)

    saved = Session.objects.get()
    assert (saved.seconds, saved.confirmed_at) == (1, None)


def test_the_next_timer_starts_right_after_such_a_second() -> None:
    jonas = make.user()
    running = start(make.case(), jonas)
    actions.stop_timer(session=running, by=jonas, at=NOW)

    following = start(make.case(), jonas, NOW)

    assert following.started_at == NOW + timedelta(seconds=1)


def test_a_start_at_a_clock_set_back_far_names_what_stands_in_the_way() -> None:
    jonas = make.user()
    done = make.session(technician=jonas)

    with pytest.raises(actions.SessionsOverlap) as refused:
        start(make.case(), jonas, NOW - minutes(30))

    assert refused.value.other == done
    assert done.number in str(refused.value)


@pytest.mark.parametrize(("hours", "confirmed"), [(12, True), (12.01, False)])
def test_after_twelve_hours_a_stop_is_not_believed(
    *, hours: float, confirmed: bool
) -> None:
    jonas = make.user()
    running = start(make.case(), jonas)

    actions.stop_timer(session=running, by=jonas, at=NOW + timedelta(hours=hours))

    assert (Session.objects.get().confirmed_at is not None) is confirmed


def test_a_timer_left_over_night_ends_after_twelve_hours_unconfirmed() -> None:
    jonas, petra = make.user(), make.user()
    evening = start(make.case(), jonas)
    start(make.case(), petra, NOW + timedelta(hours=20))
    morning = NOW + timedelta(hours=22)

    stopped = actions.stop_forgotten_timers(at=morning)

    assert stopped == [evening]
    saved = Session.objects.get(pk=evening.pk)
    assert saved.ended_at == NOW + timedelta(hours=12)
    assert saved.confirmed_at is None
    assert Session.objects.running().count() == 1
    assert kinds()[-1] == "cases.timer-expired"
    assert Entry.objects.newest_first()[0].actor is None


def test_stopping_forgotten_timers_twice_does_nothing_more() -> None:
    start(make.case(), make.user())
    actions.stop_forgotten_timers(at=NOW + timedelta(hours=13))

    again = actions.stop_forgotten_timers(at=NOW + timedelta(hours=14))

    assert again == []
    assert kinds() == ["cases.timer-started", "cases.timer-expired"]


def test_a_timer_is_forgotten_only_after_more_than_twelve_hours() -> None:
    running = start(make.case(), make.user())

    assert not forgotten_timers(NOW + timedelta(hours=12)).exists()
    late = NOW + timedelta(hours=12, seconds=1)
    assert list(forgotten_timers(late)) == [running]


def test_switching_pauses_one_and_starts_the_other() -> None:
    jonas, case, other = make.user(), make.case(), make.case()
    first = start(case, jonas)

    second = actions.switch_timer(
        technician=jonas, to=other, by=jonas, at=NOW + minutes(7)
    )

    first.refresh_from_db()
    assert (first.ended_at, first.is_paused) == (NOW + minutes(7), True)
    assert (second.case, second.started_at) == (other, NOW + minutes(7))
    assert kinds()[1:] == ["cases.timer-paused", "cases.timer-started"]


def test_switching_back_goes_on_with_the_same_kind_of_work() -> None:
    jonas, case = make.user(), make.case()
    first = actions.start_timer(
        case=case,
        technician=jonas,
        service="phone",
        skill="programmer",
        connection="modem",
        by=jonas,
        at=NOW,
    )
    actions.switch_timer(
        technician=jonas, to=make.case(), by=jonas, at=NOW + minutes(5)
    )

    back = actions.switch_timer(
        technician=jonas, to=first, by=jonas, at=NOW + minutes(9)
    )

    assert (back.case, back.service, back.skill, back.connection) == (
        case,
        "phone",
        "programmer",
        "modem",
    )
    timers = timers_of(jonas)
    assert timers.running == back
    assert [session.case for session in timers.paused] != [case]


def test_switching_without_a_running_timer_just_starts() -> None:
    jonas, case = make.user(), make.case()

    session = actions.switch_timer(technician=jonas, to=case, by=jonas, at=NOW)

    assert timers_of(jonas).running == session
    assert kinds() == ["cases.timer-started"]


def test_switching_to_the_running_case_changes_nothing() -> None:
    jonas, case = make.user(), make.case()
    start(case, jonas)

    with pytest.raises(actions.TimerRuns):
        actions.switch_timer(technician=jonas, to=case, by=jonas, at=NOW + minutes(5))

    assert Session.objects.running().count() == 1
    assert kinds() == ["cases.timer-started"]


def test_resuming_does_not_pause_what_runs() -> None:
    jonas = make.user()
    paused = start(make.case(), jonas)
    actions.pause_timer(session=paused, by=jonas, at=NOW + minutes(5))
    start(make.case(), jonas, NOW + minutes(6))

    with pytest.raises(actions.TimerRuns):
        actions.resume_timer(session=paused, by=jonas, at=NOW + minutes(7))

    paused.refresh_from_db()
    assert paused.is_paused


def test_what_was_resumed_cannot_be_resumed_again() -> None:
    jonas = make.user()
    paused = start(make.case(), jonas)
    actions.pause_timer(session=paused, by=jonas, at=NOW + minutes(5))
    again = actions.resume_timer(session=paused, by=jonas, at=NOW + minutes(6))
    actions.stop_timer(session=again, by=jonas, at=NOW + minutes(7))

    with pytest.raises(actions.NotPaused):
        actions.resume_timer(session=paused, by=jonas, at=NOW + minutes(8))


def test_a_double_click_resumes_once() -> None:
    jonas = make.user()
    paused = start(make.case(), jonas)
    actions.pause_timer(session=paused, by=jonas, at=NOW + minutes(5))

    first, second = (
        actions.resume_timer(session=paused, by=jonas, at=at, client_key="page-2")
        for at in (NOW + minutes(6), NOW + minutes(6))
    )

    assert first == second
    assert Session.objects.count() == 2


def test_any_number_of_timers_is_paused() -> None:
    jonas = make.user()
    for hour in range(3):
        session = start(make.case(), jonas, NOW + timedelta(hours=hour))
        actions.pause_timer(
            session=session, by=jonas, at=NOW + timedelta(hours=hour, minutes=5)
        )

    timers = timers_of(jonas)

    assert (timers.running, len(timers.paused)) == (None, 3)


def test_a_dropped_timer_is_no_longer_offered_and_its_work_stays() -> None:
    jonas = make.user()
    paused = start(make.case(), jonas)
    actions.pause_timer(session=paused, by=jonas, at=NOW + minutes(5))

    actions.finish_paused(session=paused, by=jonas, at=NOW + minutes(6))

    assert timers_of(jonas).paused == []
    assert Session.objects.confirmed().get().seconds == 300
    with pytest.raises(actions.NotPaused):
        actions.finish_paused(session=paused, by=jonas, at=NOW + minutes(7))


def test_a_colleague_may_stop_the_clock_and_the_kladde_says_who() -> None:
    jonas, petra = make.user(), make.user()
    running = start(make.case(), jonas)

    actions.stop_timer(session=running, by=petra, at=NOW + minutes(5))

    entry = Entry.objects.get(kind="cases.session-stopped")
    assert entry.actor == petra
    assert entry.facts["technician"] == f"user/{jonas.pk}"


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(TypeError):
        start(make.case(), make.user(), NOW.replace(tzinfo=None))
