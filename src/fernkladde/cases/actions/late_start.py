"""What clocks forget: a start that was, and a colleague who goes on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Unpack

from django.utils.translation import gettext as _

from fernkladde.cases.clock import check_span, whole_second
from fernkladde.cases.limits import longest_timer
from fernkladde.journal import actions as journal
from fernkladde.values.refusal import Refusal

from .starting import Start, Work, WorkFields, begin, begun, like, once
from .writing import keep_version, reason_given, save_session

if TYPE_CHECKING:
    from datetime import datetime

    from fernkladde.accounts.models import User
    from fernkladde.cases.models import Case, Session


class StartTooLongAgo(Refusal):
    """A clock that began so long ago would be a forgotten one at once."""

    def __init__(self) -> None:
        sentence = _(
            "So lange läuft keine Uhr. Bitte den Einsatz mit Beginn und Ende"
            " nachtragen."
        )
        super().__init__(sentence, field="started_at")


class OwnTimer(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Diese Uhr ist Ihre eigene."))


def start_timer_late(
    *,
    case: Case,
    technician: User,
    started_at: datetime,
    reason: str,
    by: User | None,
    at: datetime,
    client_key: str | None = None,
    pause_running: bool = False,
    **work: Unpack[WorkFields],
) -> Session:
    """Start the clock as of an earlier moment, with a reason.

    What is paused for it ended when this began. The moment of the click stays
    readable as the session's first version.
    """
    reason, began = reason_given(reason), whole_second(started_at)
    check_span(began, None, at=at)
    if at - began > longest_timer():
        raise StartTooLongAgo
    start = Start(
        case=case,
        technician=technician,
        work=Work(**work),
        by=by,
        at=at,
        client_key=client_key,
        pause_running=pause_running,
        kind="cases.timer-started-late",
        since=began,
        more={"reason": reason, "clicked_at": whole_second(at)},
    )
    return once(client_key, technician, lambda: _begun_late(start, reason))


def _begun_late(start: Start, reason: str) -> Session:
    session, notes = begin(start)
    began, session.started_at = session.started_at, whole_second(start.at)
    kept = keep_version(session, reason=reason, by=start.by, at=start.at)
    session.started_at = began
    save_session(session, ["revision"])
    notes[-1] = replace(notes[-1], facts={**notes[-1].facts, "versions": [kept]})
    journal.record_many(notes)
    return session


def take_over_timer(
    *,
    session: Session,
    technician: User,
    reason: str,
    by: User | None,
    at: datetime,
    client_key: str | None = None,
) -> Session:
    """Go on with a colleague's work: his clock ends, mine starts at the same second.

    The case stays, and with it consent and decisions; what runs at mine is paused.
    """
    reason = reason_given(reason)
    if session.technician_id == technician.pk:
        raise OwnTimer
    start = Start(
        case=session.case,
        technician=technician,
        work=like(session),
        by=by,
        at=at,
        client_key=client_key,
        pause_running=True,
        kind="cases.timer-taken-over",
        takes_over=session,
        more={"reason": reason, "from": session.number},
    )
    return once(client_key, technician, lambda: begun(start))
