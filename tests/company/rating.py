"""A second rating for the model of a company: from the words of the rules alone.

It shares no line with the engine, counts in whole seconds and exact fractions, and
knows only the terms that `draws` hands out: bands by percent under `unit_start`,
allowances that ignore surcharges, calls at cost or flat.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from .allowance import Allowances
from .prices import exact, half_up, runs_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from .facts import Facts

Row = dict[str, Any]
# Bases that a month deals with for nothing; held work it does not deal with at all.
FREE = ("not_billable", "warranty", "goodwill", "unannounced")
HELD = "held"


class NoVersion(Exception):
    """No price is in force on the service date; never a price of 0."""


@dataclass
class Rated:
    """What a month comes to: groups in their order, and the rows they make."""

    groups: list[Row] = field(default_factory=list)
    lines: dict[tuple[Any, ...], Row] = field(default_factory=dict)
    free: dict[tuple[Any, ...], Row] = field(default_factory=dict)
    held: dict[tuple[Any, ...], Row] = field(default_factory=dict)
    allowances: set[tuple[Any, ...]] = field(default_factory=set)


def rate(facts: Facts, sessions: Iterable[Row]) -> Rated:
    """Rate these sessions; what earlier months took stands in the facts' books."""
    rated = Rated(groups=_groups(facts, sessions))
    allowances = Allowances(facts)
    charged = set(facts.fees)
    for group in rated.groups:
        allowances.look(group)
        _serve(facts, group, allowances, rated)
        _charge_fees(group, charged, rated)
        _charge_calls(facts, group, rated)
    _round(rated)
    last = max(s["day"] for group in rated.groups for s in group["sessions"])
    rated.allowances = allowances.rows(last)
    return rated


# Sections 1 and 2: facts and the basis


def service_day(facts: Facts, session: Row) -> date:
    return datetime.fromtimestamp(session["start"], facts.zone).date()


def fitting(facts: Facts, session: Row) -> list[Row]:
    """Return the contracts that fit, in the order in which they are asked."""
    case, day = facts.cases[session["case"]], service_day(facts, session)
    found = [
        contract
        for contract in facts.contracts.values()
        if case["customer"] in (contract["customer"], *contract["shared_with"])
        and (contract["plants"] is None or case["plant"] in contract["plants"])
        and (contract["services"] is None or session["service"] in contract["services"])
        and contract["valid_from"] <= day
        and (contract["valid_until"] is None or day <= contract["valid_until"])
    ]
    return sorted(found, key=_asked_first)


def _asked_first(contract: Row) -> tuple[Any, ...]:
    end = contract["valid_until"]
    return (
        contract["priority"],
        contract["plants"] is None,
        (end is None, end),
        contract["valid_from"],
        contract["id"],
    )


def basis(  # noqa: PLR0911 - the table of section 2, row by row
    facts: Facts, session: Row, contracts: list[Row]
) -> tuple[str, Fraction]:
    case = facts.cases[session["case"]]
    customer = facts.customers[case["customer"]]
    goodwill = session["goodwill"]
    goodwill = (case["goodwill"] or Fraction(0)) if goodwill is None else goodwill
    if not session["billable"]:
        return "not_billable", Fraction(0)
    if _in_warranty(facts, case):
        return "warranty", Fraction(0)
    if goodwill == 100:
        return "goodwill", Fraction(0)
    if contracts:
        return "contract", goodwill
    day = service_day(facts, session)
    if customer["charging_from"] and day < customer["charging_from"]:
        return "unannounced", Fraction(0)
    if facts.require_consent and not _agreed(customer, case, session, day):
        return HELD, goodwill
    return "tariff", goodwill


def _in_warranty(facts: Facts, case: Row) -> bool:
    until = facts.plants[case["plant"]]["warranty_until"] if case["plant"] else None
    within = until is not None and until >= case["reported_on"]
    return within and case["cause"] in ("defect", "unknown")


def _agreed(customer: Row, case: Row, session: Row, day: date) -> bool:
    by_frame = customer["consent_from"] is not None and customer["consent_from"] <= day
    at = case["consented_at"]
    return by_frame or (at is not None and at < session["end"])


