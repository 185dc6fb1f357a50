"""The duty to make the files of an issued invoice or a statement.

The row is the truth: a worker claims due rows with one conditional UPDATE, under a
key and a lease that it renews, and may finish only under that key. A killed worker
loses nothing, since the lease runs out; a frozen one cannot write late, neither row
nor file, since its key is gone.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import Error, transaction
from django.db.models import F, Q

from .models import Rendering, RenderingState
from .sheets import Press

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime


# Longer than the press may take for one document.
LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 5
BATCH = 8
UNTIL_THERE_IS_ROOM = timedelta(seconds=60)


def claim_due(*, at: datetime, limit: int = BATCH) -> tuple[str, list[int]]:
    """Take up to `limit` due duties under a new key; two workers never get one."""
    key = secrets.token_hex(16)
    free = Q(leased_until=None) | Q(leased_until__lt=at)
    due = Rendering.objects.filter(free, state=RenderingState.DUE, due_at__lte=at)
    wanted = list(due.order_by("due_at", "pk").values_list("pk", flat=True)[:limit])
    # The condition is asked again by the UPDATE: this is what decides a race.
    due.filter(pk__in=wanted).update(
        lease=key, leased_until=at + LEASE, attempts=F("attempts") + 1
    )
    taken = Rendering.objects.filter(lease=key).order_by("pk")
    return key, list(taken.values_list("pk", flat=True))


def render_due(
    press: Press, *, clock: Callable[[], datetime], limit: int = BATCH
) -> int:
    """Claim and fulfil duties; return how many were taken up."""
    key, taken = claim_due(at=clock(), limit=limit)
    for pk in taken:
        _fulfil(pk, key, press, clock)
    return len(taken)


@dataclass(frozen=True, slots=True)
class _Part:
    """A file that is written and has not got its name yet."""

    kind: str
    name: str
    sha256: str
    path: Path

    @property
    def columns(self) -> dict[str, str]:
        return {self.kind: self.name, f"{self.kind}_sha256": self.sha256}


def _fulfil(pk: int, key: str, press: Press, clock: Callable[[], datetime]) -> None:
    if not _renew(pk, key, clock()):
        return
    row = Rendering.objects.select_related("invoice", "settlement").get(pk=pk)
    parts: list[_Part] = []
    try:
        rendered = press.render(row.document)
        parts.append(_write(row, key, "pdf", rendered.pdf))
        if rendered.xml is not None:
            parts.append(_write(row, key, "xml", rendered.xml))
        _finish(row, key, parts)
    except OSError as fault:
        _wait_for_room(row, key, fault, clock())
    except Error:  # of the database: no fault of the document
        raise
    except Exception as fault:  # one bad document must not stop the others
        _give_back(row, key, str(fault), clock())
    finally:
        for part in parts:
            part.path.unlink(missing_ok=True)


def _renew(pk: int, key: str, at: datetime) -> bool:
    """Take the whole lease for one document; a frozen worker has lost it."""
    mine = Rendering.objects.filter(pk=pk, lease=key, state=RenderingState.DUE)
    return bool(mine.update(leased_until=at + LEASE))


def _finish(row: Rendering, key: str, parts: list[_Part]) -> None:
    """Give the files their names while the row is locked under the key.

    Whoever lost the key changes no file of whoever took over. Before the commit,
    so that no row ever speaks of a file that is not there.
    """
    made = {name: value for part in parts for name, value in part.columns.items()}
    with transaction.atomic():
        mine = Rendering.objects.filter(pk=row.pk, lease=key, state=RenderingState.DUE)
        if not mine.update(
            state=RenderingState.DONE, leased_until=None, error="", **made
        ):
            return
        for part in parts:
            part.path.replace(path_of(part.name))
            _clear_left_overs(part.name)
        _sync_folder(parts[0].path.parent)


def _clear_left_overs(name: str) -> None:
    """Remove what killed workers had begun to write of the same document."""
    path = path_of(name)
    for left in path.parent.glob(f"{path.name}.*.part"):
        left.unlink(missing_ok=True)


def _wait_for_room(row: Rendering, key: str, fault: OSError, at: datetime) -> None:
    """Try again later, as often as it takes: the document is not to blame."""
    Rendering.objects.filter(pk=row.pk, lease=key).update(
        error=f"{fault.strerror or fault}"[:2000],
        attempts=row.attempts - 1,
        leased_until=None,
        due_at=at + UNTIL_THERE_IS_ROOM,
    )


def _give_back(row: Rendering, key: str, fault: str, at: datetime) -> None:
    state = (
        RenderingState.FAILED if row.attempts >= MOST_ATTEMPTS else RenderingState.DUE
    )
    Rendering.objects.filter(pk=row.pk, lease=key).update(
        state=state,
        error=fault[:2000],
        leased_until=None,
        due_at=at + timedelta(seconds=5 * 2**row.attempts),
    )


def path_of(name: str) -> Path:
    """Return where a stored document lies."""
    return Path(settings.DOCUMENTS) / name


def _write(row: Rendering, key: str, kind: str, content: bytes) -> _Part:
    """Write a file beside where it will lie, whole or not at all."""
    name = f"{row.name}.{kind}"
    path = path_of(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{key[:8]}.part")
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        part.unlink(missing_ok=True)
        raise
    return _Part(kind, name, hashlib.sha256(content).hexdigest(), part)


def _sync_folder(folder: Path) -> None:
    """Let the names in a folder outlive a power cut, as the commit does."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def render_all(*, clock: Callable[[], datetime]) -> int:
    """Fulfil everything that is due now; return how many were taken up."""
    done = 0
    with Press() as press:
        while taken := render_due(press, clock=clock):
            done += taken
    return done
