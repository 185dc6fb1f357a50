"""Plants and the ways to reach them; passwords are kept elsewhere."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from fernkladde.customers.phones import ImpossibleNumber
from fernkladde.customers.records import InvalidRecord, NumberTaken
from fernkladde.journal.models import Entry
from fernkladde.plants import actions
from fernkladde.plants.models import AccessPath, Plant
from fernkladde.plants.secrets import LooksLikeASecret, looks_like_a_secret
from tests import make

pytestmark = pytest.mark.django_db

NOW = make.NOW


def test_a_plant_stands_where_its_customer_is_unless_told_otherwise() -> None:
    customer = make.customer(country="AT")

    actions.create_plant(
        number="P1", name="Presse 3", customer=customer, by=None, at=NOW
    )
    actions.create_plant(
        number="P2", name="Presse 4", customer=customer, country="br", by=None, at=NOW
    )

    countries = Plant.objects.order_by("number").values_list("country", flat=True)
    assert list(countries) == ["AT", "BR"]
    assert Entry.objects.count() == 2


def test_a_change_is_told_by_numbers_and_dates() -> None:
    plant = make.plant(warranty_until=date(2026, 1, 31))
    kind = make.plant_type(name="Exzenterpresse")
    owner = plant.customer
    other = make.customer()

    assert actions.change_plant(
        plant=plant,
        warranty_until=date(2027, 1, 31),
        plant_type=kind,
        customer=other,
        by=None,
        at=NOW,
    )

    entry = Entry.objects.get()
    assert entry.subject == f"plant/{plant.number}"
    assert entry.facts["changes"] == {
        "warranty_until": ["2026-01-31", "2027-01-31"],
        "plant_type": [None, "Exzenterpresse"],
        "customer": [owner.number, other.number],
    }
    assert not actions.change_plant(plant=plant, customer=other, by=None, at=NOW)


def test_a_plant_type_has_its_questions() -> None:
    kind = actions.create_plant_type(
        name="Presse", check_first="Not-Aus?\n\n Luftdruck? \n", by=None, at=NOW
    )

    assert kind.questions == ["Not-Aus?", "Luftdruck?"]
    with pytest.raises(NumberTaken):
        actions.create_plant_type(name="Presse", by=None, at=NOW)
    assert actions.change_plant_type(plant_type=kind, check_first="", by=None, at=NOW)
    assert kind.questions == []


def test_an_access_path_is_added_changed_and_removed_with_an_entry_each() -> None:
    plant = make.plant()

    path = actions.add_access_path(
        plant=plant,
        kind="modem",
        identifier="0711 12345",
        reference="KeePass: Kunde / Presse 3",
        by=None,
        at=NOW,
    )
    assert AccessPath.objects.get().identifier == "+4971112345"
    assert actions.change_access_path(path=path, kind="vpn", by=None, at=NOW)
    assert not actions.change_access_path(path=path, kind="vpn", by=None, at=NOW)
    actions.remove_access_path(path=path, by=None, at=NOW)

    assert not AccessPath.objects.exists()
    with pytest.raises(actions.AccessPathGone):
        actions.remove_access_path(path=path, by=None, at=NOW)
    with pytest.raises(actions.AccessPathGone):
        actions.change_access_path(path=path, note="x", by=None, at=NOW)
    kinds = Entry.objects.in_order().values_list("kind", flat=True)
    assert list(kinds) == [
        "plants.access-added",
        "plants.access-changed",
        "plants.access-removed",
    ]
    assert not any("71112345" in str(entry.facts) for entry in Entry.objects.all())


def test_a_modem_may_have_a_name_but_a_telephone_has_a_number() -> None:
    plant = make.plant()

    path = actions.add_access_path(
        plant=plant, kind="modem", identifier="SIM 7 Halle 2", by=None, at=NOW
    )

    assert path.identifier == "SIM 7 Halle 2"
    with pytest.raises(ImpossibleNumber) as refused:
        actions.add_access_path(
            plant=plant, kind="phone", identifier="Pförtner", by=None, at=NOW
        )
    assert refused.value.field == "identifier"
    with pytest.raises(InvalidRecord) as unknown:
        actions.add_access_path(plant=plant, kind="fax", by=None, at=NOW)
    assert unknown.value.field == "kind"


@pytest.mark.parametrize("field", ["identifier", "reference", "approval", "note"])
def test_a_password_finds_no_place_at_an_access_path(field: str) -> None:
    plant = make.plant()
    secret: Any = {field: "VPN, Passwort: Sommer2026"}

    with pytest.raises(LooksLikeASecret) as refused:
        actions.add_access_path(plant=plant, kind="vpn", by=None, at=NOW, **secret)

    assert refused.value.field == field
    assert "KeePass" in str(refused.value)
    assert not AccessPath.objects.exists()


def test_a_person_who_knows_better_may_say_so() -> None:
    plant = make.plant()

    actions.change_plant(
        plant=plant, note="PIN: am Schaltschrank", no_secret=True, by=None, at=NOW
    )

    assert Plant.objects.get().note == "PIN: am Schaltschrank"


@pytest.mark.parametrize(
    "text",
    [
        "Passwort: geheim1",
        "Kennwort ist sonne",
        "pw Maschine12",
        "PIN: 4711",
        "PSK=abc123",
        "Login admin, password=admin",
        "-----BEGIN RSA PRIVATE KEY-----",
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5",
        "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=",
        "https://admin:geheim@10.0.0.5/",
        "API-Key: 9f8e",
    ],
)
def test_what_looks_like_a_secret(text: str) -> None:
    assert looks_like_a_secret(f"Zugang zur Anlage: {text} danke")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "KeePass: Kunde / Presse 3",
        "Passwort: siehe KeePass",
        "Passwort im KeePass",
        "Passwort: beim Kunden erfragen",
        "Passwort wurde geändert",
        "Passwort: liegt im Tresor",
        "Presse 3 Geber getauscht, Achse 2 neu referenziert",
        "Die Spindel dreht, Pinole klemmt: bitte prüfen",
        "https://vpn.hauser.example/portal",
        "Seriennummer SN-4711/2026, Software V14.2.1",
    ],
)
def test_what_does_not_look_like_a_secret(text: str) -> None:
    assert looks_like_a_secret(text) is None
