"""What holds for every scenario: R1 to R11 and T4, on random ones."""

from __future__ import annotations

import json
from collections import Counter
from copy import deepcopy
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import assume, given
from hypothesis import strategies as st

from fernkladde.rating import Result, parse_scenario, rate
from fernkladde.rating.zone import DAY, Zone, day_number
from fernkladde.values.rounding import to_cents

from .exact import exact
from .examples import examples
from .oracle import Oracle
from .scenarios import made, scenarios, tariff_versions

Doc = dict[str, Any]
some = scenarios(least_sessions=1)


def rated(doc: Doc) -> Result:
    return rate(parse_scenario(doc))


@given(some)
@examples(60)
def test_every_rated_second_lies_in_exactly_one_group(doc: Doc) -> None:
    scenario = parse_scenario(doc)
    worked = {s.id: s for s in scenario.sessions}

    groups = rate(scenario).groups

    inside = {s["id"] for s in filter(Oracle(doc).rated, doc["sessions"])}
    assert Counter(id_ for g in groups for id_ in g.sessions) == Counter(inside)
    for group in groups:
        sessions = [worked[id_] for id_ in group.sessions]
        assert group.worked == sum(s.end - s.start for s in sessions)
        assert {(s.case, s.service, s.skill) for s in sessions} == {
            (group.case, group.service, group.skill)
        }


@given(some)
@examples(60)
def test_nothing_appears_or_vanishes_between_groups_and_rows(doc: Doc) -> None:
    result = rated(doc)

    for group in result.groups:
        parts = (group.covered, group.charged, group.free, group.held)
        assert min(parts) >= 0
        assert group.billed == sum(parts)
    lines = [r.seconds or 0 for r in result.lines if r.kind == "time"]
    assert sum(lines) == sum(group.charged for group in result.groups)
    free = sum(row.seconds for row in result.free if row.kind == "time")
    assert free == sum(group.free + group.covered for group in result.groups)
    held = sum(row.seconds for row in result.held if row.kind == "time")
    assert held == sum(group.held for group in result.groups)


@given(some)
@examples(80)
def test_postings_are_what_was_used_now_and_stay_within_the_terms(doc: Doc) -> None:
    scenario = parse_scenario(doc)
    terms = {contract.id: contract for contract in scenario.contracts}

    result = rate(scenario)

    postings = [p for group in result.groups for p in group.postings]
    used = Counter[tuple[str, date]]()
    handed = Counter[tuple[str, date]]()
    for posting in postings:
        key = (posting.contract, posting.period_start)
        used[key] += posting.seconds + posting.cases
        if posting.for_period != posting.period_start:
            handed[key] += posting.seconds
    for row in result.allowances:
        contract, key = terms[row.contract], (row.contract, row.period_start)
        before = {u.period_start: u for u in contract.used}.get(row.period_start)
        in_cases = row.unit == "cases"
        earlier = 0
        if before:
            earlier = before.cases if in_cases else before.seconds
        assert row.used == earlier + used[key]
        assert row.left == max(0, row.granted - row.used)
        assert used[key] <= max(0, row.granted - earlier)
        assert contract.allowance is not None
        cap = contract.allowance.carry_over_minutes
        if cap is not None and handed[key]:
            given_before = before.handed_seconds if before else 0
            assert handed[key] + given_before <= cap * 60


@given(some, st.randoms())
@examples(60)
def test_the_order_of_any_list_changes_nothing(doc: Doc, chance: Any) -> None:
    mixed = deepcopy(doc)
    lists = ("sessions", "cases", "customers", "plants", "contracts", "calls",
             "tariffs", "rate_decks", "billed_fees")  # fmt: skip
    for key in lists:
        chance.shuffle(mixed[key])
    for tariff in mixed["tariffs"]:
        chance.shuffle(tariff["versions"])

    assert exact(rated(mixed)) == exact(rated(doc))


@given(some)
@examples(30)
def test_the_same_facts_give_the_same_bytes(doc: Doc) -> None:
    first, second = (json.dumps(rated(deepcopy(doc)).document()) for _ in range(2))

    assert first == second


