from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from fernkladde.journal import actions, chain, queries
from fernkladde.journal.models import Entry, EntryUnalterable, PersonalValue
from tests.accounts import make as people
from tests.journal import make
from tests.journal.make import NOON


class Broken(Exception):
    pass


@pytest.mark.django_db
def test_entries_are_numbered_without_a_gap_and_chained() -> None:
    before = queries.head()

    first, second = make.entry(), make.entry()

    assert (first.sequence, second.sequence) == (
        before.sequence + 1,
        before.sequence + 2,
    )
    assert first.previous_hash == before.hash
    assert second.previous_hash == first.hash
    assert queries.head() == queries.ChainHead(second.sequence, second.hash)


@pytest.mark.django_db
def test_an_entry_reads_back_as_it_was_recorded() -> None:
    jonas = people.person()

    made = actions.record(
        kind="cases.session-stopped",
        subject="case/26-0412",
        by=jonas,
        at=NOON,
        facts={"seconds": 540, "note": "Mu\u0308ller"},
    )

    entry = Entry.objects.get(pk=made.pk)
    assert entry.facts == {"note": "Müller", "seconds": 540}
    assert (entry.actor, entry.actor_label) == (jonas, f"user/{jonas.pk}")
    assert entry.happened_at == NOON
    assert entry.link() == made.link()
    assert chain.link_hash(entry.previous_hash, entry.link()) == entry.hash


@pytest.mark.django_db
def test_many_entries_are_chained_like_single_ones() -> None:
    notes = [make.note(facts={"number": number}) for number in range(7)]

    entries = actions.record_many(notes)

    assert [entry.facts["number"] for entry in entries] == list(range(7))
    assert queries.head().hash == entries[-1].hash
    assert queries.verify() == queries.Verification(count=7)


@pytest.mark.django_db
def test_nothing_to_record_moves_nothing() -> None:
    assert actions.record_many([]) == []
    assert queries.head().sequence == 0


@pytest.mark.parametrize("size", [1, 3, 800])
@pytest.mark.django_db
def test_many_entries_take_a_few_statements(
    size: int, django_assert_max_num_queries: Any
) -> None:
    notes = [make.note(personal={"caller": "Müller"}) for _ in range(size)]

    # The head twice, the entries, their personal values, what the search has due.
    with django_assert_max_num_queries(5 + 2 * (size // 60)):
        actions.record_many(notes)


def test_an_entry_outside_a_transaction_is_refused(own_database: None) -> None:
    with pytest.raises(actions.OutsideTransaction):
        make.entry()

    assert queries.head().sequence == 0


@pytest.mark.django_db
def test_a_change_that_fails_leaves_no_entry() -> None:
    def fail() -> None:
        with transaction.atomic():
            make.entry()
            raise Broken

    with pytest.raises(Broken):
        fail()

    assert not Entry.objects.exists()
    assert queries.head() == queries.ChainHead(0, chain.GENESIS)


@pytest.mark.django_db
def test_a_clock_that_goes_back_is_flagged_and_the_order_kept() -> None:
    times = [NOON, NOON - timedelta(seconds=1), NOON - timedelta(seconds=1), NOON]

    entries = actions.record_many(make.note(at=at) for at in times)

    assert [entry.clock_regression for entry in entries] == [False, True, False, False]
    assert list(Entry.objects.in_order()) == entries
    assert queries.verify().holds


@pytest.mark.django_db
def test_a_personal_value_stands_beside_the_entry_and_not_in_it() -> None:
    made = make.entry(personal={"caller": "Erika Mustermann"})

    entry = Entry.objects.get(pk=made.pk)
    kept = PersonalValue.objects.get()
    assert (kept.entry, kept.field, kept.value) == (entry, "caller", "Erika Mustermann")
    assert entry.commitments == {
        "caller": chain.commitment("caller", "Erika Mustermann", kept.salt)
    }
    assert "Erika" not in entry.link().canonical()


@pytest.mark.django_db
def test_an_empty_personal_value_is_not_kept() -> None:
    entry = make.entry(personal={"email": ""})

    assert entry.commitments == {}
    assert not PersonalValue.objects.exists()


@pytest.mark.django_db
def test_equal_personal_values_have_different_commitments() -> None:
    first, second = (make.entry(personal={"caller": "Müller"}) for _ in range(2))

    assert first.commitments != second.commitments


@pytest.mark.parametrize(
    "kind", ["started", "cases.", "Cases.session-started", "a b.c"]
)
@pytest.mark.django_db
def test_a_kind_that_does_not_read_as_one_is_refused(kind: str) -> None:
    with pytest.raises(actions.KindUnreadable):
        make.entry(kind=kind)


@pytest.mark.django_db
def test_the_application_changes_no_entry() -> None:
    entry = make.entry()

    with pytest.raises(EntryUnalterable):
        entry.save()
    with pytest.raises(EntryUnalterable):
        entry.delete()


@pytest.mark.django_db
def test_a_local_day_has_its_own_hours() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    times = [
        datetime(2026, 3, 28, 22, 59, 59, tzinfo=UTC),
        datetime(2026, 3, 28, 23, 0, tzinfo=UTC),
        datetime(2026, 3, 29, 21, 59, 59, tzinfo=UTC),
        datetime(2026, 3, 29, 22, 0, tzinfo=UTC),
    ]
    entries = actions.record_many(make.note(at=at) for at in times)

    spring_forward = Entry.objects.on_day(date(2026, 3, 29), zone=berlin).in_order()

    assert list(spring_forward) == entries[1:3]


@pytest.mark.django_db
def test_entries_are_found_by_subject_person_kind_and_room() -> None:
    jonas = people.person()
    started = make.entry(kind="cases.session-started", by=jonas)
    stopped = make.entry(kind="cases.session-stopped", subject="case/26-0413", by=jonas)
    issued = make.entry(kind="billing.invoice-issued", subject="invoice/1")

    assert list(Entry.objects.about("case/26-0412")) == [started]
    assert list(Entry.objects.by(jonas).newest_first()) == [stopped, started]
    assert list(Entry.objects.by(None)) == [issued]
    assert list(Entry.objects.of_kind("billing.invoice-issued")) == [issued]
    assert list(Entry.objects.of_room("cases").in_order()) == [started, stopped]
