"""Which column is which: by heading, by hand, and as the last time."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from fernkladde.customers.models import Customer
from fernkladde.imports.models import KnownColumns
from fernkladde.imports.tables import batches
from fernkladde.imports.tables.columns import (
    ColumnsMissing,
    NoSuchColumn,
    by_hand,
    recognized,
)
from fernkladde.imports.tables.kinds import KINDS

from .judged import NOW, Said, fulfilled, verdicts

pytestmark = pytest.mark.django_db

FIELDS = KINDS["customers"].fields


def test_headings_are_known_in_german_and_english_whatever_their_spelling() -> None:
    for headings in (
        ["Kunden-Nr.", "FIRMA", "plz", "Ort", "E Mail"],
        ["customer_number", "Company Name", "ZIP code", "town", "e-mail"],
        ["Debitor", "Name 1", "Postleitzahl", "Stadt", "Mail"],
    ):
        assert recognized(FIELDS, headings) == {
            "number": 0, "name": 1, "postcode": 2, "city": 3, "email": 4,
        }  # fmt: skip


def test_every_kind_knows_the_headings_of_its_own_template() -> None:
    for kind in KINDS.values():
        headings = [str(field.label) for field in kind.fields]

        found = recognized(kind.fields, headings)

        assert found == {f.name: n for n, f in enumerate(kind.fields)}, kind.name


def test_no_column_is_two_fields() -> None:
    assert recognized(FIELDS, ["Kunde", "Nr."]) == {"name": 0, "number": 1}
    assert recognized(KINDS["contacts"].fields, ["Kunde"]) == {"customer": 0}


@pytest.mark.parametrize(
    ("wish", "place"), [("number=Mein Kürzel", 2), ("number=B", 1), ("number=3", 2)]
)
def test_a_column_is_named_by_heading_letter_or_number(wish: str, place: int) -> None:
    assert by_hand(FIELDS, ["Name", "x", "Mein Kürzel"], [wish]) == {"number": place}


@pytest.mark.parametrize(
    ("wish", "why"),
    [
        ("number=Z", "Spalte „Z“ gibt es nicht; es gibt: Name, x"),
        ("number=", "Spalte „“ gibt es nicht"),
        ("number=0", "gibt es nicht"),
        ("colour=A", "Feld „colour“ gibt es nicht; es gibt: number, name"),
    ],
)
def test_a_wish_that_cannot_be_is_refused(wish: str, why: str) -> None:
    with pytest.raises(NoSuchColumn, match=why):
        by_hand(FIELDS, ["Name", "x"], [wish])


def test_a_wish_takes_the_column_from_whom_it_was_recognized_for() -> None:
    text = "Nr.;Name;Firma\n1;Kurz;Lange Firma GmbH\n"

    found = verdicts("customers", text, maps=("name=Firma", "note=Name"))

    assert found == [Said(2, "new", "")]


def test_what_was_chosen_by_hand_is_known_the_next_time() -> None:
    text = b"Schluessel;Name\n1;M\xc3\xbcller\n"
    batch = batches.give_table(
        kind="customers", content=[text], file_name="a.csv", by=None, at=NOW
    )

    with pytest.raises(ColumnsMissing, match="Kundennummer"):
        batches.have_checked(batch=batch, columns={"name": 1}, by=None, at=NOW)
    columns = {"number": 0, "name": 1}
    batches.have_checked(batch=batch, columns=columns, by=None, at=NOW)
    again = batches.give_table(
        kind="customers", content=[text], file_name="b.csv", by=None, at=NOW
    )

    assert fulfilled(batch).new == 1
    assert again.columns == columns
    assert KnownColumns.objects.get().headings == {"number": "Schluessel"}
    assert not Customer.objects.exists()


def test_columns_that_the_table_has_not_are_left_out() -> None:
    batch = batches.give_table(
        kind="customers", content=[b"Nr.;Name\n1;M\n"], file_name="", by=None, at=NOW
    )

    wild = {"number": 0, "name": 1, "city": 99, "colour": 0, "note": -1}
    batches.have_checked(batch=batch, columns=wild, by=None, at=NOW)

    assert batch.columns == {"number": 0, "name": 1}
    assert batch.file_name == "–"


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_template_taken_in_english_is_understood_in_german(kind: str) -> None:
    of_kind = KINDS[kind]
    with override("en"):
        headings = [str(field.label) for field in of_kind.fields]

    found = recognized(of_kind.fields, headings)

    assert found == {field.name: n for n, field in enumerate(of_kind.fields)}
    assert headings != [str(field.label) for field in of_kind.fields]
