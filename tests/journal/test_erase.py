from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from fernkladde.journal import actions, queries
from fernkladde.journal.models import Entry, PersonalValue
from tests.journal import make
from tests.journal.make import NOON

pytestmark = pytest.mark.django_db


def erase(subject: str = "contact/12") -> Entry | None:
    return actions.erase(
        values=PersonalValue.objects.about(subject),
        subject=subject,
        by=None,
        at=NOON,
        reason="Auskunft und Löschung nach Art. 17 DSGVO",
    )


def stored_text() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT value, salt FROM journal_personalvalue")
        found = cursor.fetchall()
        cursor.execute("SELECT facts, commitments, subject FROM journal_entry")
        return str(found + cursor.fetchall())


def test_erasing_takes_the_value_and_keeps_the_chain() -> None:
    make.entry(subject="contact/12", personal={"full_name": "Erika", "phone": "0711"})
    make.entry(subject="contact/13", personal={"full_name": "Meier"})
    head = queries.head()

    entry = erase()

    assert entry is not None
    assert entry.sequence == head.sequence + 1
    assert "Erika" not in stored_text()
    assert "Meier" in stored_text()
    assert queries.verify() == queries.Verification(count=3)


def test_the_entry_tells_which_values_were_erased_and_why() -> None:
    first = make.entry(subject="contact/12", personal={"phone": "1", "full_name": "E"})
    second = make.entry(subject="contact/12", personal={"phone": "2"})

    entry = erase()

    assert entry is not None
    assert entry.kind == "journal.values-erased"
    assert entry.facts == {
        "reason": "Auskunft und Löschung nach Art. 17 DSGVO",
        "values": {
            str(first.sequence): ["full_name", "phone"],
            str(second.sequence): ["phone"],
        },
    }
    assert all(value.erased_by == entry for value in PersonalValue.objects.all())


def test_nothing_is_erased_twice() -> None:
    make.entry(subject="contact/12", personal={"phone": "1"})
    erase()

    assert erase() is None
    assert Entry.objects.count() == 2


def test_more_values_are_erased_than_one_statement_takes() -> None:
    notes = [
        make.note(subject="contact/12", personal={"phone": str(number)})
        for number in range(1100)
    ]
    actions.record_many(notes)

    erase()

    assert not PersonalValue.objects.kept().exists()
    assert queries.verify().holds


@pytest.mark.parametrize(
    "change",
    [
        "value = 'Otto', salt = '', erased_by_id = 2",
        "value = '', salt = ''",
        "value = ''",
        "erased_by_id = 2",
        "field = 'email', value = '', salt = '', erased_by_id = 2",
    ],
)
def test_a_personal_value_is_erased_as_a_whole_or_not_at_all(change: str) -> None:
    make.entry(subject="contact/12", personal={"phone": "1"})
    make.entry()

    with pytest.raises(IntegrityError), transaction.atomic():
        connection.cursor().execute(f"UPDATE journal_personalvalue SET {change}")


def test_an_erased_value_does_not_come_back() -> None:
    make.entry(subject="contact/12", personal={"phone": "1"})
    erase()

    with pytest.raises(IntegrityError), transaction.atomic():
        connection.cursor().execute(
            "UPDATE journal_personalvalue"
            " SET value = '1', salt = 'aa', erased_by_id = NULL"
        )
