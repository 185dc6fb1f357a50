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
    from collections.abc import Mapping
    from datetime import datetime

    from fernkladde.cases.models import Case, Session
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


def _settled_part(case: Case) -> tuple[dict[str, SessionAccount], Sums]:
    claims = (
        Claim.objects.filter(session__case=case, released_by=None)
        .select_related("session", "settlement__invoice")
        .order_by("session__started_at", "session__number")
    )
    found: dict[str, SessionAccount] = {}
    sums: Sums = {}
    seen: set[tuple[int | None, int]] = set()
    for claim in claims:
        session = claim.session
        assert session is not None  # noqa: S101  the filter asked for it
        group = (claim.settlement_id, claim.group)
        first = group not in seen
        seen.add(group)
        found[session.number] = SessionAccount(
            worked=_seconds(session),
            billed=claim.group_billed if first else None,
            basis=claim.basis,
            invoice_number=_invoice_number(claim.settlement),
        )
    settlements = {c.settlement_id for c in claims if c.settlement_id is not None}
    for settlement in Settlement.objects.filter(pk__in=settlements):
        _add_settled_sums(case.number, json.loads(settlement.content), sums)
    return found, sums


def _seconds(session: Session) -> int:
    assert session.ended_at is not None  # noqa: S101  only ended work is settled
    return int((session.ended_at - session.started_at).total_seconds())


def _invoice_number(settlement: Settlement | None) -> str:
    invoice = getattr(settlement, "invoice", None)
    return invoice.number if invoice else ""


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
