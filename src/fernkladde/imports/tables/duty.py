"""The duty to check, take or undo a table; a worker's, or the page's for small ones.

As with renderings the row is the truth: it is claimed with one conditional UPDATE
under a key and a lease, renewed while the work goes on, and finished only under that
key. A killed worker leaves nothing half done, since all writing is one transaction.
"""

from __future__ import annotations

import logging
import secrets
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import Error, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from fernkladde.imports.models import Batch, BatchState, Outcome
from fernkladde.values.refusal import Refusal

from .batches import content_of, open_table
from .kinds import KINDS
from .kinds.kind import ChangedMeanwhile, NotUndoable, Taking
from .kinds.records import meanwhile
from .limits import Unreadable
from .pages import Pages
from .taking import Reading, carry_out, collect, take_back
from .works import Works

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from .verdicts import Judged, Tally

    Clock = Callable[[], datetime]

LEASE = timedelta(minutes=5)
# Writing is one transaction, in which no lease can be renewed for others to see.
LEASE_FOR_WRITING = timedelta(minutes=30)
MOST_ATTEMPTS = 3
ROWS_PER_RENEWAL = 5_000
# Smaller tables are dealt with while the person waits.
SMALL_BYTES = 400_000
SMALL_ROWS = 5_000

AFTER_FAILURE = {
    BatchState.CHECKING: BatchState.GIVEN,
    BatchState.TAKING: BatchState.CHECKED,
    BatchState.UNDOING: BatchState.TAKEN,
}

log = logging.getLogger(__name__)


class ClaimLost(RuntimeError):
    """Somebody else has the duty now; what was begun here must not be finished."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A duty that is ours for as long as the key stands in its row."""

    pk: int
    key: str
    clock: Clock

    def renew(self, lease: timedelta = LEASE, **values: object) -> None:
        mine = Batch.objects.filter(pk=self.pk, lease=self.key)
        if not mine.update(leased_until=self.clock() + lease, **values):
            raise ClaimLost

    def finish(self, state: BatchState, **values: object) -> None:
        self.renew(timedelta(), state=state, due_at=None, **values)


def is_small(batch: Batch) -> bool:
    """Tell whether a person can wait for it."""
    rows = batch.rows if batch.state != BatchState.CHECKING else 0
    return batch.size <= SMALL_BYTES and rows <= SMALL_ROWS


def fulfil_due(*, clock: Clock) -> int:
    """Claim and fulfil one duty, if one is due; return how many were taken up."""
    due = Batch.objects.due(clock()).order_by("due_at", "pk")
    for pk in due.values_list("pk", flat=True)[:1]:
        return int(fulfil(pk, clock=clock))
    return 0


def fulfil(pk: int, *, clock: Clock) -> bool:
    """Claim this duty and fulfil it; return whether it was there to be claimed."""
    at = clock()
    claim = Claim(pk, secrets.token_hex(16), clock)
    mine = Batch.objects.due(at).filter(pk=pk)
    if not mine.update(
        lease=claim.key, leased_until=at + LEASE, attempts=F("attempts") + 1
    ):
        return False
    batch = Batch.objects.select_related("wanted_by").get(pk=pk)
    try:
        _do(batch, claim)
    except ClaimLost:
        log.warning("batch %s: another worker has taken over", pk)
    return True


def _do(batch: Batch, claim: Claim) -> None:
    step = {
        BatchState.CHECKING: _check,
        BatchState.TAKING: _take,
        BatchState.UNDOING: _undo,
    }[BatchState(batch.state)]
    try:
        _check_attempts(batch)
        step(batch, claim)
    except (ClaimLost, Error):  # the database's faults are no faults of the table
        raise
    except Unreadable as refusal:
        claim.finish(BatchState.UNREADABLE, faults=[str(refusal)])
    except Refusal as refusal:
        claim.finish(AFTER_FAILURE[BatchState(batch.state)], faults=[str(refusal)])
    except Exception:
        log.exception("batch %s", batch.pk)
        sentence = _("Das ist fehlgeschlagen; das Protokoll des Servers sagt mehr.")
        claim.finish(AFTER_FAILURE[BatchState(batch.state)], faults=[sentence])


def _check_attempts(batch: Batch) -> None:
    """Stop trying what has ended the worker again and again."""
    if batch.attempts > MOST_ATTEMPTS:
        raise Refusal(_("Mehrmals abgebrochen. Reicht der Speicher des Servers?"))


def _check(batch: Batch, claim: Claim, faults: tuple[str, ...] = ()) -> None:
    pages, progress = Pages(batch), _Progress(claim)

    def each(judged: Judged) -> None:
        pages.add(judged.verdict)
        progress.step()

    pages.clear()
    with _reading(batch, claim) as reading:
        tally = collect(reading, each=each)
        told = reading.table.told
    pages.close()
    claim.finish(
        BatchState.CHECKED,
        told=told,
        faults=list(faults),
        done_rows=tally.rows,
        **tally.as_columns(),
    )


def _take(batch: Batch, claim: Claim) -> None:
    kind = KINDS[batch.kind]
    with Works(on_disk=kind.is_large) as works:
        with _reading(batch, claim) as reading:
            progress = _Progress(claim)
            tally = collect(reading, works, each=lambda _judged: progress.step())
        try:
            if tally.as_columns() != _counted(batch):
                raise meanwhile()
            _write(batch, works, tally, claim)
        except ChangedMeanwhile as refusal:
            # Say anew what would become of it: the old verdicts hold no longer.
            _check(batch, claim, faults=(str(refusal),))


def _counted(batch: Batch) -> dict[str, int]:
    return {outcome.value: getattr(batch, outcome.value) for outcome in Outcome}


def _write(batch: Batch, works: Works, tally: Tally, claim: Claim) -> None:
    claim.renew(LEASE_FOR_WRITING)
    taking = Taking(batch=batch, by=batch.wanted_by, at=claim.clock())
    with transaction.atomic():
        # Under the key: whoever has lost the claim writes nothing at all.
        claim.renew(timedelta(), due_at=None)
        carry_out(works, tally, taking)


def _undo(batch: Batch, claim: Claim) -> None:
    claim.renew(LEASE_FOR_WRITING)
    taking = Taking(batch=batch, by=batch.wanted_by, at=claim.clock())
    try:
        with transaction.atomic():
            claim.renew(timedelta(), due_at=None)
            take_back(taking)
    except NotUndoable as refusal:
        claim.finish(BatchState.TAKEN, faults=refusal.sentences)


@contextmanager
def _reading(batch: Batch, claim: Claim) -> Iterator[Reading]:
    """Open the batch's table for one pass over it."""
    kind = KINDS[batch.kind]
    with content_of(batch) as file:
        table = open_table(kind, file, batch.sheet)
        yield Reading(kind=kind, table=table, columns=batch.columns, at=claim.clock())


class _Progress:
    """Counts rows, and now and then says in the row how many there were."""

    def __init__(self, claim: Claim) -> None:
        self._claim = claim
        self._rows = 0

    def step(self) -> None:
        self._rows += 1
        if self._rows % ROWS_PER_RENEWAL == 0:
            self._claim.renew(done_rows=self._rows)
