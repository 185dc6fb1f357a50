"""Section 6: fees where money is billed, and what a connection costs (R11)."""

from __future__ import annotations

from typing import Any

import pytest

from fernkladde.rating import InvalidScenario

from . import make

MORNING = make.session("09:00", "09:10", connection="modem")
NOON = make.session("12:00", "12:10")


def with_fee(per: str, **keys: Any) -> make.Doc:
    fee = {"name": "fee", "amount": "5.00", "per": per, **keys}
    return make.version(group_by="session", fees=[fee])


def charged(*sessions: make.Doc, tariff: make.Doc, **keys: Any) -> int:
    result = make.rated(*sessions, tariff=tariff, **keys)
    return sum(line.count or 0 for line in result.lines if line.kind == "fee")


TOMORROW = make.session("2026-03-05T09:00:00Z", "2026-03-05T09:10:00Z")


@pytest.mark.parametrize(
    ("per", "count"), [("session", 3), ("group", 3), ("day", 2), ("case", 1)]
)
def test_a_fee_is_charged_per_session_group_day_or_case(per: str, count: int) -> None:
    assert charged(MORNING, NOON, TOMORROW, tariff=with_fee(per)) == count


@pytest.mark.parametrize("per", ["session", "group", "day", "case"])
def test_a_fee_for_modems_needs_a_session_by_modem(per: str) -> None:
    tariff = with_fee(per, connections=["modem", "phone"])

    assert charged(MORNING, NOON, tariff=tariff) == 1
    assert charged(NOON, tariff=tariff) == 0


def test_a_session_that_names_no_connection_has_none() -> None:
    tariff = with_fee("session", connections=["none"])

    assert charged(MORNING, NOON, tariff=tariff) == 1


def test_a_fee_for_other_services_is_not_charged() -> None:
    assert charged(MORNING, tariff=with_fee("group", services=["phone"])) == 0
    assert charged(MORNING, tariff=with_fee("group", services=[])) == 0


@pytest.mark.parametrize(
    ("per", "row", "count"),
    [
        ("day", {"date": "2026-03-04"}, 1),
        ("day", {"date": "2026-03-03"}, 2),
        ("case", {"date": "2026-03-03"}, 0),
        ("case", {}, 0),
        ("case", {"case": "F9"}, 1),
        ("group", {"date": "2026-03-04"}, 2),
        ("case", {"tariff": "other"}, 1),
        ("case", {"fee": "another"}, 1),
    ],
)
def test_a_fee_on_an_earlier_bill_is_not_charged_again(
    per: str, row: make.Doc, count: int
) -> None:
    billed = {"case": "F1", "fee": "fee", "tariff": "std", **row}
    tariffs = [
        {"id": "std", "versions": [with_fee(per)]},
        {"id": "other", "versions": [make.version()]},
    ]

    found = charged(
        MORNING, TOMORROW, tariff=make.version(), tariffs=tariffs, billed_fees=[billed]
    )

    assert found == count


def test_the_groups_tell_which_fees_must_not_be_charged_again() -> None:
    fees = [
        {"name": per, "amount": "1.00", "per": per}
        for per in ("session", "group", "day", "case")
    ]

    result = make.rated(MORNING, TOMORROW, tariff=make.version(fees=fees))

    told = [[(fee.fee, str(fee.date)) for fee in g.fees] for g in result.groups]
    assert told == [[("day", "2026-03-04"), ("case", "None")], [("day", "2026-03-05")]]


def test_two_fees_of_one_name_are_once_a_case_together() -> None:
    """Once per case, name and tariff: each service may list it, one pays it."""
    fees = [
        {"name": "request", "amount": "50.00", "per": "case", "services": [service]}
        for service in ("remote", "phone")
    ]

    found = charged(
        MORNING,
        make.session("10:00", "10:10", service="phone"),
        tariff=make.version(fees=fees),
    )

    assert found == 1


def test_a_price_of_nothing_still_carries_the_fee() -> None:
    tariff = {**with_fee("group"), "prices": [make.price("0")]}

    assert charged(MORNING, tariff=tariff) == 1


def test_no_fee_comes_with_free_or_held_or_unbilled_time() -> None:
    tariff = with_fee("session")
    free = {**tariff, "prices": [make.price(free_minutes=10)]}

    assert charged({**MORNING, "billable": False}, tariff=tariff) == 0
    assert charged(MORNING, tariff=tariff, policy={"require_consent": True}) == 0
    assert charged(MORNING, tariff=free) == 0


