"""Sessions cut in two, or moved to the case where they belong.

Not a second is won or lost, what stood there before stays readable, and nothing that
is billed is touched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from fernkladde.cases.clock import whole_second
from fernkladde.cases.models import Session
from fernkladde.cases.numbers import session_number
from fernkladde.customers import records
from fernkladde.journal import actions as journal
from fernkladde.values.refusal import Refusal

from .sessions import SessionRuns
from .writing import (
    editable,
    insert_session,
    keep_version,
    locked_cases,
    reason_given,
    save_session,
    session_facts,
    subject,
    touch,
)

if TYPE_CHECKING:
    from datetime import datetime

    from fernkladde.accounts.models import User
    from fernkladde.cases.models import Case

    from .writing import Kept

# The second part is as the first was; its own are only its number and its times.
KEPT = (
    "case", "technician", "service", "skill", "connection", "billable",
    "goodwill_percent", "goodwill_reason", "parallel", "source", "note",
    "confirmed_at", "is_paused", "ended_at", "came_from",
)  # fmt: skip


class CutOutside(Refusal):
    """Both parts need at least a second."""

    def __init__(self, session: Session) -> None:
        sentence = _("Der Schnitt muss zwischen Beginn und Ende von %(number)s liegen.")
        super().__init__(sentence % {"number": session.number}, field="cut_at")


class SameCase(Refusal):
    def __init__(self, case: Case) -> None:
        sentence = _("Der Einsatz gehört schon zu Fall %(number)s.")
        super().__init__(sentence % {"number": case.number}, field="to")


@transaction.atomic
def split_session(
    *,
    session: Session,
    cut_at: datetime,
    reason: str,
    by: User | None,
    at: datetime,
    note: str | None = None,
) -> Session:
    """Cut an ended session in two at an instant; return the second part.

    Calls that began from the cut on belong to the second part; `note` says what was
    done in it, if not the same.
    """
    reason, number = reason_given(reason), session_number(at)
    current = editable(session)
    cut = whole_second(cut_at)
    if current.ended_at is None:
        raise SessionRuns(current)
    if not current.started_at < cut < current.ended_at:
        raise CutOutside(current)
    second = Session(number=number, started_at=cut, split_from=current)
    for name in KEPT:
        setattr(second, name, getattr(current, name))
    second.note = current.note if note is None else note.strip()
    kept = keep_version(current, reason=reason, by=by, at=at)
    current.ended_at, current.is_paused = cut, False
    save_session(current, ["ended_at", "is_paused", "revision"])
    insert_session(second)
    calls = _move_calls(current, second)
    touch(current.case)
    records.copy_to(session, current, dict.fromkeys(("ended_at", "revision")))
    facts = session_facts(current) | {
        "second": second.number,
        "second_ended_at": second.ended_at,
        "calls": calls,
        "reason": reason,
        "versions": [kept],
    }
    journal.record(
        kind="cases.session-split",
        subject=subject(current.case),
        by=by,
        at=at,
        facts=facts,
        personal={"note": second.note} if note else None,
    )
    return second


def _move_calls(first: Session, second: Session) -> list[str]:
    """Give the second part what was dialled in it; return the calls' numbers."""
    later = first.calls.filter(started_at__gte=second.started_at)
    numbers = list(later.order_by("number").values_list("number", flat=True))
    later.update(session=second)
    return numbers


@transaction.atomic
def move_session(
    *, session: Session, to: Case, reason: str, by: User | None, at: datetime
) -> Session:
    """Move work to the case where it belongs, also one of another customer.

    Cause, consent and goodwill of the case are then those of the new one; a goodwill
    of the session's own goes along. Its clock may still run.
    """
    reason = reason_given(reason)
    current = editable(session)
    before = current.case
    if before.pk == to.pk:
        raise SameCase(to)
    locked_cases(before, to)
    kept = moved(current, to, reason=reason, by=by, at=at)
    touch(before, to)
    names = ("case", "came_from", "revision")
    records.copy_to(session, current, dict.fromkeys(names))
    facts: dict[str, Any] = session_facts(current) | {
        "from": before.number,
        "to": to.number,
        "customer": [before.customer.number, to.customer.number],
        "reason": reason,
        "versions": [kept],
    }
    journal.record_many(
        journal.Note(
            kind="cases.session-moved", subject=subject(case), by=by, at=at, facts=facts
        )
        for case in (before, to)
    )
    return session


def moved(
    session: Session, to: Case, *, reason: str, by: User | None, at: datetime
) -> Kept:
    """Put a locked session into another case and keep what it said before."""
    kept = keep_version(session, reason=reason, by=by, at=at)
    session.came_from, session.case = session.case, to
    save_session(session, ["came_from", "case", "revision"])
    return kept
