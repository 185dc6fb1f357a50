"""The firm's rules about clocks and reopening, and what they say of a session."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from fernkladde.contracts.queries import local_date
from fernkladde.values.once import once

from .models import Rules

if TYPE_CHECKING:
    from datetime import datetime

    from .models import Session


@once
def rules() -> Rules:
    """Return the firm's rules; a new firm has the defaults."""
    return Rules.objects.first() or Rules(pk=1)


def longest_timer() -> timedelta:
    """Return how long a timer is believed without being asked."""
    return timedelta(minutes=rules().stop_minutes)


def is_long(session: Session, *, at: datetime) -> bool:
    """Say whether the person should be reminded that the clock still runs."""
    return at - session.started_at >= timedelta(minutes=rules().remind_minutes)


def is_forgotten(session: Session, *, at: datetime) -> bool:
    """Say whether a running clock was forgotten: too long, or from an earlier day."""
    if local_date(session.started_at) < local_date(at):
        return True
    return at - session.started_at > longest_timer()