def test_a_fee_has_a_name_and_a_count_and_nothing_of_time() -> None:
    result = make.rated(MORNING, tariff=with_fee("group"))

    fee = next(row for row in result.document()["lines"] if row["kind"] == "fee")
    assert (fee["name"], fee["count"], fee["unit_price"]) == ("fee", 1, "5")
    empty = ("service", "skill", "band", "minutes", "per_minutes")
    assert [fee[key] for key in empty] == [None] * 5


def call(name: str = "A", **keys: Any) -> make.Doc:
    whole = {
        "id": name,
        "session": MORNING["id"],
        "start": MORNING["start"],
        "number": "+4989123456",
        "seconds": 60,
    }
    return whole | keys


def connected(terms: make.Doc, *calls: make.Doc, **keys: Any) -> list[str]:
    tariff = make.version(connection=terms)
    result = make.rated(MORNING, tariff=tariff, calls=list(calls), **keys)
    return [str(line.net) for line in result.lines if line.kind == "connection"]


FLAT = {"mode": "flat", "amount": "5.00"}
AT_COST = {"mode": "at_cost"}


@pytest.mark.parametrize(
    ("terms", "keys", "nets"),
    [
        ({"mode": "none"}, {}, []),
        (FLAT, {}, ["5.00"]),
        ({**FLAT, "markup_percent": 50}, {}, ["5.00"]),
        (FLAT, {"seconds": 0}, []),
        ({**FLAT, "ignore_below_seconds": 61}, {}, []),
        ({**FLAT, "ignore_below_seconds": 60}, {}, ["5.00"]),
        ({**FLAT, "amount": "0"}, {}, ["0.00"]),
        (AT_COST, {"cost": "1.20"}, ["1.20"]),
        ({**AT_COST, "markup_percent": "12.5"}, {"cost": "1.20"}, ["1.35"]),
        (AT_COST, {"cost": "999.99"}, ["999.99"]),
        (AT_COST, {}, []),
        (AT_COST, {"cost": 0}, ["0.00"]),
    ],
)
def test_what_a_call_costs_by_the_terms_of_the_version(
    terms: make.Doc, keys: make.Doc, nets: list[str]
) -> None:
    assert connected(terms, call(**keys)) == nets


def test_each_call_is_rounded_to_four_decimals_and_their_sum_to_two() -> None:
    """0.00005 and 0.00005 are 0.0001 each: 0.0002, and 50 of them are a cent."""
    calls = [call(f"A{n}", cost="0.00005") for n in range(50)]

    assert connected(AT_COST, *calls) == ["0.01"]


@pytest.mark.parametrize("terms", [None, {"mode": "none"}])
def test_without_terms_of_connection_a_call_does_not_warn(
    terms: make.Doc | None,
) -> None:
    tariff = make.version() | ({"connection": terms} if terms else {})

    result = make.rated(MORNING, tariff=tariff, calls=[call()])

    assert result.warnings == ()


def test_a_call_without_a_price_warns_and_is_in_no_row_and_no_count() -> None:
    deck = {"id": "D", "rates": [{"prefix": "+1", "price_per_minute": "1.00"}]}
    calls = [call("A"), call("B", number="+12125551234"), call("C", seconds=0)]

    result = make.rated(
        MORNING,
        tariff=make.version(connection={"mode": "deck", "deck": "D"}),
        rate_decks=[deck],
        calls=calls,
    )

    line = next(row for row in result.lines if row.kind == "connection")
    assert (line.count, line.seconds, str(line.net)) == (1, 60, "1.00")
    assert result.document()["warnings"] == [
        {"code": "no_rate_for_number", "subject": "A"}
    ]
    assert result.groups[0].calls == ("B",)


def test_a_call_without_its_cost_warns() -> None:
    result = make.rated(
        MORNING, tariff=make.version(connection=AT_COST), calls=[call()]
    )

    assert [(w.code, w.subject) for w in result.warnings] == [
        ("call_without_cost", "A")
    ]


def test_the_mark_up_is_on_the_connect_fee_too() -> None:
    """(0.055 + 0.05 × 2) × 1.10 = 0.1705 for 61 s timed in whole minutes."""
    rate = {"prefix": "+", "price_per_minute": "0.05", "connect_fee": "0.055"}
    terms = {"mode": "deck", "deck": "D", "markup_percent": 10}
    decks = [{"id": "D", "rates": [rate]}]

    found = connected(terms, call(seconds=61), rate_decks=decks)

    assert found == ["0.17"]


