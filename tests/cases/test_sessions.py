"""Sessions by hand: written down with a reason, corrected with the truth kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from fernkladde.billing.models import Claim
from fernkladde.cases import actions
from fernkladde.cases.clock import EndsBeforeItStarts, InTheFuture
from fernkladde.cases.models import Session, SessionVersion
from fernkladde.customers.records import InvalidRecord
from fernkladde.journal.models import Entry
from tests import make

pytestmark = pytest.mark.django_db

NOW = make.NOW
LATER = NOW + timedelta(hours=8)


def minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


def record(**more: Any) -> Session:
    jonas = more.pop("technician", None) or make.user()
    values: dict[str, Any] = {
        "case": more.pop("case", None) or make.case(),
        "technician": jonas,
        "started_at": NOW,
        "ended_at": NOW + minutes(25),
        "reason": "ohne Uhr telefoniert",
        "by": jonas,
        "at": LATER,
    }
    return actions.record_session(**values | more)


def test_work_written_down_later_is_confirmed_and_has_its_reason() -> None:
    session = record(note=" Geber getauscht ")

    saved = Session.objects.confirmed().get()
    assert (saved.seconds, saved.source, saved.note) == (
        1500,
        "manual",
        "Geber getauscht",
    )
    entry = Entry.objects.get()
    assert (entry.kind, entry.facts["session"]) == (
        "cases.session-recorded",
        session.number,
    )
    assert entry.facts["reason"] == "ohne Uhr telefoniert"
    assert "Geber" not in str(entry.facts)


def test_work_without_a_reason_is_not_written_down() -> None:
    with pytest.raises(actions.ReasonMissing):
        record(reason="  ")

    assert not Session.objects.exists()


@pytest.mark.parametrize("length", [0, -10])
def test_an_end_that_is_not_after_the_start_is_refused(length: int) -> None:
    with pytest.raises(EndsBeforeItStarts) as refused:
        record(ended_at=NOW + minutes(length))

    assert refused.value.field == "ended_at"


def test_work_of_the_future_is_refused() -> None:
    with pytest.raises(InTheFuture):
        record(ended_at=LATER + minutes(2))
    with pytest.raises(InTheFuture):
        record(started_at=LATER + minutes(2), ended_at=LATER + minutes(3))

    assert record(ended_at=LATER + timedelta(seconds=59)).pk


def test_an_overlap_names_the_other_session_and_the_way_out() -> None:
    jonas = make.user()
    first = record(technician=jonas)

    with pytest.raises(actions.SessionsOverlap) as refused:
        record(technician=jonas, started_at=NOW + minutes(20), ended_at=LATER)

    assert refused.value.other == first
    assert "parallel" in str(refused.value)
    assert Entry.objects.count() == 1
    beside = record(
        technician=jonas,
        started_at=NOW + minutes(20),
        ended_at=LATER,
        parallel=True,
    )
    assert beside.parallel


def test_a_form_sent_twice_writes_the_work_down_once() -> None:
    jonas, case = make.user(), make.case()

    first = record(technician=jonas, case=case, client_key="form-1")
    second = record(technician=jonas, case=case, client_key="form-1")

    assert first == second
    assert Entry.objects.count() == 1


def test_a_text_that_is_too_long_is_refused_on_both_engines() -> None:
    with pytest.raises(InvalidRecord) as refused:
        record(service="x" * 61)

    assert refused.value.field == "service"


def test_numbers_of_sessions_count_the_year_up() -> None:
    numbers = [record().number for _ in range(2)]

    assert numbers == ["E26-000001", "E26-000002"]


def test_a_correction_keeps_what_stood_there_with_who_and_why() -> None:
    jonas, petra = make.user(), make.user()
    session = record(technician=jonas)

    changed = actions.correct_session(
        session=session,
        ended_at=NOW + minutes(40),
        service="phone",
        billable=False,
        reason="Ende falsch abgelesen",
        by=petra,
        at=LATER,
    )

    saved = Session.objects.get()
    assert changed
    assert (saved.seconds, saved.service, saved.billable, saved.revision) == (
        2400,
        "phone",
        False,
        2,
    )
    version = SessionVersion.objects.get()
    assert version.values["ended_at"] == (NOW + minutes(25)).isoformat()
    assert (version.revision, version.changed_by, version.reason) == (
        1,
        petra,
        "Ende falsch abgelesen",
    )
    entry = Entry.objects.newest_first()[0]
    assert entry.facts["changes"]["service"] == ["remote", "phone"]
    assert session.ended_at == saved.ended_at


def test_a_correction_that_changes_nothing_leaves_no_trace() -> None:
    session = record()

    changed = actions.correct_session(
        session=session, service="remote", reason="nichts", by=None, at=LATER
    )

    assert not changed
    assert not SessionVersion.objects.exists()
    assert Entry.objects.count() == 1


def test_a_correction_into_another_session_is_refused_and_keeps_nothing() -> None:
    jonas = make.user()
    session = record(technician=jonas)
    other = record(
        technician=jonas, started_at=NOW + minutes(30), ended_at=NOW + minutes(60)
    )

    with pytest.raises(actions.SessionsOverlap) as refused:
        actions.correct_session(
            session=session,
            ended_at=NOW + minutes(31),
            reason="länger",
            by=jonas,
            at=LATER,
        )

    assert refused.value.other == other
    assert not SessionVersion.objects.exists()
    session.refresh_from_db()
    assert session.ended_at == NOW + minutes(25)


def test_work_moved_to_another_case_is_told_in_both() -> None:
    session, right = record(), make.case()
    wrong = session.case

    actions.correct_session(
        session=session, case=right, reason="falscher Fall", by=None, at=LATER
    )

    for case in (wrong, right):
        entry = Entry.objects.about(f"case/{case.number}").newest_first()[0]
        assert entry.facts["changes"]["case"] == [wrong.number, right.number]
        case.refresh_from_db()
    assert (wrong.revision, right.revision) == (3, 2)


def test_a_running_timer_may_have_begun_earlier_but_gets_no_end_here() -> None:
    jonas = make.user()
    running = actions.start_timer(case=make.case(), technician=jonas, by=jonas, at=NOW)

    actions.correct_session(
        session=running,
        started_at=NOW - minutes(10),
        reason="zu spät gedrückt",
        by=jonas,
        at=NOW + minutes(1),
    )
    with pytest.raises(actions.SessionRuns):
        actions.correct_session(
            session=running, ended_at=NOW, reason="x", by=jonas, at=LATER
        )

    actions.stop_timer(session=running, by=jonas, at=NOW + minutes(5))
    assert Session.objects.get().seconds == 900


def test_a_page_that_knows_the_old_start_still_stops_the_timer() -> None:
    jonas = make.user()
    actions.start_timer(case=make.case(), technician=jonas, by=jonas, at=NOW)
    stale, fresh = Session.objects.get(), Session.objects.get()
    actions.correct_session(
        session=fresh,
        started_at=NOW - minutes(10),
        reason="zu spät gedrückt",
        by=jonas,
        at=NOW + minutes(1),
    )

    actions.stop_timer(session=stale, by=jonas, at=NOW + minutes(5))

    assert Session.objects.get().seconds == 900


def test_what_is_billed_is_not_changed() -> None:
    session = record()
    make.claim(session=session)

    for act in (
        lambda: actions.correct_session(
            session=session, service="phone", reason="x", by=None, at=LATER
        ),
        lambda: actions.void_session(session=session, reason="x", by=None, at=LATER),
        lambda: actions.give_goodwill(on=session, reason="x", by=None, at=LATER),
        lambda: actions.confirm_session(
            session=session, ended_at=LATER, by=None, at=LATER
        ),
    ):
        with pytest.raises(actions.SessionBilled, match="stornieren"):
            act()

    assert Entry.objects.count() == 1
    assert not SessionVersion.objects.exists()


def test_what_a_stornorechnung_released_may_be_changed_until_it_is_billed_again() -> (
    None
):
    session = record()
    claim = make.claim(session=session)
    Claim.objects.filter(pk=claim.pk).update(released_by=make.invoice())

    assert actions.correct_session(
        session=session, service="phone", reason="Leistungsart", by=None, at=LATER
    )

    make.claim(session=session)
    with pytest.raises(actions.SessionBilled):
        actions.void_session(session=session, reason="x", by=None, at=LATER)


def test_confirming_makes_a_doubtful_end_count() -> None:
    jonas = make.user()
    session = make.session(technician=jonas, confirmed_at=None)

    actions.confirm_session(session=session, by=jonas, at=LATER)

    assert Session.objects.confirmed().get() == session
    assert not SessionVersion.objects.exists()
    assert Entry.objects.get().kind == "cases.session-confirmed"


def test_confirming_with_the_right_end_keeps_the_doubtful_one() -> None:
    session = make.session(ended_at=NOW + timedelta(hours=12), confirmed_at=None)

    actions.confirm_session(
        session=session, ended_at=NOW + minutes(35), by=None, at=NOW + minutes(900)
    )

    saved = Session.objects.confirmed().get()
    assert (saved.seconds, saved.revision) == (2100, 2)
    kept = SessionVersion.objects.get()
    assert kept.values["ended_at"] == (NOW + timedelta(hours=12)).isoformat()
    assert kept.values["confirmed_at"] is None


def test_confirming_twice_is_told() -> None:
    session = make.session()

    with pytest.raises(actions.SessionAlreadyConfirmed):
        actions.confirm_session(session=session, by=None, at=LATER)

    assert not Entry.objects.exists()


def test_a_running_timer_is_confirmed_only_with_an_end() -> None:
    running = make.running(confirmed_at=None)

    with pytest.raises(actions.SessionRuns):
        actions.confirm_session(session=running, by=None, at=LATER)

    actions.confirm_session(
        session=running, ended_at=NOW + minutes(20), by=None, at=LATER
    )
    assert Session.objects.confirmed().get().seconds == 1200


def test_a_session_struck_out_counts_nowhere_and_stays_readable() -> None:
    session = record()

    actions.void_session(session=session, reason="doppelt", by=None, at=LATER)

    assert not Session.objects.valid().exists()
    assert SessionVersion.objects.get().reason == "doppelt"
    assert Entry.objects.newest_first()[0].facts["reason"] == "doppelt"
    with pytest.raises(actions.SessionVoided):
        actions.void_session(session=session, reason="nochmal", by=None, at=LATER)


def test_a_running_timer_can_be_struck_out_and_the_next_one_started() -> None:
    jonas = make.user()
    running = actions.start_timer(case=make.case(), technician=jonas, by=jonas, at=NOW)

    actions.void_session(
        session=running, reason="falscher Fall", by=jonas, at=NOW + minutes(1)
    )

    with pytest.raises(actions.SessionVoided):
        actions.stop_timer(session=running, by=jonas, at=NOW + minutes(2))
    assert actions.start_timer(
        case=make.case(), technician=jonas, by=jonas, at=NOW + minutes(2)
    ).pk
