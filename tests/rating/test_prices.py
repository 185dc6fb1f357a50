"""Section 4: which row, which band, and which billed second carries which price."""

from __future__ import annotations

import pytest

from . import make

NIGHT_SHIFT = make.session("16:40", "17:25")
STARTED_QUARTERS = make.price("40.00", 15)


def test_the_most_specific_price_row_wins_and_service_goes_before_skill() -> None:
    rows = [
        make.price("10.00"),
        make.price("20.00", skill="plc"),
        make.price("30.00", service="remote"),
        make.price("40.00", service="remote", skill="plc"),
    ]
    left = {("remote", "plc"): "40.00", ("remote", "x"): "30.00",
            ("phone", "plc"): "20.00", ("phone", "x"): "10.00"}  # fmt: skip

    for (service, skill), expected in left.items():
        session = make.session("09:00", "10:00", service=service, skill=skill)
        result = make.rated(session, tariff=make.version(*rows))
        assert str(result.totals["K1"]) == expected


@pytest.mark.parametrize(
    ("rule", "net"),
    [
        ("unit_start", "140.00"),
        ("exact", "153.33"),
        ("per_band", "200.00"),
        ("highest", "180.00"),
    ],
)
def test_the_four_band_rules_differ_as_in_the_worked_example(
    rule: str, net: str
) -> None:
    tariff = make.version(STARTED_QUARTERS, bands=[make.EVENING], band_rule=rule)

    result = make.rated(NIGHT_SHIFT, tariff=tariff)

    assert str(result.totals["K1"]) == net


def test_of_equal_bands_the_first_listed_wins() -> None:
    twin = {**make.EVENING, "name": "twin"}
    tariff = make.version(bands=[make.EVENING, twin])

    result = make.rated(make.session("18:00", "18:10"), tariff=tariff)

    assert make.nets(result) == ["time evening 15 45.00"]


@pytest.mark.parametrize("rule", ["exact", "highest"])
def test_of_a_band_and_the_base_at_one_price_the_base_comes_first(rule: str) -> None:
    same = {**make.EVENING, "percent": 0}
    tariff = make.version(bands=[same], band_rule=rule)

    result = make.rated(make.session("16:50", "17:05:01"), tariff=tariff)

    padded = [line for line in result.lines if line.band is None]
    assert [line.seconds for line in padded] == [{"exact": 1499, "highest": 1800}[rule]]


def test_a_wrapped_band_ends_and_begins_within_its_own_date() -> None:
    night = {**make.EVENING, "days": ["wed"], "from": "22:00", "until": "06:00"}
    tariff = make.version(make.price(next_minutes=1), bands=[night], band_rule="exact")

    result = make.rated(make.session("21:00", "2026-03-05T07:00+01:00"), tariff=tariff)

    assert make.nets(result) == ["time 480 960.00", "time evening 120 360.00"]


def test_a_day_begins_with_its_own_first_band() -> None:
    late = {**make.EVENING, "until": "24:00"}
    start, end = "2026-03-05T00:00:00+01:00", "2026-03-05T00:10:00+01:00"

    result = make.rated(make.session(start, end), tariff=make.version(bands=[late]))

    assert make.nets(result) == ["time 15 30.00"]


def test_a_band_from_an_hour_to_itself_is_the_whole_day() -> None:
    always = {**make.EVENING, "from": "06:00", "until": "06:00"}

    result = make.rated(
        make.session("03:00", "03:10"), tariff=make.version(bands=[always])
    )

    assert make.nets(result) == ["time evening 15 45.00"]


def test_a_special_day_may_be_called_by_the_name_of_a_weekday() -> None:
    sunday = {"name": "sunday", "days": ["sun"], "from": "00:00", "until": "24:00",
              "percent": 100}  # fmt: skip

    result = make.rated(
        make.session("18:00", "18:10"),
        tariff=make.version(bands=[make.EVENING, sunday]),
        special_days={"2026-03-04": "sun"},
    )

    assert make.nets(result) == ["time sunday 15 60.00"]


