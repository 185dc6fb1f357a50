"""How far a month is: the figures of its funnel, from stored rows alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Count, Sum

from fernkladde.billing.models import (
    Invoice,
    Preview,
    PreviewState,
    Run,
    Settlement,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.db.models import QuerySet

ZERO = Decimal("0.00")


@dataclass(slots=True)
class Overview:
    """What a month's run has: previews by state, settlements, invoices, files."""

    period: str
    run: Run | None = None
    states: Counter[str] = field(default_factory=Counter)
    previewed_net: Decimal = ZERO
    free_value: Decimal = ZERO
    held_value: Decimal = ZERO
    settled: int = 0
    invoices: int = 0
    net: Decimal = ZERO
    gross: Decimal = ZERO
    files: Counter[str] = field(default_factory=Counter)

    @property
    def previewed(self) -> int:
        return sum(self.states.values())

    @property
    def customers(self) -> int:
        return self.previewed + self.settled

    @property
    def statements(self) -> int:
        """Count the customers whose month came to nothing."""
        return self.settled - self.invoices

    @property
    def parked(self) -> int:
        return self.states[PreviewState.PARKED]

    @property
    def approved(self) -> int:
        return self.states[PreviewState.APPROVED]

    @property
    def approvable(self) -> int:
        return self.states[PreviewState.PREVIEWED]

    @property
    def to_approve(self) -> int:
        """Count those who still need an approval; the outdated first a new preview."""
        return self.states[PreviewState.PREVIEWED] + self.states[PreviewState.OUTDATED]

    @property
    def to_issue(self) -> int:
        """Count all who can get there: parked and held customers wait outside."""
        return self.settled + self.approved + self.to_approve

    @property
    def is_done(self) -> bool:
        return bool(self.settled) and not self.approved and not self.to_approve


def overviews(periods: Iterable[str]) -> dict[str, Overview]:
    """Return an overview for each month; four queries however many there are."""
    found = {period: Overview(period) for period in periods}
    runs = {run.pk: run for run in Run.objects.filter(period__in=found)}
    for run in runs.values():
        found[run.period].run = run
    of_run = {key: found[run.period] for key, run in runs.items()}
    _count_previews(of_run)
    _count_settlements(of_run)
    return found


def overview(period: str) -> Overview:
    return overviews([period])[period]


def open_previews(run: Run) -> QuerySet[Preview]:
    """Return the previews of a run, without those a quicker clerk has settled."""
    live = Settlement.objects.filter(run=run, released_by=None)
    return run.previews.exclude(customer__in=live.values("customer"))


def _count_previews(months: Mapping[int, Overview]) -> None:
    rows = (
        Preview.objects.filter(run__in=months)
        .order_by()
        .values_list("run", "state")
        .annotate(
            Count("pk"), net=Sum("net"), free=Sum("free_value"), held=Sum("held_value")
        )
    )
    for run, state, count, net, free, held in rows:
        month = months[run]
        month.states[state] = count
        month.previewed_net += net
        month.free_value += free
        month.held_value += held


def _count_settlements(months: Mapping[int, Overview]) -> None:
    live = Settlement.objects.filter(run__in=months, released_by=None).order_by()
    for run, count in live.values_list("run").annotate(Count("pk")):
        months[run].settled = count
    invoices = Invoice.objects.filter(settlement__in=live).order_by()
    by_file = invoices.values_list("settlement__run", "rendering__state")
    rows = by_file.annotate(n=Count("pk"), net=Sum("net"), gross=Sum("gross"))
    for run, state, count, net, gross in rows:
        month = months[run]
        month.files[state] = count
        month.invoices += count
        month.net += net
        month.gross += gross
