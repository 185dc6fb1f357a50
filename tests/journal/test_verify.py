from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from fernkladde.journal import actions, queries
from fernkladde.journal.models import Entry, PersonalValue
from fernkladde.journal.proof import Fault
from tests.accounts import make as people
from tests.journal import make, tampering
from tests.journal.make import NOON
from tests.journal.tampering import run

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

COLUMNS = [
    "sequence",
    "happened_at",
    "actor_id",
    "actor_label",
    "kind",
    "subject",
    "facts",
    "commitments",
    "clock_regression",
    "previous_hash",
    "hash",
]


@pytest.fixture
def book() -> Iterator[None]:
    """Write six entries; 2 and 4 have personal values, 5 erases those of 4."""
    jonas = people.person()
    for number in range(1, 5):
        make.entry(
            at=NOON + timedelta(seconds=number, microseconds=number % 2),
            by=jonas,
            subject=f"case/{number}",
            facts={"note": f"Größe {number}", "seconds": number},
            personal={2: {"caller": "Müller"}, 4: {"caller": "Erika"}}.get(number, {}),
        )
    actions.erase(
        values=PersonalValue.objects.about("case/4"),
        subject="case/4",
        by=jonas,
        at=NOON + timedelta(hours=1),
        reason="Frist",
    )
    make.entry(subject="case/6")
    with tampering.guards_lifted():
        yield


def first_bad() -> tuple[int | None, Fault | None]:
    verification = queries.verify()
    return verification.first_bad, verification.fault


def test_an_empty_kladde_holds() -> None:
    assert queries.verify() == queries.Verification(count=0)


@pytest.mark.usefixtures("book")
def test_an_untouched_kladde_holds() -> None:
    verification = queries.verify()

    assert verification == queries.Verification(count=6)
    assert verification.holds
    assert verification.reason == ""


@pytest.mark.usefixtures("book")
@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("number", [2, 5])
def test_a_flipped_bit_of_an_entry_names_it(number: int, column: str) -> None:
    found = list(tampering.flips("journal_entry", column, f"sequence = {number}"))

    assert found
    wrong = {name: v for name, v in found if v.first_bad != number}
    assert wrong == {}


@pytest.mark.usefixtures("book")
@pytest.mark.parametrize("column", ["entry_id", "field", "value", "salt"])
def test_a_flipped_bit_of_a_personal_value_names_its_entry(column: str) -> None:
    found = list(tampering.flips("journal_personalvalue", column, "entry_id = 2"))

    assert found
    wrong = {name: v for name, v in found if v.first_bad != 2}
    assert wrong == {}


@pytest.mark.usefixtures("book")
@pytest.mark.parametrize("number", [1, 3, 6])
def test_a_deleted_entry_is_named(number: int) -> None:
    run("DELETE FROM journal_entry WHERE sequence = %s", number)

    assert first_bad() == (number, Fault.MISSING)


@pytest.mark.usefixtures("book")
def test_swapped_entries_are_named_by_the_first() -> None:
    for old, new in ((3, 99), (6, 3), (99, 6)):
        run("UPDATE journal_entry SET sequence = %s WHERE sequence = %s", new, old)

    assert first_bad() == (3, Fault.LINK)


@pytest.mark.usefixtures("book")
def test_an_inserted_entry_is_named() -> None:
    run("UPDATE journal_head SET sequence = 7")
    run("UPDATE journal_entry SET sequence = 7 WHERE sequence = 6")
    columns = ", ".join(COLUMNS[1:])
    run(
        f"INSERT INTO journal_entry (sequence, {columns})"
        f" SELECT 6, {columns} FROM journal_entry WHERE sequence = 3"
    )

    assert first_bad() == (6, Fault.LINK)


@pytest.mark.usefixtures("book")
@pytest.mark.parametrize(
    ("sequence", "bad"), [(7, (7, Fault.OUTSIDE)), (0, (0, Fault.OUTSIDE))]
)
def test_an_entry_outside_the_chain_is_named(
    sequence: int, bad: tuple[int, Fault]
) -> None:
    columns = ", ".join(COLUMNS[1:])
    run(
        f"INSERT INTO journal_entry (sequence, {columns})"
        f" SELECT %s, {columns} FROM journal_entry WHERE sequence = 5",
        sequence,
    )

    assert first_bad() == bad


@pytest.mark.usefixtures("book")
@pytest.mark.parametrize(
    ("change", "bad"),
    [
        ("hash = '" + "ab" * 32 + "'", (6, Fault.HEAD)),
        ("sequence = 5", (5, Fault.HEAD)),
        ("sequence = 7", (7, Fault.MISSING)),
    ],
)
def test_a_changed_head_is_named(change: str, bad: tuple[int, Fault]) -> None:
    run(f"UPDATE journal_head SET {change}")

    assert first_bad() == bad