def test_a_band_raises_the_first_block_to_its_minimum() -> None:
    tariff = make.version(bands=[{**make.EVENING, "minimum_minutes": 60}])

    inside = make.rated(make.session("17:00", "17:10"), tariff=tariff)
    before = make.rated(make.session("16:50", "17:10"), tariff=tariff)

    assert make.nets(inside) == ["time evening 60 180.00"]
    assert make.nets(before) == ["time 15 30.00", "time evening 15 45.00"]


def test_a_minimum_below_the_first_block_changes_nothing() -> None:
    band = {**make.EVENING, "minimum_minutes": 5}

    result = make.rated(
        make.session("17:00", "17:10"), tariff=make.version(bands=[band])
    )

    assert make.nets(result) == ["time evening 15 45.00"]


def test_free_minutes_touch_no_band_and_the_minimum_looks_behind_them() -> None:
    free = make.price(free_minutes=10)
    band = {**make.EVENING, "minimum_minutes": 60}
    session = make.session("16:50", "17:05")

    result = make.rated(session, tariff=make.version(free, bands=[band]))
    highest = make.rated(
        make.session("16:50", "17:05"),
        tariff=make.version(
            make.price(free_minutes=10),
            bands=[{**make.EVENING, "from": "16:00", "until": "17:00"}],
            band_rule="highest",
        ),
    )

    assert make.nets(result) == ["time evening 60 180.00"]
    assert make.nets(highest) == ["time 15 30.00"]


def test_with_the_cliff_the_free_minutes_are_billed_in_their_own_band() -> None:
    cliff = make.price(free_minutes=5, free_mode="cliff")
    band = {**make.EVENING, "minimum_minutes": 30}

    result = make.rated(
        make.session("16:59", "17:09"), tariff=make.version(cliff, bands=[band])
    )

    assert make.nets(result) == ["time 15 30.00"]


def test_per_band_grants_the_tolerance_to_each_band() -> None:
    row = make.price(tolerance_minutes=3)
    tariff = make.version(row, bands=[make.EVENING], band_rule="per_band")

    result = make.rated(make.session("16:42", "17:18"), tariff=tariff)

    assert make.nets(result) == ["time 15 30.00", "time evening 15 45.00"]


def test_per_band_takes_the_first_block_only_once() -> None:
    row = make.price(first_minutes=60)
    tariff = make.version(row, bands=[make.EVENING], band_rule="per_band")

    result = make.rated(make.session("16:55", "17:05"), tariff=tariff)

    assert make.nets(result) == ["time 60 120.00", "time evening 15 45.00"]


def test_the_first_price_holds_for_its_minutes_also_in_a_longer_first_block() -> None:
    row = make.price("60.00", first_minutes=30, first_price="50.00")
    band = {**make.EVENING, "minimum_minutes": 60}

    result = make.rated(
        make.session("17:00", "17:10"), tariff=make.version(row, bands=[band])
    )

    assert make.nets(result) == ["time evening 30 45.00", "time evening 30 75.00"]


def test_the_normal_price_decides_which_band_wins_also_in_the_first_block() -> None:
    """In the first block, 50 % on 10.00 is less than the fixed 80.00 it beats."""
    row = make.price("60.00", first_minutes=30, first_price="10.00")
    fixed = {**make.EVENING, "name": "fixed", "price": "80.00"}
    del fixed["percent"]

    result = make.rated(
        make.session("17:00", "17:40"),
        tariff=make.version(row, bands=[fixed, make.EVENING]),
    )

    assert make.nets(result) == ["time evening 15 22.50", "time evening 30 15.00"]


def test_a_unit_price_is_rounded_before_the_percentage_and_after_it() -> None:
    """0.33335 is 0.3334 for the band; half of it more is 0.5001."""
    band = {**make.EVENING, "percent": 50}
    row = {"price": "0.33335", "per_minutes": 1}

    result = make.rated(
        make.session("17:00", "18:00"), tariff=make.version(row, bands=[band])
    )

    assert [str(line.unit_price) for line in result.lines] == ["0.5001"]


def test_bands_of_one_name_and_price_are_one_line() -> None:
    early = {**make.EVENING, "from": "17:00", "until": "18:00"}
    late = {**make.EVENING, "from": "18:00", "until": "19:00"}

    result = make.rated(
        make.session("17:00", "19:00"), tariff=make.version(bands=[early, late])
    )

    assert make.nets(result) == ["time evening 120 360.00"]