def terms_of(facts: Facts, session: Row) -> tuple[str, Row]:
    """Return the tariff that prices a session, and its version of that day."""
    case = facts.cases[session["case"]]
    plant = facts.plants[case["plant"]] if case["plant"] else {"tariff": None}
    tariff = plant["tariff"] or facts.customers[case["customer"]]["tariff"]
    tariff = tariff or facts.default_tariff
    contracts = fitting(facts, session)
    if basis(facts, session, contracts)[0] == "contract":
        tariff = contracts[0]["tariff"] or tariff
    day = service_day(facts, session).isoformat()
    versions = [v for v in facts.tariffs[tariff] if v["valid_from"] <= day]
    if not versions:
        raise NoVersion
    return tariff, max(versions, key=lambda version: str(version["valid_from"]))


# Section 3: what is rounded together


def _groups(facts: Facts, sessions: Iterable[Row]) -> list[Row]:
    groups: list[Row] = []
    for session in sorted(sessions, key=lambda s: (s["start"], s["number"])):
        fresh = _group_of(facts, session)
        same = [group for group in groups if _shares(group, fresh)]
        if same:
            same[-1]["sessions"] += fresh["sessions"]
        else:
            groups.append(fresh)
    return groups


def _group_of(facts: Facts, session: Row) -> Row:
    tariff, version = terms_of(facts, session)
    contracts = fitting(facts, session)
    ground, discount = basis(facts, session, contracts)
    names = [contract["id"] for contract in contracts]
    service = session["service"]
    who = "" if version.get("team_as_one") else session["technician"]
    rows = {row.get("service", "*"): row for row in version["prices"]}
    day = service_day(facts, session)
    return {
        "key": (session["case"], service, tariff, version["valid_from"], ground, names,
                discount, who),
        "case": session["case"],
        "customer": facts.cases[session["case"]]["customer"],
        "service": service,
        "tariff": tariff,
        "version": version,
        "price": rows.get(service) or rows["*"],
        "basis": ground,
        "contracts": contracts,
        "discount": discount,
        "day": day,
        "sessions": [session | {"day": day}],
        "covered": 0,
        "charged": 0,
        "posts": defaultdict(int),
        "fees": [],
    }  # fmt: skip


def _shares(group: Row, fresh: Row) -> bool:
    if group["key"] != fresh["key"]:
        return False
    by = group["version"].get("group_by", "day")
    if by == "session":
        gap = group["version"].get("merge_gap_minutes", 0) * 60
        latest: int = max(session["end"] for session in group["sessions"])
        return bool(0 < gap >= fresh["sessions"][0]["start"] - latest)
    return by == "case" or bool(group["day"] == fresh["day"])


# Sections 2, 5 and 6: who pays


def _serve(facts: Facts, group: Row, allowances: Allowances, rated: Rated) -> None:
    runs = runs_of(facts, group)
    group["told"] = group["basis"]
    if group["basis"] in FREE:
        _give(rated.free, (group["case"], group["basis"], None, "time"), runs)
    elif group["basis"] == HELD:
        _give(rated.held, (group["case"], "time"), runs)
    else:
        kinds = set()
        for contract in group["contracts"]:
            covered, runs = _cut(runs, allowances.cover(contract, group, runs))
            kind = "flat" if contract["covers"] == "everything" else "allowance"
            kinds |= {kind} if covered else set()
            group["covered"] += sum(run["seconds"] for run in covered)
            _give(rated.free, (group["case"], kind, contract["id"], "time"), covered)
        group["charged"] = sum(run["seconds"] for run in runs)
        if group["basis"] == "contract":
            group["told"] = _dearest(group, kinds)
        for run in runs:
            names = (group["service"], run["band"], None, run["unit"], run["per"])
            _line(rated, group, "time", names)["seconds"] += run["seconds"]


def _dearest(group: Row, kinds: set[str]) -> str:
    """Name a group under contract by the dearest thing that happened to it."""
    if group["charged"]:
        return "overage"
    if kinds:
        return min(kinds)
    promise: str = group["contracts"][0]["covers"]
    return {"everything": "flat", "nothing": "overage"}.get(promise, promise)


def _cut(runs: list[Row], seconds: int) -> tuple[list[Row], list[Row]]:
    front, rest = [], []
    for run in runs:
        taken = min(seconds, run["seconds"])
        seconds -= taken
        front.append(run | {"seconds": taken})
        rest.append(run | {"seconds": run["seconds"] - taken})
    front = [run for run in front if run["seconds"]]
    return front, [run for run in rest if run["seconds"]]


