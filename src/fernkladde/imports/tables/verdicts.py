"""What is said of a row before anything is done."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fernkladde.imports.models import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of one row: what it is about, and why or what differs."""

    line: int
    outcome: Outcome
    subject: str = ""
    sentences: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict, and what has to be written if it is carried out."""

    verdict: Verdict
    work: Any = None


@dataclass(slots=True)
class Tally:
    """How many rows of each outcome there are."""

    counts: Counter[Outcome] = field(default_factory=Counter)

    def add(self, verdict: Verdict) -> None:
        self.counts[verdict.outcome] += 1

    def __getitem__(self, outcome: Outcome) -> int:
        return self.counts[outcome]

    @property
    def rows(self) -> int:
        return self.counts.total()

    def as_columns(self) -> dict[str, int]:
        return {outcome.value: self.counts[outcome] for outcome in Outcome}


def refused(line: int, sentences: Sequence[str], subject: str = "") -> Judged:
    return Judged(Verdict(line, Outcome.REFUSED, subject, tuple(sentences)))
