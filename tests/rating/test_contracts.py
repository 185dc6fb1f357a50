"""Section 5: which contract, which period, and what is left over (R4, R5)."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from . import make

MORNING = make.session("09:00", "09:45")
BANDED = make.version(bands=[make.EVENING])
EVENING_HOUR = make.session("18:00", "19:00")


def covering(*contracts: make.Doc, session: make.Doc = MORNING, **keys: Any) -> str:
    """Name the contract that covers the first second."""
    result = make.rated(session, contracts=list(contracts), **keys)
    return result.free[0].contract or ""


ORDER = [
    make.contract("Z", "everything", priority=1),
    make.contract("Y", "everything", plants=["M1"], valid_until="2027-12-31"),
    make.contract("X", "everything", valid_until="2026-06-30"),
    make.contract("W", "everything", valid_until="2026-07-31", valid_from="2025-01-01"),
    make.contract("V", "everything", valid_until="2026-07-31"),
    make.contract("VV", "everything", valid_until="2026-07-31"),
    make.contract("A", "everything", valid_from="2020-01-01"),
]


@pytest.mark.parametrize(("first", "second"), list(pairwise(ORDER)))
def test_contracts_are_served_by_priority_plants_end_start_and_id(
    first: make.Doc, second: make.Doc
) -> None:
    plants = [{"id": "M1", "customer": "K1"}]

    found = covering(second, first, plants=plants, cases=[make.case(plant="M1")])

    assert found == first["id"]


@pytest.mark.parametrize(
    "keys",
    [
        {"customer": "K2"},
        {"plants": ["M1"]},
        {"plants": []},
        {"services": ["phone"]},
        {"services": []},
        {"valid_from": "2026-03-05"},
        {"valid_until": "2026-03-03"},
    ],
)
def test_a_contract_that_does_not_fit_changes_nothing(keys: make.Doc) -> None:
    contract = make.contract(covers="everything", **keys)
    plants = [{"id": "M1", "customer": "K1"}]

    result = make.rated(
        MORNING,
        contracts=[contract],
        plants=plants,
        customers=[{"id": "K1"}, {"id": "K2"}],
    )

    assert [line.basis for line in result.lines] == ["tariff"]


@pytest.mark.parametrize(
    "keys",
    [
        {"customer": "K2", "shared_with": ["K1"]},
        {"plants": ["M1"]},
        {"services": ["phone", "remote"]},
        {"valid_from": "2026-03-04", "valid_until": "2026-03-04"},
        {"valid_until": None},
    ],
)
def test_a_contract_fits_up_to_its_last_day(keys: make.Doc) -> None:
    contract = make.contract(covers="everything", **keys)
    plants = [{"id": "M1", "customer": "K1"}]

    result = make.rated(
        MORNING,
        contracts=[contract],
        plants=plants,
        customers=[{"id": "K1"}, {"id": "K2"}],
        cases=[make.case(plant="M1")],
    )

    assert result.lines == ()


def test_overage_is_charged_at_the_first_contract_s_terms_not_the_last_one_s() -> None:
    tariffs = [
        {"id": "std", "versions": [make.version()]},
        {"id": "own", "versions": [make.version(make.price("60.00"))]},
    ]
    first = make.contract("A", priority=1, allowance=make.minutes(10))
    second = make.contract("B", allowance=make.minutes(10), tariff="own")

    result = make.rated(MORNING, contracts=[second, first], tariffs=tariffs)

    assert [(line.contract, line.tariff) for line in result.lines] == [("A", "std")]
    assert make.nets(result) == ["time 25 50.00"]
    assert [(row.contract, str(row.value)) for row in result.free] == [
        ("A", "20.00"),
        ("B", "20.00"),
    ]


def test_what_an_allowance_leaves_a_flat_contract_covers() -> None:
    first = make.contract("A", priority=1, allowance=make.minutes(10))
    second = make.contract("B", "everything")

    result = make.rated(MORNING, contracts=[first, second])

    assert [(r.contract, r.basis, r.seconds) for r in result.free] == [
        ("A", "allowance", 600),
        ("B", "flat", 2100),
    ]
    assert result.groups[0].basis == "allowance"


def test_an_allowance_object_of_a_flat_contract_counts_nothing() -> None:
    contract = make.contract(covers="everything", allowance=make.minutes(10))

    result = make.rated(MORNING, contracts=[contract])

    assert result.allowances == ()
    assert [row.basis for row in result.free] == ["flat"]


def test_the_last_period_is_cut_at_the_end_of_the_contract() -> None:
    contract = make.contract(
        valid_from="2026-01-31", valid_until="2026-03-10", allowance=make.minutes(60)
    )

    result = make.rated(MORNING, contracts=[contract])

    assert [(str(r.period_start), str(r.period_end)) for r in result.allowances] == [
        ("2026-01-31", "2026-02-27"),
        ("2026-02-28", "2026-03-10"),
    ]


def carried(cap: int | None, periods: object = 2, **used: int) -> make.Doc:
    keys = {} if cap is None else {"carry_over_minutes": cap}
    allowance = make.minutes(30, carry_over_periods=periods, **keys)
    rows = [{"period_start": "2026-01-01", **used}] if used else []
    return make.contract(allowance=allowance, used=rows)


def test_the_oldest_usable_period_pays_first_and_its_own_one_last() -> None:
    result = make.rated(make.session("09:00", "09:50"), contracts=[carried(None)])

    postings = [
        (str(p.period_start), str(p.for_period), p.seconds)
        for p in result.groups[0].postings
    ]
    assert postings == [
        ("2026-01-01", "2026-03-01", 1800),
        ("2026-02-01", "2026-03-01", 1800),
    ]


def test_a_period_hands_on_no_more_than_its_cap_over_all_later_ones() -> None:
    """January may give 20 minutes in all; 15 of them it gave to February's bill."""
    contract = carried(20, seconds=900, handed_seconds=900)

    result = make.rated(make.session("09:00", "09:30"), contracts=[contract])

    taken = {str(p.period_start): p.seconds for p in result.groups[0].postings}
    assert taken == {"2026-01-01": 300, "2026-02-01": 1200, "2026-03-01": 300}
    assert [row.carried_in for row in result.allowances] == [0, 300, 1500]


