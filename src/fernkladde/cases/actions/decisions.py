"""Decisions about money: cause, goodwill, consent, cost cap. Each has its reason."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from fernkladde.cases.clock import CLOCK_TOLERANCE, InTheFuture, whole_second
from fernkladde.cases.models import Case, Cause, Consent, Session
from fernkladde.customers import records
from fernkladde.journal import actions as journal
from fernkladde.values.refusal import Refusal

from .writing import editable, locked_case, reason_given, session_facts, subject, touch

if TYPE_CHECKING:
    from datetime import datetime

    from fernkladde.accounts.models import User

EVERYTHING = Decimal(100)
A_TRACE = Decimal("1e-12")


class NoGoodwill(Refusal):
    """There is nothing to withdraw."""

    def __init__(self) -> None:
        super().__init__(_("Hier ist keine Kulanz eingetragen."))


class GoodwillOutOfRange(Refusal):
    def __init__(self) -> None:
        sentence = _("Kulanz bitte als Prozentsatz über 0 bis 100 angeben.")
        super().__init__(sentence, field="percent")


@transaction.atomic
def decide_cause(
    *, case: Case, cause: str, by: User | None, at: datetime, reason: str = ""
) -> bool:
    """Say what the matter was; in warranty it decides who pays."""
    if cause not in Cause.values:
        raise records.invalid("cause", _("Bitte eine Ursache aus der Liste wählen."))
    current = locked_case(case)
    changes = records.update(current, {"cause": cause})
    records.copy_to(case, current, changes)
    if not changes:
        return False
    touch(case)
    journal.record(
        kind="cases.cause-decided",
        subject=subject(case),
        by=by,
        at=at,
        facts={"cause": changes["cause"], "reason": reason.strip()},
    )
    return True


@transaction.atomic
def give_goodwill(
    *,
    on: Case | Session,
    reason: str,
    by: User | None,
    at: datetime,
    percent: Decimal = EVERYTHING,
) -> None:
    """Give away work that could be charged: of a whole case or one session.

    At a case it counts for what is not billed yet. A session's own 0 % takes it out
    of the goodwill of its case.
    """
    least = Decimal(0) if isinstance(on, Session) else A_TRACE
    reason = check_goodwill(percent, reason, least=least)
    _set_goodwill(on, percent, reason, by=by, at=at)


@transaction.atomic
def withdraw_goodwill(
    *, on: Case | Session, reason: str, by: User | None, at: datetime
) -> None:
    """Take a goodwill back, as long as it is on no invoice."""
    reason = reason_given(reason)
    _set_goodwill(on, None, reason, by=by, at=at)


def check_goodwill(percent: Decimal, reason: str, *, least: Decimal = A_TRACE) -> str:
    """Return the reason; refuse a goodwill without one, or of nothing."""
    if not least <= percent <= EVERYTHING:
        raise GoodwillOutOfRange
    return reason_given(reason)


def _set_goodwill(
    on: Case | Session,
    percent: Decimal | None,
    reason: str,
    *,
    by: User | None,
    at: datetime,
) -> None:
    current = editable(on) if isinstance(on, Session) else locked_case(on)
    before = current.goodwill_percent
    if percent is None and before is None:
        raise NoGoodwill
    values = {
        "goodwill_percent": percent,
        "goodwill_reason": "" if percent is None else reason,
    }
    records.update(current, values)
    records.copy_to(on, current, values)
    case = current.case if isinstance(current, Session) else current
    touch(case)
    facts = {"percent": [percent_fact(before), percent_fact(percent)], "reason": reason}
    if isinstance(current, Session):
        facts |= session_facts(current)
    kind = "withdrawn" if percent is None else "given"
    journal.record(
        kind=f"cases.goodwill-{kind}",
        subject=subject(case),
        by=by,
        at=at,
        facts=facts,
    )


def percent_fact(percent: Decimal | None) -> str | None:
    """Write 12.500000000000 as 12.5 and 100 as 100."""
    return None if percent is None else f"{percent.normalize():f}"


@transaction.atomic
def record_consent(
    *,
    case: Case,
    given: bool,
    person: str,
    channel: str,
    sentence: str,
    by: User | None,
    at: datetime,
    asked_at: datetime | None = None,
) -> Consent:
    """Note who agreed to pay, or refused: when, how, and on which words.

    The earliest consent counts for the case; work that ended before it stays held.
    """
    consent, note = consented(
        case,
        given=given,
        person=person,
        channel=channel,
        sentence=sentence,
        by=by,
        at=at,
        asked_at=asked_at,
    )
    journal.record_many([note])
    return consent


def consented(
    case: Case,
    *,
    given: bool,
    person: str,
    channel: str,
    sentence: str,
    by: User | None,
    at: datetime,
    asked_at: datetime | None = None,
) -> tuple[Consent, journal.Note]:
    """Keep the answer; return it and what the Kladde shall say."""
    if not person.strip():
        raise records.invalid("person", _("Wer hat zugestimmt oder abgelehnt?"))
    consent = Consent(
        case=case,
        given=given,
        asked_at=whole_second(asked_at or at),
        person=person.strip(),
        channel=channel,
        sentence=sentence.strip(),
        recorded_by=by,
    )
    if consent.asked_at > at + CLOCK_TOLERANCE:
        raise InTheFuture(field="asked_at")
    locked_case(case)
    records.check(consent)
    consent.save(force_insert=True)
    if given:
        _consent_counts(case, consent.asked_at)
    note = journal.Note(
        kind="cases.consent-given" if given else "cases.consent-refused",
        subject=subject(case),
        by=by,
        at=at,
        facts={
            "consent": consent.pk,
            "asked_at": consent.asked_at,
            "channel": channel,
            "sentence": consent.sentence,
        },
        personal={"person": consent.person},
    )
    return consent, note


def _consent_counts(case: Case, asked_at: datetime) -> None:
    """Let the earliest consent count, whichever was written down first."""
    earlier = Q(consented_at=None) | Q(consented_at__gt=asked_at)
    rows = Case.objects.filter(earlier, pk=case.pk)
    if rows.update(consented_at=asked_at, revision=F("revision") + 1):
        case.consented_at = asked_at


@transaction.atomic
def set_cost_cap(
    *, case: Case, amount: Decimal | None, by: User | None, at: datetime
) -> bool:
    """Set the net sum above which nothing happens without asking; None lifts it."""
    if amount is not None and amount <= 0:
        sentence = _("Die Kostengrenze bitte als Betrag über 0 angeben.")
        raise records.invalid("cost_cap", sentence)
    current = locked_case(case)
    changes = records.update(current, {"cost_cap": amount})
    records.copy_to(case, current, changes)
    if changes:
        journal.record(
            kind="cases.cap-set",
            subject=subject(case),
            by=by,
            at=at,
            facts={"cost_cap": changes["cost_cap"]},
        )
    return bool(changes)
