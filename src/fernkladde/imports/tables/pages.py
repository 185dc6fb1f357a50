"""Verdicts as people turn over them: by outcome, a hundred to a page."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from fernkladde.imports.models import Batch, Outcome, VerdictPage

if TYPE_CHECKING:
    from .verdicts import Verdict

PER_PAGE = 100
# So many pages of each outcome are kept; nobody reads on after ten thousand rows.
MOST_PAGES = 100


class Pages:
    """Takes verdicts in their order and keeps them with the batch."""

    def __init__(self, batch: Batch) -> None:
        self._batch = batch
        self._open: dict[Outcome, list[Any]] = defaultdict(list)
        self._kept: dict[Outcome, int] = defaultdict(int)

    def clear(self) -> None:
        self._batch.verdict_pages.all().delete()

    def add(self, verdict: Verdict) -> None:
        outcome = verdict.outcome
        if self._kept[outcome] >= MOST_PAGES:
            return
        row = [verdict.line, verdict.subject, list(verdict.sentences)]
        self._open[outcome].append(row)
        if len(self._open[outcome]) == PER_PAGE:
            self._keep(outcome)

    def close(self) -> None:
        for outcome in [one for one in self._open if self._open[one]]:
            self._keep(outcome)

    def _keep(self, outcome: Outcome) -> None:
        self._kept[outcome] += 1
        VerdictPage.objects.create(
            batch=self._batch,
            outcome=outcome,
            number=self._kept[outcome],
            verdicts=self._open.pop(outcome),
        )
