"""What of all agreements bears on some sessions: the rest is nobody's business.

Leaving out what cannot matter changes no row: versions out of force, tariffs that
nobody has, rates for numbers that nobody dialled, days on which nobody worked.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from fernkladde.rating.fees import kinds_of_fees
from fernkladde.rating.terms import UsedPeriod

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from datetime import date

    from fernkladde.rating import facts, terms
    from fernkladde.rating.rows import Posting


def only_what_matters(part: facts.Scenario) -> facts.Scenario:
    """Reduce tariffs, rate decks and special days to those that sessions can meet."""
    zone = ZoneInfo(part.timezone)
    begun = [session.start for session in part.sessions]
    ended = [session.end for session in part.sessions]
    first, last = (_day(of(begun, default=0), zone) for of in (min, max))
    final = _day(max(ended, default=0), zone)
    wanted = _tariffs_named(part)
    tariffs = tuple(
        replace(tariff, name=None, versions=_in_force(tariff.versions, first, last))
        for tariff in sorted(part.tariffs, key=lambda tariff: tariff.id)
        if tariff.id in wanted
    )
    return replace(
        part,
        tariffs=tariffs,
        rate_decks=_decks(part.rate_decks, tariffs, part.calls),
        billed_fees=tuple(_fees(part.billed_fees, tariffs)),
        special_days={
            day: label
            for day, label in sorted(part.special_days.items())
            if first <= day <= final
        },
    )


def _day(moment: int, zone: ZoneInfo) -> date:
    return datetime.fromtimestamp(moment, zone).date()


def _tariffs_named(part: facts.Scenario) -> set[str | None]:
    return {
        part.default_tariff,
        *(customer.tariff for customer in part.customers),
        *(plant.tariff for plant in part.plants),
        *(contract.tariff for contract in part.contracts),
    }


def _in_force(
    versions: Iterable[terms.TariffVersion], first: date, last: date
) -> tuple[terms.TariffVersion, ...]:
    """Keep the versions of these days; of a tariff that has none, its first."""
    ordered = sorted(versions, key=lambda version: version.valid_from)
    begun = [version for version in ordered if version.valid_from <= last]
    earlier = [version for version in begun if version.valid_from <= first]
    return tuple(begun[max(0, len(earlier) - 1) :] or ordered[:1])


def _decks(
    decks: Iterable[terms.RateDeck],
    tariffs: Iterable[terms.Tariff],
    calls: Iterable[facts.Call],
) -> tuple[terms.RateDeck, ...]:
    wanted = {
        version.connection.deck
        for tariff in tariffs
        for version in tariff.versions
        if version.connection
    }
    dialled = {call.number for call in calls}
    begins = {number[:end] for number in dialled for end in range(1, len(number) + 1)}
    return tuple(
        replace(deck, name=None, rates=_met(deck.rates, begins))
        for deck in sorted(decks, key=lambda deck: deck.id)
        if deck.id in wanted
    )


def _met(
    rates: tuple[terms.Rate, ...], begins: Collection[str]
) -> tuple[terms.Rate, ...]:
    """Keep the rates that a call can meet; of a deck without calls, its first."""
    met = tuple(rate for rate in rates if rate.prefix in begins)
    return met or rates[:1]


def _fees(
    fees: Iterable[facts.BilledFee], tariffs: Iterable[terms.Tariff]
) -> Iterator[facts.BilledFee]:
    """Yield the billed fees that one of these tariffs could charge again.

    Without a date, what an earlier version charged per case says nothing of a day.
    """
    kinds = kinds_of_fees(tariffs)
    for fee in fees:
        per = kinds.get((fee.tariff, fee.fee), set())
        if "case" in per or ("day" in per and fee.date is not None):
            yield fee


def with_draws(contract: terms.Contract, draws: Iterable[Posting]) -> terms.Contract:
    """Count what others draw as used already.

    Whoever came first in the whole month: a period that was empty for somebody gave
    nothing to anybody after him, so that each still gets what he got.
    """
    periods = {row.period_start: row for row in contract.used}
    for draw in draws:
        row = periods.get(draw.period_start, UsedPeriod(draw.period_start))
        handed = draw.seconds if draw.for_period != draw.period_start else 0
        periods[draw.period_start] = replace(
            row,
            seconds=row.seconds + draw.seconds,
            handed_seconds=row.handed_seconds + handed,
            cases=row.cases + draw.cases,
        )
    used = (periods[start] for start in sorted(periods))
    return replace(
        contract,
        used=tuple(replace(row, case_ids=tuple(sorted(row.case_ids))) for row in used),
    )


def draws_by_contract(
    groups: Iterable[tuple[str, Iterable[Posting]]],
) -> dict[str, list[tuple[str, Posting]]]:
    """Sort what was drawn by contract, with the customer whose work drew it."""
    found: dict[str, list[tuple[str, Posting]]] = defaultdict(list)
    for customer, postings in groups:
        for posting in postings:
            found[posting.contract].append((customer, posting))
    return found