@given(some)
@examples(60)
def test_every_line_can_be_recomputed_from_what_it_shows(doc: Doc) -> None:
    document = rated(doc).document()

    totals: Counter[str] = Counter()
    for row in document["lines"]:
        gross, off = Decimal(row["gross"]), Decimal(row["discount"])
        if row["kind"] in ("time", "surcharge"):
            product = Decimal(row["minutes"]) * Decimal(row["unit_price"])
            assert gross == to_cents(product / row["per_minutes"])
        if row["kind"] == "fee":
            assert gross == to_cents(row["count"] * Decimal(row["unit_price"]))
        assert off == to_cents(gross * Decimal(row["discount_percent"]) / 100)
        assert Decimal(row["net"]) == gross - off
        totals[row["customer"]] += Decimal(row["net"])  # type: ignore[assignment]
    assert {k: Decimal(v) for k, v in document["totals"].items()} == dict(totals)


@given(some)
@examples(60)
def test_a_call_and_a_daily_fee_are_charged_at_most_once(doc: Doc) -> None:
    result = rated(doc)

    calls = Counter(call for group in result.groups for call in group.calls)
    fees = Counter(fee for group in result.groups for fee in group.fees)
    assert max([*calls.values(), *fees.values()], default=1) == 1
    lines = [r.count or 0 for r in result.lines if r.kind == "connection"]
    assert sum(lines) == len(calls)
    before = {(f["case"], f["fee"], f["tariff"]) for f in doc["billed_fees"]}
    assert not [
        f for f in fees if f.date is None and (f.case, f.fee, f.tariff) in before
    ]


@given(
    made(lambda hand: tariff_versions(hand, "2020-01-01")),
    st.integers(0, 96),
    st.integers(1, 9000),
)
@examples(80)
def test_longer_work_is_never_billed_shorter_nor_cheaper(
    version: Doc, quarter: int, seconds: int
) -> None:
    """R3; under `exact` a cheaper band newly touched may lower the padding."""
    results = [rated(_single(version, quarter, s)) for s in (seconds, seconds + 300)]

    short, long = (result.groups[0].billed for result in results)
    assert short <= long
    if version.get("band_rule", "unit_start") != "exact":
        cheap, dear = (r.totals.get("K", Decimal(0)) for r in results)
        # Each line is rounded by itself.
        assert cheap <= dear + Decimal("0.01") * len(results[1].lines)


def _single(version: Doc, quarter: int, seconds: int) -> Doc:
    """One session of Sunday 25 October 2026, when Berlin has 25 hours."""
    start = 1_792_879_200 + quarter * 900
    moments = [_utc(start), _utc(start + seconds)]
    return {
        "timezone": "Europe/Berlin",
        "default_tariff": "t",
        "tariffs": [{"id": "t", "versions": [version]}],
        "rate_decks": [{"id": d, "rates": []} for d in ("D0", "D1")],
        "customers": [{"id": "K"}],
        "cases": [{"id": "F", "customer": "K", "reported_on": "2026-10-25"}],
        "sessions": [
            {"id": "S", "case": "F", "service": "remote", "start": moments[0],
             "end": moments[1]}
        ],
    }  # fmt: skip


def _utc(seconds: int) -> str:
    days, rest = divmod(seconds, 86_400)
    clock = f"{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}"
    return f"{date.fromordinal(days + date(1970, 1, 1).toordinal())}T{clock}Z"


