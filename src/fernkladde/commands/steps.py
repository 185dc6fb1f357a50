"""Whether the machine's clock goes, or was set while somebody looked.

A clock set a year ahead would make every running timer a forgotten one. So after a
step nothing is ended by the clock for an hour: time to set it right. Then it is
believed, for a machine that slept makes the same step.
"""

from __future__ import annotations

import sys
import time
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

STEP = timedelta(minutes=1)
PATIENCE = timedelta(hours=1)


class Steps:
    """Holds the clock that can be set against one that cannot, from turn to turn."""

    def __init__(self, steady: Callable[[], float] = time.monotonic) -> None:
        self._steady = steady
        self._last: tuple[datetime, float] | None = None
        self._doubtful_until: float | None = None

    def may_be_believed(self, now: datetime) -> bool:
        """Say whether timers may be ended by this clock; tell of each step."""
        steady = self._steady()
        step = self._step(now, steady)
        self._last = now, steady
        if abs(step) > STEP:
            self._doubtful_until = steady + PATIENCE.total_seconds()
            _tell(step)
        return self._doubtful_until is None or steady >= self._doubtful_until

    def _step(self, now: datetime, steady: float) -> timedelta:
        """Return by how much the clock went otherwise than time did."""
        if self._last is None:
            return timedelta()
        then, steady_then = self._last
        return (now - then) - timedelta(seconds=steady - steady_then)


def _tell(step: timedelta) -> None:
    from django.utils.translation import gettext as _

    if step > timedelta():
        jumped = _("Die Systemzeit sprang um %(minutes)d Minuten vor.")
    else:
        jumped = _("Die Systemzeit sprang um %(minutes)d Minuten zurück.")
    advice = _(
        "Stimmt sie nicht, dann jetzt stellen (NTP): Vergessene Uhren werden erst in "
        "einer Stunde beendet."
    )
    told = jumped % {"minutes": round(abs(step) / timedelta(minutes=1))}
    print(f"fernkladde worker: {told} {advice}", file=sys.stderr, flush=True)
