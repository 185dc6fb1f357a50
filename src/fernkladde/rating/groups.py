"""What is rounded together (section 3)."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING

from .agreements import Agreements, Missing
from .basis import CONTRACT, OVERAGE, TARIFF, UNKNOWN, WARRANTY, Matter
from .faults import CannotRate, Fault
from .rows import Warning as Notice
from .zone import day_number

if TYPE_CHECKING:
    from decimal import Decimal

    from .agreements import Agreement
    from .facts import Scenario, Session
    from .prices import Plan
    from .zone import Zone

_in_order = attrgetter("start", "id")


@dataclass(slots=True, eq=False)
class Gathered:
    """Sessions that are rounded together, in order; the first one gives the day."""

    number: int
    matter: Matter
    plan: Plan
    basis: str
    agreements: tuple[Agreement, ...]
    discount: Decimal | None
    day: int
    sessions: list[Session]
    latest_end: int

    def add(self, session: Session) -> None:
        self.sessions.append(session)
        self.latest_end = max(self.latest_end, session.end)

    @property
    def contract(self) -> str | None:
        """The contract at whose terms is charged, if it is one."""
        return self.agreements[0].contract.id if self.basis is CONTRACT else None

    @property
    def money_basis(self) -> str:
        """The basis of what is charged: a contract is the consent to overage."""
        return OVERAGE if self.basis is CONTRACT else TARIFF


class Gathering:
    """Puts the sessions of a scenario into groups."""

    def __init__(
        self, scenario: Scenario, zone: Zone, special_days: dict[int, str]
    ) -> None:
        self.groups: list[Gathered] = []
        self.notices: dict[Notice, None] = {}
        self.last_day: int | None = None  # the last service date that is rated
        self.agreements = Agreements(scenario, special_days)
        self._scenario = scenario
        self._zone = zone
        self._cases = {case.id: case for case in scenario.cases}
        self._customers = {customer.id: customer for customer in scenario.customers}
        self._plants = {plant.id: plant for plant in scenario.plants}
        self._matters: dict[str, Matter] = {}
        self._missing: dict[str, str] = {}
        self._open: dict[tuple[object, ...], Gathered] = {}
        self._gather()

    def _gather(self) -> None:
        period = self._scenario.period
        first, last = map(day_number, period) if period else (None, None)
        day_of = self._zone.day
        for session in sorted(self._scenario.sessions, key=_in_order):
            day = day_of(session.start)
            if first is None or last is None or first <= day <= last:
                self._place(session, day)
                if self.last_day is None or day > self.last_day:
                    self.last_day = day
        self._open.clear()
        if self._missing:
            raise CannotRate(tuple(self._faults()))

    def _place(self, session: Session, day: int) -> None:
        """Add the session to the group that it shares, or begin a new one."""
        matter = self._matters.get(session.case) or self._matter(session.case)
        terms = self.agreements.deal(
            matter.customer, matter.plant, session.service, session.skill
        ).on(day)
        agreements = terms.agreements
        basis, discount = matter.basis(session, day, under_contract=bool(agreements))
        plan = terms.agreed if basis is CONTRACT else terms.standard
        if isinstance(plan, Missing):
            self._missing[session.id] = plan.reason
            return
        if basis is WARRANTY and matter.case.cause == UNKNOWN:
            self.notices[Notice("cause_unknown_in_warranty", matter.case.id)] = None
        sharing = plan.edition.sharing
        if sharing.alone:
            self._begin(session, day, matter, plan, basis, agreements, discount)
            return
        key = (
            matter,
            plan,
            basis,
            agreements,
            discount,
            None if sharing.as_team else session.technician,
            day if sharing.by_day else None,
        )
        group = self._open.get(key)
        if group is None or (
            sharing.gap is not None and session.start - group.latest_end > sharing.gap
        ):
            self._open[key] = self._begin(
                session, day, matter, plan, basis, agreements, discount
            )
        else:
            group.add(session)

    def _begin(
        self,
        session: Session,
        day: int,
        matter: Matter,
        plan: Plan,
        basis: str,
        agreements: tuple[Agreement, ...],
        discount: Decimal | None,
    ) -> Gathered:
        number = len(self.groups)
        group = Gathered(
            number, matter, plan, basis, agreements, discount, day,
            [session], session.end,
        )  # fmt: skip
        self.groups.append(group)
        return group

    def _matter(self, case_id: str) -> Matter:
        case = self._cases[case_id]
        matter = self._matters[case_id] = Matter(
            case,
            self._customers[case.customer],
            None if case.plant is None else self._plants[case.plant],
            require_consent=self._scenario.require_consent,
        )
        return matter

    def _faults(self) -> list[Fault]:
        return [
            Fault(f"$.sessions[{index}]", self._missing[session.id])
            for index, session in enumerate(self._scenario.sessions)
            if session.id in self._missing
        ]
