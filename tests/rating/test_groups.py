"""Section 3: what is rounded together (R1)."""

from __future__ import annotations

from typing import Any

import pytest

from . import make

BY_SESSION = {"group_by": "session"}


def grouped(*sessions: make.Doc, tariff: make.Doc | None = None, **keys: Any) -> int:
    return len(make.rated(*sessions, tariff=tariff, **keys).groups)


@pytest.mark.parametrize(
    ("gap", "start", "groups"),
    [(0, "09:10", 2), (5, "09:15", 1), (5, "09:15:01", 2), (1, "09:05", 1)],
)
def test_sessions_merge_up_to_the_gap(gap: int, start: str, groups: int) -> None:
    tariff = make.version(**BY_SESSION, merge_gap_minutes=gap)

    assert (
        grouped(
            make.session("09:00", "09:10"), make.session(start, "09:40"), tariff=tariff
        )
        == groups
    )


def test_the_gap_is_measured_from_the_latest_end_so_far() -> None:
    tariff = make.version(**BY_SESSION, merge_gap_minutes=5)
    sessions = [
        make.session("09:00", "10:00"),
        make.session("09:10", "09:20"),
        make.session("10:05", "10:10"),
    ]

    assert grouped(*sessions, tariff=tariff) == 1


def test_sessions_merge_across_midnight_into_the_first_one_s_day() -> None:
    tariff = make.version(**BY_SESSION, merge_gap_minutes=30)

    result = make.rated(
        make.session("23:30", "23:50"),
        make.session("2026-03-05T00:05:00+01:00", "2026-03-05T00:10:00+01:00"),
        tariff=tariff,
    )

    assert [str(group.service_date) for group in result.groups] == ["2026-03-04"]


def test_technicians_stay_apart_unless_they_are_a_team() -> None:
    sessions = [
        make.session("09:00", "09:05", technician="anna"),
        make.session("09:05", "09:10", technician="ben"),
        make.session("09:10", "09:12"),
        make.session("09:20", "09:22"),
    ]

    assert grouped(*sessions) == 3
    assert grouped(*sessions, tariff=make.version(team_as_one=True)) == 1


def test_another_set_of_fitting_contracts_is_another_group() -> None:
    """Also where none of them covers anything, and where the work is free."""
    tariff = make.version(group_by="case")
    contract = make.contract(covers="nothing", valid_from="2026-03-05")
    sessions = [
        make.session("09:00", "09:10", billable=False),
        make.session(
            "2026-03-05T09:00:00+01:00", "2026-03-05T09:10:00+01:00", billable=False
        ),
    ]

    assert grouped(*sessions, tariff=tariff, contracts=[contract]) == 2
    assert grouped(*sessions, tariff=tariff) == 1


def test_by_case_all_of_the_period_is_one_group_dated_by_its_first_session() -> None:
    tariff = make.version(group_by="case")

    result = make.rated(
        make.session("2026-03-20T09:00:00Z", "2026-03-20T09:10:00Z"),
        make.session("09:00", "09:10"),
        tariff=tariff,
    )

    assert [str(group.service_date) for group in result.groups] == ["2026-03-04"]
    assert make.nets(result) == ["time 30 60.00"]


def test_breaks_between_the_sessions_of_a_group_are_free() -> None:
    result = make.rated(make.session("09:00", "09:05"), make.session("15:00", "15:05"))

    assert make.nets(result) == ["time 15 30.00"]


def test_groups_stand_in_the_order_of_their_first_sessions() -> None:
    cases = [make.case("F1"), make.case("F2")]
    sessions = [
        make.session("10:00", "10:05", id="S2"),
        make.session("10:00", "10:05", id="S1", case="F2"),
        make.session("11:00", "11:05", id="S0", case="F2"),
    ]

    result = make.rated(*sessions, cases=cases)

    assert [group.sessions for group in result.groups] == [("S1", "S0"), ("S2",)]
    assert [group.number for group in result.groups] == [0, 1]


def test_a_new_version_of_the_tariff_begins_a_new_group() -> None:
    versions = [
        make.version(group_by="case"),
        make.version(group_by="case", valid_from="2026-03-05"),
    ]

    result = make.rated(
        make.session("23:59", "2026-03-05T00:10:00+01:00"),
        make.session("2026-03-05T00:10:00+01:00", "2026-03-05T00:11:00+01:00"),
        tariffs=[{"id": "std", "versions": versions[::-1]}],
    )

    assert [str(group.version) for group in result.groups] == [
        "2020-01-01",
        "2026-03-05",
    ]
