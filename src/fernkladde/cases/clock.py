"""Rules of time: whole seconds, no future, and and how an instant is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from fernkladde.contracts.queries import zone
from fernkladde.values.refusal import Refusal

A_SECOND = timedelta(seconds=1)
# Two clocks may differ by as much; an instant further ahead is a slip of the pen.
CLOCK_TOLERANCE = timedelta(minutes=1)


class InTheFuture(Refusal):
    """Work is written down when it was done."""

    def __init__(self, *, field: str) -> None:
        super().__init__(_("Die Zeit liegt in der Zukunft."), field=field)


class EndsBeforeItStarts(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Das Ende muss nach dem Beginn liegen."), field="ended_at")


class NoTimeZone(TypeError):
    """A naive instant could mean several; the caller must know which."""


def whole_second(at: datetime) -> datetime:
    """Cut an instant to whole seconds, in UTC."""
    if at.tzinfo is None:
        raise NoTimeZone(at.isoformat())
    return at.astimezone(UTC).replace(microsecond=0)


def check_span(start: datetime, end: datetime | None, *, at: datetime) -> None:
    """Refuse what ends before it starts or has not happened yet."""
    if start > at + CLOCK_TOLERANCE:
        raise InTheFuture(field="started_at")
    if end is None:
        return
    if end <= start:
        raise EndsBeforeItStarts
    if end > at + CLOCK_TOLERANCE:
        raise InTheFuture(field="ended_at")


def told_day(at: datetime) -> str:
    return date_format(at.astimezone(zone()), "SHORT_DATE_FORMAT")


def told(at: datetime) -> str:
    """Return an instant as the firm's people read it, "24.11.2026 14:05"."""
    return date_format(at.astimezone(zone()), "SHORT_DATETIME_FORMAT")
