"""Opening, changing and closing cases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from fernkladde.cases import actions
from fernkladde.cases.models import Case, CaseState, Note, Session
from fernkladde.cases.queries import conversation
from fernkladde.customers.records import InvalidRecord, NumberTaken
from fernkladde.journal.models import Entry, PersonalValue
from fernkladde.plants.secrets import LooksLikeASecret
from tests import make

pytestmark = pytest.mark.django_db

NOW = make.NOW


def open_case(**more: Any) -> Case:
    values: dict[str, Any] = {
        "customer": more.pop("customer", None) or make.customer(),
        "subject": "Presse steht",
        "by": None,
        "at": NOW,
    }
    return actions.open_case(**values | more)


def test_numbers_count_the_local_year_up() -> None:
    make.policy()
    new_year = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)

    cases = [open_case(), open_case(), open_case(at=new_year)]

    assert [case.number for case in cases] == ["26-0001", "26-0002", "27-0001"]
    assert cases[2].reported_on == date(2027, 1, 1)


def test_a_number_given_by_hand_is_kept_and_skipped_by_the_counter() -> None:
    open_case(number="26-0001")

    following = open_case()

    assert following.number == "26-0002"


def test_a_number_that_is_taken_is_refused() -> None:
    open_case(number="A-1")

    with pytest.raises(NumberTaken, match="A-1"):
        open_case(number="A-1")


def test_the_kladde_tells_who_reported_it_apart_from_what_stays() -> None:
    plant = make.plant()

    case = open_case(customer=plant.customer, plant=plant, reported_by="Frau Schulz")

    entry = Entry.objects.get()
    assert entry.subject == f"case/{case.number}"
    assert entry.facts["plant"] == plant.number
    assert "Schulz" not in str(entry.facts)
    assert PersonalValue.objects.get().value == "Frau Schulz"


def test_a_form_sent_twice_opens_one_case() -> None:
    customer = make.customer()

    first = open_case(customer=customer, client_key="form-1")
    second = open_case(customer=customer, client_key="form-1")

    assert first == second
    assert Entry.objects.count() == 1


def test_a_plant_of_another_customer_is_refused() -> None:
    with pytest.raises(actions.PlantOfAnother) as refused:
        open_case(plant=make.plant())

    assert refused.value.field == "plant"
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"subject": "  "}, "subject"),
        ({"subject": "x" * 201}, "subject"),
        ({"reported_on": date(2026, 10, 7)}, "reported_on"),
    ],
)
def test_bad_input_names_its_field(fields: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidRecord) as refused:
        open_case(**fields)

    assert refused.value.field == field
    assert not Entry.objects.exists()


def test_a_change_is_told_before_and_after() -> None:
    case = open_case(reported_by="Herr Alt")
    plant = make.plant(customer=case.customer)

    actions.change_case(case=case, plant=plant, reported_by="Frau Neu", by=None, at=NOW)

    entry = Entry.objects.newest_first()[0]
    assert entry.facts["changes"] == {"plant": [None, plant.number]}
    told = {row.field: row.value for row in entry.personal_values.all()}
    assert told == {"reported_by": "Frau Neu", "reported_by_before": "Herr Alt"}


def test_only_what_bears_on_the_price_counts_the_case_up() -> None:
    case = open_case()

    actions.change_case(case=case, subject="Presse läuft", by=None, at=NOW)
    assert Case.objects.get().revision == 1
    actions.change_case(case=case, reported_on=date(2026, 10, 1), by=None, at=NOW)
    assert Case.objects.get().revision == 2
    actions.change_case(case=case, reported_on=date(2026, 10, 1), by=None, at=NOW)

    assert Entry.objects.count() == 3


def test_the_customer_stays_once_something_is_billed() -> None:
    case = open_case()
    make.claim(session=make.session(case=case))

    with pytest.raises(actions.CaseBilled):
        actions.change_case(case=case, customer=make.customer(), by=None, at=NOW)

    assert not actions.change_case(case=case, customer=case.customer, by=None, at=NOW)


def test_a_solved_case_has_a_solution_and_no_paused_timer() -> None:
    case = open_case()
    make.session(case=case, is_paused=True, number="S1")

    actions.change_state(
        case=case, state=CaseState.SOLVED, solution="Geber getauscht", by=None, at=NOW
    )

    saved = Case.objects.get()
    assert (saved.state, saved.solution, saved.closed_at) == (
        "solved",
        "Geber getauscht",
        NOW,
    )
    assert not Session.objects.paused().exists()
    entry = Entry.objects.newest_first()[0]
    assert entry.facts == {"state": ["new", "solved"], "paused_dropped": ["S1"]}


def test_a_case_with_a_running_timer_is_not_done() -> None:
    case = open_case()
    make.running(case=case, technician=make.user(full_name="Jonas"), confirmed_at=None)

    with pytest.raises(actions.CaseHasRunningTimer, match="Jonas"):
        actions.change_state(case=case, state=CaseState.CLOSED, by=None, at=NOW)

    assert Case.objects.get().state == CaseState.NEW


def test_closing_a_solved_case_keeps_the_day_it_was_solved() -> None:
    case = open_case()
    actions.change_state(case=case, state=CaseState.SOLVED, by=None, at=NOW)

    later = NOW + timedelta(days=3)
    actions.change_state(case=case, state=CaseState.CLOSED, by=None, at=later)
    assert Case.objects.get().closed_at == NOW

    actions.change_state(case=case, state=CaseState.IN_PROGRESS, by=None, at=later)
    assert Case.objects.get().closed_at is None


def test_a_state_that_is_there_already_is_told() -> None:
    case = open_case()

    with pytest.raises(actions.StateUnchanged, match="Neu"):
        actions.change_state(case=case, state=CaseState.NEW, by=None, at=NOW)


def test_a_case_is_given_to_a_person_and_back() -> None:
    case, jonas = open_case(), make.user()

    assert actions.assign(case=case, to=jonas, by=None, at=NOW)
    assert not actions.assign(case=case, to=jonas, by=None, at=NOW)
    assert Case.objects.get().assigned_to == jonas
    assert actions.assign(case=case, to=None, by=None, at=NOW)

    told = [entry.facts for entry in Entry.objects.of_kind("cases.case-assigned")]
    assert told == [
        {"assigned_to": [None, f"user/{jonas.pk}"]},
        {"assigned_to": [f"user/{jonas.pk}", None]},
    ]


def test_nobody_gets_a_case_who_has_left() -> None:
    with pytest.raises(actions.HasLeft):
        actions.assign(case=open_case(), to=make.user(is_active=False), by=None, at=NOW)


def test_notes_stand_in_their_order_and_can_be_erased_from_the_kladde() -> None:
    case, jonas = open_case(), make.user()

    actions.add_note(case=case, text="zweite", by=jonas, at=NOW + timedelta(hours=1))
    actions.add_note(case=case, text="erste", by=jonas, at=NOW)

    assert [note.text for note in conversation(case)] == ["erste", "zweite"]
    entry = Entry.objects.of_kind("cases.note-added").in_order()[0]
    assert "zweite" not in str(entry.facts)


def test_a_note_with_a_password_is_refused_until_a_person_says_otherwise() -> None:
    case = open_case()
    text = "Passwort: geheim123"

    with pytest.raises(LooksLikeASecret, match="geheim123"):
        actions.add_note(case=case, text=text, by=None, at=NOW)
    assert not Note.objects.exists()

    assert actions.add_note(case=case, text=text, no_secret=True, by=None, at=NOW).pk


def test_an_empty_note_is_refused() -> None:
    with pytest.raises(InvalidRecord):
        actions.add_note(case=open_case(), text="  ", by=None, at=NOW)
