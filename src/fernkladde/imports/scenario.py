"""A scenario of the rating rules, loaded into an empty database.

Every record comes about through the action that the pages use. What a scenario
does not tell (names, addresses, the firm's own data) is completed with samples, so
that nothing is parked for their lack; the ids stay as the records' numbers.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.db import transaction

from fernkladde.accounts.actions import create_user
from fernkladde.accounts.roles import Role
from fernkladde.billing.facts import fee_key
from fernkladde.billing.firm import CompanyFields, change_company
from fernkladde.billing.models import AllowancePosting, Claim
from fernkladde.cases.actions.cases import open_case
from fernkladde.cases.actions.decisions import give_goodwill, record_consent
from fernkladde.cases.actions.sessions import record_session
from fernkladde.connections.actions import add_call
from fernkladde.contracts.actions.contracts import ContractFields, create_contract
from fernkladde.contracts.actions.firm import set_policy, set_special_day
from fernkladde.contracts.actions.rates import save_rate_deck
from fernkladde.contracts.actions.tariffs import add_tariff_version, create_tariff
from fernkladde.contracts.models import Contract, Tariff
from fernkladde.customers.actions import create_customer
from fernkladde.customers.models import Customer
from fernkladde.journal.actions import record
from fernkladde.plants.actions import create_plant
from fernkladde.rating.faults import Fault
from fernkladde.rating.scenario import rate_deck_document, tariff_version_document

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fernkladde.accounts.models import User
    from fernkladde.cases.models import Case, Session
    from fernkladde.plants.models import Plant
    from fernkladde.rating import facts, terms
    from fernkladde.rating.facts import Scenario

WHY = "aus einem Szenario übernommen"

SAMPLE_FIRM: CompanyFields = {
    "name": "Muster Maschinenbau GmbH",
    "street": "Werkstraße 1",
    "postcode": "89073",
    "city": "Ulm",
    "vat_id": "DE136695976",
    "contact_name": "Service",
    "phone": "+49 731 123456",
    "email": "service@muster-maschinenbau.example",
    "bank_name": "Musterbank",
    "iban": "DE02120300000000202051",
    "bic": "BYLADEM1001",
}


class NotEmpty(Exception):
    """A scenario goes into an empty database only."""


@dataclass(slots=True)
class Loaded:
    """What was loaded; `parallel` names the sessions that overlap an earlier one."""

    customers: int = 0
    cases: int = 0
    sessions: int = 0
    calls: int = 0
    parallel: list[str] = field(default_factory=list)


LONGEST_NUMBER = 60
NUMBERED = ("tariffs", "rate_decks", "customers", "plants", "contracts", "cases",
            "sessions", "calls")  # fmt: skip


def unfit(scenario: Scenario) -> list[Fault]:
    """Name what the rules allow and the records cannot hold, by its JSON path."""
    faults = [
        Fault(f"$.{name}[{index}].id", f"longer than {LONGEST_NUMBER} characters")
        for name in NUMBERED
        for index, row in enumerate(getattr(scenario, name))
        if len(row.id) > LONGEST_NUMBER
    ]
    owner = {plant.id: plant.customer for plant in scenario.plants}
    faults += [
        Fault(f"$.cases[{index}].plant", "belongs to another customer")
        for index, case in enumerate(scenario.cases)
        if case.plant and owner[case.plant] != case.customer
    ]
    faults += [
        Fault(f"$.contracts[{index}].plants[{at}]", "belongs to no customer of it")
        for index, contract in enumerate(scenario.contracts)
        for at, plant in enumerate(contract.plants or ())
        if owner[plant] not in {contract.customer, *contract.shared_with}
    ]
    return faults


@transaction.atomic
def load_scenario(scenario: Scenario, *, at: datetime) -> Loaded:
    """Load everything, or nothing."""
    if Customer.objects.exists() or Tariff.objects.exists():
        raise NotEmpty
    at = max(at, _last_instant(scenario))
    loader = _Loader(scenario, at)
    loader.load()
    return loader.done


def _last_instant(scenario: Scenario) -> datetime:
    """Return the latest instant: records of days to come are made after them."""
    ends = [session.end for session in scenario.sessions]
    ends += [case.consented_at for case in scenario.cases if case.consented_at]
    return _instant(max(ends, default=0))


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


class _Loader:
    """The records made so far, by their number in the scenario."""

    def __init__(self, scenario: Scenario, at: datetime) -> None:
        self.scenario = scenario
        self.at = at
        self.done = Loaded()
        self.tariffs: dict[str, Tariff] = {}
        self.customers: dict[str, Customer] = {}
        self.plants: dict[str, Plant] = {}
        self.contracts: dict[str, Contract] = {}
        self.cases: dict[str, Case] = {}
        self.people: dict[str, User] = {}
        self.sessions: dict[str, Session] = {}

    def load(self) -> None:
        change_company(by=None, at=self.at, **SAMPLE_FIRM)
        self._load_terms()
        for customer in self.scenario.customers:
            self._load_customer(customer)
        for plant in self.scenario.plants:
            self._load_plant(plant)
        for contract in self.scenario.contracts:
            self._load_contract(contract)
        for case in self.scenario.cases:
            self._load_case(case)
        self._load_people()
        self._load_sessions()
        for call in self.scenario.calls:
            self._load_call(call)
        self._load_billed_fees()

    def _load_terms(self) -> None:
        scenario = self.scenario
        for deck in scenario.rate_decks:
            document = rate_deck_document(deck)
            save_rate_deck(
                code=deck.id, name=deck.name or deck.id, rates=document["rates"],
                by=None, at=self.at,
            )  # fmt: skip
        for tariff in scenario.tariffs:
            self._load_tariff(tariff)
        for day, label in sorted(scenario.special_days.items()):
            set_special_day(date=day, label=label, by=None, at=self.at)
        set_policy(
            timezone=scenario.timezone,
            require_consent=scenario.require_consent,
            default_tariff=self.tariffs[scenario.default_tariff],
            by=None,
            at=self.at,
        )

    def _load_tariff(self, tariff: terms.Tariff) -> None:
        made = create_tariff(
            code=tariff.id, name=tariff.name or tariff.id, by=None, at=self.at
        )
        self.tariffs[tariff.id] = made
        for version in tariff.versions:
            document = tariff_version_document(version)
            add_tariff_version(tariff=made, terms=document, by=None, at=self.at)

    def _tariff(self, name: str | None) -> Tariff | None:
        return self.tariffs[name] if name else None

    def _load_customer(self, customer: facts.Customer) -> None:
        self.customers[customer.id] = create_customer(
            number=customer.id,
            name=customer.name or f"Kunde {customer.id}",
            street="Musterweg 1",
            postcode="10115",
            city="Berlin",
            country="DE",
            tariff=self._tariff(customer.tariff),
            charging_from=customer.charging_from,
            consent_from=customer.consent_from,
            by=None,
            at=self.at,
        )
        self.done.customers += 1

    def _load_plant(self, plant: facts.Plant) -> None:
        self.plants[plant.id] = create_plant(
            number=plant.id,
            name=plant.name or f"Anlage {plant.id}",
            customer=self.customers[plant.customer],
            warranty_until=plant.warranty_until,
            tariff=self._tariff(plant.tariff),
            by=None,
            at=self.at,
        )

    def _load_contract(self, contract: terms.Contract) -> None:
        plants = contract.plants
        agreed: ContractFields = {
            **_allowance(contract),
            "number": contract.id,
            "name": contract.name or f"Vertrag {contract.id}",
            "customer": self.customers[contract.customer],
            "shared_with": [self.customers[other] for other in contract.shared_with],
            "limited_to_plants": plants is not None,
            "plants": [self.plants[plant] for plant in plants or ()],
            "services": (
                None if contract.services is None else list(contract.services)
            ),
            "valid_from": contract.valid_from,
            "valid_until": contract.valid_until,
            "priority": contract.priority,
            "tariff": self._tariff(contract.tariff),
            "covers": contract.covers,
            "includes_connection": contract.includes_connection,
        }
        made = create_contract(by=None, at=self.at, **agreed)
        self.contracts[contract.id] = made
        self._open_allowance(made, contract.used)

    def _open_allowance(
        self, contract: Contract, used: Iterable[terms.UsedPeriod]
    ) -> None:
        """Take over what issued invoices used, as opening records of the ledger."""
        postings = [
            AllowancePosting(
                contract=contract,
                period_start=period.period_start,
                for_period=None,
                seconds=seconds,
                handed_seconds=handed,
                cases=cases,
                case_number=case,
            )
            for period in used
            for seconds, handed, cases, case in _opening(period)
        ]
        AllowancePosting.objects.bulk_create(postings)
        if postings:
            record(
                kind="billing.allowance-opened",
                subject=f"contract/{contract.number}",
                by=None,
                at=self.at,
                facts={
                    "periods": [
                        [
                            p.period_start,
                            p.seconds,
                            p.handed_seconds,
                            p.cases,
                            p.case_number,
                        ]
                        for p in postings
                    ]
                },
            )

    def _load_case(self, case: facts.Case) -> None:
        made = open_case(
            customer=self.customers[case.customer],
            plant=self.plants[case.plant] if case.plant else None,
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
        self.done.cases += 1

    def _load_consent(self, case: Case, asked_at: int) -> None:
        record_consent(
            case=case,
            given=True,
            person="Ansprechpartner",
            channel="letter",
            sentence=WHY,
            asked_at=_instant(asked_at),
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
        self.done.parallel = sorted(beside)

    def _load_session(self, session: facts.Session, *, parallel: bool) -> None:
        made = record_session(
            case=self.cases[session.case],
            technician=self.people[session.technician],
            started_at=_instant(session.start),
            ended_at=_instant(session.end),
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
        self.done.sessions += 1

    def _load_call(self, call: facts.Call) -> None:
        add_call(
            session=self.sessions[call.session],
            started_at=_instant(call.start),
            dialled=call.number,
            seconds=call.seconds,
            cost=call.cost,
            number=call.id,
            source="import",
            by=None,
            at=self.at,
        )
        self.done.calls += 1

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


def _allowance(contract: terms.Contract) -> ContractFields:
    allowance = contract.allowance
    if contract.covers != "allowance" or allowance is None:
        return {}
    carry = allowance.carry_over_periods
    return {
        "allowance_period": allowance.period,
        "allowance_minutes": allowance.minutes,
        "allowance_cases": allowance.cases,
        "carry_over_term": carry == "term",
        "carry_over_periods": 0 if carry == "term" else carry,
        "carry_over_minutes": allowance.carry_over_minutes,
        "surcharge_on_covered": allowance.surcharge_on_covered,
    }


def _opening(period: terms.UsedPeriod) -> list[tuple[int, int, int, str]]:
    """Cut a period's use into postings: one per named case, one for the rest."""
    if period.seconds or period.handed_seconds:
        return [(period.seconds, period.handed_seconds, 0, "")]
    rows = [(0, 0, 1, case) for case in period.case_ids]
    unnamed = period.cases - len(period.case_ids)
    return [*rows, (0, 0, unnamed, "")] if unnamed else rows


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
