"""All or nothing, once, and back again."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from fernkladde.accounts.roles import Role
from fernkladde.cases.models import PastCall
from fernkladde.contracts.actions import change_contract
from fernkladde.contracts.models import Contract
from fernkladde.customers.actions import change_customer, create_customer
from fernkladde.customers.models import Contact, Customer
from fernkladde.imports.models import Batch, Piece, Trace, VerdictPage
from fernkladde.imports.tables import batches, duty
from fernkladde.imports.tables.at_once import read_table, take_in
from fernkladde.imports.tables.batches import NotNow
from fernkladde.imports.tables.kinds import KINDS
from fernkladde.imports.tables.limits import Unreadable
from fernkladde.imports.tables.taking import RowsRefused
from fernkladde.integrity.invariants import check_invariants
from fernkladde.journal.models import Entry
from fernkladde.plants.models import Plant
from tests import make

from .judged import NOW, fulfilled, given, taken, undone

if TYPE_CHECKING:
    from fernkladde.imports.tables.verdicts import Judged

pytestmark = pytest.mark.django_db

TWO = "Nr.;Name;Ort\n1;Müller;Ulm\n2;Meier;Köln\n"
REFUSED = TWO + "3;;Bonn\n"


def ignored(_judged: Judged) -> None:
    """Look at no verdict."""


def at_once(kind: str, text: str) -> Any:
    file = io.BytesIO(text.encode())
    reading = read_table(kind=kind, file=file, wishes=(), sheet="", at=NOW)
    return take_in(reading, file=file, file_name="a.csv", each=ignored)


def test_one_refused_row_keeps_all_others_out() -> None:
    batch = given("customers", REFUSED)

    assert (batch.state, batch.new, batch.refused) == ("checked", 2, 1)
    with pytest.raises(NotNow):
        batches.have_taken(batch=batch, by=None, at=NOW)
    with pytest.raises(RowsRefused, match="Nichts übernommen: 1 Zeilen"):
        at_once("customers", REFUSED)
    assert not Customer.objects.exists()
    assert not Entry.objects.of_room("customers").exists()


def test_a_dry_run_writes_no_record_and_no_entry() -> None:
    given("customers", TWO)

    assert not Customer.objects.exists()
    assert not Entry.objects.exists()


def test_what_was_taken_is_no_longer_kept_as_a_file() -> None:
    batch = given("customers", TWO)
    assert batch.pieces.exists()
    assert batch.verdict_pages.exists()

    taken("customers", TWO + "3;Neu;\n")

    assert Piece.objects.values("batch").distinct().count() == 1
    assert VerdictPage.objects.exclude(batch=batch).count() == 0


def test_a_batch_is_taken_in_the_name_of_who_wanted_it() -> None:
    clerk = make.user(Role.BILLING)
    batch = given("customers", TWO)

    batches.have_taken(batch=batch, by=clerk, at=NOW)
    fulfilled(batch)

    assert set(Entry.objects.values_list("actor", flat=True)) == {clerk.pk}


def test_two_clicks_take_a_batch_once() -> None:
    batch = given("customers", TWO)
    other = Batch.objects.get(pk=batch.pk)

    batches.have_taken(batch=batch, by=None, at=NOW)
    with pytest.raises(NotNow, match="wird übernommen"):
        batches.have_taken(batch=other, by=None, at=NOW)
    fulfilled(batch)
    with pytest.raises(NotNow, match="übernommen"):
        batches.have_taken(batch=other, by=None, at=NOW)

    assert Customer.objects.count() == 2
    assert Entry.objects.of_kind("imports.batch-taken").count() == 1


def test_what_has_changed_since_the_look_is_looked_at_once_more() -> None:
    batch = given("customers", TWO)
    create_customer(number="1", name="Jemand", by=None, at=NOW)

    batches.have_taken(batch=batch, by=None, at=NOW)
    fulfilled(batch)

    assert (batch.state, batch.new, batch.changed) == ("checked", 1, 1)
    assert batch.faults[0].startswith("Seit der Prüfung hat sich etwas geändert")
    assert Customer.objects.get().name == "Jemand"


def test_taking_what_stands_so_already_makes_no_batch() -> None:
    at_once("customers", TWO)

    tally, batch = at_once("customers", TWO)

    assert batch is None
    assert tally.rows == 2
    assert Batch.objects.count() == 1


def test_a_table_with_too_many_rows_is_refused(monkeypatch: Any) -> None:
    monkeypatch.setattr(type(KINDS["customers"]), "most_rows", 1)

    batch = given("customers", TWO)

    assert batch.state == "unreadable"
    assert batch.faults == ["Mehr als 1 Zeilen. Bitte die Datei teilen."]


def test_a_file_that_is_no_table_is_not_even_kept() -> None:
    with pytest.raises(Unreadable, match="Die Datei ist leer"):
        given("customers", b"")

    assert not Batch.objects.exists()


def test_a_draft_is_discarded_whole_and_what_was_taken_is_not() -> None:
    batch = given("customers", TWO)
    other = taken("customers", TWO)

    batches.discard(batch=batch)
    with pytest.raises(NotNow):
        batches.discard(batch=other)

    assert [row.pk for row in Batch.objects.all()] == [other.pk]


def test_drafts_are_forgotten_after_a_week() -> None:
    given("customers", TWO)
    kept = taken("customers", TWO)

    later = NOW + timedelta(days=6)
    assert batches.discard_forgotten(at=later) == 0
    assert batches.discard_forgotten(at=later + timedelta(days=2)) == 1

    assert [row.pk for row in Batch.objects.all()] == [kept.pk]


# Taking back


def everything() -> None:
    """Take one table of each kind, each resting on the one before."""
    taken("customers", TWO)
    taken("contacts", "Kunde;Name\n1;Anna\n")
    taken("plants", "Nr.;Name;Kunde\nA1;Presse;1\n")
    taken("contracts", "Nr.;Name;Kunde;Beginn;Deckt;Anlagen;gilt auch für\n"
          "V1;Voll;1;1.1.2026;alles;A1;2\n")  # fmt: skip
    taken("history", "Datum;Kunde;Anlage;Minuten\n5.3.24;1;A1;20\n")


def test_everything_can_be_taken_back_in_the_opposite_order() -> None:
    everything()

    for batch in Batch.objects.order_by("-pk"):
        assert undone(batch).state == "undone"

    for model in (Customer, Contact, Plant, Contract, PastCall, Trace):
        assert not model.objects.exists(), model
    assert check_invariants() == []
    assert Entry.objects.of_kind("imports.batch-undone").count() == 5


def test_what_rests_on_a_record_is_told_and_it_stays() -> None:
    everything()

    refused = undone(Batch.objects.get(kind="customers"))

    resting = ("Ansprechpartner", "Anlagen", "Verträge", "frühere Anrufe")
    assert refused.state == "taken"
    assert refused.faults == [
        "2 Meier: darauf beziehen sich Verträge.",
        "1 Müller: darauf beziehen sich " + ", ".join(resting) + ".",
    ]
    assert Customer.objects.count() == 2


def test_a_record_that_was_changed_by_hand_is_not_taken_back() -> None:
    batch = taken("customers", TWO)
    customer = Customer.objects.get(number="1")
    change_customer(customer=customer, city="Neu-Ulm", by=None, at=NOW)

    refused = undone(batch)

    assert refused.faults == ["1 Müller: wurde seither geändert."]
    assert Customer.objects.count() == 2


def test_what_was_changed_says_again_what_it_said_before() -> None:
    make.tariff(code="gold")
    customer = make.customer(number="1", name="Alt", charging_from=date(2025, 1, 1))
    batch = taken(
        "customers", "Nr.;Name;Tarif;kostenpflichtig ab\n1;Neu;gold;1.6.2026\n"
    )
    customer.refresh_from_db()
    assert customer.tariff is not None

    undone(batch)

    before = Customer.objects.get()
    assert (before.name, before.tariff) == ("Alt", None)
    assert before.charging_from == date(2025, 1, 1)
    [first, second] = Entry.objects.of_kind("customers.customer-changed").in_order()
    assert first.facts["changes"]["name"] == ["Alt", "Neu"]
    assert second.facts["changes"]["name"] == ["Neu", "Alt"]


def test_a_contract_gets_its_old_links_back() -> None:
    contract = make.contract(number="V1", name="Voll")
    old = make.plant(number="A1", customer=contract.customer)
    make.plant(number="A2", customer=contract.customer)
    change_contract(contract=contract, plants=[old], by=None, at=NOW)
    number = contract.customer.number
    batch = taken(
        "contracts", f"Nr.;Name;Kunde;Beginn;Anlagen\nV1;Voll;{number};1.1.2026;A2\n"
    )

    undone(batch)

    assert list(contract.plants.all()) == [old]


def test_a_batch_is_taken_back_once() -> None:
    batch = taken("customers", TWO)
    undone(batch)

    with pytest.raises(NotNow):
        batches.have_undone(batch=batch, by=None, at=NOW)
    assert not duty.fulfil(batch.pk, clock=lambda: NOW)


def test_what_was_taken_back_can_be_taken_again() -> None:
    undone(taken("customers", TWO))

    again = taken("customers", TWO)

    assert (again.state, again.new) == ("taken", 2)
