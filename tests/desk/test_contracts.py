"""The list of contracts, one contract's page, its form."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.urls import reverse

from fernkladde.accounts.roles import Role
from fernkladde.contracts.models import Contract
from tests import make

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db

TODAY = date(2026, 10, 6)
SPACE = "\N{NO-BREAK SPACE}"
FORM = {
    "name": "Silber",
    "valid_from": "2026-01-01",
    "covers": "allowance",
    "allowance_minutes": "10",
    "allowance_period": "quarter",
    "carry_over": "none",
    "surcharge_on_covered": "ignore",
    "priority": "100",
}


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


def allowance(minutes: int = 600, **fields: object) -> Contract:
    made = {
        "covers": "allowance",
        "allowance_period": "year",
        "allowance_minutes": minutes,
        "valid_from": date(TODAY.year, 1, 1),
    }
    return make.contract(**made | fields)


def work(contract: Contract, minutes: int) -> None:
    start = datetime.combine(contract.valid_from, datetime.min.time(), UTC)
    start += timedelta(hours=9)
    case = make.case(customer=contract.customer, reported_on=contract.valid_from)
    make.session(
        case=case, started_at=start, ended_at=start + timedelta(minutes=minutes)
    )


def test_an_allowance_of_cases_says_what_is_left_and_since_when(desk: Client) -> None:
    make.policy()
    contract = allowance(allowance_minutes=None, allowance_cases=5)

    shown = page(desk, "customer", contract.customer.number)

    assert "noch 5 von 5 Fällen seit 01.01.2026" in shown


def test_the_list_shows_what_is_left_unbilled_work_included(desk: Client) -> None:
    make.policy()
    contract = allowance(600)
    work(contract, 50)

    shown = page(desk, "contract-list")

    assert f">9:00{SPACE}h</td>" in shown


def test_more_contracts_cost_no_more_queries(
    desk: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    make.policy()
    for _each in range(55):
        work(allowance(), 20)

    with django_assert_max_num_queries(30):
        shown = page(desk, "contract-list")

    assert "1–50 von 55" in shown


def test_the_list_is_narrowed_by_time(desk: Client) -> None:
    make.contract(name="Läuft", valid_from=TODAY - timedelta(days=9))
    make.contract(
        name="Endet",
        valid_from=TODAY - timedelta(days=9),
        valid_until=TODAY + timedelta(days=9),
    )
    make.contract(name="Künftig", valid_from=TODAY + timedelta(days=9))
    make.contract(
        name="Vorbei",
        valid_from=TODAY - timedelta(days=9),
        valid_until=TODAY - timedelta(1),
    )

    def names(query: str) -> set[str]:
        shown = page(desk, "contract-list", query=query)
        known = ("Läuft", "Endet", "Künftig", "Vorbei")
        return {name for name in known if f">{name}</a>" in shown}

    assert names("") == {"Läuft", "Endet"}
    assert names("?show=ending") == {"Endet"}
    assert names("?show=future") == {"Künftig"}
    assert names("?show=ended") == {"Vorbei"}
    assert names("?show=all") == {"Läuft", "Endet", "Künftig", "Vorbei"}


def test_the_page_shows_periods_and_who_drew_on_them(
    desk: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    make.policy()
    contract = allowance(600, name="Silber", carry_over_term=True)
    for _each in range(5):
        work(contract, 30)

    with django_assert_max_num_queries(30):
        shown = page(desk, "contract", contract.number)

    assert f"übrig <b>7:30{SPACE}h</b>" in shown
    assert "noch nicht" in shown
    assert shown.count(f">0:30{SPACE}h</td>") == 5
    assert "bis zum Ende des Vertrags" in shown


def test_without_a_price_only_what_is_billed_is_known(desk: Client) -> None:
    version = make.terms() | {
        "prices": [{"service": "onsite", "price": "1", "per_minutes": 60}]
    }
    make.policy(default_tariff=make.tariff(version))
    contract = allowance(600)
    work(contract, 30)

    shown = page(desk, "contract", contract.number)

    assert "Ohne die noch unberechnete Arbeit: für sie fehlt ein Preis." in shown
    assert f"übrig <b>10:00{SPACE}h</b>" in shown


def test_a_page_without_any_tariff_still_shows_the_facts(desk: Client) -> None:
    contract = allowance(600, name="Silber")

    assert "Silber" in page(desk, "contract", contract.number)


def test_a_new_contract_asks_whose_first(desk: Client) -> None:
    make.customer(number="1001", name="Müller Pressen")
    make.searchable()

    asked = page(desk, "contract-new")
    unknown = page(desk, "contract-new", query="?customer=niemand")
    known = page(desk, "contract-new", query="?customer=mueller")

    assert 'name="customer"' in asked
    assert "passt auf keinen Kunden" in unknown
    assert "Neuer Vertrag für Müller Pressen" in known


def create(desk: Client, **given: object) -> str:
    address = reverse("contract-new") + "?customer=1001"
    return desk.post(address, FORM | {"number": "V1"} | given).content.decode()


def test_a_contract_with_an_allowance_is_taken_in(desk: Client) -> None:
    customer = make.customer(number="1001")
    friend = make.customer(number="1002")
    plant = make.plant(customer=customer)

    create(
        desk,
        shared_with="1002",
        plants=[plant.number],
        services="Fernwartung, laser",
        carry_over="periods",
        carry_over_periods="2",
        carry_over_minutes="1:30",
    )

    made = Contract.objects.get()
    assert made.customer == customer
    assert list(made.shared_with.all()) == [friend]
    assert (list(made.plants.all()), made.limited_to_plants) == ([plant], True)
    assert made.services == ["remote", "laser"]
    assert made.allowance_minutes == 600
    assert (made.carry_over_periods, made.carry_over_minutes) == (2, 90)


def test_what_covers_everything_has_no_allowance_left_over(desk: Client) -> None:
    make.customer(number="1001")

    create(desk, covers="everything")

    made = Contract.objects.get()
    assert (made.allowance_minutes, made.allowance_period) == (None, "")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"allowance_minutes": ""}, "Wie groß ist das Kontingent?"),
        ({"allowance_cases": "10"}, "Entweder Stunden oder Fälle"),
        ({"allowance_period": ""}, "Bitte den Zeitraum wählen."),
        ({"carry_over": "periods"}, "Wie viele Zeiträume gilt der Rest weiter?"),
        (
            {"allowance_minutes": "", "allowance_cases": "5", "carry_over": "term"},
            "Fälle werden nicht übertragen.",
        ),
        ({"allowance_minutes": "zehn"}, "„zehn“ ist keine Dauer."),
        ({"valid_until": "2025-12-31"}, "Der Vertrag endet vor seinem Beginn."),
        ({"shared_with": "9999"}, "„9999“ passt auf keinen Kunden."),
        ({"covers": ""}, "Diese Angabe fehlt."),
    ],
)
def test_a_wrong_contract_says_what_is_wrong(
    desk: Client, wrong: dict[str, str], sentence: str
) -> None:
    make.customer(number="1001")

    shown = create(desk, **wrong)

    assert sentence in shown
    assert 'value="Silber"' in shown
    assert not Contract.objects.exists()


def test_another_customers_plant_cannot_be_chosen(desk: Client) -> None:
    make.customer(number="1001")
    foreign = make.plant()

    create(desk, plants=[foreign.number])

    assert not Contract.objects.exists()


def test_an_edited_contract_shows_what_it_says(desk: Client) -> None:
    contract = allowance(450, services=["remote"], carry_over_periods=1)

    shown = page(desk, "contract-edit", contract.number)
    desk.post(reverse("contract-edit", args=[contract.number]), FORM | {"name": "Gold"})

    assert 'value="7:30"' in shown
    assert 'value="Fernwartung"' in shown
    changed = Contract.objects.get()
    assert (changed.name, changed.services) == ("Gold", None)


def test_a_technician_reads_but_does_not_change(client: Client) -> None:
    client.force_login(make.user(Role.TECHNICIAN))
    contract = make.contract()

    assert client.get(reverse("contract", args=[contract.number])).status_code == 200
    for name, arguments in (("contract-new", []), ("contract-edit", [contract.number])):
        assert client.get(reverse(name, args=arguments)).status_code == 403