def test_a_connection_line_names_service_calls_and_their_real_seconds() -> None:
    calls = [call("A", seconds=61), call("B", seconds=30)]

    result = make.rated(MORNING, tariff=make.version(connection=FLAT), calls=calls)

    row = next(r for r in result.document()["lines"] if r["kind"] == "connection")
    assert (row["service"], row["count"], row["minutes"]) == ("remote", 2, "1.5167")
    empty = ("skill", "band", "name", "unit_price", "per_minutes")
    assert [row[key] for key in empty] == [None] * 5


ALWAYS = {**FLAT, "always": True}
COVERED = make.contract(covers="everything")


@pytest.mark.parametrize(
    ("terms", "keys", "where"),
    [
        (FLAT, {"cases": [make.case(goodwill_percent=100)]}, "free goodwill None"),
        (ALWAYS, {"cases": [make.case(goodwill_percent=100)]}, "line tariff None"),
        (
            FLAT,
            {"customers": [{"id": "K1", "charging_from": "2027-01-01"}]},
            "free unannounced None",
        ),
        (
            ALWAYS,
            {"customers": [{"id": "K1", "charging_from": "2027-01-01"}]},
            "line tariff None",
        ),
        (ALWAYS, {"policy": {"require_consent": True}}, "held"),
        (FLAT, {"contracts": [COVERED]}, "line overage C1"),
        (
            ALWAYS,
            {"contracts": [{**COVERED, "includes_connection": True}]},
            "free flat C1",
        ),
    ],
)
def test_calls_follow_the_basis_of_their_session(
    terms: make.Doc, keys: make.Doc, where: str
) -> None:
    tariff = make.version(connection=terms)

    result = make.rated(MORNING, tariff=tariff, calls=[call()], **keys)

    found = [
        f"line {r.basis} {r.contract}" for r in result.lines if r.kind == "connection"
    ]
    found += [
        f"free {r.basis} {r.contract}" for r in result.free if r.kind == "connection"
    ]
    found += ["held" for r in result.held if r.kind == "connection"]  # fmt: skip
    assert found == [where]


def test_only_the_first_fitting_contract_decides_whether_calls_are_included() -> None:
    second = make.contract("C2", "everything", includes_connection=True)

    found = connected(FLAT, call(), contracts=[COVERED, second])

    assert found == ["5.00"]


def test_part_goodwill_is_a_discount_on_connections_and_fees_too() -> None:
    result = make.rated(
        MORNING,
        tariff={**with_fee("group"), "connection": FLAT},
        calls=[call()],
        cases=[make.case(goodwill_percent="50")],
    )

    assert make.nets(result) == ["connection 1 2.50", "fee fee 2.50", "time 15 15.00"]


def test_a_call_is_charged_although_its_session_is_within_free_minutes() -> None:
    tariff = make.version(make.price(free_minutes=15), connection=FLAT)

    result = make.rated(MORNING, tariff=tariff, calls=[call()])

    assert make.nets(result) == ["connection 1 5.00"]


def test_an_included_connection_stays_free_where_the_work_is_a_present() -> None:
    """`always` charges the calls of free work, but does not beat the contract."""
    flat = {"mode": "flat", "amount": "5.00", "always": True}
    work = make.session("09:00", "09:10", goodwill_percent=100)
    call = {"id": "L1", "session": work["id"], "start": work["start"],
            "number": "+49", "seconds": 60}  # fmt: skip
    contract = {"id": "C1", "customer": "K1", "valid_from": "2026-01-01",
                "covers": "everything", "includes_connection": True}  # fmt: skip
    tariff = make.version(connection=flat)

    included = make.rated(work, tariff=tariff, calls=[call], contracts=[contract])
    without = make.rated(work, tariff=tariff, calls=[call])

    [row] = [row for row in included.free if row.kind == "connection"]
    assert (row.basis, row.contract, str(row.value)) == ("flat", "C1", "5.00")
    assert not included.lines
    assert [line.kind for line in without.lines] == ["connection"]


@pytest.mark.parametrize("zone", ["localtime", "posixrules", "right/UTC"])
def test_a_zone_of_the_machine_is_no_time_zone(zone: str) -> None:
    with pytest.raises(InvalidScenario, match=r"\$\.timezone: "):
        make.rated(MORNING, tariff=make.version(), timezone=zone)
