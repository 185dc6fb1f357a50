"""Contracts: sane when written down, and fixed where the ledger counts on them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from fernkladde.billing.models import AllowancePosting
from fernkladde.contracts import actions
from fernkladde.contracts.models import Contract
from fernkladde.contracts.queries import contracts_of
from fernkladde.customers.records import InvalidRecord, NumberFixed, NumberTaken
from fernkladde.journal.models import Entry
from tests import make

pytestmark = pytest.mark.django_db

NOW = make.NOW
ALLOWANCE: dict[str, Any] = {
    "covers": "allowance",
    "allowance_period": "quarter",
    "allowance_minutes": 240,
}


def create(**fields: Any) -> Contract:
    values: dict[str, Any] = {
        "number": "V-101",
        "name": "Silber",
        "covers": "everything",
        "valid_from": date(2026, 1, 1),
    }
    fields["customer"] = fields.get("customer") or make.customer()
    return actions.create_contract(by=None, at=NOW, **values | fields)


def post(contract: Contract, start: date = date(2026, 1, 1)) -> None:
    AllowancePosting.objects.create(
        contract=contract, period_start=start, for_period=start, seconds=900
    )


def test_a_contract_is_taken_in_with_its_links() -> None:
    plant = make.plant(number="P1")
    sister = make.customer(number="K2")

    contract = create(
        customer=plant.customer,
        shared_with=[sister, plant.customer],
        plants=[plant],
        services=["remote"],
        tariff=make.tariff(code="vertrag"),
        note="Ansprache nur über Herrn Kurz",
        **ALLOWANCE,
    )

    saved = Contract.objects.get()
    assert saved.limited_to_plants
    assert list(saved.shared_with.all()) == [sister]
    assert list(saved.plants.all()) == [plant]
    entry = Entry.objects.get()
    assert (entry.kind, entry.subject) == (
        "contracts.contract-created",
        "contract/V-101",
    )
    assert entry.facts["shared_with"] == ["K2"]
    assert entry.facts["plants"] == ["P1"]
    assert entry.facts["tariff"] == "vertrag"
    assert "Kurz" not in str(entry.facts)
    assert contract == saved


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"valid_until": date(2025, 12, 31)}, "valid_until"),
        ({"covers": "allowance", "allowance_minutes": 60}, "allowance_period"),
        ({"covers": "allowance", "allowance_period": "month"}, "allowance_minutes"),
        (ALLOWANCE | {"allowance_cases": 3}, "allowance_minutes"),
        ({"covers": "alles"}, "covers"),
        ({"name": ""}, "name"),
        ({"number": "x" * 61}, "number"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(
    fields: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidRecord) as refused:
        create(**fields)

    assert refused.value.field == field
    assert not Contract.objects.exists()


def test_a_plant_of_a_stranger_is_refused() -> None:
    stranger = make.plant()

    with pytest.raises(InvalidRecord) as refused:
        create(plants=[stranger])

    assert refused.value.field == "plants"
    assert stranger.number in str(refused.value)
    assert create(plants=[stranger], shared_with=[stranger.customer]).pk


def test_a_contract_of_one_day_is_a_contract() -> None:
    assert create(valid_until=date(2026, 1, 1)).pk


def test_a_number_is_given_once_and_stays() -> None:
    contract = create()

    with pytest.raises(NumberTaken):
        create()
    with pytest.raises(NumberFixed):
        actions.change_contract(contract=contract, number="V-102", by=None, at=NOW)


def test_a_change_is_told_before_and_after_links_included() -> None:
    plant = make.plant(number="P1")
    contract = create(customer=plant.customer)

    assert actions.change_contract(
        contract=contract,
        valid_until=date(2026, 12, 31),
        limited_to_plants=True,
        plants=[plant],
        by=None,
        at=NOW,
    )
    assert not actions.change_contract(
        contract=contract, plants=[plant], priority=100, by=None, at=NOW
    )

    assert Entry.objects.newest_first()[0].facts["changes"] == {
        "valid_until": [None, "2026-12-31"],
        "limited_to_plants": [False, True],
        "plants": [[], ["P1"]],
    }
    assert list(contract.plants.all()) == [plant]


def test_a_refused_change_leaves_nothing_behind() -> None:
    contract = create()

    with pytest.raises(InvalidRecord):
        actions.change_contract(
            contract=contract, name="Gold", plants=[make.plant()], by=None, at=NOW
        )

    assert Contract.objects.get().name == "Silber"
    assert Entry.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"valid_from": date(2026, 2, 1)}, "valid_from"),
        ({"allowance_period": "month"}, "allowance_period"),
        ({"covers": "everything"}, "covers"),
        (
            {"allowance_minutes": None, "allowance_cases": 3},
            "allowance_minutes",
        ),
        ({"valid_until": date(2026, 3, 31)}, "valid_until"),
    ],
)
def test_once_something_is_taken_the_periods_stay(
    change: dict[str, Any], field: str
) -> None:
    contract = create(**ALLOWANCE)
    post(contract)
    post(contract, date(2026, 4, 1))

    with pytest.raises(actions.ContractInUse) as refused:
        actions.change_contract(contract=contract, by=None, at=NOW, **change)

    assert refused.value.field == field


def test_an_allowance_in_use_may_grow_and_end() -> None:
    contract = create(**ALLOWANCE)
    post(contract)

    assert actions.change_contract(
        contract=contract,
        allowance_minutes=300,
        valid_until=date(2026, 6, 30),
        by=None,
        at=NOW,
    )


def test_contracts_that_may_fit_come_in_their_order() -> None:
    plant = make.plant()
    customer = plant.customer
    second = make.contract(customer=customer, valid_from=date(2026, 1, 1))
    first = make.contract(customer=customer, priority=1)
    shared = make.contract(shared_with=[customer], priority=200)
    limited = make.contract(customer=customer, plants=[plant], priority=300)
    make.contract(customer=customer, plants=[make.plant(customer=customer)])
    make.contract(customer=customer, valid_until=date(2026, 9, 30))
    make.contract()

    found = contracts_of(
        customer_id=customer.pk, plant_id=plant.pk, on=date(2026, 10, 6)
    )

    assert list(found) == [first, second, shared, limited]
    without = contracts_of(customer_id=customer.pk, plant_id=None, on=date(2026, 10, 6))
    assert list(without) == [first, second, shared]


def test_the_last_day_of_a_contract_counts() -> None:
    contract = make.contract(valid_until=date(2026, 10, 6))

    in_force = Contract.objects.in_force

    assert list(in_force(date(2026, 10, 6))) == [contract]
    assert not in_force(date(2026, 10, 7)).exists()
    assert not in_force(date(2025, 12, 31)).exists()
