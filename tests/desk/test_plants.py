"""The list of plants, one plant's page, its access paths and types."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.urls import reverse

from fernkladde.accounts.roles import Role
from fernkladde.plants.models import AccessKind, AccessPath, Plant, PlantType
from tests import make

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db

TODAY = date(2026, 10, 6)
NOTICE = "Modemzugänge gelten nicht mehr als Stand der Technik (BSI-CS 108)"


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """Let it be the 6th of October 2026."""
    with time_machine.travel(make.NOW, tick=False):
        yield


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make.user(Role.DISPATCHER))
    return client


def page(client: Client, name: str, *arguments: object, query: str = "") -> str:
    response = client.get(reverse(name, args=arguments) + query)
    assert response.status_code == 200
    return response.content.decode()


def test_the_list_is_narrowed_by_warranty_and_access(desk: Client) -> None:
    young = make.plant(name="Jung", warranty_until=TODAY + timedelta(days=400))
    make.plant(name="Bald", warranty_until=TODAY + timedelta(days=30))
    make.plant(name="Vorbei", warranty_until=TODAY - timedelta(days=1))
    make.plant(name="Letzter Tag", warranty_until=TODAY)
    make.plant(name="Ohne Datum")
    make.access_path(plant=young, kind=AccessKind.MODEM)

    def names(query: str) -> set[str]:
        shown = page(desk, "plant-list", query=query)
        known = ("Jung", "Bald", "Vorbei", "Letzter Tag", "Ohne Datum")
        return {name for name in known if f">{name}</a>" in shown}

    assert names("?warranty=in") == {"Jung", "Bald", "Letzter Tag"}
    assert names("?warranty=soon") == {"Bald", "Letzter Tag"}
    assert names("?warranty=out") == {"Vorbei"}
    assert names("?warranty=unknown") == {"Ohne Datum"}
    assert names("?access=modem") == {"Jung"}
    assert "Jung" not in names("?access=none")


@pytest.mark.parametrize("typed", ["20187", "Koenig", "könig presse"])
def test_a_plant_is_found_by_serial_number_or_customer(
    desk: Client, typed: str
) -> None:
    owner = make.customer(name="König Presse AG")
    make.plant(name="Gesucht", customer=owner, serial_number="FN 20187-03")
    make.plant(name="Andere")
    make.searchable()

    shown = page(desk, "plant-list", query=f"?q={typed}")

    assert "Gesucht" in shown
    assert ">Andere</a>" not in shown


def test_more_plants_cost_no_more_queries(
    desk: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    kind = make.plant_type()
    for _each in range(60):
        make.access_path(plant=make.plant(plant_type=kind))

    with django_assert_max_num_queries(20):
        page(desk, "plant-list")


def test_the_page_shows_warranty_access_check_list_contract_and_solutions(
    desk: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    make.policy()
    kind = make.plant_type(check_first="Not-Halt entriegelt?\n\nLuft da?")
    plant = make.plant(plant_type=kind, warranty_until=TODAY + timedelta(days=1))
    make.access_path(plant=plant, kind=AccessKind.VPN, reference="KeePass: Presse")
    make.contract(
        customer=plant.customer,
        name="Nur diese",
        plants=[plant],
        valid_from=date(2020, 1, 1),
    )
    other = make.plant(customer=plant.customer)
    make.contract(
        customer=plant.customer,
        name="Andere",
        plants=[other],
        valid_from=date(2020, 1, 1),
    )
    for _each in range(5):
        make.case(plant=plant, state="closed", solution="Geber getauscht")

    with django_assert_max_num_queries(30):
        shown = page(desk, "plant", plant.number)

    assert "noch 1 Tag, wenn die Ursache ein Mangel ist" in shown
    assert "KeePass: Presse" in shown
    assert "<li>Luft da?</li>" in shown
    assert "Nur diese" in shown
    assert "Andere" not in shown
    assert "Geber getauscht" in shown
    assert NOTICE not in shown


def test_a_modem_is_marked_as_out_of_date(desk: Client) -> None:
    path = make.access_path(kind=AccessKind.MODEM, identifier="+4971199887")

    shown = page(desk, "plant", path.plant.number)

    assert NOTICE in shown
    assert "0711 99887" in shown


def test_a_new_plant_belongs_to_the_customer_who_was_meant(desk: Client) -> None:
    owner = make.customer(number="1001", name="Müller Pressen")
    kind = make.plant_type(name="Exzenterpresse")
    make.searchable()

    response = desk.post(
        reverse("plant-new"),
        {
            "number": "P/3",
            "name": "Presse 3",
            "customer": "mueller",
            "plant_type": kind.name,
            "country": "DE",
            "warranty_until": "2027-03-31",
        },
    )

    plant = Plant.objects.get()
    assert response.headers["Location"] == reverse("plant", args=["P/3"])
    assert (plant.customer, plant.plant_type) == (owner, kind)
    assert plant.warranty_until == date(2027, 3, 31)


def test_a_name_that_fits_several_customers_names_them(desk: Client) -> None:
    make.customer(number="1001", name="Müller Pressen")
    make.customer(number="1002", name="Müller Werkzeugbau")
    given = {"number": "P1", "name": "Presse", "customer": "Müller", "country": "DE"}
    make.searchable()

    shown = desk.post(reverse("plant-new"), given).content.decode()

    assert "passt auf mehrere: 1001 Müller Pressen; 1002 Müller Werkzeugbau" in shown
    assert 'value="Müller"' in shown


def test_an_edited_plant_keeps_the_number_and_may_be_laid_to_rest(
    desk: Client,
) -> None:
    plant = make.plant(name="Alt")
    given = {"name": "Neu", "customer": plant.customer.number, "country": "DE"}

    desk.post(reverse("plant-edit", args=[plant.number]), given)

    changed = Plant.objects.get()
    assert (changed.number, changed.name, changed.is_active) == (
        plant.number,
        "Neu",
        False,
    )


def test_a_password_in_an_access_path_is_warned_about_and_can_be_overruled(
    desk: Client,
) -> None:
    plant = make.plant()
    address = reverse("access-new", args=[plant.number])
    given = {"kind": "vpn", "identifier": "gw", "note": "Passwort: geheim123"}

    warned = desk.post(address, given).content.decode()

    assert "sieht nach einem Passwort oder Schlüssel aus" in warned
    assert 'value="Passwort: geheim123"' in warned
    assert 'name="no_secret"' in warned
    assert not AccessPath.objects.exists()
    desk.post(address, given | {"no_secret": "on"})
    assert AccessPath.objects.get().note == "Passwort: geheim123"


def test_the_way_past_the_warning_is_not_offered_before_it(desk: Client) -> None:
    plant = make.plant()

    assert 'name="no_secret"' not in page(desk, "access-new", plant.number)


def test_an_access_path_is_changed_and_removed_only_at_its_plant(desk: Client) -> None:
    path = make.access_path()
    number, other = path.plant.number, make.plant().number

    desk.post(
        reverse("access-edit", args=[number, path.pk]),
        {"kind": "phone", "identifier": "0711 12345"},
    )
    foreign = desk.post(reverse("access-remove", args=[other, path.pk]))

    assert AccessPath.objects.get().identifier == "+4971112345"
    assert foreign.status_code == 404
    desk.post(reverse("access-remove", args=[number, path.pk]))
    assert not AccessPath.objects.exists()


def test_a_plant_type_brings_a_check_list(desk: Client) -> None:
    desk.post(
        reverse("plant-type-new"), {"name": "Presse", "check_first": "Luft da?\nStrom?"}
    )
    taken = desk.post(reverse("plant-type-new"), {"name": "Presse"}).content.decode()

    kind = PlantType.objects.get()
    assert kind.questions == ["Luft da?", "Strom?"]
    assert "„Presse“ gibt es schon." in taken
    assert "Luft da?" in page(desk, "plant-type-list")


def test_a_technician_reads_but_does_not_change(client: Client) -> None:
    client.force_login(make.user(Role.TECHNICIAN))
    path = make.access_path()
    number = path.plant.number

    assert client.get(reverse("plant", args=[number])).status_code == 200
    for name, arguments in (
        ("plant-new", []),
        ("plant-edit", [number]),
        ("access-new", [number]),
        ("access-edit", [number, path.pk]),
        ("plant-type-new", []),
    ):
        assert client.get(reverse(name, args=arguments)).status_code == 403
    gone = client.post(reverse("access-remove", args=[number, path.pk]))
    assert gone.status_code == 403
