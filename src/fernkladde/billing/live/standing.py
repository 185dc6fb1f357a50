"""Scarce allowances and what the month gave away, for the whole firm at once.

To rate all open work takes longer than a page may. So a duty of the worker keeps the
figures, with the last entry of the Kladde that they know. Whoever asks reads them,
learns from the later entries whose work was touched since, and rates only that. Where
it were too much for a page, the figures stay as they were kept, with their time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from fernkladde.billing import facts
from fernkladde.billing.marks import MOST_ENTRIES, customers_named_since
from fernkladde.billing.models import Standing
from fernkladde.billing.period import Month
from fernkladde.contracts.models import Contract, Covers
from fernkladde.customers.models import Customer
from fernkladde.journal import queries as journal

from .balances import Period, balances_of
from .gifts import gifts_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from fernkladde.rating.facts import Scenario

    from .gifts import Gifts

SCARCE = Decimal("0.2")
# So many customers are rated within a page; from so many on the worker does it.
MOST_IN_A_PAGE = 100
FEW = 20


@dataclass(frozen=True, slots=True)
class Current:
    """The period of a contract's allowance today, and whose contract it is."""

    customer: str
    period: Period


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures of a day: gifts of its month, None without a tariff; periods.

    `periods` has those of today by contract. `kept_at` is set where more was done
    since than a page can rate.
    """

    day: date
    gifts: Gifts | None
    periods: dict[str, Current]
    kept_at: datetime | None = None

    @property
    def scarce(self) -> dict[str, Period]:
        """Return the periods with a fifth or less left."""
        return {
            number: row.period
            for number, row in self.periods.items()
            if row.period.share_left <= SCARCE
        }


def figures(*, at: datetime) -> Figures:
    """Return the figures of the whole firm as they are at a moment."""
    today = at.astimezone(facts.load_zone()).date()
    kept = Standing.objects.first()
    if kept is None:
        return _made(None, today)
    touched = _touched_since(kept, today)
    number = Customer.objects.count() if touched is None else len(touched)
    if number > MOST_IN_A_PAGE:
        return replace(_read(kept), kept_at=kept.made_at)
    if touched is None:
        return _made(None, today)
    return _made_anew(_read(kept), touched)


def periods_now(contracts: Iterable[Contract], *, at: datetime) -> dict[str, Period]:
    """Return the period of today of each contract that has an allowance.

    They are those that rating would give: what was touched since is rated.
    """
    wanted = [row for row in contracts if row.covers == Covers.ALLOWANCE]
    today = at.astimezone(facts.load_zone()).date()
    kept = Standing.objects.first() if wanted else None
    touched = _touched_since(kept, today) if kept else None
    known = {}
    if kept is not None and touched is not None:
        rows = kept.content["periods"]
        known = {
            row.number: _period(rows[row.number])
            for row in wanted
            if row.number in rows and rows[row.number]["customer"] not in touched
        }
    others = [row for row in wanted if row.number not in known]
    balances = balances_of(others, on=today, at=at).items()
    return known | {n: row.now for n, row in balances if row.now is not None}


def keep_figures(*, at: datetime) -> bool:
    """Keep them anew if enough was done since; tell whether it was so.

    The end of the Kladde is read before the facts: what is done meanwhile counts as
    touched once more, and nothing is missed.
    """
    head = journal.head()
    today = at.astimezone(facts.load_zone()).date()
    kept = Standing.objects.first()
    touched = _touched_since(kept, today) if kept else None
    if kept is None or touched is None:
        found = _made(None, today)
    elif len(touched) > FEW:
        found = _made_anew(_read(kept), touched)
    else:
        return False
    row = Standing(
        entry=head.sequence,
        entry_hash=head.hash,
        day=today,
        made_at=at,
        content=_written(found),
    )
    names = ["entry", "entry_hash", "day", "made_at", "content"]
    Standing.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["id"], update_fields=names
    )
    return True


def _touched_since(kept: Standing, today: date) -> frozenset[str] | None:
    """Return whose work was touched since, all that share with them; None: anybody's.

    With the day periods change; with another chain than the one known, everything.
    """
    known = journal.ChainHead(kept.entry, kept.entry_hash)
    if kept.day != today or not journal.is_in_chain(known):
        return None
    named = customers_named_since(kept.entry, most=MOST_ENTRIES)
    return None if named is None else frozenset(facts.all_related(named))


def _made_anew(known: Figures, touched: Collection[str]) -> Figures:
    """Put what was touched in the place of what was known of it."""
    if not touched:
        return known
    fresh = _made(touched, known.day)
    gifts = None
    if known.gifts is not None and fresh.gifts is not None:
        others = {who: row for who, row in known.gifts.items() if who not in touched}
        gifts = {**others, **fresh.gifts}
    periods = {
        number: row
        for number, row in known.periods.items()
        if row.customer not in touched
    }
    return Figures(known.day, gifts, {**periods, **fresh.periods})


def _made(customers: Collection[str] | None, today: date) -> Figures:
    """Rate the open work of these customers, or of all."""
    try:
        agreed = facts.load_terms(None if customers is None else frozenset(customers))
    except facts.NoTariff:
        return Figures(today, None, {})
    around = facts.month_scenario(agreed, today, customers)
    gifts = gifts_of(Month.of(today), customers, around)
    return Figures(today, gifts, _periods(customers, today, around))


def _periods(
    customers: Collection[str] | None, today: date, around: Scenario
) -> dict[str, Current]:
    rows = Contract.objects.in_force(today).filter(covers=Covers.ALLOWANCE)
    if customers is not None:
        rows = rows.filter(customer__number__in=customers)
    contracts = list(rows.select_related("customer").order_by("number"))
    balances = balances_of(contracts, on=today, around=around)
    return {
        contract.number: Current(contract.customer.number, now)
        for contract in contracts
        if contract.number in balances
        and (now := balances[contract.number].now) is not None
    }


AMOUNTS = ("unit", "granted", "carried", "used", "handed_on", "expired")


def _written(found: Figures) -> dict[str, Any]:
    return {
        "gifts": found.gifts
        and {
            customer: {basis: str(value) for basis, value in row.items()}
            for customer, row in found.gifts.items()
        },
        "periods": {
            number: {
                "customer": row.customer,
                "start": row.period.start.isoformat(),
                "end": row.period.end.isoformat(),
                **{name: getattr(row.period, name) for name in AMOUNTS},
            }
            for number, row in found.periods.items()
        },
    }


def _read(kept: Standing) -> Figures:
    gifts = kept.content["gifts"]
    return Figures(
        day=kept.day,
        gifts=gifts
        and {
            customer: {basis: Decimal(value) for basis, value in row.items()}
            for customer, row in gifts.items()
        },
        periods={
            number: Current(row["customer"], _period(row))
            for number, row in kept.content["periods"].items()
        },
    )


def _period(row: dict[str, Any]) -> Period:
    return Period(
        start=date.fromisoformat(row["start"]),
        end=date.fromisoformat(row["end"]),
        **{name: row[name] for name in AMOUNTS},
    )
