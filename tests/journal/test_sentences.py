from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from fernkladde.journal import actions, queries, sentences
from fernkladde.journal.models import Entry, PersonalValue
from tests.accounts import make as people
from tests.journal import make
from tests.journal.make import NOON

if TYPE_CHECKING:
    from collections.abc import Mapping

KIND = "cases.clock-tested"


@pytest.fixture(autouse=True)
def no_sentences(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each test speak for itself; what it registers is forgotten afterwards."""
    monkeypatch.setattr(sentences, "_sentences", {})
    monkeypatch.setattr(sentences, "_namers", {})


def tell(**words: Any) -> str:
    return sentences.sentence(
        KIND, {"actor": "Jonas Weber", "subject": "Fall 26-0412", **words}
    )


def test_a_kind_is_told_by_its_sentence() -> None:
    sentences.register(KIND, "{actor} hält die Uhr nach {minutes} min an.")

    assert tell(minutes=23) == "Jonas Weber hält die Uhr nach 23 min an."


def test_a_kind_may_be_told_by_a_function() -> None:
    def plural(words: Mapping[str, Any]) -> str:
        return f"{words['count']} {'Einsatz' if words['count'] == 1 else 'Einsätze'}"

    sentences.register(KIND, plural)

    assert (tell(count=1), tell(count=2)) == ("1 Einsatz", "2 Einsätze")


def test_an_unknown_kind_keeps_its_name() -> None:
    assert tell() == "Jonas Weber: cases.clock-tested (Fall 26-0412)"


def test_a_fact_that_an_old_entry_does_not_tell_is_left_open() -> None:
    sentences.register(KIND, "{actor} hält die Uhr nach {minutes} min an.")

    assert tell() == "Jonas Weber hält die Uhr nach … min an."


@pytest.mark.parametrize(
    "broken", ["{minutes:d} min", "{minutes.text}", lambda words: words["a"] / 0]
)
def test_a_sentence_that_fails_does_not_take_the_page_with_it(broken: Any) -> None:
    sentences.register(KIND, broken)

    assert tell(minutes="x", a=1) == "Jonas Weber: cases.clock-tested (Fall 26-0412)"


def test_braces_in_what_people_typed_are_only_text() -> None:
    sentences.register(KIND, "{actor}: {note}")

    assert tell(note="{actor.password} {0}") == "Jonas Weber: {actor.password} {0}"


def test_two_rooms_do_not_tell_the_same_kind() -> None:
    sentences.register(KIND, "so")

    with pytest.raises(sentences.RegisteredTwice):
        sentences.register(KIND, "anders")


@pytest.mark.django_db
def test_a_page_names_actor_subject_and_personal_values() -> None:
    jonas = people.person(full_name="Jonas Weber")
    sentences.register(KIND, "{actor} ruft {caller} zu {subject} zurück.")
    sentences.register_subject(
        "case", lambda keys: {key: f"Fall {key}" for key in keys}
    )
    make.entry(kind=KIND, by=jonas, personal={"caller": "Müller"})
    make.entry(kind=KIND, subject="plant/7", personal={"caller": "Meier"})

    lines = queries.readable(Entry.objects.in_order())

    assert [line.text for line in lines] == [
        "Jonas Weber ruft Müller zu Fall 26-0412 zurück.",
        "Das System ruft Meier zu plant/7 zurück.",
    ]
    assert [line.subject for line in lines] == ["case/26-0412", "plant/7"]


@pytest.mark.django_db
def test_an_erased_value_is_told_as_erased() -> None:
    sentences.register(KIND, "{actor} ruft {caller} zurück.")
    make.entry(kind=KIND, personal={"caller": "Müller"})
    values = PersonalValue.objects.all()
    actions.erase(values=values, subject="case/1", by=None, at=NOON, reason="Frist")

    lines = queries.readable(Entry.objects.of_kind(KIND))

    assert [line.text for line in lines] == ["Das System ruft (gelöscht) zurück."]


@pytest.mark.parametrize("size", [2, 40])
@pytest.mark.django_db
def test_more_entries_take_no_more_queries(
    size: int, django_assert_num_queries: Any
) -> None:
    sentences.register_subject(
        "user", lambda keys: {str(pk): "" for pk in people.numbers(keys)}
    )
    for _ in range(size):
        person = people.person()
        make.entry(
            kind=KIND, by=person, subject=f"user/{person.pk}", personal={"caller": "M"}
        )

    with django_assert_num_queries(3):
        lines = queries.readable(Entry.objects.newest_first())

    assert len(lines) == size
