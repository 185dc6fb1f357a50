"""What was agreed, and what allowances have given: rows in, terms out.

Read past the ORM (see reading.py): the meter in the bar needs it on every page.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from fernkladde.contracts.queries import policy
from fernkladde.rating import terms
from fernkladde.rating.scenario import parse_rate_deck, parse_tariff_version
from fernkladde.values.once import once

from . import reading

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from fernkladde.customers.models import Customer


class NoTariff(Exception):
    """The firm has set no default tariff yet."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What was agreed, for all customers; built once for many scenarios.

    `posted` is what allowances have given so far; the contracts know it as well.
    """

    timezone: str
    require_consent: bool
    default_tariff: str
    special_days: dict[date, str]
    tariffs: tuple[terms.Tariff, ...]
    rate_decks: tuple[terms.RateDeck, ...]
    contracts: tuple[terms.Contract, ...]
    posted: tuple[Posted, ...]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


def load_zone() -> ZoneInfo:
    """Return the firm's time zone."""
    return ZoneInfo(policy().timezone)


@dataclass(frozen=True, slots=True)
class LaidDown:
    """What the firm itself has laid down for everybody."""

    tariffs: tuple[terms.Tariff, ...]
    rate_decks: tuple[terms.RateDeck, ...]
    special_days: dict[date, str]


# A version or a deck is read anew only when its text is another one.
@lru_cache(maxsize=512)
def _version(document: str) -> terms.TariffVersion:
    return parse_tariff_version(json.loads(document))


@lru_cache(maxsize=64)
def _rate_deck(code: str, name: str, rates: str) -> terms.RateDeck:
    return parse_rate_deck({"id": code, "name": name, "rates": json.loads(rates)})


@once
def laid_down() -> LaidDown:
    versions: dict[tuple[str, str], list[terms.TariffVersion]] = defaultdict(list)
    decks, days = [], {}
    for kind, code, name, text, _place in reading.fetched(reading.LAID_DOWN):
        if kind == "version":
            versions[code, name].append(_version(text))
        elif kind == "deck":
            decks.append(_rate_deck(code, name, text))
        else:
            days[date.fromisoformat(code)] = name
    tariffs = tuple(
        terms.Tariff(id=code, versions=tuple(found), name=name)
        for (code, name), found in versions.items()
    )
    return LaidDown(tariffs, tuple(decks), days)


def tariffs() -> tuple[terms.Tariff, ...]:
    return laid_down().tariffs


@dataclass(frozen=True, slots=True)
class Posted:
    """What live settlements and opening records took, one row for each case."""

    contract: str
    period_start: date
    for_period: date | None
    case: str
    seconds: int
    handed_seconds: int
    cases: int


def posted(owners: Collection[str] | None = None) -> list[Posted]:
    """Return it by contract and period, as `used_periods` wants it."""
    found = [
        Posted(contract, start, reading.day(work), *more)
        for contract, first, work, *more in reading.POSTED.rows(owners)
        if (start := reading.day(first)) is not None
    ]
    return sorted(
        found,
        key=lambda r: (r.contract, r.period_start, r.for_period or date.min, r.case),
    )


def used_periods(rows: Iterable[Posted]) -> dict[str, tuple[terms.UsedPeriod, ...]]:
    """Return by contract what was taken from each of its periods."""
    used: dict[str, list[terms.UsedPeriod]] = defaultdict(list)
    for (contract, start), taken in groupby(
        rows, key=lambda row: (row.contract, row.period_start)
    ):
        parts = list(taken)
        period = terms.UsedPeriod(
            period_start=start,
            seconds=sum(part.seconds for part in parts),
            handed_seconds=sum(part.handed_seconds for part in parts),
            cases=sum(part.cases for part in parts),
            case_ids=tuple(part.case for part in parts if part.case),
        )
        used[contract].append(period)
    return {contract: tuple(periods) for contract, periods in used.items()}


def used_by_work_period(
    rows: Iterable[Posted] | None = None,
) -> dict[tuple[str, date], tuple[int, int]]:
    """Return what was taken, by the period that the work belongs to.

    By contract number and period: what the period itself gave, and what earlier
    periods handed on to it (seconds, or cases).
    """
    found: dict[tuple[str, date], tuple[int, int]] = {}
    for row in posted() if rows is None else rows:
        key = (row.contract, row.for_period or row.period_start)
        own, handed_in = found.get(key, (0, 0))
        if row.for_period in (None, row.period_start):
            # An opening record knows how much was handed on, but not to whom.
            own += row.seconds - row.handed_seconds + row.cases
        else:
            handed_in += row.seconds
        found[key] = (own, handed_in)
    return found


