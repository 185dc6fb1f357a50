"""Sections 1 and 2: dates, consent, and the first row that fits (R8)."""

from __future__ import annotations

from typing import Any

import pytest

from fernkladde.rating import CannotRate

from . import make

FREE_BASES = ["not_billable", "warranty", "goodwill", "unannounced"]
PLANT = [{"id": "M1", "customer": "K1", "warranty_until": "2026-03-04"}]
MORNING = make.session("09:00", "09:10")
EVERYTHING_HOLDS = {
    "plants": PLANT,
    "contracts": [make.contract(covers="everything")],
    "customers": [{"id": "K1", "charging_from": "2026-03-05"}],
    "policy": {"require_consent": True},
}


def basis(session: make.Doc, **keys: Any) -> str:
    return make.rated(session, **keys).groups[0].basis


def test_each_row_decides_only_where_none_above_it_does() -> None:
    """All rows fit at first; taking away the upper one hands on to the next."""
    case = make.case(plant="M1", cause="defect", goodwill_percent=100)
    keys = {**EVERYTHING_HOLDS, "cases": [case]}
    found = [basis({**MORNING, "billable": False}, **keys), basis(MORNING, **keys)]

    keys["cases"] = [{**case, "cause": "customer_change"}]
    found.append(basis(MORNING, **keys))
    keys["cases"] = [make.case()]
    found.append(basis(MORNING, **keys))
    del keys["contracts"]
    found.append(basis(MORNING, **keys))
    del keys["customers"]
    found.append(basis(MORNING, **keys))
    del keys["policy"]
    found.append(basis(MORNING, **keys))

    rows = ["not_billable", "warranty", "goodwill", "flat", "unannounced", "held"]
    assert found == [*rows, "tariff"]


def test_an_absent_cause_is_unknown_and_warns_once_per_case() -> None:
    case = make.case(plant="M1")
    del case["cause"]

    result = make.rated(
        MORNING, make.session("10:00", "10:10"), cases=[case], plants=PLANT
    )

    assert result.document()["warnings"] == [
        {"code": "cause_unknown_in_warranty", "subject": "F1"}
    ]
    assert {row.basis for row in result.free} == {"warranty"}


def test_a_cause_of_one_s_own_is_not_under_warranty() -> None:
    case = make.case(plant="M1", cause="")

    assert basis(MORNING, cases=[case], plants=PLANT) == "tariff"


@pytest.mark.parametrize(
    ("charging_from", "expected"),
    [("2026-03-05", "unannounced"), ("2026-03-04", "tariff")],
)
def test_work_before_the_announced_date_is_free(
    charging_from: str, expected: str
) -> None:
    customers = [{"id": "K1", "charging_from": charging_from}]

    assert basis(MORNING, customers=customers) == expected


@pytest.mark.parametrize(
    ("consent_from", "expected"), [("2026-03-04", "tariff"), ("2026-03-05", "held")]
)
def test_a_framework_consent_counts_from_its_day(
    consent_from: str, expected: str
) -> None:
    customers = [{"id": "K1", "consent_from": consent_from}]

    found = basis(MORNING, customers=customers, policy={"require_consent": True})

    assert found == expected


def test_goodwill_of_a_part_plays_no_part_where_the_work_is_free_anyway() -> None:
    """Rows 1, 2 and 5: the sessions share a group although their goodwill differs."""
    first = {**MORNING, "billable": False, "goodwill_percent": 30}
    second = make.session("10:00", "10:05", billable=False)

    result = make.rated(first, second)

    assert [group.sessions for group in result.groups] == [(first["id"], second["id"])]
    assert [group.discount_percent for group in result.groups] == [0]


def test_held_work_keeps_its_list_value_and_goodwill_only_parts_it() -> None:
    first = {**MORNING, "goodwill_percent": 30}
    second = make.session("10:00", "10:05")

    result = make.rated(first, second, policy={"require_consent": True})

    assert len(result.groups) == 2
    assert [str(row.value) for row in result.held] == ["60.00"]


def test_goodwill_written_differently_is_the_same_goodwill() -> None:
    first = {**MORNING, "goodwill_percent": "12.50"}
    second = make.session("10:00", "10:05", goodwill_percent=12.5)

    result = make.rated(first, second)

    assert len(result.groups) == 1


