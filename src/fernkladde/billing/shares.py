"""The month, rated once for all and cut into each customer's share.

Computes and reads; writes nothing. Customers are rated together because they may
draw on one allowance; whoever cannot be rated is parked and the rest rated again
without their work.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from fernkladde.customers.models import Customer
from fernkladde.rating import CannotRate, rate
from fernkladde.rating.document import (
    allowance_row,
    free_row,
    held_row,
    line_row,
)
from fernkladde.rating.explain import way
from fernkladde.rating.tax import tax_on
from fernkladde.values.canonical import canonical_json
from fernkladde.values.invoice_document import Totals

from . import facts
from .pinned import sha256
from .reasons import TARIFFS, Reason

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date
    from zoneinfo import ZoneInfo

    from fernkladde.rating import facts as rated
    from fernkladde.rating import terms
    from fernkladde.rating.faults import Fault
    from fernkladde.rating.result import (
        AllowanceRow,
        FreeRow,
        Group,
        HeldRow,
        Line,
        Result,
        Warning,
    )
    from fernkladde.rating.serving import Served
    from fernkladde.values.invoice_document import Section

SETTLED_BY_NOTHING = "held"
STANDARD_RATE = Decimal(19)  # § 12 (1) UStG


@dataclass(slots=True)
class Share:
    """What a month comes to for one customer."""

    customer: Customer
    lines: list[Line] = field(default_factory=list)
    free: list[FreeRow] = field(default_factory=list)
    held: list[HeldRow] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    warnings: list[Warning] = field(default_factory=list)
    allowances: list[AllowanceRow] = field(default_factory=list)
    sessions: list[rated.Session] = field(default_factory=list)
    cases: list[rated.Case] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)
    # What its papers say of the work, made once, and whether that passed the checks.
    sections: tuple[Section, ...] | None = None
    sections_passed: bool = False
    _fingerprint: str = ""

    @property
    def net(self) -> Decimal:
        return sum((line.net for line in self.lines), Decimal("0.00"))

    @property
    def settled_groups(self) -> list[Group]:
        """The groups that a run deals with: held work waits outside."""
        return [group for group in self.groups if group.basis != SETTLED_BY_NOTHING]

    def sessions_before(self, day: date, zone: ZoneInfo) -> int:
        """Count the sessions of an earlier service date: late work."""
        start = datetime.combine(day, time(), zone).timestamp()
        return sum(session.start < start for session in self.sessions)

    def net_by_case(self) -> dict[str, str]:
        """Return what each case comes to that costs something, as texts."""
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for line in self.lines:
            sums[line.case] += line.net
        return {case: str(net) for case, net in sorted(sums.items())}

    @property
    def needs_invoice(self) -> bool:
        """Tell whether money is asked for; a month of nothing gets a statement."""
        return self.net != 0

    @property
    def totals(self) -> Totals:
        """Return net, tax and gross; tax once, on the sum (EN 16931 BR-CO-14)."""
        net, tax = self.net, tax_on(self.net, STANDARD_RATE)
        return Totals(net=net, tax=tax, gross=net + tax, payable=net + tax)

    @property
    def currency(self) -> str:
        return self.lines[0].currency if self.lines else "EUR"

    @property
    def places(self) -> dict[int, int]:
        """Number the groups within the share: so they stay, whoever else is settled."""
        return {group.number: place for place, group in enumerate(self.groups)}

    def content(self) -> dict[str, object]:
        """Return the rows as `rate` prints them, with groups and allowances."""
        places = self.places
        return {
            "lines": [line_row(line) for line in self.lines],
            "line_groups": [[places[n] for n in line.groups] for line in self.lines],
            "free": [free_row(row) for row in self.free],
            "held": [held_row(row) for row in self.held],
            "groups": [
                group_row(group, place) for place, group in enumerate(self.groups)
            ],
            "allowances": [allowance_row(row) for row in self.allowances],
        }

    def fingerprint(self) -> str:
        """Name the facts and what they come to: any change gives another one.

        The balances of allowances are left out: they also move when another
        customer's share is settled. Made once: what was rated does not change.
        """
        if not self._fingerprint:
            named = self.content()
            del named["allowances"]
            facts_seen = [shown(session) for session in self.sessions]
            self._fingerprint = sha256(canonical_json([named, facts_seen]))
        return self._fingerprint


def shown(s: rated.Session) -> str:
    """Return what repr() does, in a quarter of its time: fingerprints are kept."""
    return (
        f"Session(id={s.id!r}, case={s.case!r}, service={s.service!r}, start={s.start},"
        f" end={s.end}, skill={s.skill!r}, technician={s.technician!r},"
        f" connection={s.connection!r}, billable={s.billable},"
        f" goodwill_percent={s.goodwill_percent!r})"
    )


def group_row(group: Group, place: int) -> dict[str, object]:
    """Say what a group was and what became of it, in seconds."""
    return {
        "number": place,
        "case": group.case,
        "basis": group.basis,
        "contracts": list(group.contracts),
        "service_date": group.service_date.isoformat(),
        "sessions": list(group.sessions),
        "worked": group.worked,
        "billed": group.billed,
        "covered": group.covered,
        "charged": group.charged,
    }


@dataclass(slots=True)
class RatedMonth:
    """All shares, in the order of customer numbers, and what they were made from."""

    shares: dict[str, Share]
    scenario: rated.Scenario
    allowances: Sequence[AllowanceRow]
    served: Sequence[Served]

    def ways(self, share: Share) -> list[dict[str, Any]]:
        """Return the way of calculation of each of a share's groups.

        Without the engine's sentences: pages tell it in their reader's language.
        """
        told = [way(self.served[group.number]) for group in share.groups]
        for place, row in enumerate(told):
            row["group"] = place
        return told

    @property
    def sessions(self) -> dict[str, rated.Session]:
        return {session.id: session for session in self.scenario.sessions}


def rate_month(
    agreed: facts.Terms, until: date, customers: Collection[str] | None = None
) -> RatedMonth:
    """Rate all unbilled work up to a service date, inclusive."""
    scenario = facts.month_scenario(agreed, until, customers)
    result, faults = rate_who_can_be(scenario)
    shares = _shares(scenario, result)
    for number, reasons in faults.items():
        shares[number].reasons.extend(reasons)
    return RatedMonth(shares, scenario, result.allowances, result.served)


def rate_who_can_be(
    scenario: rated.Scenario,
) -> tuple[Result, Mapping[str, list[Reason]]]:
    """Rate; where some cannot be rated, say why and rate the others."""
    try:
        return rate(scenario), {}
    except CannotRate as refusal:
        faults = _by_customer(scenario, refusal.faults)
    return rate(_without(scenario, faults.keys())), faults


def _without(scenario: rated.Scenario, customers: Collection[str]) -> rated.Scenario:

    out = {case.id for case in scenario.cases if case.customer in customers}
    gone = {session.id for session in scenario.sessions if session.case in out}
    return replace(
        scenario,
        sessions=tuple(s for s in scenario.sessions if s.id not in gone),
        calls=tuple(call for call in scenario.calls if call.session not in gone),
    )


def _by_customer(
    scenario: rated.Scenario, faults: Sequence[Fault]
) -> dict[str, list[Reason]]:
    owner = {case.id: case.customer for case in scenario.cases}
    found: dict[str, list[Reason]] = defaultdict(list)
    for fault in faults:
        list_name, index = fault.path.removeprefix("$.").rstrip("]").split("[")
        if list_name == "customers":
            number = scenario.customers[int(index)].id
            found[number].append(Reason(_("Die Arbeit hat Preise in zwei Währungen.")))
        else:
            session = scenario.sessions[int(index)]
            found[owner[session.case]].append(_no_price(session, fault))
    return dict(found)


def _no_price(session: rated.Session, fault: Fault) -> Reason:
    names = {"case": session.case, "number": session.id, "service": session.service}
    if "version" in fault.sentence and "no price" not in fault.sentence:
        text = _(
            "Fall %(case)s, Einsatz %(number)s: Am Leistungstag ist keine "
            "Tariffassung in Kraft."
        )
    else:
        text = _(
            "Fall %(case)s, Einsatz %(number)s: Der Tarif hat keinen Preis für "
            "„%(service)s“."
        )
    return Reason(text % names, TARIFFS)


def _shares(scenario: rated.Scenario, result: Result) -> dict[str, Share]:
    owner = {case.id: case.customer for case in scenario.cases}
    working = sorted({owner[session.case] for session in scenario.sessions})
    shares = {row.number: Share(row) for row in _customers(working)}
    for session in scenario.sessions:
        shares[owner[session.case]].sessions.append(session)
    for case in scenario.cases:
        shares[case.customer].cases.append(case)
    for line in result.lines:
        shares[line.customer].lines.append(line)
    for group in result.groups:
        shares[group.customer].groups.append(group)
    for free in result.free:
        shares[owner[free.case]].free.append(free)
    for held in result.held:
        shares[owner[held.case]].held.append(held)
    _hand_out_warnings(scenario, result, shares, owner)
    _hand_out_allowances(scenario.contracts, result, shares)
    days = {group.number: group.service_date for group in result.groups}
    for share in shares.values():
        share.lines = in_order_of_paper(share.lines, days)
    return shares


KINDS = ("time", "surcharge", "fee", "connection")


def in_order_of_paper(lines: list[Line], days: Mapping[int, date]) -> list[Line]:
    """Sort by case, in the order in which work on them began, then by kind."""
    first: dict[str, date] = {}
    for line in lines:
        day = min(days[number] for number in line.groups)
        first[line.case] = min(first.get(line.case, day), day)

    def place(line: Line) -> tuple[object, ...]:
        keys = (line.basis, line.service, line.skill, line.band, line.name)
        words = tuple(key or "" for key in keys)
        kind = KINDS.index(line.kind)
        return (first[line.case], line.case, kind, words, line.groups)

    return sorted(lines, key=place)


def _customers(numbers: Sequence[str]) -> list[Customer]:
    return [
        row
        for chunk in facts.chunks(numbers)
        for row in Customer.objects.filter(number__in=chunk).order_by("number")
    ]


def _hand_out_warnings(
    scenario: rated.Scenario,
    result: Result,
    shares: dict[str, Share],
    owner: dict[str, str],
) -> None:
    cases = {session.id: session.case for session in scenario.sessions}
    of_call = {call.id: cases[call.session] for call in scenario.calls}
    for warning in result.warnings:
        case = of_call.get(warning.subject, warning.subject)
        shares[owner[case]].warnings.append(warning)


def _hand_out_allowances(
    contracts: Sequence[terms.Contract], result: Result, shares: dict[str, Share]
) -> None:
    """Give each share the periods of its contracts and of those it may draw on."""
    drawn_by: dict[str, set[str]] = defaultdict(set)
    for contract in contracts:
        if contract.customer in shares:
            drawn_by[contract.id].add(contract.customer)
    for group in result.groups:
        for number in group.contracts:
            drawn_by[number].add(group.customer)
    for row in result.allowances:
        for number in drawn_by[row.contract]:
            shares[number].allowances.append(row)
