"""Sessions cut in two and moved: no second is lost, no version, nothing billed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from fernkladde.cases import actions
from fernkladde.cases.models import Session
from fernkladde.integrity.invariants import check_invariants
from fernkladde.journal.models import Entry
from tests import make

pytestmark = pytest.mark.django_db

NOW = make.NOW
LATER = NOW + timedelta(hours=3)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def split(session: Session, after: float, **more: Any) -> Session:
    return actions.split_session(
        session=session,
        cut_at=session.started_at + minutes(after),
        reason="Zwei Sachen",
        by=session.technician,
        at=LATER,
        **more,
    )


def move(session: Session, to: Any) -> Session:
    return actions.move_session(
        session=session, to=to, reason="Falscher Fall", by=session.technician, at=LATER
    )


def test_a_split_session_keeps_every_second_and_what_it_was() -> None:
    whole = make.session(
        connection="vpn", skill="plc", note="Geber", billable=False, parallel=True
    )

    second = split(whole, 20 + 1 / 60)

    whole.refresh_from_db()
    second.refresh_from_db()
    assert (whole.seconds, second.seconds) == (1201, 599)
    assert whole.ended_at == second.started_at
    assert second.confirmed_at == whole.confirmed_at
    for name in ("case", "technician", "connection", "skill", "note", "billable"):
        assert getattr(second, name) == getattr(whole, name)
    assert second.parallel
    assert second.split_from == whole


def test_what_the_whole_session_said_stays_readable() -> None:
    whole = make.session()
    end = whole.ended_at

    second = split(whole, 10)

    [version] = whole.versions.all()
    assert version.values["ended_at"] == end.isoformat()  # type: ignore[union-attr]
    assert version.reason == "Zwei Sachen"
    assert not second.versions.exists()
    entry = Entry.objects.get()
    assert (entry.kind, entry.facts["second"]) == (
        "cases.session-split",
        second.number,
    )


def test_calls_go_with_the_part_in_which_they_began() -> None:
    whole = make.session()
    early = make.call(session=whole, started_at=NOW + minutes(5))
    later = make.call(session=whole, started_at=NOW + minutes(10))

    second = split(whole, 10)

    assert list(whole.calls.all()) == [early]
    assert list(second.calls.all()) == [later]


def test_an_unconfirmed_session_is_split_into_two_unconfirmed_ones() -> None:
    whole = make.session(confirmed_at=None)

    second = split(whole, 10)

    whole.refresh_from_db()
    assert (whole.confirmed_at, second.confirmed_at) == (None, None)


@pytest.mark.parametrize("after", [0, 30, -1, 31])
def test_a_session_is_cut_only_between_its_ends(after: int) -> None:
    whole = make.session()

    with pytest.raises(actions.CutOutside):
        split(whole, after)

    assert Session.objects.count() == 1


def test_a_running_clock_is_not_split() -> None:
    running = make.running()

    with pytest.raises(actions.SessionRuns):
        split(running, 10)


def test_billed_work_is_neither_split_nor_moved() -> None:
    billed = make.session()
    make.claim(session=billed)

    with pytest.raises(actions.SessionBilled):
        split(billed, 10)
    with pytest.raises(actions.SessionBilled):
        move(billed, make.case())

    assert not Entry.objects.exists()


def test_moved_work_says_where_it_was_in_both_cases() -> None:
    session, to = make.session(), make.case()
    before = session.case

    move(session, to)

    session.refresh_from_db()
    assert (session.case, session.came_from) == (to, before)
    [version] = session.versions.all()
    assert version.values["case"] == before.number
    subjects = {entry.subject for entry in Entry.objects.all()}
    assert subjects == {f"case/{before.number}", f"case/{to.number}"}


def test_moving_outdates_the_previews_of_both_customers() -> None:
    session, to = make.session(), make.case()
    before = session.case

    move(session, to)

    for case in (before, to):
        case.refresh_from_db()
        assert case.revision == 2


def test_a_running_clock_goes_on_at_the_case_to_which_it_is_moved() -> None:
    running, to = make.running(), make.case()

    move(running, to)

    running.refresh_from_db()
    assert (running.case, running.ended_at) == (to, None)


def test_work_is_not_moved_to_where_it_is() -> None:
    session = make.session()

    with pytest.raises(actions.SameCase):
        move(session, session.case)

    assert not Entry.objects.exists()


def test_all_invariants_hold_after_cutting_and_moving() -> None:
    session = make.session()

    second = split(session, 12)
    move(second, make.case())
    split(second, 5)

    assert check_invariants() == []