@pytest.mark.usefixtures("book")
def test_a_lost_head_is_noticed() -> None:
    run("DELETE FROM journal_head")

    assert first_bad() == (1, Fault.OUTSIDE)


@pytest.mark.usefixtures("book")
def test_a_personal_value_that_vanishes_untold_is_named() -> None:
    run("DELETE FROM journal_personalvalue WHERE entry_id = 2")

    assert first_bad() == (2, Fault.PERSONAL)


@pytest.mark.usefixtures("book")
@pytest.mark.parametrize("teller", [1, 2, 3, 5, 6])
def test_a_value_that_no_entry_tells_to_have_erased_is_named(teller: int) -> None:
    run(
        "UPDATE journal_personalvalue SET value = '', salt = '', erased_by_id = %s"
        " WHERE entry_id = 2",
        teller,
    )

    assert first_bad() == (2, Fault.PERSONAL)


@pytest.mark.usefixtures("book")
def test_a_personal_value_that_nobody_promised_is_named() -> None:
    run(
        "INSERT INTO journal_personalvalue (entry_id, field, value, salt)"
        " SELECT 3, field, value, salt FROM journal_personalvalue WHERE entry_id = 2"
    )

    assert first_bad() == (3, Fault.PERSONAL)


@pytest.mark.usefixtures("book")
def test_an_erased_value_that_comes_back_is_named() -> None:
    run("UPDATE journal_personalvalue SET value = 'Erika' WHERE entry_id = 4")

    assert first_bad() == (4, Fault.PERSONAL)


@pytest.mark.usefixtures("book")
def test_text_moved_across_the_border_of_two_columns_is_noticed() -> None:
    entry = make.entry(facts={"a": 1, "facts": {}})
    run(
        "UPDATE journal_entry SET commitments = %s, facts = %s WHERE sequence = %s",
        '{},"facts":{"a":1',
        "{}}",
        entry.sequence,
    )

    assert first_bad() == (entry.sequence, Fault.CONTENT)


@pytest.mark.usefixtures("book")
@pytest.mark.parametrize("hash_", ["", "no hash", "ab" * 31])
def test_what_is_no_hash_at_all_is_noticed(hash_: str) -> None:
    run("UPDATE journal_entry SET hash = %s WHERE sequence = 2", hash_)
    run("UPDATE journal_entry SET previous_hash = %s WHERE sequence = 3", hash_)

    assert first_bad() == (2, Fault.CONTENT)
    assert queries.verify(start=3).first_bad == 3


@pytest.mark.usefixtures("book")
def test_commitments_that_nobody_can_read_are_noticed() -> None:
    entry = make.entry(personal={"a": "1"}, facts={"commitments": {}})
    run(
        "UPDATE journal_entry SET commitments = '{' WHERE sequence = %s", entry.sequence
    )

    assert first_bad() == (entry.sequence, Fault.CONTENT)


@pytest.mark.usefixtures("book")
def test_the_same_facts_written_otherwise_are_a_change() -> None:
    run("UPDATE journal_entry SET facts = REPLACE(facts, ':', ': ') WHERE sequence = 3")

    assert first_bad() == (3, Fault.CONTENT)


@pytest.mark.usefixtures("book")
def test_a_head_on_paper_shows_a_chain_that_was_cut_off() -> None:
    printed = queries.head()
    run("DELETE FROM journal_entry WHERE sequence = 6")
    run("UPDATE journal_head SET sequence = 5, hash = %s", Entry.objects.get(pk=5).hash)

    assert queries.verify().holds
    assert not queries.is_in_chain(printed)
    assert queries.is_in_chain(queries.head())


def test_a_head_from_before_the_first_entry_stays_true() -> None:
    printed = queries.head()

    make.entry()

    assert queries.is_in_chain(printed)


@pytest.mark.usefixtures("book")
def test_verification_may_begin_in_the_middle() -> None:
    run("UPDATE journal_entry SET kind = 'cases.x' WHERE sequence = 2")

    assert queries.verify(start=4) == queries.Verification(count=3)
    assert queries.verify().first_bad == 2


def test_verification_goes_on_over_the_borders_of_its_chunks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(queries, "CHUNK", 4)
    actions.record_many(
        make.note(personal={"caller": f"Anrufer {number}"}) for number in range(13)
    )
    assert queries.verify() == queries.Verification(count=13)

    with tampering.guards_lifted():
        run("UPDATE journal_personalvalue SET value = 'x' WHERE entry_id = 12")

    assert first_bad() == (12, Fault.PERSONAL)


@pytest.mark.usefixtures("book")
def test_the_reason_is_told_in_words() -> None:
    run("DELETE FROM journal_personalvalue WHERE entry_id = 2")

    verification = queries.verify()

    assert verification.reason == "Die persönlichen Angaben passen nicht zum Eintrag."
