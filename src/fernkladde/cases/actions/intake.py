"""A new call: case, consent or goodwill, and the clock, in one step."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db import transaction

from fernkladde.cases.models import Case, Session
from fernkladde.journal import actions as journal
from fernkladde.values.refusal import Refusal

from .cases import NewCase, noted, opened, opened_with
from .decisions import EVERYTHING, check_goodwill, consented, percent_fact
from .starting import Start, Work, begin, started_with
from .writing import subject

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

    from fernkladde.accounts.models import User


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the caller said to the cost notice that was read out."""

    given: bool
    person: str
    sentence: str
    channel: str = "phone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Goodwill:
    """Given away although it could be charged: a new case, else this call alone."""

    reason: str
    percent: Decimal = EVERYTHING


@dataclass(frozen=True, slots=True)
class TakenCall:
    """The case, and the running session unless the caller wanted no work."""

    case: Case
    session: Session | None


def take_call(  # noqa: PLR0913 - one step instead of five forms
    *,
    about: Case | NewCase,
    technician: User,
    by: User | None,
    at: datetime,
    work: Work | None = None,
    answer: Answer | None = None,
    goodwill: Goodwill | None = None,
    client_key: str | None = None,
    pause_running: bool = False,
) -> TakenCall:
    """Open the case or take up an open one, keep the answer, start the clock.

    A refusal without goodwill starts no clock. A timer that runs elsewhere is
    `TimerRuns`, unless it shall be paused. The same key finds the first call again.
    """
    if goodwill:
        check_goodwill(goodwill.percent, goodwill.reason)
    call = _Call(technician, by, at, work or Work(), answer, goodwill, client_key)
    try:
        with transaction.atomic():
            earlier = call.taken_earlier()
            return earlier or call.take(about, pause_running=pause_running)
    except Refusal:
        if earlier := call.taken_earlier():
            return earlier
        raise


@dataclass(frozen=True, slots=True)
class _Call:
    technician: User
    by: User | None
    at: datetime
    work: Work
    answer: Answer | None
    goodwill: Goodwill | None
    client_key: str | None

    def taken_earlier(self) -> TakenCall | None:
        if session := started_with(self.client_key, self.technician):
            return TakenCall(session.case, session)
        if case := opened_with(self.client_key):
            return TakenCall(case, None)
        return None

    def take(self, about: Case | NewCase, *, pause_running: bool) -> TakenCall:
        """Write all of it, the Kladde last."""
        if isinstance(about, Case):
            case, notes = about, []
        else:
            case, note = opened(self._new_case(about), by=self.by, at=self.at)
            notes = [note, *self._first_note(about, case)]
        session = None
        if self.answer is None or self.answer.given or self.goodwill:
            start = self._start(about, case, pause_running=pause_running)
            session, started = begin(start)
            notes += started
        notes = [*notes, *self._answered(case), *self._given_away(case, about, session)]
        journal.record_many(notes)
        return TakenCall(case, session)

    def _first_note(self, about: NewCase, case: Case) -> list[journal.Note]:
        """Write down what the template of the case says."""
        if not about.text.strip():
            return []
        return [noted(case, about.text, by=self.by, at=self.at)[1]]

    def _new_case(self, about: NewCase) -> Case:
        about = replace(about, assigned_to=about.assigned_to or self.technician)
        case = about.row(at=self.at, client_key=self.client_key)
        if self.goodwill:
            case.goodwill_percent = self.goodwill.percent
            case.goodwill_reason = self.goodwill.reason.strip()
        return case

    def _start(
        self, about: Case | NewCase, case: Case, *, pause_running: bool
    ) -> Start:
        work = self.work
        if self.goodwill and isinstance(about, Case):
            work = replace(
                work,
                goodwill_percent=self.goodwill.percent,
                goodwill_reason=self.goodwill.reason.strip(),
            )
        return Start(
            case=case,
            technician=self.technician,
            work=work,
            by=self.by,
            at=self.at,
            client_key=self.client_key,
            pause_running=pause_running,
        )

    def _answered(self, case: Case) -> list[journal.Note]:
        if self.answer is None:
            return []
        _consent, note = consented(
            case,
            given=self.answer.given,
            person=self.answer.person,
            channel=self.answer.channel,
            sentence=self.answer.sentence,
            by=self.by,
            at=self.at,
        )
        return [note]

    def _given_away(
        self, case: Case, about: Case | NewCase, session: Session | None
    ) -> list[journal.Note]:
        if self.goodwill is None:
            return []
        facts = {
            "percent": [None, percent_fact(self.goodwill.percent)],
            "reason": self.goodwill.reason.strip(),
        }
        if isinstance(about, Case) and session:
            facts["session"] = session.number
        return [
            journal.Note(
                kind="cases.goodwill-given",
                subject=subject(case),
                by=self.by,
                at=self.at,
                facts=facts,
            )
        ]