def _give(rows: dict[tuple[Any, ...], Row], key: tuple[Any, ...], runs: Any) -> None:
    """Report at its list value what is not charged."""
    for run in runs:
        row = rows.setdefault(key, {"seconds": 0, "value": Fraction(0)})
        row["seconds"] += run["seconds"]
        row["value"] += run["seconds"] * run["unit"] / (run["per"] * 60)


def _line(rated: Rated, group: Row, kind: str, names: tuple[Any, ...]) -> Row:
    service, band, name, unit, per = names
    contract = group["contracts"][0]["id"] if group["contracts"] else None
    ground = "overage" if group["basis"] == "contract" else "tariff"
    key = (
        group["case"], kind, ground, contract if ground == "overage" else None,
        group["tariff"], group["version"]["valid_from"], service, band, name, unit,
        per, group["discount"],
    )  # fmt: skip
    return rated.lines.setdefault(key, {"seconds": 0, "count": 0, "sum": Fraction(0)})


def _charge_fees(group: Row, charged: set[tuple[Any, ...]], rated: Rated) -> None:
    """Charge fees where a second is billed in money, day and case fees once."""
    for fee in group["version"].get("fees", ()) if group["charged"] else ():
        day = group["day"] if fee["per"] == "day" else None
        key = (group["case"], fee["name"], group["tariff"], day)
        if fee["per"] == "group" or key not in charged:
            names = (None, None, fee["name"], exact(fee["amount"]), None)
            _line(rated, group, "fee", names)["count"] += 1
        if fee["per"] != "group" and key not in charged:
            charged.add(key)
            group["fees"].append(key)


def _charge_calls(facts: Facts, group: Row, rated: Rated) -> None:
    numbers = {session["number"] for session in group["sessions"]}
    for call in facts.calls.values():
        cost = _cost(group["version"].get("connection"), call)
        if call["session"] not in numbers or cost is None:
            continue
        row = _row_for_calls(group, rated)
        row["seconds"] += call["seconds"]
        for name in ("sum", "value"):
            row[name] = row.get(name, Fraction(0)) + cost
        row["count"] = row.get("count", 0) + 1


def _row_for_calls(group: Row, rated: Rated) -> Row:
    """Calls follow the basis of their session."""
    nothing = {"seconds": 0}
    case, ground, contracts = group["case"], group["basis"], group["contracts"]
    if ground in FREE:
        return rated.free.setdefault((case, ground, None, "connection"), nothing)
    if ground == HELD:
        return rated.held.setdefault((case, "connection"), nothing)
    if ground == "contract" and contracts[0]["includes_connection"]:
        key = (case, "flat", contracts[0]["id"], "connection")
        return rated.free.setdefault(key, nothing)
    names = (group["service"], None, None, None, None)
    return _line(rated, group, "connection", names)


def _cost(connection: Row | None, call: Row) -> Fraction | None:
    mode = connection["mode"] if connection else "none"
    shortest = connection.get("ignore_below_seconds", 0) if connection else 0
    if mode == "none" or call["seconds"] == 0 or call["seconds"] < shortest:
        return None
    assert connection is not None
    if mode == "flat":
        return half_up(exact(connection["amount"]), 4)
    if call["cost"] is None:
        return None
    factor = 100 + exact(connection.get("markup_percent", 0))
    return half_up(call["cost"] * factor / 100, 4)


# Section 7: the rows


def _round(rated: Rated) -> None:
    for key, row in rated.lines.items():
        kind, unit, per, discount = key[1], key[-3], key[-2], key[-1]
        minutes = half_up(Fraction(row["seconds"], 60), 4)
        if kind == "time":
            gross = minutes * unit / per
        else:
            gross = row["sum"] if kind == "connection" else row["count"] * unit
        row["gross"] = half_up(gross, 2)
        row["discount"] = half_up(row["gross"] * discount / 100, 2)
        row["net"] = row["gross"] - row["discount"]
        row["minutes"] = minutes
    for row in [*rated.free.values(), *rated.held.values()]:
        row["minutes"] = half_up(Fraction(row["seconds"], 60), 4)
        row["value"] = half_up(row["value"], 2)
