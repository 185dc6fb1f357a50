"""The index follows every write, and is what it would be if built anew."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection, transaction

from fernkladde.cases import actions as case_actions
from fernkladde.cases.models import Case, Note
from fernkladde.connections.models import Call
from fernkladde.contracts.actions import contracts as contract_actions
from fernkladde.customers import actions as customer_actions
from fernkladde.customers.models import Contact, Customer
from fernkladde.plants import actions as plant_actions
from fernkladde.plants.models import Plant
from fernkladde.search import index
from fernkladde.search.find import find
from fernkladde.search.index import begin_anew, catch_up_all, wipe
from fernkladde.search.kinds import kind_of
from fernkladde.search.models import Due, Entry
from fernkladde.search.soundness import astray, can_search, stale
from fernkladde.search.watch import missing_watches, watch_again
from tests import make

if TYPE_CHECKING:
    from collections.abc import Callable

    from fernkladde.accounts.models import User

pytestmark = pytest.mark.django_db

WORDS = ("Presse", "Störung", "Geber", "Müller", "Antrieb", "4711", "Haspel")


def kept() -> list[tuple[int, str]]:
    return list(Entry.objects.order_by("pk").values_list("pk", "words"))


def numbers(text: str) -> list[str]:
    return [found.number for found in find(text, user=make.user("administrator"))]


def test_an_action_is_found_at_once() -> None:
    person = make.user()

    customer = customer_actions.create_customer(
        number="K1", name="Brandl Umformtechnik", by=person, at=make.NOW
    )

    assert numbers("brandl") == ["K1"]
    customer_actions.change_customer(
        customer=customer, name="Krause Guss", by=person, at=make.NOW
    )
    assert numbers("brandl") == []
    assert numbers("krause") == ["K1"]


def test_what_is_rolled_back_is_not_found() -> None:
    with transaction.atomic():
        customer_actions.create_customer(
            number="K1", name="Brandl", by=None, at=make.NOW
        )
        transaction.set_rollback(True)

    assert numbers("brandl") == []
    assert not Due.objects.exists()


def test_a_new_name_is_found_at_everything_that_bears_it() -> None:
    customer = make.customer(number="K1", name="Alt")
    plant = make.plant(number="P1", customer=customer, name="Haspel")
    make.contract(number="V1", customer=customer)
    make.case(number="26-1", plant=plant)
    make.searchable()

    customer_actions.change_customer(
        customer=customer, name="Brandl", by=None, at=make.NOW
    )
    plant_actions.change_plant(plant=plant, name="Schere", by=None, at=make.NOW)

    assert sorted(numbers("brandl")) == ["26-1", "K1", "P1", "V1"]
    assert sorted(numbers("schere")) == ["26-1", "P1"]
    assert numbers("haspel") == []


def test_what_hangs_on_a_case_is_found_there() -> None:
    case = make.case(number="26-1", subject="steht", solution="Relais ersetzt")
    session = make.session(case=case, note="Umrichter getauscht", number="E26-000017")
    make.note(case=case, text="Sicherung F7 gefallen")
    make.call(session=session, number="V-77", dialled="+4915112345678")
    make.searchable()

    for typed in ("relais", "umrichter", "sicherung f7", "0151 12345678", "E26-000017"):
        assert numbers(typed) == ["26-1"], typed
    [found] = find("sicherung", user=make.user())
    assert "Sicherung F7 gefallen" in found.excerpt


def test_a_note_that_moves_is_found_at_its_new_case_alone() -> None:
    here, there = make.case(number="26-1"), make.case(number="26-2")
    note = make.note(case=here, text="Sicherung gefallen")
    make.searchable()

    Note.objects.filter(pk=note.pk).update(case=there)
    make.searchable()

    assert numbers("sicherung") == ["26-2"]


def test_the_newest_cases_come_first_however_late_they_were_written() -> None:
    for number, days in (("26-1", 5), ("26-2", 900), ("26-3", 1)):
        opened = make.NOW - timedelta(days=days)
        make.case(number=number, subject="Haspel steht", opened_at=opened)
    make.searchable()

    assert numbers("haspel") == ["26-3", "26-1", "26-2"]


def test_who_sees_few_still_gets_all_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fernkladde.search.find.MOST_NEWEST", 2)
    for day in range(6):
        opened = make.NOW - timedelta(days=day)
        make.case(number=f"26-{day}", subject="Haspel", opened_at=opened)
    make.searchable()

    assert numbers("haspel") == [f"26-{day}" for day in range(6)]


def test_only_who_may_see_sums_finds_invoices() -> None:
    invoice = make.invoice()

    assert [f.kind for f in find(invoice.number, user=make.user("billing"))] == [
        "invoice"
    ]
    assert find(invoice.number, user=make.user("technician")) == []


def test_random_writes_leave_the_index_that_a_rebuild_makes() -> None:
    by_seed = random.Random(11)
    person = make.user("administrator")
    for step in range(120):
        by_seed.choice(WRITES)(by_seed, person, step)
        if step % 7 == 0:
            make.searchable()
    make.searchable()
    before = kept()
    assert list(stale()) == []
    assert list(astray()) == []

    Entry.objects.all().delete()
    begin_anew()
    make.searchable()
    wipe()

    assert kept() == before
    assert not Due.objects.exists()


def test_after_every_action_nothing_is_due() -> None:
    by_seed = random.Random(5)
    person = make.user("administrator")
    for step in range(60):
        by_seed.choice(ACTIONS)(by_seed, person, step)
        assert not Due.objects.exists()

    assert list(stale()) == []


def test_many_are_indexed_in_many_short_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "AT_ONCE", 3)
    for _ in range(8):
        make.customer()

    assert list(catch_up_all()) == [3, 3, 2]
    assert list(stale()) == []


def test_an_index_that_cannot_be_written_stops_no_work() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE search_entry RENAME TO search_gone")

    made = customer_actions.create_customer(
        number="K1", name="Brandl", by=None, at=make.NOW
    )

    assert Customer.objects.filter(pk=made.pk).exists()
    assert Due.objects.count() == 1


def test_a_missing_trigger_is_named_and_put_back() -> None:
    assert missing_watches() == []
    name = "search_watches_customer_customers_customer"
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            name += "_insert"
            cursor.execute(f"DROP TRIGGER {name}")
        else:
            cursor.execute(f"DROP TRIGGER {name} ON customers_customer")

    assert missing_watches() == [name]
    watch_again()
    assert missing_watches() == []


def test_entries_without_their_thing_and_the_other_way_round_are_named() -> None:
    customer, gone = make.customer(), make.customer()
    make.searchable()
    Entry.objects.filter(pk=kind_of("customer").id_of(customer.pk)).delete()
    gone_key = gone.pk
    gone.delete()
    Due.objects.all().delete()

    assert set(astray()) == {("customer", customer.pk), ("customer", gone_key)}
    assert set(stale()) == {("customer", customer.pk), ("customer", gone_key)}


def test_the_database_can_search_words() -> None:
    assert can_search()


def _text(by_seed: random.Random) -> str:
    return " ".join(by_seed.choices(WORDS, k=by_seed.randint(1, 4)))


def _any(model: Any, by_seed: random.Random) -> Any:
    rows = list(model.objects.order_by("pk"))
    return by_seed.choice(rows) if rows else None


def _create_customer(by_seed: random.Random, person: User, step: int) -> None:
    customer_actions.create_customer(
        number=f"K-{step}", name=_text(by_seed), by=person, at=make.NOW
    )


def _rename_customer(by_seed: random.Random, person: User, step: int) -> None:
    if customer := _any(Customer, by_seed):
        customer_actions.change_customer(
            customer=customer, name=_text(by_seed), by=person, at=make.NOW
        )


def _add_contact(by_seed: random.Random, person: User, step: int) -> None:
    if customer := _any(Customer, by_seed):
        customer_actions.add_contact(
            customer=customer, name=_text(by_seed), by=person, at=make.NOW
        )


def _create_plant(by_seed: random.Random, person: User, step: int) -> None:
    if customer := _any(Customer, by_seed):
        plant_actions.create_plant(
            number=f"P-{step}",
            name=_text(by_seed),
            customer=customer,
            by=person,
            at=make.NOW,
        )


def _add_path(by_seed: random.Random, person: User, step: int) -> None:
    if plant := _any(Plant, by_seed):
        plant_actions.add_access_path(
            plant=plant,
            kind="phone",
            identifier=f"+4971112{step:04d}",
            by=person,
            at=make.NOW,
        )


def _move_plant(by_seed: random.Random, person: User, step: int) -> None:
    plant, customer = _any(Plant, by_seed), _any(Customer, by_seed)
    if plant:
        plant_actions.change_plant(
            plant=plant,
            customer=customer,
            serial_number=f"SN-{step}",
            by=person,
            at=make.NOW,
        )


def _open_case(by_seed: random.Random, person: User, step: int) -> None:
    if plant := _any(Plant, by_seed):
        case_actions.open_case(
            customer=plant.customer,
            plant=plant,
            subject=_text(by_seed),
            by=person,
            at=make.NOW + timedelta(minutes=step),
        )


def _write_note(by_seed: random.Random, person: User, step: int) -> None:
    if case := _any(Case, by_seed):
        case_actions.add_note(
            case=case, kind="phone", text=_text(by_seed), by=person, at=make.NOW
        )


def _create_contract(by_seed: random.Random, person: User, step: int) -> None:
    if customer := _any(Customer, by_seed):
        contract_actions.create_contract(
            number=f"V-{step}",
            name=_text(by_seed),
            customer=customer,
            valid_from=make.NOW.date(),
            covers="nothing",
            by=person,
            at=make.NOW,
        )


def _write_past_the_orm(by_seed: random.Random, person: User, step: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_case SET subject = %s", [_text(by_seed)])


def _write_in_bulk(by_seed: random.Random, person: User, step: int) -> None:
    if customer := _any(Customer, by_seed):
        Contact.objects.bulk_create(
            Contact(customer=customer, name=_text(by_seed)) for _ in range(3)
        )


def _call(by_seed: random.Random, person: User, step: int) -> None:
    if case := _any(Case, by_seed):
        make.call(session=make.session(case=case), number=f"C-{step}")


def _lose(by_seed: random.Random, person: User, step: int) -> None:
    model = by_seed.choice((Contact, Note, Call))
    if row := _any(model, by_seed):
        row.delete()


ACTIONS: tuple[Callable[[random.Random, User, int], None], ...] = (
    _create_customer, _rename_customer, _add_contact, _create_plant, _add_path,
    _move_plant, _open_case, _write_note, _create_contract,
)  # fmt: skip
WRITES = (*ACTIONS, _write_past_the_orm, _write_in_bulk, _call, _lose)
