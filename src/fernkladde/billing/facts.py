"""The seam: rows in, the rating engine's own words out, in bulk and in order.

A handful of queries however many cases; the same scenario serves the month end,
the meter, the balance and the export.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from django.db.models import Exists, OuterRef

from fernkladde.cases.models import Session
from fernkladde.connections.models import Call
from fernkladde.contracts.queries import policy
from fernkladde.rating import facts

from . import reading
from .agreed import (
    NoTariff,
    Terms,
    all_related,
    limited_to,
    load_terms,
    load_zone,
    posted,
    related_customers,
    related_under,
    tariffs,
    terms_around,
    used_by_work_period,
)
from .models import Claim
from .period import end_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from zoneinfo import ZoneInfo

    from django.db.models import QuerySet

__all__ = [
    "NoTariff", "Terms", "all_related", "limited_to", "load_terms", "load_zone",
    "policy", "posted", "related_customers", "related_under", "tariffs",
    "terms_around", "used_by_work_period",
]  # fmt: skip


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
    found = reading.matters({session.case for session in sessions})
    others = {contract.customer for contract in agreed.contracts}
    others -= found.customers.keys()
    customers = [*found.customers.values(), *customers_named(others)]
    return facts.Scenario(
        timezone=agreed.timezone,
        default_tariff=agreed.default_tariff,
        tariffs=agreed.tariffs,
        customers=_in_order(customers),
        cases=_in_order(found.cases.values()),
        sessions=sessions,
        special_days=agreed.special_days,
        require_consent=agreed.require_consent,
        rate_decks=agreed.rate_decks,
        plants=_in_order(found.plants.values()),
        contracts=agreed.contracts,
        calls=tuple(calls),
        billed_fees=billed_fees(found.cases.keys()),
    )


def _in_order(rows: Iterable[Numbered]) -> tuple[Numbered, ...]:
    return tuple(sorted(rows, key=lambda row: row.id))


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


def calls_at(sessions: Collection[str]) -> tuple[facts.Call, ...]:
    """Return the calls of sessions by their numbers."""
    rows = map(reading.call, reading.CALLS_AT.rows(sessions))
    return tuple(sorted(rows, key=lambda call: call.id))


CHUNK = 500
Name = TypeVar("Name", str, int)
Numbered = TypeVar("Numbered", facts.Case, facts.Customer, facts.Plant)


def chunks(names: Iterable[Name]) -> Iterator[list[Name]]:
    """Cut a long list: SQLite takes a limited number of parameters."""
    ordered = sorted(names)
    return (ordered[at : at + CHUNK] for at in range(0, len(ordered), CHUNK))


def customers_named(numbers: Collection[str]) -> tuple[facts.Customer, ...]:
    return tuple(map(reading.customer, reading.CUSTOMERS.rows(numbers)))


def fee_key(fee: facts.BilledFee) -> str:
    """Return the text that a claim keeps a fee under, unique among live claims."""
    day = fee.date.isoformat() if fee.date else None
    return json.dumps([fee.case, fee.fee, fee.tariff, day], ensure_ascii=False)


def billed_fees(cases: Collection[str]) -> tuple[facts.BilledFee, ...]:
    """Return the fees that live claims and opening records carry for these cases.

    Those of a merged case were billed for the whole that it is part of now.
    """
    own = [_billed_fee(text) for (text,) in reading.FEES.rows(cases)]
    merged = [
        replace(_billed_fee(text), case=stays)
        for text, stays in reading.FEES_OF_MERGED.rows(cases)
    ]
    return tuple(dict.fromkeys([*own, *merged]))


def _billed_fee(text: str) -> facts.BilledFee:
    case, fee, tariff, day = json.loads(text)
    return facts.BilledFee(case, fee, tariff, date.fromisoformat(day) if day else None)
