"""The seam: rows in, the rating engine's own words out, in bulk and in order.

A handful of queries however many cases; the same scenario serves the month end,
the meter, the balance and the export.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, TypeVar
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Sum

from fernkladde.cases.models import Session
from fernkladde.connections.models import Call
from fernkladde.contracts.models import (
    Contract,
    Policy,
    RateDeck,
    SpecialDay,
    TariffVersion,
)
from fernkladde.rating import facts, terms
from fernkladde.rating.scenario import parse_rate_deck, parse_tariff_version
from fernkladde.values.once import once

from . import reading
from .models import AllowancePosting, Claim
from .period import end_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from django.db.models import QuerySet

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


@once
def policy() -> Policy:
    """Return the firm's rules of charging; a new firm has the defaults."""
    return Policy.objects.select_related("default_tariff").first() or Policy(pk=1)


def load_zone() -> ZoneInfo:
    """Return the firm's time zone."""
    return ZoneInfo(policy().timezone)


@lru_cache(maxsize=512)
def _version(document: str) -> terms.TariffVersion:
    return parse_tariff_version(json.loads(document))


@once
def tariffs() -> tuple[terms.Tariff, ...]:
    versions = defaultdict(list)
    names = {}
    rows = TariffVersion.objects.select_related("tariff").order_by("valid_from")
    for row in rows:
        names[row.tariff.code] = row.tariff.name
        versions[row.tariff.code].append(_version(json.dumps(row.terms)))
    return tuple(
        terms.Tariff(id=code, versions=tuple(found), name=names[code])
        for code, found in versions.items()
    )


@once
def _rate_decks() -> tuple[terms.RateDeck, ...]:
    return tuple(
        parse_rate_deck({"id": deck.code, "name": deck.name, "rates": deck.rates})
        for deck in RateDeck.objects.order_by("code")
    )


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
    live = AllowancePosting.objects.filter(released_by=None)
    if owners is not None:
        live = live.filter(contract__customer__number__in=owners)
    rows = (
        live.order_by("contract__number", "period_start", "for_period", "case_number")
        .values_list("contract__number", "period_start", "for_period", "case_number")
        .annotate(s=Sum("seconds"), h=Sum("handed_seconds"), c=Sum("cases"))
    )
    return [Posted(*row) for row in rows]


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


@once
def _special_days() -> dict[date, str]:
    return dict(SpecialDay.objects.values_list("date", "label"))


def _allowance(row: Contract) -> terms.Allowance | None:
    if row.covers != "allowance":
        return None
    return terms.Allowance(
        period=row.allowance_period,  # type: ignore[arg-type]
        minutes=row.allowance_minutes,
        cases=row.allowance_cases,
        carry_over_periods="term" if row.carry_over_term else row.carry_over_periods,
        carry_over_minutes=row.carry_over_minutes,
        surcharge_on_covered=row.surcharge_on_covered,  # type: ignore[arg-type]
    )


def _contract_rows(owners: Collection[str] | None) -> list[Contract]:
    rows = Contract.objects.select_related("customer", "tariff").order_by("number")
    if owners is not None:
        rows = rows.filter(customer__number__in=owners)
    return list(rows)


def _contracts(
    rows: Iterable[Contract], taken: Iterable[Posted]
) -> tuple[terms.Contract, ...]:
    used, shared, plants = used_periods(taken), _shared_with(), None
    found = []
    for row in rows:
        if row.limited_to_plants and plants is None:
            plants = _limits()
        found.append(
            _contract(
                row,
                used=used.get(row.number, ()),
                shared_with=tuple(shared.get((row.customer.number, row.number), ())),
                plants=tuple((plants or {}).get(row.number, ())),
            )
        )
    return tuple(found)


@once
def _shared_with() -> dict[tuple[str, str], list[str]]:
    """Return who else draws on a contract, by its customer and number."""
    shared: dict[tuple[str, str], list[str]] = defaultdict(list)
    rows = Contract.objects.filter(shared_with__isnull=False)
    named = rows.values_list("customer__number", "number", "shared_with__number")
    for owner, number, other in named.order_by("number", "shared_with__number"):
        shared[owner, number].append(other)
    return shared


@once
def _limits() -> dict[str, list[str]]:
    """Return the plants that contracts are limited to, by contract."""
    limits: dict[str, list[str]] = defaultdict(list)
    rows = Contract.objects.filter(limited_to_plants=True, plants__isnull=False)
    named = rows.values_list("number", "plants__number")
    for number, plant in named.order_by("number", "plants__number"):
        limits[number].append(plant)
    return limits


