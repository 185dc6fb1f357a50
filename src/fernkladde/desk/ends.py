"""When did the work really end? What the day itself says about a forgotten clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from fernkladde.cases.models import Note, Session
from fernkladde.connections.models import Call

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class SuggestedEnd:
    """An instant at which the work may have ended, and what speaks for it."""

    at: datetime
    because: str


def suggested_ends(
    sessions: Collection[Session], *, at: datetime
) -> dict[int, list[SuggestedEnd]]:
    """Return by session what may have been its end, the earliest first.

    Three queries, however many sessions. Only what lies within the session counts.
    """
    found: dict[int, list[SuggestedEnd]] = {session.pk: [] for session in sessions}
    for session, end in _all(sessions):
        if session.started_at < end.at < (session.ended_at or at):
            found[session.pk].append(end)
    return {key: sorted(ends, key=lambda end: end.at) for key, ends in found.items()}


def _all(sessions: Collection[Session]) -> Iterable[tuple[Session, SuggestedEnd]]:
    yield from _calls(sessions)
    yield from _notes(sessions)
    yield from _next_sessions(sessions)


def _calls(sessions: Collection[Session]) -> Iterable[tuple[Session, SuggestedEnd]]:
    calls = Call.objects.filter(session__in=sessions).order_by("started_at", "pk")
    last = {call.session_id: call for call in calls}
    for session in sessions:
        if call := last.get(session.pk):
            end = call.started_at + timedelta(seconds=call.seconds)
            yield session, SuggestedEnd(end, _("Ende der Verbindung"))


def _notes(sessions: Collection[Session]) -> Iterable[tuple[Session, SuggestedEnd]]:
    """Yield the last thing that the technician wrote at the case meanwhile."""
    notes = Note.objects.filter(
        case__in={session.case_id for session in sessions},
        author__in={session.technician_id for session in sessions},
    ).order_by("written_at", "pk")
    written = list(notes.values_list("case_id", "author_id", "written_at"))
    for session in sessions:
        last = [
            instant
            for case, author, instant in written
            if (case, author) == (session.case_id, session.technician_id)
            and session.started_at < instant < (session.ended_at or instant + A_SECOND)
        ]
        if last:
            yield session, SuggestedEnd(last[-1], _("letzte Notiz im Fall"))


A_SECOND = timedelta(seconds=1)


def _next_sessions(
    sessions: Collection[Session],
) -> Iterable[tuple[Session, SuggestedEnd]]:
    """Yield the beginning of the same person's next work on something else."""
    if not sessions:
        return
    earliest = min(session.started_at for session in sessions)
    starts = list(
        Session.objects.valid()
        .filter(
            technician__in={session.technician_id for session in sessions},
            started_at__gt=earliest,
        )
        .order_by("started_at", "pk")
        .values_list("technician_id", "started_at")
    )
    for session in sessions:
        later = (
            start
            for technician, start in starts
            if technician == session.technician_id and start > session.started_at
        )
        if start := next(later, None):
            yield session, SuggestedEnd(start, _("Beginn des nächsten Einsatzes"))
