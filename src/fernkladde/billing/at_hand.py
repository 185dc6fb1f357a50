"""What papers need to know beside the shares, read in a few queries for a month."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Sum

from fernkladde.accounts.models import User
from fernkladde.cases.models import Case, Consent
from fernkladde.values.rounding import to_cents

from . import facts
from .models import Line
from .wording import word

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime
    from decimal import Decimal
    from zoneinfo import ZoneInfo

    from fernkladde.rating import facts as rated
    from fernkladde.rating.result import Group

    from .models import Company
    from .period import Month
    from .shares import RatedMonth

Period = tuple[str, date]  # a contract and the first day of one of its periods


@dataclass(frozen=True, slots=True)
class CaseAtHand:
    """Of a case what is printed; its plant's name is empty where it has none."""

    subject: str
    reported_on: date
    cause: str
    goodwill_reason: str
    cost_cap: Decimal | None
    plant: str | None
    serial_number: str | None


@dataclass(frozen=True, slots=True)
class ConsentAtHand:
    asked_at: datetime
    person: str


@dataclass(slots=True)
class Desk:
    """What papers need to know beside the shares: read once for a whole month."""

    company: Company
    month: Month
    zone: ZoneInfo
    cases: dict[str, CaseAtHand]
    billed_before: Mapping[str, Decimal]  # of cases with a cap, by earlier invoices
    consents: dict[str, list[ConsentAtHand]]
    people: dict[str, str]
    calls: dict[str, rated.Call]
    head: tuple[int, str]
    used_before: dict[tuple[str, date], tuple[int, int]]
    drawn: Mapping[Period, int]  # by all shares of this rating together
    allowing: frozenset[str]  # contracts with an allowance

    def basis(self, basis: str, contract: str | None, language: str) -> str:
        """Say on which basis; a contract without an allowance has no overage."""
        if basis == "overage" and contract not in self.allowing:
            return word("by_contract", language)
        return word(basis, language)


def lay_out_desk(
    rated_month: RatedMonth,
    *,
    company: Company,
    month: Month,
    zone: ZoneInfo,
    head: tuple[int, str],
    used_before: dict[tuple[str, date], tuple[int, int]],
) -> Desk:
    """Read names, plants, consents and earlier use in a few queries."""
    scenario = rated_month.scenario
    numbers = {case.id for case in scenario.cases}
    cases = cases_at_hand(numbers)
    return Desk(
        company=company,
        month=month,
        zone=zone,
        cases=cases,
        billed_before=_billed_before(
            {number for number, case in cases.items() if case.cost_cap is not None}
        ),
        consents=_consents(numbers),
        people=dict(User.objects.values_list("username", "full_name")),
        calls={call.id: call for call in scenario.calls},
        head=head,
        used_before=used_before,
        drawn=drawn(g for s in rated_month.shares.values() for g in s.settled_groups),
        allowing=frozenset(
            contract.id
            for contract in scenario.contracts
            if contract.covers == "allowance"
        ),
    )


def cases_at_hand(numbers: Collection[str]) -> dict[str, CaseAtHand]:
    fields = (
        "number", "subject", "reported_on", "cause", "goodwill_reason", "cost_cap",
        "plant__name", "plant__serial_number",
    )  # fmt: skip
    return {
        row[0]: CaseAtHand(*row[1:])
        for chunk in facts.chunks(numbers)
        for row in Case.objects.filter(number__in=chunk).values_list(*fields)
    }


def _billed_before(numbers: Collection[str]) -> dict[str, Decimal]:
    live = Line.objects.filter(invoice__settlement__released_by=None)
    return {
        number: to_cents(net)
        for chunk in facts.chunks(numbers)
        for number, net in live.filter(case__number__in=chunk)
        .values_list("case__number")
        .annotate(Sum("net"))
        .order_by("case__number")
    }


def _consents(numbers: Collection[str]) -> dict[str, list[ConsentAtHand]]:
    found: dict[str, list[ConsentAtHand]] = defaultdict(list)
    for chunk in facts.chunks(numbers):
        rows = Consent.objects.filter(case__number__in=chunk, given=True)
        rows = rows.order_by("asked_at", "pk")
        for case, at, person in rows.values_list("case__number", "asked_at", "person"):
            found[case].append(ConsentAtHand(at, person))
    return found


def drawn(groups: Iterable[Group]) -> dict[Period, int]:
    """Return what groups take, by the period that the work belongs to."""
    found: dict[Period, int] = defaultdict(int)
    for group in groups:
        for posting in group.postings:
            key = (posting.contract, posting.for_period)
            found[key] += posting.seconds or posting.cases
    return found
