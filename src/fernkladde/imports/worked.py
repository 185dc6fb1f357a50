"""What was done: cases, people, sessions, calls and the fees billed for them."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from fernkladde.accounts.actions import create_user
from fernkladde.accounts.roles import Role
from fernkladde.billing.facts import fee_key
from fernkladde.billing.models import Claim
from fernkladde.cases.actions.cases import open_case
from fernkladde.cases.actions.decisions import give_goodwill, record_consent
from fernkladde.cases.actions.sessions import record_session
from fernkladde.connections.actions import add_call
from fernkladde.journal.actions import record

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fernkladde.accounts.models import User
    from fernkladde.cases.models import Case, Session
    from fernkladde.rating import facts
    from fernkladde.rating.facts import Scenario

    from .agreed import Agreed

WHY = "aus einem Szenario übernommen"


def instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


class Worked:
    """Cases and sessions by their number in the scenario, people by their name."""

    def __init__(self, scenario: Scenario, agreed: Agreed, at: datetime) -> None:
        self.scenario = scenario
        self.agreed = agreed
        self.at = at
        self.cases: dict[str, Case] = {}
        self.people: dict[str, User] = {}
        self.sessions: dict[str, Session] = {}

    def load(self) -> None:
        for case in self.scenario.cases:
            self._load_case(case)
        self._load_people()
        self._load_sessions()
        for call in self.scenario.calls:
            self._load_call(call)
        self._load_billed_fees()

    def _load_case(self, case: facts.Case) -> None:
        made = open_case(
            customer=self.agreed.customers[case.customer],
            plant=self.agreed.plants[case.plant] if case.plant else None,
            subject=case.name or f"Fall {case.id}",
            reported_on=case.reported_on,
            cause=case.cause,
            number=case.id,
            by=None,
            at=self.at,
        )
        self.cases[case.id] = made
        if case.goodwill_percent:
            give_goodwill(
                on=made, percent=case.goodwill_percent, reason=WHY, by=None, at=self.at
            )
        if case.consented_at is not None:
            self._load_consent(made, case.consented_at)

    def _load_consent(self, case: Case, asked_at: int) -> None:
        record_consent(
            case=case,
            given=True,
            person="Ansprechpartner",
            channel="letter",
            sentence=WHY,
            asked_at=instant(asked_at),
            by=None,
            at=self.at,
        )

    def _load_people(self) -> None:
        names = sorted({session.technician for session in self.scenario.sessions})
        taken: set[str] = set()
        for name in names:
            username = _username(name, taken)
            self.people[name] = create_user(
                username=username,
                full_name=name or "Technik",
                role=Role.TECHNICIAN,
                by=None,
                at=self.at,
            )

    def _load_sessions(self) -> None:
        beside = overlapping(self.scenario.sessions)
        for session in sorted(self.scenario.sessions, key=lambda s: (s.start, s.id)):
            self._load_session(session, parallel=session.id in beside)

    def _load_session(self, session: facts.Session, *, parallel: bool) -> None:
        made = record_session(
            case=self.cases[session.case],
            technician=self.people[session.technician],
            started_at=instant(session.start),
            ended_at=instant(session.end),
            service=session.service,
            skill=session.skill,
            connection=session.connection,
            billable=session.billable,
            parallel=parallel,
            number=session.id,
            source="import",
            reason=WHY,
            by=None,
            at=self.at,
        )
        self.sessions[session.id] = made
        if session.goodwill_percent is not None:
            give_goodwill(
                on=made, percent=session.goodwill_percent, reason=WHY, by=None,
                at=self.at,
            )  # fmt: skip

    def _load_call(self, call: facts.Call) -> None:
        add_call(
            session=self.sessions[call.session],
            started_at=instant(call.start),
            dialled=call.number,
            seconds=call.seconds,
            cost=call.cost,
            number=call.id,
            source="import",
            by=None,
            at=self.at,
        )

    def _load_billed_fees(self) -> None:
        """Take over the fees that earlier invoices carry, as opening claims."""
        keys = {fee_key(fee): fee for fee in self.scenario.billed_fees}
        Claim.objects.bulk_create(
            Claim(fee=key, fee_case=fee.case) for key, fee in sorted(keys.items())
        )
        if keys:
            record(
                kind="billing.fees-opened",
                subject="scenario",
                by=None,
                at=self.at,
                facts={"fees": sorted(keys)},
            )


USERNAME_LENGTH = 24


def _username(name: str, taken: set[str]) -> str:
    """Make a short name of its own; the name itself stays as the full name."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:USERNAME_LENGTH]
    plain = plain if len(plain) > 1 else f"technik-{plain}".strip("-")
    candidate, count = plain, 1
    while candidate in taken:
        count += 1
        candidate = f"{plain}-{count}"
    taken.add(candidate)
    return candidate


def overlapping(sessions: Iterable[facts.Session]) -> set[str]:
    """Return the sessions that begin while their technician is still at another."""
    busy_until: dict[str, int] = defaultdict(int)
    found = set()
    for session in sorted(sessions, key=lambda s: (s.start, s.id)):
        if session.start < busy_until[session.technician]:
            found.add(session.id)
        busy_until[session.technician] = max(
            busy_until[session.technician], session.end
        )
    return found
