"""Two clicks at the very same moment, committed for real, on both engines."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connections

from fernkladde.cases import actions
from fernkladde.cases.models import Case, Session
from fernkladde.journal.models import Entry
from fernkladde.journal.queries import verify
from tests import make

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = make.NOW
AT_ONCE = 6


def at_once(act: Callable[[int], Any]) -> list[Any]:
    """Do the same in many threads at one moment; return results and refusals."""
    barrier, results = threading.Barrier(AT_ONCE), [None] * AT_ONCE

    def run(number: int) -> None:
        barrier.wait()
        try:
            results[number] = act(number)
        except actions.TimerRuns as refused:
            results[number] = type(refused).__name__  # type: ignore[call-overload]
        except actions.SessionAlreadyStopped as refused:
            results[number] = type(refused).__name__  # type: ignore[call-overload]
        except actions.CaseMerged as refused:
            results[number] = type(refused).__name__  # type: ignore[call-overload]
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def test_one_key_starts_one_timer(own_database: None) -> None:
    jonas, case = make.user(), make.case()

    results = at_once(
        lambda _number: actions.start_timer(
            case=case, technician=jonas, by=jonas, at=NOW, client_key="page-1"
        )
    )

    assert set(results) == {Session.objects.get()}
    assert Entry.objects.count() == 1


def test_of_many_tabs_one_starts_the_timer(own_database: None) -> None:
    jonas = make.user()
    cases = [make.case() for _ in range(AT_ONCE)]

    results = at_once(
        lambda number: actions.start_timer(
            case=cases[number],
            technician=jonas,
            by=jonas,
            at=NOW,
            client_key=f"tab-{number}",
        )
    )

    assert results.count("TimerRuns") == AT_ONCE - 1
    assert Session.objects.running().count() == 1
    assert Entry.objects.count() == 1


def test_of_many_stops_one_counts(own_database: None) -> None:
    jonas = make.user()
    running = actions.start_timer(case=make.case(), technician=jonas, by=jonas, at=NOW)

    results = at_once(
        lambda number: actions.stop_timer(
            session=Session.objects.get(pk=running.pk),
            by=jonas,
            at=NOW + timedelta(minutes=number + 1),
        )
    )

    assert results.count("SessionAlreadyStopped") == AT_ONCE - 1
    [stopped] = [result for result in results if isinstance(result, Session)]
    assert Session.objects.get().ended_at == stopped.ended_at
    assert Entry.objects.of_kind("cases.session-stopped").count() == 1


def test_numbers_are_drawn_without_gap_or_duplicate(own_database: None) -> None:
    customer = make.customer()

    at_once(
        lambda number: actions.open_case(
            customer=customer, subject=f"Fall {number}", by=None, at=NOW
        )
    )

    numbers = sorted(Case.objects.values_list("number", flat=True))
    assert numbers == [f"26-{number:04d}" for number in range(1, AT_ONCE + 1)]
    assert verify().holds


def test_colleagues_change_the_same_cases_without_waiting_for_each_other(
    own_database: None,
) -> None:
    """Switch to and fro between two cases from all sides: a deadlock would show."""
    cases = [make.case(), make.case()]
    people = [make.user() for _ in range(AT_ONCE)]

    def switch(number: int) -> None:
        for turn in range(8):
            actions.switch_timer(
                technician=people[number],
                to=cases[(number + turn) % 2],
                by=people[number],
                at=NOW + timedelta(minutes=turn),
            )

    at_once(switch)

    assert Session.objects.count() == AT_ONCE * 8
    assert Counter(Session.objects.values_list("case", flat=True)) == {
        case.pk: AT_ONCE * 4 for case in cases
    }
    for case in cases:
        case.refresh_from_db()
    assert Session.objects.running().count() == AT_ONCE
    assert verify().holds


@pytest.mark.parametrize("turn", range(3))
def test_one_call_taken_twice_at_once_is_one_case(
    own_database: None, turn: int
) -> None:
    jonas = make.user()
    about = actions.NewCase(customer=make.customer(), subject=f"Anruf {turn}")

    results = at_once(
        lambda _number: actions.take_call(
            about=about, technician=jonas, by=jonas, at=NOW, client_key="call-1"
        )
    )

    case = Case.objects.get()
    assert set(results) == {actions.TakenCall(case, Session.objects.get())}


def test_no_work_is_left_at_a_case_that_is_merged_at_the_same_moment(
    own_database: None,
) -> None:
    case = make.case()
    into = make.case(customer=case.customer)
    people = [make.user() for _ in range(AT_ONCE)]

    def act(number: int) -> object:
        who = people[number]
        if number == 0:
            return actions.merge_cases(
                case=Case.objects.get(pk=case.pk),
                into=Case.objects.get(pk=into.pk),
                reason="dasselbe",
                by=who,
                at=NOW,
            )
        return actions.start_timer(
            case=Case.objects.get(pk=case.pk), technician=who, by=who, at=NOW
        )

    results = at_once(act)

    assert results[0] == into
    assert not case.sessions.exists()
    started = [one for one in results[1:] if isinstance(one, Session)]
    assert into.sessions.running().count() == len(started)
    assert verify().holds
