"""Section 7, last paragraph: what is refused, where, and never with a traceback."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from fernkladde.rating import (
    Fault,
    InvalidScenario,
    Refused,
    load_scenario,
    parse_scenario,
    rate,
)
from fernkladde.rating.scenario import load_json

from . import make
from .examples import examples
from .scenarios import Hand, made, scenario
from .test_cases import DATA

if TYPE_CHECKING:
    from pathlib import Path

Doc = dict[str, Any]
SCHEMA = json.loads((DATA / "scenario.schema.json").read_text(encoding="utf-8"))
FORM = Draft202012Validator(SCHEMA, format_checker=FormatChecker())


def whole() -> Doc:
    """A scenario with one of everything, so that each fault has its place."""
    return make.scenario(
        make.session("09:00", "09:10", id="S1", goodwill_percent=10),
        make.session("10:00", "10:10", id="S2"),
        version=1,
        tariffs=[
            {
                "id": "std",
                "name": "Standard",
                "versions": [
                    make.version(
                        make.price(service="remote", skill="plc"),
                        make.price(),
                        bands=[dict(make.EVENING)],
                        fees=[{"name": "daily", "amount": "1.00", "per": "day"}],
                        connection={"mode": "deck", "deck": "D"},
                    ),
                    make.version(
                        valid_from="2026-01-01",
                        connection={"mode": "flat", "amount": "1.00"},
                    ),
                ],
            }
        ],
        rate_decks=[{"id": "D", "rates": [{"prefix": "+", "price_per_minute": 1}]}],
        customers=[{"id": "K1"}, {"id": "K2", "tariff": "std"}],
        plants=[{"id": "M1", "customer": "K1", "tariff": "std"}],
        cases=[make.case(plant="M1", goodwill_percent="10")],
        contracts=[
            make.contract(
                allowance=make.minutes(60),
                tariff="std",
                shared_with=["K2"],
                plants=["M1"],
                used=[{"period_start": "2026-01-01", "seconds": 60}],
            ),
            make.contract(
                "C2",
                allowance={"cases": 2, "period": "year"},
                used=[{"period_start": "2026-01-01", "case_ids": ["F1"]}],
            ),
        ],
        calls=[
            {"id": "A1", "session": "S1", "start": "2026-03-04T08:00:00Z",
             "number": "+49", "seconds": 1}
        ],
        billed_fees=[
            {"case": "old", "fee": "daily", "tariff": "std", "date": "2026-03-01"}
        ],
        period={"from": "2026-03-01", "until": "2026-03-31"},
        policy={"require_consent": True},
        special_days={"2026-03-06": "holiday"},
    )  # fmt: skip


def changed(path: str, value: object) -> Doc:
    """Set or, with `...`, take away what stands at a path such as `a.0.b`."""
    doc = whole()
    *steps, last = [int(s) if s.isdigit() else s for s in path.split("/")]
    node: Any = doc
    for step in steps:
        node = node[step]
    if value is ...:
        del node[last]
    elif isinstance(node, list) and last == len(node):
        node.append(value)
    else:
        node[last] = value
    return doc


def faults(doc: object) -> list[str]:
    with pytest.raises(Refused) as refusal:
        rate(parse_scenario(doc))
    return [str(fault) for fault in refusal.value.faults]


def test_the_whole_scenario_is_valid() -> None:
    FORM.validate(whole())

    assert rate(parse_scenario(whole())).held == ()


V = "tariffs/0/versions"
FAULTS = [
    ("sessions/0/colour", "red", "$.sessions[0].colour: is no key of a session"),
    ("policy/require", True, "$.policy.require: is no key of a policy"),
    ("sessions/0/case", "F9", "$.sessions[0].case: there is no case 'F9'"),
    ("cases/0/plant", "M9", "$.cases[0].plant: there is no plant 'M9'"),
    ("cases/0/customer", "K9", "$.cases[0].customer: there is no customer 'K9'"),
    ("plants/0/customer", "K9", "$.plants[0].customer: there is no customer 'K9'"),
    ("plants/0/tariff", "x", "$.plants[0].tariff: there is no tariff 'x'"),
    ("customers/1/tariff", "x", "$.customers[1].tariff: there is no tariff 'x'"),
    ("default_tariff", "x", "$.default_tariff: there is no tariff 'x'"),
    ("contracts/0/customer", "K9", "$.contracts[0].customer: there is no customer"),
    ("contracts/0/tariff", "x", "$.contracts[0].tariff: there is no tariff 'x'"),
    ("contracts/0/shared_with/0", "K9", "$.contracts[0].shared_with[0]: there is no"),
    ("contracts/0/plants/0", "M9", "$.contracts[0].plants[0]: there is no plant"),
    ("calls/0/session", "S9", "$.calls[0].session: there is no session 'S9'"),
    ("billed_fees/0/tariff", "x", "$.billed_fees[0].tariff: there is no tariff"),
    (f"{V}/0/connection/deck", "x", "$.tariffs[0].versions[0].connection.deck: the"),
    ("sessions/1/id", "S1", "$.sessions[1].id: another session has the id 'S1'"),
    ("customers/1/id", "K1", "$.customers[1].id: another customer has the id"),
    (f"{V}/0/prices/0/price", "a lot", "$.tariffs[0].versions[0].prices[0].price: m"),
    (f"{V}/0/prices/0/price", True, "$.tariffs[0].versions[0].prices[0].price: must"),
    (f"{V}/0/prices/0/price", "1e3", "$.tariffs[0].versions[0].prices[0].price: mus"),
    (f"{V}/0/prices/0/price", float("nan"), "$.tariffs[0].versions[0].prices[0].pri"),
    (f"{V}/0/prices/0/price", float("inf"), "$.tariffs[0].versions[0].prices[0].pri"),
    (f"{V}/0/prices/0/price", 10**400, "$.tariffs[0].versions[0].prices[0].price: m"),
    (f"{V}/0/prices/0/per_minutes", 0, "$.tariffs[0].versions[0].prices[0].per_minu"),
    (f"{V}/0/prices/0/per_minutes", 1.5, "$.tariffs[0].versions[0].prices[0].per_mi"),
    (f"{V}/0/prices/0", make.price(), "$.tariffs[0].versions[0].prices[1]: there is"),
    (f"{V}/0/prices", [], "$.tariffs[0].versions[0].prices: must not be empty"),
    (f"{V}/0/bands/0/percent", ..., "$.tariffs[0].versions[0].bands[0]: must have e"),
    (f"{V}/0/bands/0/price", "1.00", "$.tariffs[0].versions[0].bands[0]: must have "),
    (f"{V}/0/bands/0/from", "7:00", "$.tariffs[0].versions[0].bands[0].from: must b"),
    (f"{V}/0/bands/0/days", [], "$.tariffs[0].versions[0].bands[0].days: must not b"),
    (f"{V}/0/connection/deck", ..., "$.tariffs[0].versions[0].connection.deck: is m"),
    (f"{V}/1/connection/amount", ..., "$.tariffs[0].versions[1].connection.amount: "),
    (f"{V}/1/valid_from", "2020-01-01", "$.tariffs[0].versions[1].valid_from: anoth"),
    (f"{V}/0/currency", "euro", "$.tariffs[0].versions[0].currency: must be a curr"),
    ("sessions/0/end", "2026-03-04T08:00:00Z", "$.sessions[0].end: session 'S1' mu"),
    ("sessions/0/end", "2026-03-04T09:10:00", "$.sessions[0].end: must be a moment"),
    ("sessions/0/end", "2026-03-04T09:10:00.5Z", "$.sessions[0].end: must be a mom"),
    ("sessions/0/end", "2026-02-30T09:10:00Z", "$.sessions[0].end: must be a momen"),
    ("sessions/0/end", "2026-03-04T24:00:00Z", "$.sessions[0].end: must be a momen"),
    ("sessions/0/end", "0000-03-04T09:00:00Z", "$.sessions[0].end: must be a momen"),
    ("sessions/0/end", "9999-12-31T23:59:59Z", "$.sessions[0].end: must be a momen"),
    ("sessions/0/end", ..., "$.sessions[0].end: is missing in a session"),
    ("sessions/0/start", None, "$.sessions[0].start: must be a moment"),
    ("sessions/0/billable", "no", "$.sessions[0].billable: must be true or false"),
    ("sessions/0/id", "", "$.sessions[0].id: must not be empty"),
    ("sessions/0/id", "\ud800", "$.sessions[0].id: must be proper Unicode text"),
    ("sessions/0/goodwill_percent", 101, "$.sessions[0].goodwill_percent: must be a"),
    ("cases/0/goodwill_percent", "-1", "$.cases[0].goodwill_percent: must be a perc"),
    ("cases/0/goodwill_percent", 100.5, "$.cases[0].goodwill_percent: must be a per"),
    ("cases/0/reported_on", "20260304", "$.cases[0].reported_on: must be a date"),
    ("cases/0/cause", 7, "$.cases[0].cause: must be text, not 7"),
    ("timezone", "Europe/Bärlin", "$.timezone: must be the name of a time zone"),
    ("timezone", "../../etc/passwd", "$.timezone: must be the name of a time zone"),
    ("timezone", "Europe", "$.timezone: must be the name of a time zone"),
    ("timezone", "right/Europe/Berlin", "$.timezone: must be the name of a time z"),
    ("timezone", "a\x00b", "$.timezone: must be the name of a time zone"),
    ("timezone", ..., "$.timezone: is missing in a scenario"),
    ("version", 2, "$.version: must be 1, not 2"),
    ("period/until", "2026-02-28", "$.period.until: the period must not end before"),
    ("period/until", ..., "$.period.until: is missing in a period"),
    ("special_days/2026-02-30", "holiday", '$.special_days["2026-02-30"]: must be a'),
    ("special_days/2026-03-01", 5, '$.special_days["2026-03-01"]: must be text'),
    ("contracts/0/valid_until", "2025-12-31", "$.contracts[0].valid_until: the con"),
    ("contracts/0/covers", "some", "$.contracts[0].covers: must be one of everythi"),
    ("contracts/0/priority", "1", "$.contracts[0].priority: must be a whole number"),
    ("contracts/0/allowance/cases", 1, "$.contracts[0].allowance: must have either"),
    ("contracts/0/allowance/minutes", ..., "$.contracts[0].allowance: must have ei"),
    ("contracts/0/allowance/period", "week", "$.contracts[0].allowance.period: mus"),
    ("contracts/0/allowance/carry_over_periods", "all", "$.contracts[0].allowance.c"),
    ("contracts/0/used/0/period_start", "2026-01-02", "$.contracts[0].used[0].peri"),
    ("contracts/0/used/0/period_start", "2025-12-01", "$.contracts[0].used[0].peri"),
    (
        "contracts/0/used/1",
        {"period_start": "2026-01-01"},
        "$.contracts[0].used[1].period_start: there is a row for this period already",
    ),
    ("contracts/0/used/0/cases", 1, "$.contracts[0].used[0].cases: the contract's "),
    ("contracts/0/used/0/case_ids", [], "$.contracts[0].used[0].case_ids: the cont"),
    ("contracts/1/used/0/seconds", 1, "$.contracts[1].used[0].seconds: the contrac"),
    ("contracts/1/used/0/handed_seconds", 0, "$.contracts[1].used[0].handed_second"),
    ("contracts/1/used/0/case_ids", ["F", "F"], "$.contracts[1].used[0].case_ids: "),
    ("billed_fees/0/date", ..., "$.billed_fees[0].date: is missing; 'daily' is cha"),
    ("calls/0/number", "0049", "$.calls[0].number: must be a number such as"),
    ("calls/0/seconds", -1, "$.calls[0].seconds: must be a whole number of at leas"),
    ("rate_decks/0/rates/0/prefix", "49", "$.rate_decks[0].rates[0].prefix: must b"),
    (
        "rate_decks/0/rates/1",
        {"prefix": "+", "price_per_minute": 2},
        "$.rate_decks[0].rates[1].prefix: there is a rate for the prefix '+' already",
    ),
    ("sessions", {}, "$.sessions: must be a list, not {}"),
    ("sessions/0", "S1", '$.sessions[0]: must be a session, not "S1"'),
    ("customers", ..., "$.customers: is missing in a scenario"),
]


@pytest.mark.parametrize(("path", "value", "told"), FAULTS)
def test_a_fault_is_told_by_its_path(path: str, value: object, told: str) -> None:
    found = faults(changed(path, value))

    assert any(fault.startswith(told) for fault in found), found
    assert all("\n" not in fault for fault in found)


def test_an_allowance_is_needed_to_cover_one() -> None:
    doc = changed("contracts/1/allowance", ...)

    assert faults(doc) == [
        "$.contracts[1].allowance: is missing; to cover an allowance takes one"
    ]


def test_without_an_allowance_there_is_nothing_to_be_used() -> None:
    doc = changed("contracts/0/allowance", ...)
    doc["contracts"][0]["covers"] = "nothing"

    assert faults(doc) == [
        "$.contracts[0].used[0]: the contract has no allowance that could be used"
    ]


def test_every_fault_is_named_in_the_order_of_the_document() -> None:
    doc = whole()
    doc["sessions"][1]["end"] = "2026-03-04T09:00:00+01:00"
    doc["sessions"][0] |= {"case": "F9", "x": 1}
    doc["timezone"] = "Mars"
    doc["cases"][0]["goodwill_percent"] = 200

    paths = [fault.split(":")[0] for fault in faults(doc)]

    assert paths == [
        "$.timezone",
        "$.cases[0].goodwill_percent",
        "$.sessions[0].case",
        "$.sessions[0].x",
        "$.sessions[1].end",
    ]


def test_a_list_that_cannot_be_read_is_told_once_not_by_all_who_refer_to_it() -> None:
    assert faults(changed("customers", "K1, K2")) == [
        '$.customers: must be a list, not "K1, K2"'
    ]


def test_sessions_outside_the_period_are_checked_too() -> None:
    doc = changed("sessions/0/start", "2025-01-01T09:00:00Z")
    doc["sessions"][0]["end"] = "2025-01-01T08:00:00Z"

    assert faults(doc) == ["$.sessions[0].end: session 'S1' must end after its start"]


@pytest.mark.parametrize("document", [None, 5, "x", [], [{}], True, 1.5])
def test_what_is_no_object_is_no_scenario(document: object) -> None:
    assert faults(document)[0].startswith("$: must be a scenario")


def test_a_number_is_the_decimal_that_is_written() -> None:
    doc = json.dumps(whole()).replace('"120.00"', "0.30000000000000001")

    scenario = parse_scenario(load_json(doc))

    price = scenario.tariffs[0].versions[0].prices[0].price
    assert str(price) == "0.30000000000000001"


def test_a_whole_number_may_be_written_with_a_point() -> None:
    doc = changed("calls/0/seconds", 60.0)

    assert parse_scenario(doc).calls[0].seconds == 60


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"", "$: is not JSON"),
        (b"{", "$: is not JSON"),
        (b'{"a": 1} x', "$: is not JSON"),
        (b"\xff\xfe{}", "$: is not UTF-8 text"),
        (b"[" * 100_000 + b"]" * 100_000, "$: is nested too deeply"),
        (b'{"timezone": ' * 100_000, "$: is nested too deeply"),
        (b'{"timezone": 1e99999999999999999999}', "$.timezone: must be text"),
        (b'{"version": ' + b"9" * 10_000 + b"}", "$.version: must be a number below"),
        (b'{"version": NaN}', "$.version: must be a whole number, not NaN"),
        (b'{"version": 1, "version": 1}', "$.version: stands here twice"),
        (b'{"special_days": {"2026-01-01": "a", "2026-01-01": "b"}}',
         '$.special_days["2026-01-01"]: stands here twice'),
        (b'{"\\u0085\\n\\u2028": 1}', '$["\\u0085\\n\\u2028"]: is no key of'),
    ],
)  # fmt: skip
def test_a_file_that_is_no_scenario_is_refused(
    tmp_path: Path, text: bytes, told: str
) -> None:
    file = tmp_path / "scenario.json"
    file.write_bytes(text)

    with pytest.raises(InvalidScenario) as refusal:
        load_scenario(file)

    assert any(str(f).startswith(told) for f in refusal.value.faults)


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    file = tmp_path / "scenario.json"
    file.write_bytes(b"\xef\xbb\xbf" + json.dumps(whole()).encode())

    assert load_scenario(file).timezone == "Europe/Berlin"


@pytest.mark.parametrize("name", ["nothing.json", ".", "a\x00b", "x" * 5000])
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidScenario) as refusal:
        load_scenario(f"{tmp_path}/{name}")

    assert "cannot be read" in str(refusal.value)


ODD: list[Any] = [
    None, True, False, 0, -1, 1, 10**30, 0.5, -0.0, 1e308, float("nan"), "", "x", "0",
    "-1", "00", "1e400", "2026-02-30", "2026-03-04", "9999-12-31", "0001-01-01",
    "2026-03-04T09:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T00:00:00-23:59",
    "\ud800", "\x00", "ﬁ", "١٢", [], {}, [[]], [None], {"a": 1}, "term", "mon", "24:00",
]  # fmt: skip


def places(node: Any) -> list[tuple[Any, Any]]:
    """Return each container with each of its keys, however deep."""
    found: list[tuple[Any, Any]] = []
    if isinstance(node, dict | list):
        for key in list(node) if isinstance(node, dict) else range(len(node)):
            found += [(node, key), *places(node[key])]
    return found


def mutated(hand: Hand) -> Doc:
    """Spoil a scenario in one to three places."""
    doc = deepcopy(scenario(hand, most=4, least=1))
    for _ in hand.times(3, 1):
        node, key = hand.one(places(doc))
        way = hand.number(0, 4)
        if way == 0:
            del node[key]
        elif way == 1 and isinstance(node, dict):
            node[hand.one(["x", "", "id", "until", "price"])] = hand.one(ODD)
        elif way == 2 and isinstance(node, list):
            node.append(deepcopy(node[key]))
        else:
            _, other = hand.one(places(doc))
            node[key] = hand.one([hand.one(ODD), hand.one(ODD), str(other)])
    return doc


def outcome(doc: object) -> str | tuple[Fault, ...]:
    """Return the result as JSON, or the faults."""
    try:
        return json.dumps(rate(parse_scenario(doc)).document())
    except Refused as refusal:
        return refusal.faults


@given(made(mutated))
@examples(500)
def test_no_scenario_however_spoilt_gives_a_traceback(doc: Doc) -> None:
    """R13, and what the published schema refuses is refused here too."""
    told = outcome(doc)

    if isinstance(told, str):
        json.loads(told)
        assert FORM.is_valid(json.loads(json.dumps(doc)))
    else:
        assert told
        assert all(fault.path.startswith("$") for fault in told)


@given(made(mutated))
@examples(200)
def test_a_scenario_means_the_same_from_a_file(doc: Doc) -> None:
    """Decimals instead of floats make no other scenario, and no other faults."""
    text = json.dumps(doc)

    one, two = outcome(json.loads(text)), outcome(load_json(text))

    if isinstance(one, str):
        assert one == two
    else:
        assert [f.path for f in one] == [f.path for f in two if isinstance(f, Fault)]


@given(st.binary(max_size=60))
@examples(100)
def test_no_bytes_give_a_traceback(data: bytes) -> None:
    with pytest.raises(InvalidScenario):
        parse_scenario(load_json(data.decode("utf-8", "replace")))
