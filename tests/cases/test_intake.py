"""A new call in one step: case, answer and clock, all or nothing."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from fernkladde.cases import actions
from fernkladde.cases.actions import Answer, Goodwill, NewCase, Work
from fernkladde.cases.models import Case, Consent, Session
from fernkladde.customers.records import InvalidRecord
from fernkladde.journal.models import Entry
from tests import make

pytestmark = pytest.mark.django_db

NOW = make.NOW
YES = Answer(given=True, person="Frau Schulz", sentence="28,00 €")
NO = Answer(given=False, person="Frau Schulz", sentence="28,00 €")


def take(**more: Any) -> actions.TakenCall:
    jonas = more.pop("technician", None) or make.user()
    values: dict[str, Any] = {
        "about": NewCase(customer=make.customer(), subject="Presse steht"),
        "technician": jonas,
        "by": jonas,
        "at": NOW,
    }
    return actions.take_call(**values | more)


def kinds() -> list[str]:
    return list(Entry.objects.in_order().values_list("kind", flat=True))


def test_one_step_opens_the_case_keeps_the_consent_and_starts_the_clock() -> None:
    jonas = make.user()

    taken = take(
        technician=jonas, answer=YES, work=Work(service="phone", connection="phone")
    )

    case = Case.objects.get()
    assert (case.assigned_to, case.state) == (jonas, "in_progress")
    assert case.consented_at == NOW
    running = Session.objects.running().get()
    assert (running, running.case, running.service) == (taken.session, case, "phone")
    assert kinds() == [
        "cases.case-opened",
        "cases.timer-started",
        "cases.consent-given",
    ]


def test_a_refusal_starts_no_clock_and_is_kept() -> None:
    taken = take(answer=NO)

    assert taken.session is None
    assert not Session.objects.exists()
    assert Consent.objects.get().given is False
    assert Case.objects.get().state == "new"


def test_a_refusal_ends_in_goodwill_for_the_new_case() -> None:
    taken = take(answer=NO, goodwill=Goodwill(reason="eiliger Stillstand"))

    case = Case.objects.get()
    assert (case.goodwill_percent, case.goodwill_reason) == (
        Decimal(100),
        "eiliger Stillstand",
    )
    assert taken.session is not None
    assert taken.session.goodwill_percent is None
    assert kinds().count("cases.goodwill-given") == 1


def test_goodwill_in_an_open_case_is_for_this_call_alone() -> None:
    case = make.case()

    taken = take(about=case, answer=NO, goodwill=Goodwill(reason="Kleinigkeit"))

    case.refresh_from_db()
    assert case.goodwill_percent is None
    assert taken.session is not None
    assert taken.session.goodwill_percent == 100
    entry = Entry.objects.get(kind="cases.goodwill-given")
    assert entry.facts["session"] == taken.session.number


def test_work_given_away_stays_given_away_after_a_pause() -> None:
    jonas = make.user()
    taken = take(
        about=make.case(), technician=jonas, goodwill=Goodwill(reason="Kleinigkeit")
    )
    assert taken.session is not None
    later = NOW + timedelta(minutes=5)
    actions.pause_timer(session=taken.session, by=jonas, at=later)

    again = actions.resume_timer(session=taken.session, by=jonas, at=later)

    assert again.goodwill_percent == 100
    assert again.goodwill_reason == "Kleinigkeit"


@pytest.mark.parametrize("answer", [None, YES, NO])
def test_a_double_click_takes_one_call(answer: Answer | None) -> None:
    jonas, customer = make.user(), make.customer()
    about = NewCase(customer=customer, subject="Presse steht")

    first, second = (
        take(technician=jonas, about=about, answer=answer, client_key="page-1")
        for _ in range(2)
    )

    assert first == second
    assert Case.objects.count() == 1


def test_a_running_timer_is_paused_only_if_that_is_wished() -> None:
    jonas = make.user()
    before = take(technician=jonas).session

    with pytest.raises(actions.TimerRuns):
        take(technician=jonas, at=NOW + timedelta(minutes=3))
    assert Case.objects.count() == 1

    take(technician=jonas, at=NOW + timedelta(minutes=3), pause_running=True)

    assert before is not None
    before.refresh_from_db()
    assert (before.seconds, before.is_paused) == (180, True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"answer": Answer(given=True, person="", sentence="28,00 €")},
        {"work": Work(service="x" * 61)},
    ],
)
def test_what_fails_leaves_nothing_behind(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidRecord):
        take(**wrong)

    assert not Case.objects.exists()
    assert not Session.objects.exists()
    assert not Entry.objects.exists()


def test_goodwill_without_a_reason_is_refused() -> None:
    with pytest.raises(actions.ReasonMissing):
        take(goodwill=Goodwill(reason=""))
