"""What a month comes to for one customer, case by case, ready to be read.

Made from the rows that a preview shows or a settlement has kept.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from fernkladde.desk.ways import formula, steps
from fernkladde.desk.words import SERVICES, SKILLS, word

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

    from fernkladde.billing.at_hand import CaseAtHand
    from fernkladde.billing.models import Claim
    from fernkladde.billing.shares import Share

    Content = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Way:
    """How a group was calculated."""

    date: date
    basis: str
    service: str
    steps: list[str]


@dataclass(frozen=True, slots=True)
class LineShown:
    row: Mapping[str, Any]
    title: str
    formula: str
    ways: list[Way]


@dataclass(slots=True)
class CaseShown:
    """A case with its lines, what was free and what is held, and its other groups."""

    number: str
    subject: str = ""
    plant: str = ""
    lines: list[LineShown] = field(default_factory=list)
    free: list[Mapping[str, Any]] = field(default_factory=list)
    held: list[Mapping[str, Any]] = field(default_factory=list)
    ways: list[Way] = field(default_factory=list)

    @property
    def net(self) -> Decimal:
        return sum((Decimal(line.row["net"]) for line in self.lines), Decimal("0.00"))


@dataclass(frozen=True, slots=True)
class BalanceShown:
    """A period of an allowance after this month's work; minutes, or whole cases."""

    contract: str
    since: date
    in_cases: bool
    granted: Decimal
    carried_in: Decimal
    used: Decimal
    left: Decimal


@dataclass(frozen=True, slots=True)
class SessionShown:
    """A session of the month; `billed` stands at the first of its group alone."""

    case: str
    number: str
    start: datetime
    end: datetime
    technician: str
    service: str
    basis: str
    billed: int | None

    @property
    def seconds(self) -> int:
        return int((self.end - self.start).total_seconds())


def cases_shown(
    content: Content,
    ways: Iterable[Mapping[str, Any]],
    cases: Mapping[str, CaseAtHand],
    tariffs: Mapping[str, str],
) -> list[CaseShown]:
    """Put rows under their cases; a way stands at its lines, else at its case."""
    told = {way["group"]: _way(way, tariffs) for way in ways}
    case_of = {way["group"]: way["case"] for way in ways}
    found: dict[str, CaseShown] = {}

    def case(number: str) -> CaseShown:
        return found.setdefault(number, CaseShown(number))

    used: set[int] = set()
    for row, groups in zip(
        content["lines"], content.get("line_groups", ()), strict=False
    ):
        used.update(groups)
        of_line = [told[group] for group in groups if group in told]
        case(row["case"]).lines.append(
            LineShown(row, line_title(row), formula(row), of_line)
        )
    for kind in ("free", "held"):
        for row in content[kind]:
            getattr(case(row["case"]), kind).append(row)
    for group, way in told.items():
        if group not in used:
            case(case_of[group]).ways.append(way)
    _name(found, cases)
    return list(found.values())


def _way(way: Mapping[str, Any], tariffs: Mapping[str, str]) -> Way:
    return Way(
        date=date.fromisoformat(way["service_date"]),
        basis=way["basis"],
        service=way["price_row"]["service"],
        steps=steps(way, tariffs),
    )


def _name(found: Mapping[str, CaseShown], cases: Mapping[str, CaseAtHand]) -> None:
    for number, shown in found.items():
        if case := cases.get(number):
            shown.subject = case.subject
            shown.plant = case.plant or ""


def line_title(row: Mapping[str, Any]) -> str:
    """Say what a line charges for, as its invoice will in the customer's language."""
    if row["kind"] == "fee":
        return str(row["name"])
    what = word(row["service"], SERVICES)
    if row["kind"] == "connection":
        return _("Verbindungskosten %(what)s") % {"what": what}
    if row["skill"] not in {None, "*"}:
        what = f"{what}, {word(row['skill'], SKILLS)}"
    if row["band"]:
        what = f"{what} ({row['band']})"
    if row["kind"] == "surcharge":
        return _("Zuschlag %(what)s") % {"what": what}
    return what


def allowances_shown(
    content: Content, ways: Iterable[Mapping[str, Any]], in_cases: Container[str]
) -> list[BalanceShown]:
    """Return each contract's newest period, and the older ones that paid now."""
    paid = {
        (cover["contract"], taken["period_start"])
        for way in ways
        for cover in way["covered"]
        for taken in cover["taken"]
    }
    newest: dict[str, str] = {}
    for row in content["allowances"]:
        start = row["period_start"]
        newest[row["contract"]] = max(start, newest.get(row["contract"], start))
    return [
        _balance(row, in_cases=row["contract"] in in_cases)
        for row in content["allowances"]
        if (row["contract"], row["period_start"]) in paid
        or newest[row["contract"]] == row["period_start"]
    ]


def _balance(row: Mapping[str, Any], *, in_cases: bool) -> BalanceShown:
    return BalanceShown(
        contract=row["contract"],
        since=date.fromisoformat(row["period_start"]),
        in_cases=in_cases,
        granted=Decimal(row["granted"]),
        carried_in=Decimal(row["carried_in"]),
        used=Decimal(row["used"]),
        left=Decimal(row["left"]),
    )


def sessions_of_share(share: Share, people: Mapping[str, str]) -> list[SessionShown]:
    """Return a share's sessions in the order of work, held ones included."""
    group_of = {number: group for group in share.groups for number in group.sessions}
    return [
        SessionShown(
            case=session.case,
            number=session.id,
            start=datetime.fromtimestamp(session.start, UTC),
            end=datetime.fromtimestamp(session.end, UTC),
            technician=people.get(session.technician, session.technician),
            service=session.service,
            basis=group_of[session.id].basis if session.id in group_of else "",
            billed=_billed(session.id, group_of),
        )
        for session in share.sessions
    ]


def _billed(number: str, group_of: Mapping[str, Any]) -> int | None:
    group = group_of.get(number)
    return group.billed if group and group.sessions[0] == number else None


def sessions_of_claims(claims: Iterable[Claim]) -> list[SessionShown]:
    """Return settled sessions in the order of work."""
    seen: dict[int, bool] = defaultdict(bool)
    found = []
    for claim in claims:
        session = claim.session
        if session is None or session.ended_at is None:
            continue
        found.append(
            SessionShown(
                case=session.case.number,
                number=session.number,
                start=session.started_at,
                end=session.ended_at,
                technician=session.technician.full_name,
                service=session.service,
                basis=claim.basis,
                billed=None if seen[claim.group] else claim.group_billed,
            )
        )
        seen[claim.group] = True
    return found
