"""Section 4: the step formula, second by second and by its properties (R2)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fernkladde.rating.steps import started_steps, stepped

from . import make
from .examples import examples


def billed(row: dict[str, object], seconds: int) -> int:
    """Return the billed minutes of one session of so many seconds."""
    end = f"09:{seconds // 60:02}:{seconds % 60:02}"
    result = make.rated(
        make.session("09:00", end), tariff=make.version({**make.price(), **row})
    )
    return result.groups[0].billed // 60


@pytest.mark.parametrize(
    ("row", "worked", "minutes"),
    [
        ({}, 1, 15),
        ({}, 900, 15),
        ({}, 901, 30),
        ({"tolerance_minutes": 3}, 1080, 15),
        ({"tolerance_minutes": 3}, 1081, 30),
        ({"first_minutes": 30}, 600, 30),
        ({"first_minutes": 30}, 1860, 45),
        ({"first_minutes": 15, "next_minutes": 30}, 960, 45),
        ({"free_minutes": 5}, 300, 0),
        ({"free_minutes": 5}, 301, 15),
        ({"free_minutes": 5}, 1200, 15),
        ({"free_minutes": 5, "free_mode": "cliff"}, 300, 0),
        ({"free_minutes": 5, "free_mode": "cliff"}, 1200, 30),
    ],
)
def test_worked_time_becomes_billed_time_as_the_table_says(
    row: dict[str, object], worked: int, minutes: int
) -> None:
    assert billed(row, worked) == minutes


def test_without_next_minutes_the_price_s_own_minutes_are_the_step() -> None:
    row = {"price": "25.00", "per_minutes": 20}

    result = make.rated(make.session("09:00", "09:21"), tariff=make.version(row))

    assert make.nets(result) == ["time 40 50.00"]


lengths = st.integers(1, 10**5)


@given(
    lengths,
    st.sampled_from([60, 300, 900, 1800]),
    st.sampled_from([60, 300, 420, 900]),
    st.sampled_from([0, 180, 600]),
)
@examples(200)
def test_never_less_than_worked_nor_a_whole_step_more(
    worked: int, first: int, step: int, tolerance: int
) -> None:
    billed = stepped(worked, first, step, tolerance)

    assert billed >= first
    assert (billed - first) % step == 0
    assert billed + tolerance >= worked
    assert billed == first or billed - worked < step


@given(lengths, st.integers(1, 10**4), st.integers(1, 10**4), st.integers(0, 900))
@examples(200)
def test_more_work_never_begins_fewer_steps(
    worked: int, first: int, step: int, tolerance: int
) -> None:
    now = started_steps(worked, first, step, tolerance)

    assert now <= started_steps(worked + 1, first, step, tolerance) <= now + 1
