"""Past calls: taken from the old note book, read everywhere, billed nowhere."""

from __future__ import annotations

import ast
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.apps import apps

import fernkladde
from fernkladde.billing.facts import unbilled
from fernkladde.billing.live.meter import price_notice
from fernkladde.billing.models import Preview
from fernkladde.billing.period import Month
from fernkladde.billing.preview import preview_month
from fernkladde.cases.models import PastCall
from fernkladde.contracts.queries import zone
from fernkladde.search.find import find
from tests import make

from .judged import NOW, Said, given, taken, undone, verdicts

if TYPE_CHECKING:
    from fernkladde.customers.models import Customer

pytestmark = pytest.mark.django_db

HEAD = "Datum;von;bis;Kunde;Anlage;Minuten;Techniker;Was\n"


@pytest.fixture
def owner() -> Customer:
    customer = make.customer(number="1", name="Müller")
    make.plant(number="A1", customer=customer, serial_number="SN-7")
    return customer


def test_a_line_of_the_note_book_becomes_a_past_call(owner: Customer) -> None:
    batch = taken("history", HEAD + "5.3.24;14:10;;Müller;SN-7;25;J. Weber;Geber\n")

    call = PastCall.objects.get()
    assert (call.customer, call.batch) == (owner, batch)
    assert call.plant is not None
    assert call.plant.number == "A1"
    assert (call.called_on, call.seconds) == (date(2024, 3, 5), 1500)
    assert (call.technician, call.note) == ("J. Weber", "Geber")


@pytest.mark.parametrize(
    ("row", "seconds"),
    [
        ("5.3.24;14:10;14:35;1;;;JW;x", 1500),
        ("5.3.24;23:50;0:20;1;;;JW;x", 1800),
        ("5.3.24;14:10;14:35;1;;30;JW;x", 1800),
    ],
)
def test_the_minutes_are_told_or_lie_between_beginning_and_end(
    owner: Customer, row: str, seconds: int
) -> None:
    taken("history", HEAD + row + "\n")

    assert PastCall.objects.get().seconds == seconds


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("31.02.2024;;;1;;5;;", "Den Tag „31.02.2024“ gibt es nicht"),
        ("1.1.2027;;;1;;5;;", "liegt in der Zukunft"),
        ("5.3.24;24:00;;1;;5;;", "„24:00“ gibt es nicht"),
        ("5.3.24;14:10;;1;;;;", "Es fehlt die Dauer"),
        ("5.3.24;;;;;5;;", "bei welchem Kunden oder welcher Anlage"),
        ("5.3.24;;;9;;5;;", "Einen Kunden „9“ gibt es nicht."),
        ("5.3.24;;;1;A9;5;;", "Eine Anlage „A9“ gibt es nicht."),
        ("5.3.24;;;1;B1;5;;", "Anlage B1 gehört einem anderen Kunden."),
        ("5.3.24;;;1;;-5;;", "kleiner als null"),
        ("5.3.24;;;1;;5;;Passwort: geheim123", "sieht nach einem Passwort"),
        (f"5.3.24;;;1;;5;{'x' * 121};", "„Techniker“: "),
        (";;;1;;5;;x", "„Datum“ fehlt."),
    ],
)
def test_what_was_no_call_is_refused(owner: Customer, row: str, why: str) -> None:
    make.plant(number="B1")

    [said] = verdicts("history", HEAD + row + "\n")

    assert said.outcome == "refused"
    assert why in said.why


def test_the_same_table_again_is_the_same_calls(owner: Customer) -> None:
    text = HEAD + "5.3.24;14:10;;1;A1;25;JW;a\n6.3.24;;;1;;5;JW;b\n6.3.24;;;1;;7;JW;c\n"
    taken("history", text)

    again = given("history", text)

    assert (again.new, again.changed, again.same) == (0, 0, 3)
    assert PastCall.objects.count() == 3


def test_one_time_twice_is_told_but_without_times_two_calls_are_two(
    owner: Customer,
) -> None:
    found = verdicts(
        "history",
        HEAD + "5.3.24;14:10;;1;;5;JW;a\n5.3.24;14:10;;Müller;;9;jw;b\n"
        "5.3.24;;;1;;5;JW;a\n5.3.24;;;1;;5;JW;a\n",
    )

    assert [said.outcome for said in found] == ["new", "refused", "new", "new"]
    assert found[1].why == "Steht schon in Zeile 2."


def test_a_corrected_line_changes_its_call_and_can_be_taken_back(
    owner: Customer,
) -> None:
    first = taken("history", HEAD + "5.3.24;14:10;;1;;25;JW;a\n")
    text = HEAD + "5.3.24;14:10;;1;;30;JW;besser\n"

    assert verdicts("history", text) == [
        Said(2, "changed", "25 → 30 min Notiz: a → besser")
    ]
    second = taken("history", text)
    refused = undone(first)

    assert refused.state == "taken"
    assert "hat daran später etwas geändert" in refused.faults[0]
    assert PastCall.objects.get().seconds == 1800
    assert undone(second).state == "undone"
    assert PastCall.objects.get().seconds == 1500
    assert undone(first).state == "undone"
    assert not PastCall.objects.exists()


def test_neither_preview_nor_meter_ever_sees_one(owner: Customer) -> None:
    make.policy()
    plant = owner.plants.get()
    before = price_notice(
        customer=owner, plant=plant, service="remote", connection="none", at=NOW
    )

    taken("history", HEAD + "5.10.26;9:00;;1;A1;240;JW;lang\n")
    preview_month(month=Month.parse("2026-10"), by=None, at=NOW)

    after = price_notice(
        customer=owner, plant=plant, service="remote", connection="none", at=NOW
    )
    assert after == before
    assert not Preview.objects.exists()
    assert not unbilled(date(2026, 12, 31), zone()).exists()


def test_nothing_that_is_rated_or_billed_can_lead_to_one() -> None:
    """By construction: no column points at a past call, no billing room names it."""
    pointing = [
        field
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.related_model is PastCall
    ]
    root = Path(fernkladde.__file__).parent
    naming = [
        path
        for room in ("billing", "rating", "connections", "documents", "einvoice")
        for path in (root / room).rglob("*.py")
        if "PastCall" in {n.id for n in ast.walk(ast.parse(path.read_text()))
                          if isinstance(n, ast.Name)}
    ]  # fmt: skip

    assert pointing == []
    assert naming == []


def test_it_is_found_by_what_was_noted(owner: Customer) -> None:
    person = make.user()
    taken("history", HEAD + "5.3.24;;;1;A1;5;JW;Störung am Antrieb quittiert\n")

    [found] = find("stoerung antrieb", user=person)

    assert (found.kind, found.number) == ("past-call", "2024-03-05")
    assert found.title == "Störung am Antrieb quittiert"


def test_its_moment_is_the_firms_day_not_that_of_greenwich(owner: Customer) -> None:
    """At 23:30 UTC it is tomorrow in Berlin, and a call of that day has happened."""
    late = datetime(2026, 11, 2, 23, 30, tzinfo=UTC)
    tomorrow = HEAD + "3.11.26;;;1;;5;JW;\n"

    assert verdicts("history", tomorrow)[0].outcome == "refused"
    assert verdicts("history", tomorrow, at=late)[0].outcome == "new"