def test_a_cap_does_not_bind_the_work_of_the_period_itself() -> None:
    january = make.session("2026-01-15T09:00:00Z", "2026-01-15T09:30:00Z")

    result = make.rated(january, contracts=[carried(5)])

    assert result.lines == ()


def test_a_period_hands_on_its_cap_to_the_second_over_several_groups() -> None:
    days = [f"2026-02-{day}" for day in (10, 11, 12)]
    works = [make.session(f"{d}T09:00:00Z", f"{d}T09:15:00Z") for d in days]

    result = make.rated(*works, contracts=[carried(20)])

    taken = [
        [(p.period_start.month, p.seconds) for p in group.postings]
        for group in result.groups
    ]
    assert taken == [[(1, 900)], [(1, 300), (2, 600)], [(2, 900)]]


def test_own_work_does_not_count_against_what_a_period_may_hand_on() -> None:
    """January works 15 of its 30 minutes, and still hands on its ten."""
    january = make.session("2026-01-15T09:00:00Z", "2026-01-15T09:15:00Z")
    february = make.session("2026-02-10T09:00:00Z", "2026-02-10T09:45:00Z")

    result = make.rated(january, february, contracts=[carried(10)])

    taken = [(str(p.period_start), p.seconds) for p in result.groups[1].postings]
    assert taken == [("2026-01-01", 600), ("2026-02-01", 1800)]


def test_what_is_carried_in_is_told_as_it_was_before_the_period_was_served() -> None:
    """February's work draws on January first; then March finds the rest of it."""
    february = make.session("2026-02-10T09:00:00Z", "2026-02-10T09:15:00Z")

    result = make.rated(february, MORNING, contracts=[carried(None)])

    assert [row.carried_in for row in result.allowances] == [0, 1800, 2700]
    assert [row.left for row in result.allowances] == [0, 0, 1800]


def test_a_period_without_work_tells_what_the_next_work_would_find() -> None:
    """February has no group: it is told before the March group is served."""
    result = make.rated(MORNING, contracts=[carried(None, 1)])

    assert [row.carried_in for row in result.allowances] == [0, 1800, 1800]


def test_where_nothing_is_served_what_is_carried_in_is_told_at_the_end() -> None:
    contract = {**carried(None), "services": ["phone"]}

    result = make.rated(MORNING, contracts=[contract])

    assert [row.carried_in for row in result.allowances] == [0, 1800, 3600]


