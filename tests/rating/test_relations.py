"""Two scenarios with a known relation, and the same engine for both.

A relation that fails is a finding about code or rules, never a reason to change
the test alone.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from fernkladde.rating import Result, parse_scenario, rate

from .exact import exact
from .examples import examples
from .oracle import Oracle, instant
from .scenarios import scenarios

Doc = dict[str, Any]
some = scenarios(least_sessions=2)
CENT = Decimal("0.01")

pytestmark = pytest.mark.slow


def rated(doc: Doc) -> Result:
    return rate(parse_scenario(doc))


def versions(doc: Doc) -> list[Doc]:
    return [v for tariff in doc["tariffs"] for v in tariff["versions"]]


def total(result: Result) -> Decimal:
    return sum(result.totals.values(), Decimal(0))


def moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


@given(some, st.data())
@examples(150)
def test_a_session_cut_in_two_that_touch_is_the_same_work(
    doc: Doc, data: st.DataObject
) -> None:
    """R14, where all keys and the service date agree and no fee counts sessions."""
    doc.pop("policy", None)
    for version in versions(doc):
        version["fees"] = [f for f in version["fees"] if f["per"] != "session"]
        if version.get("group_by") == "session":
            version["merge_gap_minutes"] = max(1, version.get("merge_gap_minutes", 0))
    session = data.draw(st.sampled_from(doc["sessions"]))
    start, end = instant(session["start"]), instant(session["end"])
    others = [instant(s["start"]) for s in doc["sessions"] if s is not session]
    # Another session that begins in between would come before the second half.
    assume(end - start > 1 and not any(start <= other <= end for other in others))
    middle = data.draw(st.integers(start + 1, end - 1))
    second = {**session, "id": session["id"] + "b", "start": moment(middle)}
    oracle = Oracle(doc)
    assume(oracle.day(session) == oracle.day(second))
    cut = deepcopy(doc)
    position = doc["sessions"].index(session)
    cut["sessions"][position]["end"] = moment(middle)
    cut["sessions"].append(second)

    assert exact(rated(cut)) == exact(rated(doc))


def shifted(value: Any, days: int) -> Any:
    """Move every date and moment of a document."""
    if isinstance(value, dict):
        return {shifted(k, days): shifted(v, days) for k, v in value.items()}
    if isinstance(value, list):
        return [shifted(one, days) for one in value]
    if isinstance(value, str) and len(value) >= 10 and value[4] == value[7] == "-":
        moved = date.fromisoformat(value[:10]) + timedelta(days=days)
        return moved.isoformat() + value[10:]
    return value


@given(some)
@examples(60)
def test_a_week_later_everything_costs_the_same(doc: Doc) -> None:
    doc["timezone"] = "Asia/Kolkata"
    for contract in doc["contracts"]:
        if "allowance" in contract:
            contract["allowance"]["period"] = "term"
            contract["used"] = []

    before, after = rated(doc), rated(shifted(doc, 7))

    assert [line.net for line in after.lines] == [line.net for line in before.lines]
    assert after.free == before.free
    assert after.held == before.held


@given(some)
@examples(60)
def test_work_that_is_not_billable_changes_no_line(doc: Doc) -> None:
    idle = {**doc["sessions"][0], "id": "S1b", "billable": False}

    before, after = rated(doc), rated({**doc, "sessions": [*doc["sessions"], idle]})

    assert exact(after)["lines"] == exact(before)["lines"]
    assert after.totals == before.totals
    assert after.held == before.held


NOWHERE = {"name": "nowhere", "days": ["no such day"], "from": "00:00",
           "until": "24:00", "percent": 900, "minimum_minutes": 999}  # fmt: skip


@given(some)
@examples(60)
def test_terms_that_never_apply_change_nothing(doc: Doc) -> None:
    more = deepcopy(doc)
    for version in versions(more):
        version["bands"].insert(0, NOWHERE)
    more["customers"].append({"id": "K9"})
    idle = {
        "id": "C9", "customer": "K9", "valid_from": "2020-01-01", "priority": -1,
        "covers": "everything", "allowance": {"minutes": 9, "period": "month"},
    }  # fmt: skip
    more["contracts"].append(idle)
    for tariff in more["tariffs"]:
        future = {"valid_from": "2099-01-01", "currency": "USD",
                  "prices": [{"price": 1, "per_minutes": 1}]}  # fmt: skip
        tariff["versions"].append(future)

    assert exact(rated(more)) == exact(rated(doc))


def _charge_nothing_on_top(doc: Doc) -> None:
    """Let no allowance charge a surcharge where another contract may cover as well.

    Time that one contract covers with a surcharge may be flat under the next one:
    there, more of the first allowance is dearer, as the rules say.
    """
    if len(doc["contracts"]) > 1:
        for contract in doc["contracts"]:
            contract.get("allowance", {}).pop("surcharge_on_covered", None)


@given(some)
@examples(80)
def test_more_goodwill_for_a_whole_case_is_never_dearer(doc: Doc) -> None:
    """Except for calls that are charged always: at 100 % they lose their discount.

    And without fees: one per case moves to the first group that is still charged.
    """
    for session in doc["sessions"]:
        session.pop("goodwill_percent", None)
    for version in versions(doc):
        version.get("connection", {}).pop("always", None)
        version["fees"] = []
    _charge_nothing_on_top(doc)
    totals = []
    for percent in (0, 30, "99.9", 100):
        doc["cases"][0]["goodwill_percent"] = percent
        totals.append(total(rated(doc)))

    assert totals == sorted(totals, reverse=True)


@given(some)
@examples(80)
def test_one_more_minute_of_allowance_is_never_dearer(doc: Doc) -> None:
    """Without fees: a fee moves to the first group that is still charged."""
    for version in versions(doc):
        version["fees"] = []
    _charge_nothing_on_top(doc)
    more = deepcopy(doc)
    for contract in more["contracts"]:
        if "minutes" in contract.get("allowance", {}):
            contract["allowance"]["minutes"] += 1
    before, after = rated(doc), rated(more)

    # A line more may round up by half a cent more.
    assert total(after) <= total(before) + CENT * len(after.lines)


EVEN = {"120.00", "28.00", "33.33", "0", "27.50", "0.07", "20.35"}


def _smooth(version: Doc) -> None:
    """Leave no price behind that needs rounding to four decimals."""
    version.pop("connection", None)
    for row in version["prices"]:
        row.pop("first_price", None)
        row["price"] = row["price"] if row["price"] in EVEN else "120.00"
    for band in version["bands"]:
        if band.get("percent") == "33.333":
            band["percent"] = 50
    for fee in version["fees"]:
        fee["amount"] = "5.00"


def _double(version: Doc) -> None:
    for row in [*version["prices"], *version["bands"]]:
        if "price" in row:
            row["price"] = str(2 * Decimal(row["price"]))
    for fee in version["fees"]:
        fee["amount"] = "10.00"


@given(some)
@examples(80)
def test_doubled_prices_double_each_net_within_two_cents(doc: Doc) -> None:
    """Where no unit price needed rounding."""
    for version in versions(doc):
        _smooth(version)
    double = deepcopy(doc)
    for version in versions(double):
        _double(version)

    before, after = rated(doc), rated(double)

    assert len(after.lines) == len(before.lines)
    for one, two in zip(before.lines, after.lines, strict=True):
        assert (one.seconds, one.band, one.name) == (two.seconds, two.band, two.name)
        assert abs(2 * one.net - two.net) <= 2 * CENT


def month_of(day: date) -> tuple[str, str]:
    last = (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return day.replace(day=1).isoformat(), last.isoformat()


def carry(doc: Doc, result: Result) -> None:
    """Write into the scenario what the bill of this month used and charged."""
    for contract in doc["contracts"]:
        rows = {row["period_start"]: row for row in contract.get("used", ())}
        for posting in (p for group in result.groups for p in group.postings):
            if posting.contract == contract["id"]:
                start = posting.period_start.isoformat()
                row = rows.setdefault(start, {"period_start": start})
                _add(row, posting, carried=posting.for_period != posting.period_start)
        contract["used"] = list(rows.values())
    doc["billed_fees"] += [
        {"case": fee.case, "fee": fee.fee, "tariff": fee.tariff}
        | ({"date": fee.date.isoformat()} if fee.date else {})
        for group in result.groups
        for fee in group.fees
    ]


def _add(row: Doc, posting: Any, *, carried: bool) -> None:
    if posting.cases:
        before = row.get("cases", len(row.get("case_ids", [])))
        row["cases"] = before + posting.cases
        row["case_ids"] = [*row.get("case_ids", []), posting.case]
    else:
        row["seconds"] = row.get("seconds", 0) + posting.seconds
        handed = posting.seconds if carried else 0
        row["handed_seconds"] = row.get("handed_seconds", 0) + handed


def prepared(doc: Doc) -> None:
    """By day, and no two kinds of fee with one name: a bill names only the name."""
    doc.pop("period", None)
    for version in versions(doc):
        version["group_by"] = "day"
        for fee in version["fees"]:
            fee["name"] = fee["per"]


@given(some)
@examples(150)
def test_month_by_month_is_all_at_once(doc: Doc) -> None:
    """With what was used and charged carried along, also over periods."""
    prepared(doc)
    at_once = rated(doc)
    oracle = Oracle(doc)
    months = sorted({month_of(oracle.day(s)) for s in doc["sessions"]})

    bills = []
    for first, last in months:
        bill = rated({**doc, "period": {"from": first, "until": last}})
        carry(doc, bill)
        bills.append(bill)

    by_sessions = {group.sessions: _fate(group) for group in at_once.groups}
    monthly = [group for bill in bills for group in bill.groups]
    assert {group.sessions: _fate(group) for group in monthly} == by_sessions
    assert _minutes(bills) == _minutes([at_once])
    lines = [line for bill in bills for line in bill.lines]
    difference = sum((line.net for line in lines), Decimal(0)) - total(at_once)
    assert abs(difference) <= CENT * len(lines)


def _fate(group: Any) -> tuple[Any, ...]:
    return (group.basis, group.billed, group.covered, group.charged, group.free,
            group.held, group.postings, group.fees, group.calls)  # fmt: skip


def _minutes(results: list[Result]) -> dict[str, int]:
    minutes: Counter[str] = Counter()
    for result in results:
        for line in result.lines:
            minutes[f"{line.kind} {line.basis}"] += line.seconds or 0
        for row in result.free:
            minutes[f"free {row.basis} {row.kind}"] += row.seconds
        for held in result.held:
            minutes[f"held {held.kind}"] += held.seconds
    return +minutes


@given(some)
@examples(60)
def test_other_names_in_the_same_order_change_nothing_but_the_names(doc: Doc) -> None:
    # A deck is named by its version, the rest by a letter and a number.
    names = {c + str(n): f"{c}{n}x" for c in "KPFSCA" for n in range(10)}
    renamed = _renamed(doc, names)

    before, after = exact(rated(doc)), exact(rated(renamed))

    for rows in ("lines", "free", "held", "allowances", "warnings"):
        told = {tuple(names.get(str(x), x) for x in row) for row in before[rows]}
        assert after[rows] == told


def _renamed(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _renamed(one, names) for key, one in value.items()}
    if isinstance(value, list):
        return [_renamed(one, names) for one in value]
    return names.get(value, value) if isinstance(value, str) else value


@given(some)
@examples(60)
def test_each_customer_alone_costs_what_it_costs_among_others(doc: Doc) -> None:
    """Where no contract is shared; the month's end rates customer by customer."""
    for contract in doc["contracts"]:
        contract.pop("shared_with", None)
    owner = {case["id"]: case["customer"] for case in doc["cases"]}
    together = rated(doc)

    apart: defaultdict[str, Decimal] = defaultdict(Decimal)
    for customer in owner.values():
        mine = [s for s in doc["sessions"] if owner[s["case"]] == customer]
        ids = {s["id"] for s in mine}
        calls = [c for c in doc["calls"] if c["session"] in ids]
        alone = rated({**doc, "sessions": mine, "calls": calls})
        apart[customer] = total(alone)

    assert {c: t for c, t in apart.items() if t} == {
        c: t for c, t in together.totals.items() if t
    }


@pytest.mark.parametrize("rule", ["unit_start", "exact", "per_band", "highest"])
def test_a_very_long_session_is_rated_at_once(rule: str) -> None:
    """Nothing looks at single seconds: ten years take no longer than a day."""
    doc: Doc = {
        "timezone": "Europe/Berlin",
        "default_tariff": "t",
        "tariffs": [{"id": "t", "versions": [{
            "valid_from": "2000-01-01", "band_rule": rule,
            "prices": [{"price": "1.00", "per_minutes": 1}],
            "bands": [{"name": "night", "days": ["mon", "sun"], "from": "22:00",
                       "until": "06:00", "percent": 50}],
        }]}],
        "customers": [{"id": "K"}],
        "cases": [{"id": "F", "customer": "K", "reported_on": "2026-01-01"}],
        "sessions": [{"id": "S", "case": "F", "service": "remote",
                      "start": "2016-01-01T00:00:00Z", "end": "2026-01-01T00:00:00Z"}],
    }  # fmt: skip

    result = rated(doc)

    minutes = (date(2026, 1, 1) - date(2016, 1, 1)).days * 24 * 60
    assert sum(line.seconds or 0 for line in result.lines) == minutes * 60
