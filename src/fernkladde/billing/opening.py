"""Allowances that were drawn on before this ledger began.

An opening record is a posting without a settlement. The ledger only grows: what was
opened wrongly is put right by one more posting of the difference.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Sum
from django.utils.translation import gettext as _

from fernkladde.contracts.models import Covers
from fernkladde.journal.actions import Note
from fernkladde.rating import terms
from fernkladde.rating.allowances import Calendar
from fernkladde.rating.zone import day_number
from fernkladde.values.refusal import Refusal

from .models import AllowancePosting

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date, datetime

    from fernkladde.accounts.models import User
    from fernkladde.contracts.models import Contract

ALLOWANCE_OPENED = "billing.allowance-opened"


class NoAllowance(Refusal):
    """The contract has no allowance, or not of this kind, or not on this day."""


class TooMuchUsed(Refusal):
    """More was used than the period has granted."""


class AlreadySettled(Refusal):
    """Invoices rest on the allowance as it is: nothing is opened afterwards."""

    def __init__(self, contract: Contract) -> None:
        sentence = _(
            "Aus dem Kontingent von Vertrag %(number)s wurde hier schon abgerechnet;"
            " davor lässt sich nichts mehr eintragen."
        )
        super().__init__(sentence % {"number": contract.number})


@dataclass(frozen=True, slots=True)
class Opened:
    """What a period has given before: seconds, or cases where these are counted."""

    seconds: int = 0
    cases: int = 0


def period_with(contract: Contract, day: date) -> date:
    """Return the first day of the contract's period in which the day lies."""
    if contract.covers != Covers.ALLOWANCE:
        sentence = _("Vertrag %(number)s hat kein Kontingent.")
        raise NoAllowance(sentence % {"number": contract.number}, field="contract")
    allowance = terms.Allowance(period=contract.allowance_period)  # type: ignore[arg-type]
    span = terms.Contract(
        id=contract.number,
        customer="",
        valid_from=contract.valid_from,
        valid_until=contract.valid_until,
        covers="allowance",
    )
    calendar = Calendar(span, allowance)
    is_over = contract.valid_until is not None and day > contract.valid_until
    if day < contract.valid_from or is_over:
        sentence = _("An diesem Tag gilt Vertrag %(number)s nicht.")
        raise NoAllowance(sentence % {"number": contract.number}, field="day")
    return calendar.start(calendar.index(day_number(day)))


def check_opening(contract: Contract, used: Opened) -> None:
    """Refuse what the contract does not count, and more than a period grants."""
    counts_cases = contract.allowance_cases is not None
    if counts_cases and used.seconds:
        sentence = _("Vertrag %(number)s zählt Fälle und keine Minuten.")
        raise NoAllowance(sentence % {"number": contract.number}, field="seconds")
    if not counts_cases and used.cases:
        sentence = _("Vertrag %(number)s zählt Minuten und keine Fälle.")
        raise NoAllowance(sentence % {"number": contract.number}, field="cases")
    if used.cases > (contract.allowance_cases or 0):
        sentence = _("Mehr als die %(most)d Fälle des Zeitraums.")
        raise TooMuchUsed(sentence % {"most": contract.allowance_cases}, field="cases")
    if used.seconds > (contract.allowance_minutes or 0) * 60:
        sentence = _("Mehr als die %(most)d Minuten des Zeitraums.")
        names = {"most": contract.allowance_minutes}
        raise TooMuchUsed(sentence % names, field="seconds")


def opened(contracts: Collection[int]) -> dict[tuple[int, date], Opened]:
    """Return what was opened so far, by contract key and period."""
    rows = AllowancePosting.objects.filter(settlement=None, contract__in=contracts)
    sums = rows.values_list("contract_id", "period_start").annotate(
        s=Sum("seconds"), c=Sum("cases")
    )
    return {
        (contract, start): Opened(seconds, cases)
        for contract, start, seconds, cases in sums.order_by()
    }


def settled(contracts: Collection[int]) -> set[int]:
    """Return the keys of the contracts on which live settlements rest."""
    live = AllowancePosting.objects.filter(
        settlement__isnull=False, released_by=None, contract__in=contracts
    )
    return set(live.order_by().values_list("contract_id", flat=True).distinct())


def post_openings(
    contract: Contract,
    postings: Sequence[AllowancePosting],
    *,
    by: User | None,
    at: datetime,
) -> Note:
    """Write opening records of one contract; return what the Kladde shall say."""
    AllowancePosting.objects.bulk_create(postings)
    periods = [
        [p.period_start, p.seconds, p.handed_seconds, p.cases, p.case_number]
        for p in postings
    ]
    return Note(
        kind=ALLOWANCE_OPENED,
        subject=f"contract/{contract.number}",
        by=by,
        at=at,
        facts={"periods": periods},
    )