def test_more_used_than_granted_leaves_nothing_and_takes_nothing_back() -> None:
    contract = make.contract(
        allowance=make.minutes(30),
        used=[{"period_start": "2026-03-01", "seconds": 3600}],
    )

    result = make.rated(MORNING, contracts=[contract])

    row = result.allowances[-1]
    assert (row.granted, row.used, row.left) == (1800, 3600, 0)
    assert make.nets(result) == ["time 45 90.00"]


def weighing(minutes: int) -> make.Doc:
    return make.contract(allowance=make.minutes(minutes, surcharge_on_covered="weight"))


def test_a_weighted_allowance_that_ends_inside_a_run_is_empty() -> None:
    """1 second at one and a half does not fit into 1 minute's last second: gone."""
    tariff = make.version(make.price(next_minutes=1), bands=[make.EVENING])
    used = [{"period_start": "2026-03-01", "seconds": 59}]

    result = make.rated(
        EVENING_HOUR, contracts=[{**weighing(1), "used": used}], tariff=tariff
    )

    assert result.allowances[-1].used == 60
    assert result.free == ()
    assert [p.seconds for p in result.groups[0].postings] == [1]
    assert make.nets(result) == ["time evening 60 180.00"]


def test_the_weight_of_a_run_is_rounded_once_to_whole_seconds() -> None:
    """61 s in the evening at 1.5 need 91.5 s: 92, half up."""
    row = {"price": "120.00", "per_minutes": 60, "next_minutes": 1}
    exactly = make.version(row, bands=[make.EVENING], band_rule="exact")
    session = make.session("16:58:59", "17:01:00")

    result = make.rated(session, contracts=[weighing(60)], tariff=exactly)

    # 61 s of the day and 60 s of the evening are worked, 3 minutes billed: the
    # padding of 59 s is the cheapest touched, a third run of the day's price.
    assert result.groups[0].billed == 180
    assert result.allowances[-1].used == 61 + 90 + 59
    odd = make.rated(
        make.session("16:58:58", "17:01:01"),
        contracts=[weighing(60)],
        tariff=exactly,
    )
    assert odd.allowances[-1].used == 62 + 92 + 57


def test_a_run_that_needs_just_what_is_left_is_covered_whole() -> None:
    """61 s at one and a quarter need 76.25, that is 76: all of what is left."""
    quarter_more = {**make.EVENING, "percent": 25}
    row = {"price": "120.00", "per_minutes": 60, "next_minutes": 1}
    used = [{"period_start": "2026-03-01", "seconds": 3600 - 30 - 76}]

    result = make.rated(
        make.session("16:59:30", "17:01:01"),
        contracts=[{**weighing(60), "used": used}],
        tariff=make.version(row, bands=[quarter_more], band_rule="exact"),
    )

    assert [(line.band, line.seconds) for line in result.lines] == [(None, 29)]


def test_the_surcharge_on_covered_time_can_be_charged() -> None:
    contract = make.contract(allowance=make.minutes(40, surcharge_on_covered="charge"))

    result = make.rated(EVENING_HOUR, contracts=[contract], tariff=BANDED)

    assert make.nets(result) == ["surcharge evening 40 40.00", "time evening 20 60.00"]
    surcharge = next(line for line in result.lines if line.kind == "surcharge")
    assert (surcharge.basis, surcharge.contract) == ("allowance", "C1")
    assert (surcharge.skill, surcharge.service) == ("*", "remote")
    assert [(row.seconds, str(row.value)) for row in result.free] == [(2400, "80.00")]


def test_a_surcharge_alone_is_billed_in_money_and_carries_the_fee() -> None:
    contract = make.contract(allowance=make.minutes(60, surcharge_on_covered="charge"))
    fee = {"name": "dial-in", "amount": "5.00", "per": "group"}

    result = make.rated(
        EVENING_HOUR, contracts=[contract], tariff={**BANDED, "fees": [fee]}
    )

    assert make.nets(result) == ["fee dial-in 5.00", "surcharge evening 60 60.00"]
    assert [line.basis for line in result.lines if line.kind == "fee"] == ["overage"]


def test_under_charge_a_cheaper_band_is_covered_without_a_surcharge() -> None:
    cheap = {**make.EVENING, "percent": -20}
    contract = make.contract(allowance=make.minutes(60, surcharge_on_covered="charge"))

    result = make.rated(
        EVENING_HOUR, contracts=[contract], tariff=make.version(bands=[cheap])
    )

    assert result.lines == ()
    assert [str(row.value) for row in result.free] == ["96.00"]


