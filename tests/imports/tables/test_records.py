"""Customers, contacts, plants and contracts from tables: what becomes of each row."""

from __future__ import annotations

from datetime import date

import pytest

from fernkladde.contracts.models import Contract
from fernkladde.customers.models import Contact, Customer
from fernkladde.journal.models import Entry
from fernkladde.plants.models import Plant
from tests import make

from .judged import Said, given, taken, verdicts

pytestmark = pytest.mark.django_db


def told(kind: str) -> list[Entry]:
    return list(Entry.objects.of_kind(kind).in_order())


def test_a_row_is_new_changed_with_what_or_the_same() -> None:
    make.customer(number="1", name="Müller", city="Ulm", country="DE")
    make.customer(number="2", name="Meier", note="bleibt")

    found = verdicts(
        "customers",
        "Nr.;Name;Ort;Land;Notiz;Aufstellung\n"
        "1;Müller;Neu-Ulm;A;;\n2;Meier;;;;\n3;Neu;;;;\n",
    )

    assert found == [
        Said(2, "changed", "Ort: Ulm → Neu-Ulm Land: DE → AT"),
        Said(3, "same", ""),
        Said(4, "new", ""),
    ]


def test_an_empty_cell_leaves_what_is_there() -> None:
    make.customer(number="1", name="Müller", city="Ulm", phone="+4973112345")

    taken("customers", "Nr.;Name;Ort;Telefon\n1;Müller KG;;\n")

    customer = Customer.objects.get()
    assert (customer.name, customer.city) == ("Müller KG", "Ulm")
    assert customer.phone == "+4973112345"


def test_every_record_has_its_own_entry_and_the_batch_one_more() -> None:
    make.customer(number="1", name="Alt")

    batch = taken("customers", "Nr.;Name;Tel.\n1;Neu;\n2;Zwei;0731 12345\n")

    [changed] = told("customers.customer-changed")
    [created] = told("customers.customer-created")
    [of_batch] = told("imports.batch-taken")
    assert changed.facts["changes"] == {"name": ["Alt", "Neu"]}
    assert created.facts == {"number": "2", "name": "Zwei"}
    assert created.commitments.keys() == {"phone"}
    assert of_batch.facts == {
        "kind": "customers", "sha256": batch.sha256,
        "new": 1, "changed": 1, "same": 0, "refused": 0,
    }  # fmt: skip
    assert batch.entry_sequence == of_batch.sequence


def test_a_row_is_checked_as_a_form_is() -> None:
    """The same sentence as from the action that the page calls."""
    [said] = verdicts("customers", "Nr.;Name;USt-IdNr.\n1;M;XX\n")

    assert said.why.startswith("„USt-IdNr.“: „XX“ ist keine USt-IdNr.: erst zwei")


def test_a_contact_is_known_by_customer_and_name() -> None:
    customer = make.customer(number="1", name="Müller")
    make.contact(customer=customer, name="Anna Berg", role="")

    text = (
        "Kunde;Name;Funktion;Tel.\n1;Anna Berg;Leitung;\nMüller;Bea Tal;;0731 12345\n"
    )
    taken("contacts", text)

    rows = Contact.objects.order_by("name").values_list("name", "role", "phone")
    assert list(rows) == [
        ("Anna Berg", "Leitung", ""),
        ("Bea Tal", "", "+4973112345"),
    ]
    assert [said.outcome for said in verdicts("contacts", text)] == ["same", "same"]


def test_two_contacts_of_one_name_at_one_customer_are_told() -> None:
    make.customer(number="1", name="Müller")

    found = verdicts("contacts", "Kunde;Name\n1;Anna\nMüller;Anna\n")

    assert found[1] == Said(3, "refused", "Steht schon in Zeile 2.")


def test_who_is_referred_to_and_is_not_there_is_told_by_row() -> None:
    make.customer(number="1", name="Doppelt")
    make.customer(number="2", name="Doppelt")
    make.plant_type(name="Presse")

    found = verdicts(
        "plants",
        "Nr.;Bezeichnung;Kunde;Typ;Tarif\n"
        "A1;x;1;Presse;\nA2;x;9;Säge;Gold\nA3;x;Doppelt;;\n",
    )

    assert [said.outcome for said in found] == ["new", "refused", "refused"]
    assert "Einen Kunden „9“ gibt es nicht." in found[1].why
    assert "Einen Anlagentyp „Säge“ gibt es nicht." in found[1].why
    assert "Einen Tarif „Gold“ gibt es nicht." in found[1].why
    assert "„Doppelt“ heißen mehrere. Bitte die Nummer angeben." in found[2].why


