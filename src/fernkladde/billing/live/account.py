"""What one case comes to so far: session by session, and by basis."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from fernkladde.billing.models import Claim, Settlement
from fernkladde.rating import CannotRate, rate

from .open_work import scenario_around

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from fernkladde.cases.models import Case
    from fernkladde.rating.facts import Scenario
    from fernkladde.rating.result import Result


@dataclass(frozen=True, slots=True)
class SessionAccount:
    """One session's part: `billed` seconds stand at the first of its group alone."""

    worked: int
    billed: int | None
    basis: str
    invoice_number: str = ""
    explain: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class CaseAccount:
    """What a case comes to so far; `sums` by basis: billed seconds and money.

    Money is the net of lines, or the list value of what is free or held.
    """

    sessions: dict[str, SessionAccount]
    sums: dict[str, tuple[int, Decimal]]
    net: Decimal
    currency: str
    fault: str = ""


def case_account(case: Case, *, at: datetime) -> CaseAccount:
    """Put together what was settled and what is still to be, the clock included."""
    sessions, sums = _settled_part(case)
    scenario = scenario_around(case.customer, at=at)
    try:
        result = rate(scenario)
    except CannotRate as refusal:
        fault = str(refusal.faults[0])
        net = sum((money for _, money in sums.values()), Decimal("0.00"))
        return CaseAccount(sessions, dict(sums), net, "EUR", fault)
    sessions |= _open_part(case.number, scenario, result)
    _add_open_sums(case.number, result, sums)
    lines = [line for line in result.lines if line.case == case.number]
    billed = case.lines.filter(invoice__settlement__released_by=None)
    net = sum((line.net for line in lines), Decimal("0.00"))
    net += sum(billed.values_list("net", flat=True), Decimal(0))
    currency = lines[0].currency if lines else "EUR"
    return CaseAccount(sessions, dict(sums), net, currency)


Sums = dict[str, tuple[int, Decimal]]


def _add(sums: Sums, basis: str, seconds: int, money: Decimal) -> None:
    had_seconds, had_money = sums.get(basis, (0, Decimal("0.00")))
    sums[basis] = (had_seconds + seconds, had_money + money)


@dataclass(frozen=True, slots=True)
class _Claimed:
    """A session of the case that a settlement or an opening record has claimed."""

    session: str
    worked: int
    settlement: int | None
    group: int
    billed: int
    basis: str
    invoice: str


def _settled_part(case: Case) -> tuple[dict[str, SessionAccount], Sums]:
    found: dict[str, SessionAccount] = {}
    sums: Sums = {}
    seen: set[tuple[int | None, int]] = set()
    claims = list(_claimed(case))
    for claim in claims:
        group = (claim.settlement, claim.group)
        first = group not in seen
        seen.add(group)
        found[claim.session] = SessionAccount(
            worked=claim.worked,
            billed=claim.billed if first else None,
            basis=claim.basis,
            invoice_number=claim.invoice,
        )
    settlements = {one.settlement for one in claims if one.settlement is not None}
    if settlements:
        rows = Settlement.objects.filter(pk__in=settlements)
        for content in rows.values_list("content", flat=True):
            _add_settled_sums(case.number, json.loads(content), sums)
    return found, sums


def _claimed(case: Case) -> Iterator[_Claimed]:
    """Read the claims in the order of work, without the documents that they led to."""
    rows = Claim.objects.filter(session__case=case, released_by=None)
    for row in rows.order_by("session__started_at", "session__number").values_list(
        "session__number",
        "session__started_at",
        "session__ended_at",
        "settlement_id",
        "group",
        "group_billed",
        "basis",
        "settlement__invoice__number",
    ):
        number, start, end, settlement, group, billed, basis, invoice = row
        # Only ended work is settled.
        worked = int((end - start).total_seconds()) if start and end else 0
        yield _Claimed(
            number or "", worked, settlement, group, billed, basis, invoice or ""
        )


def _add_settled_sums(number: str, content: dict[str, Any], sums: Sums) -> None:
    for line in content["lines"]:
        if line["case"] == number:
            timed = line["kind"] == "time"
            seconds = int(Decimal(line["minutes"]) * 60) if timed else 0
            _add(sums, line["basis"], seconds, Decimal(line["net"]))
    for row in content["free"]:
        if row["case"] == number:
            timed = row["kind"] == "time"
            seconds = int(Decimal(row["minutes"]) * 60) if timed else 0
            _add(sums, row["basis"], seconds, Decimal(row["value"]))


def _open_part(
    number: str, scenario: Scenario, result: Result
) -> dict[str, SessionAccount]:
    reasons = {row["group"]: row for row in result.explain()}
    worked = {session.id: session.end - session.start for session in scenario.sessions}
    found = {}
    for group in result.groups:
        if group.case != number:
            continue
        for session in group.sessions:
            found[session] = SessionAccount(
                worked=worked[session],
                billed=group.billed if session == group.sessions[0] else None,
                basis=group.basis,
                explain=reasons.get(group.number),
            )
    return found


def _add_open_sums(number: str, result: Result, sums: Sums) -> None:
    for line in result.lines:
        if line.case == number:
            seconds = line.seconds if line.kind == "time" else 0
            _add(sums, line.basis, seconds or 0, line.net)
    for free in result.free:
        if free.case == number:
            seconds = free.seconds if free.kind == "time" else 0
            _add(sums, free.basis, seconds, free.value)
    for held in result.held:
        if held.case == number:
            seconds = held.seconds if held.kind == "time" else 0
            _add(sums, "held", seconds, held.value)