@given(some)
@examples(60)
def test_goodwill_frees_exactly_the_value_that_was_held(doc: Doc) -> None:
    """R9: what is given away is neither more nor less than what was held."""
    doc["policy"] = {"require_consent": True}
    for one in [*doc["sessions"], *doc["cases"]]:
        one.pop("goodwill_percent", None)
    before = rated(doc)
    held = {id_ for g in before.groups if g.basis == "held" for id_ in g.sessions}
    assume(held)

    for session in doc["sessions"]:
        if session["id"] in held:
            session["goodwill_percent"] = 100
    after = rated(doc)

    always = {
        tariff["id"]
        for tariff in doc["tariffs"]
        for version in tariff["versions"]
        if version.get("connection", {}).get("always")
    }
    kinds = ("time",) if always else ("time", "connection")
    assert not after.held
    assert {
        (r.case, r.kind, r.seconds, r.value)
        for r in after.free
        if r.basis == "goodwill" and r.kind in kinds
    } == {(r.case, r.kind, r.seconds, r.value) for r in before.held if r.kind in kinds}


@given(some)
@examples(40)
def test_a_consent_moves_held_time_to_lines_and_changes_nothing_else(doc: Doc) -> None:
    doc["policy"] = {"require_consent": True}
    for one in [*doc["customers"], *doc["cases"]]:
        one.pop("consent_from", None)
        one.pop("consented_at", None)
    before = rated(doc)
    held = sum(group.held for group in before.groups)

    for customer in doc["customers"]:
        customer["consent_from"] = "2020-01-01"
    after = rated(doc)

    time = [
        sum(r.seconds or 0 for r in result.lines if r.kind == "time")
        for result in (before, after)
    ]
    assert not after.held
    assert time[1] - time[0] == held
    assert after.free == before.free
    assert after.allowances == before.allowances


NIGHTS = {
    "Europe/Berlin": ("2026-03-29", "2026-10-25"),
    "America/New_York": ("2026-03-08", "2026-11-01"),
    "Asia/Kolkata": ("2026-03-29", "2026-10-25"),
    "Australia/Lord_Howe": ("2026-04-05", "2026-10-04"),
}


def test_the_local_day_changes_only_at_local_midnight() -> None:
    """T4: in every zone and night each stretch has one offset, and all add up."""
    for name, nights in NIGHTS.items():
        zone = Zone(name)
        for night in nights:
            day = day_number(date.fromisoformat(night))
            start = (day - 1) * DAY
            end, at, offsets = start + 3 * DAY, start, set()
            while at < end:
                offset, until = zone.stretch(at)
                offsets.add(offset)
                assert until > at
                assert zone.day(at) == (at + offset) // DAY
                at = until
            assert len(offsets) == (1 if name == "Asia/Kolkata" else 2)


def test_a_night_band_has_seven_hours_in_spring_and_nine_in_autumn() -> None:
    """T5: from Saturday 22:00 to Sunday 06:00 in Berlin, by elapsed seconds."""
    night = {"name": "night", "days": ["sat", "sun"], "from": "22:00",
             "until": "06:00", "percent": 50}  # fmt: skip
    version = {
        "valid_from": "2020-01-01",
        "prices": [{"price": "60", "per_minutes": 60, "next_minutes": 1}],
        "bands": [night],
        "band_rule": "exact",
    }
    for start, hours in (("2026-03-28", 7), ("2026-06-06", 8), ("2026-10-24", 9)):
        doc = _single(version, 0, 1)
        day = day_number(date.fromisoformat(start))
        doc["sessions"][0]["start"] = _utc(day * DAY + 12 * 3600)
        doc["sessions"][0]["end"] = _utc((day + 1) * DAY + 12 * 3600)

        lines = rated(doc).lines

        assert {line.band: line.seconds for line in lines} == {
            None: (24 - hours) * 3600,
            "night": hours * 3600,
        }


def test_offsets_of_every_zone_are_those_of_its_database() -> None:
    """Every half hour of both changes, through the blocks that remember them."""
    for name, nights in NIGHTS.items():
        zone, info = Zone(name), ZoneInfo(name)
        for night, half in product(nights, range(-48, 96)):
            moment = int(datetime.fromisoformat(f"{night}T00:00Z").timestamp())
            moment += half * 1800
            offset = datetime.fromtimestamp(moment, UTC).astimezone(info).utcoffset()
            assert offset is not None
            assert zone.stretch(moment)[0] == offset.total_seconds()