def _complete(
    contracts: Iterable[terms.Contract], taken: Iterable[Posted]
) -> tuple[terms.Contract, ...]:
    """Add to contracts what stands in other tables: partners, plants, what was used."""
    used, shared, plants = used_periods(taken), _shared_with(), None
    found = []
    for one in contracts:
        if one.plants is not None and plants is None:
            plants = _limits()
        found.append(
            replace(
                one,
                shared_with=tuple(shared.get((one.customer, one.id), ())),
                plants=None
                if one.plants is None
                else tuple((plants or {}).get(one.id, ())),
                used=used.get(one.id, ()) if one.covers == "allowance" else (),
            )
        )
    return tuple(found)


@once
def _shared_with() -> dict[tuple[str, str], list[str]]:
    """Return who else draws on a contract, by its customer and number."""
    shared: dict[tuple[str, str], list[str]] = defaultdict(list)
    for owner, number, other in reading.fetched(reading.SHARED):
        shared[owner, number].append(other)
    return shared


@once
def _limits() -> dict[str, list[str]]:
    """Return the plants that contracts are limited to, by contract."""
    limits: dict[str, list[str]] = defaultdict(list)
    for number, plant in reading.fetched(reading.LIMITS):
        limits[number].append(plant)
    return limits


def load_terms(owners: frozenset[str] | None = None) -> Terms:
    """Read everything that was agreed; of contracts only these customers' own."""
    shelf = _terms_read()
    for whose, agreed in shelf:
        if whose is None or (owners is not None and owners <= whose):
            return agreed if owners is None else limited_to(agreed, owners)
    shelf.append((owners, _terms_of(owners)))
    return shelf[-1][1]


def _terms_of(owners: frozenset[str] | None) -> Terms:
    rules = policy()
    if rules.default_tariff is None:
        raise NoTariff
    rows = map(reading.contract, reading.AGREED.rows(owners))
    contracts = sorted(rows, key=lambda one: one.id)
    have_allowances = any(one.covers == "allowance" for one in contracts)
    taken = tuple(posted(owners)) if have_allowances else ()
    firm = laid_down()
    return Terms(
        timezone=rules.timezone,
        require_consent=rules.require_consent,
        default_tariff=rules.default_tariff.code,
        special_days=firm.special_days,
        tariffs=firm.tariffs,
        rate_decks=firm.rate_decks,
        contracts=_complete(contracts, taken),
        posted=taken,
    )


def terms_around(customers: Iterable[str]) -> tuple[Terms, frozenset[str]]:
    """Read what concerns these customers, and name all who may share with them.

    Contracts of others can neither pay for their work nor be drawn on by it.
    """
    related = frozenset(all_related(customers))
    return load_terms(related), related


@once
def _terms_read() -> list[tuple[frozenset[str] | None, Terms]]:
    """Return where a page puts the terms that it has read, with whose they are."""
    return []


def related_customers(customer: Customer) -> set[str]:
    """Return the numbers of all who draw, over any contracts, on one allowance."""
    return all_related([customer.number])


def all_related(customers: Iterable[str]) -> set[str]:
    """Add to these customers all whose work may draw on the same allowances."""
    shared = _shared_with().items()
    pairs = ((owner, other) for (owner, _number), some in shared for other in some)
    return _partners(customers, pairs)


def related_under(agreed: Terms, customers: Iterable[str]) -> set[str]:
    """Do the same from terms that are read already."""
    pairs = ((c.customer, other) for c in agreed.contracts for other in c.shared_with)
    return _partners(customers, pairs)


def limited_to(agreed: Terms, customers: Collection[str]) -> Terms:
    """Leave out the contracts of others: they can neither pay nor be drawn on."""
    kept = tuple(c for c in agreed.contracts if c.customer in customers)
    return replace(agreed, contracts=kept)


def _partners(customers: Iterable[str], pairs: Iterable[tuple[str, str]]) -> set[str]:
    partners = defaultdict(set)
    for owner, other in pairs:
        partners[owner].add(other)
        partners[other].add(owner)
    found: set[str] = set()
    waiting = list(customers)
    while waiting:
        number = waiting.pop()
        if number not in found:
            found.add(number)
            waiting.extend(partners[number])
    return found