def test_a_session_belongs_to_the_local_date_of_its_start() -> None:
    """23:30 UTC on 3 March is already the 4th in Berlin, still the 3rd in New York."""
    late = make.session("2026-03-03T23:30:00Z", "2026-03-04T23:30:00Z")

    berlin = make.rated(late).groups[0].service_date
    new_york = make.rated(late, timezone="America/New_York").groups[0].service_date

    assert (str(berlin), str(new_york)) == ("2026-03-04", "2026-03-03")


def test_overlapping_sessions_of_one_technician_are_rated_as_they_are() -> None:
    result = make.rated(make.session("09:00", "09:30"), make.session("09:10", "09:40"))

    assert result.groups[0].worked == 3600


def test_with_a_period_other_sessions_do_not_exist() -> None:
    """No group, no use of the allowance, no last service date, no missing price."""
    allowance = make.contract(allowance=make.minutes(60))
    old = make.session("2019-12-31T10:00:00Z", "2019-12-31T10:10:00Z")
    late = make.session("2026-04-01T10:00:00Z", "2026-04-01T11:00:00Z")
    inside = [
        make.session("2026-03-01T00:00:00+01:00", "2026-03-01T00:10:00+01:00"),
        make.session("2026-03-31T23:50:00+02:00", "2026-04-01T00:00:00+02:00"),
    ]

    result = make.rated(
        old,
        late,
        *inside,
        contracts=[allowance],
        period={"from": "2026-03-01", "until": "2026-03-31"},
    )

    assert [group.sessions[0] for group in result.groups] == [s["id"] for s in inside]
    rows = [(str(row.period_start), row.used) for row in result.allowances]
    assert rows == [("2026-01-01", 0), ("2026-02-01", 0), ("2026-03-01", 1800)]


def test_without_a_version_or_a_price_every_session_is_named() -> None:
    only_phone = make.version(make.price(service="phone"), valid_from="2026-01-01")
    sessions = [
        make.session("10:00", "10:10"),
        make.session("09:00", "09:10", service="phone"),
        make.session("2025-12-31T23:59:59+01:00", "2026-01-01T00:10:00+01:00"),
    ]

    with pytest.raises(CannotRate) as refusal:
        make.rated(*sessions, tariff=only_phone)

    paths = [fault.path for fault in refusal.value.faults]
    assert paths == ["$.sessions[0]", "$.sessions[2]"]
    assert "no price for service 'remote'" in refusal.value.faults[0].sentence
    assert "no version in force on 2025-12-31" in refusal.value.faults[1].sentence


def test_also_free_work_needs_a_price() -> None:
    with pytest.raises(CannotRate):
        make.rated(
            {**MORNING, "billable": False},
            tariff=make.version(make.price(service="phone")),
        )


def test_lines_of_one_customer_in_two_currencies_are_refused() -> None:
    tariffs = [
        {"id": "std", "versions": [make.version(currency="CHF")]},
        {"id": "eur", "versions": [make.version()]},
    ]
    plants = [{"id": "M1", "customer": "K1", "tariff": "eur"}]
    cases = [make.case(), make.case("F2", plant="M1")]
    both = [MORNING, make.session("09:00", "09:10", case="F2")]

    with pytest.raises(CannotRate) as refusal:
        make.rated(
            *both,
            tariffs=tariffs,
            plants=plants,
            cases=cases,
            customers=[{"id": "K0"}, {"id": "K1"}],
        )

    assert [fault.path for fault in refusal.value.faults] == ["$.customers[1]"]


def test_free_work_in_another_currency_is_no_fault() -> None:
    tariffs = [
        {"id": "std", "versions": [make.version(currency="CHF")]},
        {"id": "eur", "versions": [make.version()]},
    ]
    plants = [{"id": "M1", "customer": "K1", "tariff": "eur"}]
    cases = [make.case(), make.case("F2", plant="M1", goodwill_percent=100)]

    result = make.rated(
        MORNING,
        make.session("09:00", "09:10", case="F2"),
        tariffs=tariffs,
        plants=plants,
        cases=cases,
    )

    assert {line.currency for line in result.lines} == {"CHF"}
