"""Calls belong to sessions that are not billed yet."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from fernkladde.cases.actions import ReasonMissing, SessionBilled
from fernkladde.cases.clock import InTheFuture
from fernkladde.connections import actions
from fernkladde.connections.models import Call
from fernkladde.customers.phones import ImpossibleNumber
from fernkladde.customers.records import InvalidRecord, NumberTaken
from fernkladde.journal.models import Entry
from tests import make

pytestmark = pytest.mark.django_db

NOW = make.NOW


def add(**fields: Any) -> Call:
    values: dict[str, Any] = {
        "session": fields.pop("session", None) or make.session(),
        "started_at": NOW + timedelta(microseconds=7),
        "dialled": "0711 12345",
        "seconds": 95,
        "by": None,
        "at": NOW,
    }
    return actions.add_call(**values | fields)


def test_a_call_is_added_with_one_entry_and_counts_its_case_up() -> None:
    call = add(cost=Decimal("0.1234"))

    saved = Call.objects.select_related("session__case").get()
    assert (saved.dialled, saved.started_at) == ("+4971112345", NOW)
    assert saved.cost == Decimal("0.1234")
    assert saved.session.case.revision == 2
    entry = Entry.objects.get()
    assert entry.subject == f"case/{saved.session.case.number}"
    assert (entry.facts["call"], entry.facts["cost"]) == (call.number, "0.1234")
    assert "71112345" not in str(entry.facts)


def test_numbers_of_calls_count_the_year_up_or_are_given() -> None:
    assert [add().number, add().number] == ["V26-000001", "V26-000002"]
    assert add(number="EVN-7").number == "EVN-7"
    with pytest.raises(NumberTaken):
        add(number="EVN-7")


@pytest.mark.parametrize(
    ("typed", "country", "kept"),
    [
        ("+4971", "DE", "+4971"),
        ("0662 123456", "AT", "+43662123456"),
        ("0043 662 123456", "DE", "+43662123456"),
    ],
)
def test_a_dialled_number_gets_its_international_form(
    typed: str, country: str, kept: str
) -> None:
    assert add(dialled=typed, country=country).dialled == kept


@pytest.mark.parametrize(
    ("fields", "refusal", "field"),
    [
        ({"dialled": ""}, InvalidRecord, "dialled"),
        ({"dialled": "Zentrale"}, ImpossibleNumber, "dialled"),
        ({"seconds": -1}, InvalidRecord, "seconds"),
        ({"cost": Decimal(-1)}, InvalidRecord, "cost"),
        ({"started_at": NOW + timedelta(hours=1)}, InTheFuture, "started_at"),
    ],
)
def test_bad_input_is_refused_at_its_field(
    fields: dict[str, Any], refusal: type[Exception], field: str
) -> None:
    with pytest.raises(refusal) as refused:
        add(**fields)

    assert refused.value.field == field  # type: ignore[attr-defined]
    assert not Call.objects.exists()


def test_a_correction_has_a_reason_and_is_told_before_and_after() -> None:
    call = add()

    with pytest.raises(ReasonMissing):
        actions.correct_call(call=call, reason="", seconds=60, by=None, at=NOW)
    assert actions.correct_call(
        call=call,
        reason="laut Nachweis",
        seconds=60,
        dialled="0711 54321",
        by=None,
        at=NOW,
    )
    assert not actions.correct_call(
        call=call, reason="laut Nachweis", seconds=60, by=None, at=NOW
    )

    saved = Call.objects.get()
    assert (saved.seconds, saved.dialled) == (60, "+4971154321")
    entry = Entry.objects.newest_first()[0]
    assert entry.facts["changes"] == {"seconds": [95, 60]}
    told = {row.field: row.value for row in entry.personal_values.all()}
    assert told == {"dialled_before": "+4971112345", "dialled": "+4971154321"}


def test_a_billed_session_gets_no_call_and_keeps_those_it_has() -> None:
    call = add()
    make.claim(session=call.session)

    with pytest.raises(SessionBilled):
        add(session=call.session)
    with pytest.raises(SessionBilled):
        actions.correct_call(call=call, reason="x", seconds=1, by=None, at=NOW)

    assert Entry.objects.count() == 1


def test_a_billed_call_is_not_corrected() -> None:
    call = add()
    make.claim(call=call)

    with pytest.raises(SessionBilled):
        actions.correct_call(call=call, reason="x", seconds=1, by=None, at=NOW)


def test_who_has_left_sees_no_calls() -> None:
    add()

    assert not Call.objects.visible_to(make.user(is_active=False)).exists()
    assert Call.objects.visible_to(make.user()).exists()
