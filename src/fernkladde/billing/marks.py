"""Cheap signs that something was done to a customer's work since a preview.

A mark is no proof: only rating anew tells whether a preview still holds, and issuing
does that. But one query finds out for all customers where it is worth looking.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, F, Sum

from fernkladde.cases.models import Case
from fernkladde.journal.models import Entry
from fernkladde.values.once import once

from . import facts
from .models import Invoice, Settlement
from .opening import ALLOWANCE_OPENED

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date
    from zoneinfo import ZoneInfo

    from .models import Run

# What was agreed, as the Kladde names it: a change there may bear on all customers.
ROOMS_OF_TERMS = ("contracts", "plants", "customers")
FIRM_CHANGED = "billing.company-changed"
# What says nothing about work, and what names the one customer whose work it changed.
SILENT_ROOMS = frozenset({"accounts", "exports", "integrity", "journal", "search"})
SILENT_KINDS = frozenset(
    {
        "billing.month-previewed",
        "billing.month-approved",
        "billing.approval-withdrawn",
    }
)
ROOMS_OF_WORK = frozenset({"cases", "connections", "billing"})
# From so many entries or customers on one question about all is quicker.
MOST_ENTRIES = 2000
MANY = 200


@dataclass(frozen=True, slots=True)
class Mark:
    """How many unbilled sessions a customer has, and how often they were touched."""

    sessions: int
    touched: int

    def __str__(self) -> str:
        return f"{self.sessions}:{self.touched}"

    @classmethod
    def read(cls, text: str) -> Mark:
        return cls(*map(int, text.split(":")))


def marks(
    until: date, zone: ZoneInfo, customers: Collection[str] | None = None
) -> dict[int, Mark]:
    """Return a mark by customer key for all who have unbilled work up to a date.

    With `customers` only theirs.
    """
    rows = (
        facts.unbilled(until, zone, customers)
        .order_by()
        .values_list("case__customer_id")
        .annotate(n=Count("pk"), touched=Sum(F("revision") + F("case__revision")))
    )
    return {customer: Mark(n, touched) for customer, n, touched in rows}


def marks_since(run: Run, until: date, zone: ZoneInfo) -> dict[int, Mark]:
    """Return the same for a month that was previewed, and ask only of some.

    What the Kladde tells nothing of since the preview still has that preview's mark.
    """
    named = customers_named_since(run.seen_entry, most=MOST_ENTRIES)
    if named is None:
        return marks(until, zone)
    named |= set(settled_in(run).values())
    if len(named) > MANY:
        return marks(until, zone)
    kept = {
        one.customer: Mark.read(one.mark)
        for one in kept_marks(run)
        if one.mark and one.number not in named
    }
    return kept | (marks(until, zone, named) if named else {})


@dataclass(frozen=True, slots=True)
class KeptMark:
    """A customer's key and number, and the mark that its preview keeps."""

    customer: int
    number: str
    mark: str


@once
def kept_marks(run: Run) -> tuple[KeptMark, ...]:
    """Return the marks of a run's previews."""
    rows = run.previews.values_list("customer_id", "customer__number", "mark")
    return tuple(KeptMark(*row) for row in rows)


@once
def settled_in(run: Run) -> dict[int, str]:
    """Return the customers whose month has a live settlement, by key and number."""
    live = Settlement.objects.filter(run=run, released_by=None)
    return dict(live.values_list("customer_id", "customer__number"))


def customers_named_since(sequence: int, *, most: int) -> set[str] | None:
    """Return the customers whose work entries after this one bear on.

    None stands for anybody: where terms changed, where an entry names no one
    customer, or where there are more entries than `most`.
    """
    later = Entry.objects.filter(sequence__gt=sequence).in_order()
    entries = list(later.values_list("kind", "subject")[: most + 1])
    return _named_in(entries) if len(entries) <= most else None


def _named_in(entries: Iterable[tuple[str, str]]) -> set[str] | None:
    found: dict[str, set[str]] = {"case": set(), "invoice": set(), "customer": set()}
    for kind, subject in entries:
        room, (word, _slash, key) = kind.split(".")[0], subject.partition("/")
        if room in SILENT_ROOMS or kind in SILENT_KINDS:
            continue
        if room not in ROOMS_OF_WORK or word not in found:
            return None
        found[word].add(key)
    customers = found["customer"]
    for model, numbers in ((Case, found["case"]), (Invoice, found["invoice"])):
        if numbers:
            rows = model.objects.filter(number__in=numbers)
            customers |= set(rows.values_list("customer__number", flat=True))
    return customers


def terms_changed_since(sequence: int) -> bool:
    """Tell whether contracts, tariffs, plants or addresses changed after an entry."""
    later = Entry.objects.filter(sequence__gt=sequence)
    bearing = later.of_kind(FIRM_CHANGED, ALLOWANCE_OPENED)
    for room in ROOMS_OF_TERMS:
        bearing |= later.of_room(room)
    return bearing.exists()