def test_a_plant_comes_with_what_is_known_of_it() -> None:
    owner = make.customer(number="1", country="AT")
    kind = make.plant_type(name="Presse")

    taken(
        "plants",
        "Maschinen-Nr.;Maschine;Betreiber;Baureihe;S/N;Werk;SPS;Garantie bis\n"
        "A1;Presse 3;1;Presse;48211;Halle 4;S7-1500;31.12.27\n",
    )

    plant = Plant.objects.get()
    assert (plant.customer, plant.plant_type, plant.country) == (owner, kind, "AT")
    assert (plant.serial_number, plant.site) == ("48211", "Halle 4")
    assert (plant.control, plant.warranty_until) == ("S7-1500", date(2027, 12, 31))


def test_a_password_in_a_note_is_refused_as_in_the_form() -> None:
    make.customer(number="1")

    [said] = verdicts("plants", "Nr.;Name;Kunde;Notiz\nA1;x;1;Passwort: geheim123\n")

    assert said.outcome == "refused"
    assert "sieht nach einem Passwort" in said.why


CONTRACTS = (
    "Nr.;Vertrag;Kunde;Beginn;Ende;Kontingent;Zeitraum;Übertrag;Anlagen;"
    "gilt auch für;Leistungsarten;Rang\n"
)


def test_a_contract_comes_with_allowance_plants_and_sharers() -> None:
    owner, other = make.customer(number="1"), make.customer(number="2")
    plant = make.plant(number="A1", customer=owner)
    also = make.plant(number="A2", customer=other)

    taken(
        "contracts",
        CONTRACTS
        + "V1;Silber;1;1.1.26;;10:00 h;Jahr;Laufzeit;A1, A2;2;Fernwartung;5\n",
    )

    contract = Contract.objects.get()
    assert (contract.covers, contract.allowance_minutes) == ("allowance", 600)
    assert (contract.allowance_period, contract.carry_over_term) == ("year", True)
    assert contract.valid_from == date(2026, 1, 1)
    assert set(contract.plants.all()) == {plant, also}
    assert contract.limited_to_plants
    assert list(contract.shared_with.all()) == [other]
    assert (contract.services, contract.priority) == (["remote"], 5)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("V1;x;1;1.1.26;31.12.25;;;;;;;", "„Ende“: Der Vertrag endet vor"),
        ("V1;x;1;1.1.26;;600;;;;;;", "„Zeitraum“: Bitte den Zeitraum"),
        ("V1;x;1;1.1.26;;;;;;;;", "„Deckt“: "),
        ("V1;x;1;1.1.26;;600;Jahr;;A9;;;", "Eine Anlage „A9“ gibt es nicht."),
        ("V1;x;1;1.1.26;;600;Jahr;;A2;;;", "„Anlagen“: Anlage A2 gehört keinem"),
        ("V1;x;1;;;600;Jahr;;;;;", "„Beginn“ fehlt."),
    ],
)
def test_a_contract_that_the_room_would_refuse_is_refused(row: str, why: str) -> None:
    make.customer(number="1")
    make.plant(number="A2")

    [said] = verdicts("contracts", CONTRACTS + row + "\n")

    assert said.outcome == "refused"
    assert why in said.why


def test_figures_of_an_allowance_do_not_fit_a_contract_without_one() -> None:
    make.customer(number="1")

    [said] = verdicts(
        "contracts", "Nr.;Name;Kunde;Beginn;Deckt;Minuten\nV1;x;1;1.1.26;alles;60\n"
    )

    assert "passen nur zu „Kontingent“" in said.why


def test_a_changed_contract_tells_its_links_by_number() -> None:
    contract = make.contract(number="V1", name="Silber")
    make.plant(number="A1", customer=contract.customer)
    text = (
        "Nr.;Name;Kunde;Beginn;Anlagen\n"
        f"V1;Silber;{contract.customer.number};1.1.2026;A1\n"
    )

    [said] = verdicts("contracts", text)
    taken("contracts", text)

    assert said == Said(2, "changed", "Anlagen: – → A1")
    assert [plant.number for plant in contract.plants.all()] == ["A1"]
    assert [said.outcome for said in verdicts("contracts", text)] == ["same"]


def test_taking_the_same_table_again_changes_nothing() -> None:
    text = "Nr.;Name;Ort\n1;Müller;Ulm\n2;Meier;Köln\n"
    taken("customers", text)

    again = given("customers", text)

    assert (again.new, again.changed, again.same) == (0, 0, 2)