def _contract(
    row: Contract,
    *,
    used: tuple[terms.UsedPeriod, ...],
    shared_with: tuple[str, ...],
    plants: tuple[str, ...],
) -> terms.Contract:
    return terms.Contract(
        id=row.number,
        customer=row.customer.number,
        valid_from=row.valid_from,
        covers=row.covers,  # type: ignore[arg-type]
        name=row.name,
        shared_with=shared_with,
        plants=plants if row.limited_to_plants else None,
        services=None if row.services is None else tuple(row.services),
        valid_until=row.valid_until,
        priority=row.priority,
        tariff=row.tariff.code if row.tariff else None,
        allowance=_allowance(row),
        includes_connection=row.includes_connection,
        used=used if row.covers == "allowance" else (),
    )


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
    rows = _contract_rows(owners)
    have_allowances = any(row.covers == "allowance" for row in rows)
    taken = tuple(posted(owners)) if have_allowances else ()
    return Terms(
        timezone=rules.timezone,
        require_consent=rules.require_consent,
        default_tariff=rules.default_tariff.code,
        special_days=_special_days(),
        tariffs=tariffs(),
        rate_decks=_rate_decks(),
        contracts=_contracts(rows, taken),
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


def unbilled(
    until: date, zone: ZoneInfo, customers: Collection[str] | None = None
) -> QuerySet[Session]:
    """Return confirmed sessions up to a service date that nothing has settled.

    Until nothing is known of a session but its end and its confirmation, it is
    not here: running and unconfirmed timers wait.
    """
    sessions = (
        Session.objects.confirmed()
        .started_before(end_of(until, zone))
        .filter(~Exists(settled()))
    )
    if customers is not None:
        sessions = sessions.filter(case__customer__number__in=customers)
    return sessions


def settled() -> QuerySet[Claim]:
    """Return the live claim to a session: asked of each, not of a list of all."""
    return Claim.objects.filter(released_by=None, session=OuterRef("pk"))


SESSION_FIELDS = (
    "number", "case__number", "service", "started_at", "ended_at", "skill",
    "technician__username", "connection", "billable", "goodwill_percent",
)  # fmt: skip


def build(
    agreed: Terms,
    sessions: Iterable[facts.Session],
    *,
    calls: Iterable[facts.Call] = (),
) -> facts.Scenario:
    """Complete sessions to a scenario: their cases, plants, customers, fees."""
    sessions = tuple(sessions)
    cases = cases_named({session.case for session in sessions})
    plants = {case.plant for case in cases if case.plant}
    owners = {case.customer for case in cases}
    owners |= {contract.customer for contract in agreed.contracts}
    return facts.Scenario(
        timezone=agreed.timezone,
        default_tariff=agreed.default_tariff,
        tariffs=agreed.tariffs,
        customers=customers_named(owners),
        cases=cases,
        sessions=sessions,
        special_days=agreed.special_days,
        require_consent=agreed.require_consent,
        rate_decks=agreed.rate_decks,
        plants=plants_named(plants),
        contracts=agreed.contracts,
        calls=tuple(calls),
        billed_fees=billed_fees({case.id for case in cases}),
    )


def month_scenario(
    agreed: Terms, until: date, customers: Collection[str] | None = None
) -> facts.Scenario:
    """Return all that a run up to a date has to rate."""
    chosen = unbilled(until, agreed.zone, customers)
    rows = chosen.order_by("started_at", "number").values_list(*SESSION_FIELDS)
    sessions = map(reading.session, reading.rows_of(rows))
    return build(agreed, sessions, calls=calls_of(chosen))


CALL_FIELDS = (
    "number", "session__number", "started_at", "dialled", "seconds", "cost",
)  # fmt: skip


def calls_of(sessions: QuerySet[Session]) -> tuple[facts.Call, ...]:
    rows = Call.objects.filter(session__in=sessions).order_by("number")
    return tuple(map(reading.call, reading.rows_of(rows.values_list(*CALL_FIELDS))))


def calls_at(sessions: Iterable[str]) -> tuple[facts.Call, ...]:
    """Return the calls of sessions by their numbers."""
    return tuple(
        reading.call(row)
        for chunk in chunks(sessions)
        for row in reading.rows_of(
            Call.objects.filter(session__number__in=chunk)
            .order_by("number")
            .values_list(*CALL_FIELDS)
        )
    )


CHUNK = 500
Name = TypeVar("Name", str, int)


def chunks(names: Iterable[Name]) -> Iterator[list[Name]]:
    """Cut a long list: SQLite takes a limited number of parameters."""
    ordered = sorted(names)
    return (ordered[at : at + CHUNK] for at in range(0, len(ordered), CHUNK))


def cases_named(numbers: Collection[str]) -> tuple[facts.Case, ...]:
    return tuple(reading.case(row[1:]) for row in reading.CASES.rows(numbers))


def customers_named(numbers: Collection[str]) -> tuple[facts.Customer, ...]:
    return tuple(map(reading.customer, reading.CUSTOMERS.rows(numbers)))


def plants_named(numbers: Collection[str]) -> tuple[facts.Plant, ...]:
    return tuple(map(reading.plant, reading.PLANTS.rows(numbers)))


def fee_key(fee: facts.BilledFee) -> str:
    """Return the text that a claim keeps a fee under, unique among live claims."""
    day = fee.date.isoformat() if fee.date else None
    return json.dumps([fee.case, fee.fee, fee.tariff, day], ensure_ascii=False)


def billed_fees(cases: Collection[str]) -> tuple[facts.BilledFee, ...]:
    """Return the fees that live claims and opening records carry for these cases."""
    live = Claim.objects.filter(released_by=None, fee__isnull=False)
    return tuple(
        _billed_fee(text)
        for chunk in chunks(cases)
        for text in live.filter(fee_case__in=chunk).values_list("fee", flat=True)
    )


def _billed_fee(text: str | None) -> facts.BilledFee:
    case, fee, tariff, day = json.loads(text or "")
    return facts.BilledFee(case, fee, tariff, date.fromisoformat(day) if day else None)


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
