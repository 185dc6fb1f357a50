"""What people do at the clock: each prepared, and what may be done again after a fault.

A fault leaves the caller in doubt whether the work was done. Whoever asks again with
the same key of the page gets the session of the first time; whoever asks for what is
done already is refused with a name. Neither makes anything twice.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from fernkladde.cases import actions
from fernkladde.cases.models import Case, Session
from tests import make

if TYPE_CHECKING:
    from collections.abc import Callable

    Act = Callable[[], object]
    Prepare = Callable[[], Act]

NOW = make.NOW
LATER = NOW + timedelta(minutes=9)
MUCH_LATER = NOW + timedelta(hours=13)
KEY = "page-1"


def start() -> Act:
    jonas, case = make.user(), make.case()
    return lambda: actions.start_timer(
        case=case, technician=jonas, by=jonas, at=NOW, client_key=KEY
    )


def stop() -> Act:
    running = _running()
    return lambda: _unless(
        actions.SessionAlreadyStopped,
        lambda: actions.stop_timer(
            session=Session.objects.get(pk=running.pk), by=running.technician, at=LATER
        ),
    )


def pause() -> Act:
    running = _running()
    return lambda: _unless(
        actions.SessionAlreadyStopped,
        lambda: actions.pause_timer(
            session=Session.objects.get(pk=running.pk), by=running.technician, at=LATER
        ),
    )


def resume() -> Act:
    running = _running()
    jonas = running.technician
    actions.pause_timer(session=running, by=jonas, at=LATER)
    return lambda: actions.resume_timer(
        session=running, by=jonas, at=LATER, client_key=KEY
    )


def switch() -> Act:
    jonas, other = _running().technician, make.case()
    return lambda: actions.switch_timer(
        technician=jonas, to=other, by=jonas, at=LATER, client_key=KEY
    )


def drop() -> Act:
    running = _running()
    jonas = running.technician
    actions.pause_timer(session=running, by=jonas, at=LATER)
    return lambda: _unless(
        actions.NotPaused,
        lambda: actions.finish_paused(session=running, by=jonas, at=LATER),
    )


def expire() -> Act:
    _running()
    return lambda: actions.stop_forgotten_timers(at=MUCH_LATER)


def confirm() -> Act:
    running = _running()
    jonas = running.technician
    actions.stop_timer(session=running, by=jonas, at=MUCH_LATER)
    return lambda: _unless(
        actions.SessionAlreadyConfirmed,
        lambda: actions.confirm_session(
            session=running, by=jonas, at=MUCH_LATER, ended_at=LATER
        ),
    )


def write_down() -> Act:
    jonas, case = make.user(), make.case()
    return lambda: actions.record_session(
        case=case,
        technician=jonas,
        started_at=NOW,
        ended_at=LATER,
        note="am Telefon",
        reason="vergessen",
        by=jonas,
        at=MUCH_LATER,
        client_key=KEY,
    )


def correct() -> Act:
    session, other = make.session(), make.case()
    return lambda: actions.correct_session(
        session=Session.objects.get(pk=session.pk),
        case=other,
        started_at=NOW + timedelta(minutes=1),
        reason="falscher Fall",
        by=session.technician,
        at=MUCH_LATER,
    )


def strike_out() -> Act:
    session = make.session()
    return lambda: _unless(
        actions.SessionVoided,
        lambda: actions.void_session(
            session=session, reason="doppelt", by=session.technician, at=MUCH_LATER
        ),
    )


def take_a_call() -> Act:
    jonas = _running().technician
    about = actions.NewCase(customer=make.customer(), subject="Presse steht")
    no = actions.Answer(given=False, person="Frau Schulz", sentence="28,00 €")
    return lambda: actions.take_call(
        about=about,
        technician=jonas,
        by=jonas,
        at=LATER,
        answer=no,
        goodwill=actions.Goodwill(reason="Stillstand"),
        client_key=KEY,
        pause_running=True,
    )


def solve() -> Act:
    paused = make.session(is_paused=True)
    return lambda: _unless(
        actions.StateUnchanged,
        lambda: actions.change_state(
            case=paused.case, state="solved", by=paused.technician, at=MUCH_LATER
        ),
    )


def start_late() -> Act:
    running = _running()
    jonas, case = running.technician, make.case()
    return lambda: actions.start_timer_late(
        case=case,
        technician=jonas,
        started_at=NOW + timedelta(minutes=1),
        reason="Start vergessen",
        by=jonas,
        at=LATER,
        client_key=KEY,
        pause_running=True,
    )


def take_over() -> Act:
    his, hers = _running(), _running()
    return lambda: actions.take_over_timer(
        session=Session.objects.get(pk=his.pk),
        technician=hers.technician,
        reason="Schichtende",
        by=hers.technician,
        at=LATER,
        client_key=KEY,
    )


def split() -> Act:
    session = make.session()
    make.call(session=session)
    return lambda: _unless(
        actions.CutOutside,
        lambda: actions.split_session(
            session=Session.objects.get(pk=session.pk),
            cut_at=session.started_at + timedelta(minutes=1),
            reason="zweierlei",
            by=session.technician,
            at=MUCH_LATER,
        ),
    )


def move() -> Act:
    session, other = make.session(), make.case()
    return lambda: _unless(
        actions.SameCase,
        lambda: actions.move_session(
            session=Session.objects.get(pk=session.pk),
            to=other,
            reason="falscher Fall",
            by=session.technician,
            at=MUCH_LATER,
        ),
    )


def merge() -> Act:
    case = make.case()
    into = make.case(customer=case.customer, goodwill_percent=50)
    session = make.session(case=case)
    make.note(case=case)
    make.case_tag(case=case)
    make.case_link(one=case)
    return lambda: _unless(
        actions.CaseMerged,
        lambda: actions.merge_cases(
            case=Case.objects.get(pk=case.pk),
            into=Case.objects.get(pk=into.pk),
            reason="dasselbe",
            by=session.technician,
            at=MUCH_LATER,
        ),
    )


def _running() -> Session:
    jonas = make.user()
    return actions.start_timer(case=make.case(), technician=jonas, by=jonas, at=NOW)


def _unless(done: type[Exception], act: Callable[[], object]) -> None:
    """Act, or hear that it was done already."""
    try:
        act()
    except done:
        return


PLAYS = (
    start, stop, pause, resume, switch, drop, expire, confirm, write_down, correct,
    strike_out, take_a_call, solve, start_late, take_over, split, move, merge,
)  # fmt: skip
