"""Cause, goodwill, consent and cost cap: each decided with a reason, each told."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from fernkladde.cases import actions
from fernkladde.cases.clock import InTheFuture
from fernkladde.cases.models import Case, Consent
from fernkladde.customers.records import InvalidRecord
from fernkladde.journal.models import Entry, PersonalValue
from tests import make

pytestmark = pytest.mark.django_db

NOW = make.NOW


def consent(case: Case, **more: Any) -> Consent:
    values: dict[str, Any] = {
        "given": True,
        "person": "Frau Schulz",
        "channel": "phone",
        "sentence": "28,00 € je angefangene 15 Minuten",
        "by": None,
        "at": NOW,
    }
    return actions.record_consent(case=case, **values | more)


def test_a_cause_is_decided_once_and_told_before_and_after() -> None:
    case = make.case()

    assert actions.decide_cause(
        case=case, cause="operator_error", reason="Not-Aus gedrückt", by=None, at=NOW
    )
    assert not actions.decide_cause(case=case, cause="operator_error", by=None, at=NOW)

    saved = Case.objects.get()
    assert (saved.cause, saved.revision) == ("operator_error", 2)
    assert Entry.objects.get().facts == {
        "cause": ["unknown", "operator_error"],
        "reason": "Not-Aus gedrückt",
    }


def test_an_unknown_cause_is_refused() -> None:
    with pytest.raises(InvalidRecord) as refused:
        actions.decide_cause(case=make.case(), cause="magic", by=None, at=NOW)

    assert refused.value.field == "cause"


def test_goodwill_for_a_case_is_given_and_taken_back() -> None:
    case = make.case()

    actions.give_goodwill(
        on=case, percent=Decimal("12.5"), reason="Stammkunde", by=None, at=NOW
    )
    given = Case.objects.get()
    assert (given.goodwill_percent, given.goodwill_reason) == (
        Decimal("12.5"),
        "Stammkunde",
    )

    actions.withdraw_goodwill(on=case, reason="Irrtum", by=None, at=NOW)
    taken = Case.objects.get()
    assert (taken.goodwill_percent, taken.goodwill_reason) == (None, "")
    assert taken.revision == 3
    told = [entry.facts["percent"] for entry in Entry.objects.in_order()]
    assert told == [[None, "12.5"], ["12.5", None]]


def test_goodwill_for_one_session_leaves_its_case_alone() -> None:
    session = make.session()

    actions.give_goodwill(on=session, reason="zu lange gesucht", by=None, at=NOW)

    session.refresh_from_db()
    assert session.goodwill_percent == 100
    assert session.goodwill_reason == "zu lange gesucht"
    assert Case.objects.get().goodwill_percent is None
    assert Case.objects.get().revision == 2
    assert Entry.objects.get().facts["session"] == session.number


def test_a_session_is_taken_out_of_the_goodwill_of_its_case() -> None:
    session = make.session(case=make.case(goodwill_percent=Decimal(100)))

    actions.give_goodwill(
        on=session, percent=Decimal(0), reason="Umbau", by=None, at=NOW
    )

    session.refresh_from_db()
    assert session.goodwill_percent == 0


@pytest.mark.parametrize("percent", [Decimal(0), Decimal(-1), Decimal("100.1")])
def test_goodwill_for_a_case_is_above_0_and_at_most_100(percent: Decimal) -> None:
    with pytest.raises(actions.GoodwillOutOfRange):
        actions.give_goodwill(
            on=make.case(), percent=percent, reason="x", by=None, at=NOW
        )


def test_goodwill_needs_a_reason_and_withdrawing_needs_a_goodwill() -> None:
    with pytest.raises(actions.ReasonMissing):
        actions.give_goodwill(on=make.case(), reason=" ", by=None, at=NOW)
    with pytest.raises(actions.NoGoodwill):
        actions.withdraw_goodwill(on=make.case(), reason="x", by=None, at=NOW)


def test_a_consent_keeps_who_when_how_and_on_which_words() -> None:
    case = make.case()

    consent(case)

    kept = Consent.objects.get()
    assert (kept.person, kept.channel, kept.asked_at) == ("Frau Schulz", "phone", NOW)
    saved = Case.objects.get()
    assert (saved.consented_at, saved.revision) == (NOW, 2)
    entry = Entry.objects.get()
    assert entry.kind == "cases.consent-given"
    assert entry.facts["sentence"] == "28,00 € je angefangene 15 Minuten"
    assert "Schulz" not in str(entry.facts)
    assert PersonalValue.objects.get().value == "Frau Schulz"


def test_the_earliest_consent_counts_whichever_was_written_down_first() -> None:
    case = make.case()

    for hour in (0, 1, -1):
        consent(case, asked_at=NOW + timedelta(hours=hour), at=NOW + timedelta(hours=2))

    assert Case.objects.get().consented_at == NOW - timedelta(hours=1)
    assert Consent.objects.count() == 3


def test_a_refusal_is_kept_and_consents_to_nothing() -> None:
    case = make.case()

    consent(case, given=False)

    assert Consent.objects.get().given is False
    assert Case.objects.get().consented_at is None
    assert Entry.objects.get().kind == "cases.consent-refused"


def test_a_consent_names_a_person_and_lies_not_in_the_future() -> None:
    case = make.case()

    with pytest.raises(InvalidRecord) as refused:
        consent(case, person=" ")
    assert refused.value.field == "person"
    with pytest.raises(InTheFuture):
        consent(case, asked_at=NOW + timedelta(hours=1))

    assert not Consent.objects.exists()


def test_a_cost_cap_is_set_and_lifted() -> None:
    case = make.case()

    assert actions.set_cost_cap(case=case, amount=Decimal("250.00"), by=None, at=NOW)
    assert Case.objects.get().cost_cap == Decimal("250.00")
    assert actions.set_cost_cap(case=case, amount=None, by=None, at=NOW)

    told = [entry.facts["cost_cap"] for entry in Entry.objects.in_order()]
    assert told == [[None, "250.00"], ["250.00", None]]
    with pytest.raises(InvalidRecord):
        actions.set_cost_cap(case=case, amount=Decimal(0), by=None, at=NOW)
