"""One flipped byte anywhere in what must never change is found, each time.

The places are drawn over tables, columns, rows and bytes, under a fixed seed: first a
column or the stored files, so that small columns are hit as often as long texts.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest
from django.db import connection

from fernkladde.integrity.invariants import check_invariants

from . import settled
from .tampering import flip, flipped_file, places, undone

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django.fixtures import Settings

    from fernkladde.integrity.invariants import Violation

    from .tampering import Place

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

SEED = 20261125
# Stored files take part as often as this many columns do.
FILES_LIKE = 15
MOST_TRIES = 50


@pytest.fixture
def documents(tmp_path: Path, settings: Settings) -> Path:
    folder = tmp_path / "documents"
    settings.DOCUMENTS = folder
    settled.make_company(folder)
    assert check_invariants() == []
    return folder


@pytest.mark.parametrize(
    "count",
    [
        pytest.param(200, id="200-places"),
        pytest.param(2000, id="2000-places", marks=pytest.mark.long),
    ],
)
def test_one_flipped_byte_in_random_places_is_found_each_time(
    documents: Path, count: int
) -> None:
    random = Random(SEED + count)
    files = sorted(path for path in documents.rglob("*") if path.is_file())
    columns = places()

    missed = []
    for _ in range(count):
        at = random.randrange(len(columns) + FILES_LIKE)
        if at >= len(columns):
            path = random.choice(files)
            with flipped_file(path, random):
                found, place = check_invariants(), str(path)
        else:
            found, place = _flipped_value(columns[at], random)
        if not found:
            missed.append(place)

    assert missed == []
    assert check_invariants() == []


def _flipped_value(column: list[Place], random: Random) -> tuple[list[Violation], str]:
    """Flip until the engine takes it: PostgreSQL holds no month 13, no broken text."""
    for _ in range(MOST_TRIES):
        place = random.choice(column)
        with undone():
            if flip(place, random):
                return check_invariants(), str(place)
    message = f"{column[0]} cannot be changed"
    raise AssertionError(message)


def test_every_column_that_has_a_value_is_hit_and_found(documents: Path) -> None:
    random = Random(SEED)

    missed = [
        place
        for column in places()
        for found, place in [_flipped_value(column, random)]
        if not found
    ]

    assert missed == []
    assert connection.in_atomic_block