def test_in_the_first_block_a_surcharge_is_measured_against_its_own_price() -> None:
    """120 an hour over 30.00 for 30 minutes: 60 an hour on top of the base."""
    row = make.price("100.00", first_minutes=30, first_price="30.00")
    fixed = {**make.EVENING, "price": "120.00"}
    del fixed["percent"]
    contract = make.contract(allowance=make.minutes(60, surcharge_on_covered="charge"))

    result = make.rated(
        EVENING_HOUR, contracts=[contract], tariff=make.version(row, bands=[fixed])
    )

    prices = {(str(line.unit_price), line.per_minutes) for line in result.lines}
    assert prices == {("60.0000", 60), ("20.0000", 60)}
    assert [str(row.value) for row in result.free] == ["80.00"]


@pytest.mark.parametrize(("mode", "used"), [("weight", 3600), ("charge", 3600)])
def test_with_a_base_price_of_nothing_covered_time_counts_once(
    mode: str, used: int
) -> None:
    fixed = {**make.EVENING, "price": "90.00"}
    del fixed["percent"]
    tariff = make.version(make.price("0"), bands=[fixed])
    allowance = make.minutes(60, surcharge_on_covered=mode)

    result = make.rated(
        EVENING_HOUR, contracts=[make.contract(allowance=allowance)], tariff=tariff
    )

    assert result.allowances[-1].used == used
    whole = ["surcharge evening 60 90.00"] if mode == "charge" else []
    assert make.nets(result) == whole


def cases_allowance(cases: int, **keys: Any) -> make.Doc:
    return make.contract(allowance={"cases": cases, "period": "month"}, **keys)


def test_bands_are_ignored_where_whole_cases_are_covered() -> None:
    contract = cases_allowance(1)
    contract["allowance"]["surcharge_on_covered"] = "charge"

    result = make.rated(EVENING_HOUR, contracts=[contract], tariff=BANDED)

    assert result.lines == ()
    assert [str(row.value) for row in result.free] == ["180.00"]


def test_a_group_without_billed_time_takes_no_case() -> None:
    tariff = make.version(make.price(free_minutes=10))

    result = make.rated(
        make.session("09:00", "09:05"), contracts=[cases_allowance(1)], tariff=tariff
    )

    assert result.allowances[-1].used == 0
    assert result.free == ()
    assert result.groups[0].basis == "allowance"


def test_a_case_that_an_earlier_bill_counted_stays_covered() -> None:
    used = [{"period_start": "2026-03-01", "case_ids": ["F1", "elsewhere"]}]

    result = make.rated(
        MORNING,
        make.session("09:00", "09:10", case="F2"),
        contracts=[cases_allowance(2, used=used)],
        cases=[make.case(), make.case("F2")],
    )

    assert [row.case for row in result.free] == ["F1"]
    assert [line.case for line in result.lines] == ["F2"]
    assert (result.allowances[-1].used, result.allowances[-1].left) == (2, 0)


def test_the_number_of_used_cases_may_differ_from_the_cases_named() -> None:
    row = {"period_start": "2026-03-01", "case_ids": ["F1"]}
    counts = [
        make.rated(MORNING, contracts=[cases_allowance(5, used=[{**row, **more}])])
        for more in ({}, {"cases": 3}, {"cases": 0})
    ]

    assert [result.allowances[-1].used for result in counts] == [1, 3, 0]


def test_a_case_that_another_contract_covers_whole_takes_no_place() -> None:
    first = make.contract("A", "everything", priority=1)

    result = make.rated(MORNING, contracts=[first, {**cases_allowance(1), "id": "B"}])

    assert result.allowances[-1].used == 0


def test_postings_tell_a_case_once() -> None:
    result = make.rated(
        MORNING,
        make.session("2026-03-05T09:00:00Z", "2026-03-05T09:10:00Z"),
        contracts=[cases_allowance(1)],
    )

    assert [[p.case for p in group.postings] for group in result.groups] == [["F1"], []]


def test_part_goodwill_discounts_overage_and_surcharge_alike() -> None:
    contract = make.contract(allowance=make.minutes(40, surcharge_on_covered="charge"))

    result = make.rated(
        EVENING_HOUR,
        contracts=[contract],
        tariff=BANDED,
        cases=[make.case(goodwill_percent=25)],
    )

    assert make.nets(result) == ["surcharge evening 40 30.00", "time evening 20 45.00"]
