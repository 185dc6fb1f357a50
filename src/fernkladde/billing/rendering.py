"""The duty to make the files of an issued invoice or a statement.

The row is the truth: a worker claims due rows with one conditional UPDATE, under a
key and a lease, and may finish only under that key. A killed worker loses nothing,
since the lease runs out; a frozen one cannot write late, since its key is gone.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import F, Q

from .models import Rendering, RenderingState
from .sheets import Press

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime


LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 5
BATCH = 8


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


def _fulfil(pk: int, key: str, press: Press, clock: Callable[[], datetime]) -> None:
    row = Rendering.objects.select_related("invoice", "settlement").get(pk=pk)
    try:
        rendered = press.render(row.document)
    except Exception as fault:  # one bad document must not stop the others
        _give_back(row, key, str(fault), clock())
        return
    made = {
        "pdf": _store(row, "pdf", rendered.pdf),
        "pdf_sha256": hashlib.sha256(rendered.pdf).hexdigest(),
    }
    if rendered.xml is not None:
        made["xml"] = _store(row, "xml", rendered.xml)
        made["xml_sha256"] = hashlib.sha256(rendered.xml).hexdigest()
    Rendering.objects.filter(pk=pk, lease=key, state=RenderingState.DUE).update(
        state=RenderingState.DONE, leased_until=None, error="", **made
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


def _store(row: Rendering, kind: str, content: bytes) -> str:
    """Write a file under its document's name, whole or not at all."""
    name = f"{row.name}.{kind}"
    path = path_of(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    return name


def render_all(*, clock: Callable[[], datetime]) -> int:
    """Fulfil everything that is due now; return how many were taken up."""
    done = 0
    with Press() as press:
        while taken := render_due(press, clock=clock):
            done += taken
    return done
