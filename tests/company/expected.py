"""What the model expects of a month: each customer's share, and what settles it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from .rating import FREE, HELD, NoVersion, Rated, rate, service_day, terms_of

if TYPE_CHECKING:
    from fernkladde.billing.period import Month

    from .facts import Facts, Row


@dataclass
class Share:
    """A customer's month: rows by their keys, as the second rating makes them."""

    customer: str
    sessions: list[Row] = field(default_factory=list)
    groups: list[Row] = field(default_factory=list)
    lines: dict[tuple[Any, ...], Row] = field(default_factory=dict)
    free: dict[tuple[Any, ...], Row] = field(default_factory=dict)
    held: dict[tuple[Any, ...], Row] = field(default_factory=dict)
    parked: bool = False

    @property
    def net(self) -> Fraction:
        return sum((row["net"] for row in self.lines.values()), Fraction(0))

    @property
    def settled_groups(self) -> list[Row]:
        return [group for group in self.groups if group["basis"] != HELD]

    def seen(self) -> str:
        """Name all that an approval stands for: other facts, another text."""
        groups = [
            (g["case"], g["told"], [c["id"] for c in g["contracts"]], g["day"],
             [s["number"] for s in g["sessions"]], g["worked"], g["billed"],
             g["covered"], g["charged"])
            for g in self.groups
        ]  # fmt: skip
        told = ("number", "case", "service", "start", "end", "technician", "billable",
                "goodwill")  # fmt: skip
        sessions = [[s[name] for name in told] for s in _in_order(self.sessions)]
        rows = [_plain(rows) for rows in (self.lines, self.free, self.held)]
        return repr((rows, groups, sessions))


def _plain(rows: dict[tuple[Any, ...], Row]) -> list[str]:
    names = ("seconds", "count", "gross", "net", "value")
    return sorted(repr((k, [row.get(n) for n in names])) for k, row in rows.items())


def _in_order(sessions: list[Row]) -> list[Row]:
    return sorted(sessions, key=lambda s: (s["start"], s["number"]))


@dataclass
class Expected:
    shares: dict[str, Share]
    rated: Rated


def expect(facts: Facts, month: Month) -> Expected:
    """Rate all unbilled work up to the month's last day; who cannot be is parked."""
    sessions = [s for s in facts.unbilled() if service_day(facts, s) <= month.last]
    shares: dict[str, Share] = {}
    for session in sessions:
        name = facts.customer_of(session)
        shares.setdefault(name, Share(name)).sessions.append(session)
    for share in shares.values():
        share.parked = not all(_has_price(facts, s) for s in share.sessions)
    ratable = [s for s in sessions if not shares[facts.customer_of(s)].parked]
    rated = rate(facts, ratable) if ratable else Rated()
    _hand_out(facts, rated, shares)
    for share in shares.values():
        share.parked = share.parked or _stays(facts, share)
    return Expected(shares, rated)


def _has_price(facts: Facts, session: Row) -> bool:
    try:
        terms_of(facts, session)
    except NoVersion:
        return False
    return True


def _hand_out(facts: Facts, rated: Rated, shares: dict[str, Share]) -> None:
    for group in rated.groups:
        shares[group["customer"]].groups.append(group)
    for name in ("lines", "free", "held"):
        for key, row in getattr(rated, name).items():
            owner = facts.cases[key[0]]["customer"]
            getattr(shares[owner], name)[key] = row


def _stays(facts: Facts, share: Share) -> bool:
    """Tell whether money is asked for that nobody can be asked for yet."""
    if not share.net:
        return False
    return not facts.customers[share.customer]["address"] or _over_a_cap(facts, share)


def _over_a_cap(facts: Facts, share: Share) -> bool:
    nets: dict[str, Fraction] = defaultdict(Fraction)
    for key, row in share.lines.items():
        nets[key[0]] += row["net"]
    return any(
        facts.cases[case]["cap"] is not None
        and net + facts.billed.get(case, 0) > Fraction(facts.cases[case]["cap"])
        and not _agreed_later(facts.cases[case], share)
        for case, net in nets.items()
    )


def _agreed_later(case: Row, share: Share) -> bool:
    began = min(s["start"] for s in share.sessions if s["case"] == case["number"])
    since = max(began, case["cap_set_at"])
    return any(asked_at > since for asked_at in case["agreed_at"])


def settle(facts: Facts, month: Month, share: Share) -> None:
    """Write the share into the model's books."""
    facts.settled.add((str(month), share.customer))
    for group in share.settled_groups:
        facts.in_use.add((group["tariff"], group["version"]["valid_from"]))
        facts.fees.update(group["fees"])
        for session in group["sessions"]:
            facts.claimed[session["number"]] = group
        for (contract, payer, index, case), taken in group["posts"].items():
            facts.used[contract, payer] += taken
            facts.handed[contract, payer] += taken if payer != index else 0
            facts.by_case[contract, payer] |= {case} - {""}
    for number, call in facts.calls.items():
        if call["session"] in facts.claimed:
            facts.claimed_calls.add(number)
    for key, row in share.lines.items():
        facts.billed[key[0]] = facts.billed.get(key[0], Fraction(0)) + row["net"]


__all__ = ["FREE", "Expected", "Share", "expect", "settle"]
