"""When did the work really end? What the day itself says about a forgotten clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from django.db.models import Max, Q
from django.utils.translation import gettext as _

from fernkladde.cases.models import Note, Session
from fernkladde.connections.models import Call
from fernkladde.contracts.hours import office_hours
from fernkladde.contracts.queries import local_date, zone
from fernkladde.journal.models import Entry

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable


A_SECOND = timedelta(seconds=1)
A_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class SuggestedEnd:
    """An instant at which the work may have ended, and what speaks for it."""

    at: datetime
    because: str


def suggested_ends(
    sessions: Collection[Session], *, at: datetime
) -> dict[int, list[SuggestedEnd]]:
    """Return by session what may have been its end, the earliest first.

    A handful of queries, however many sessions. Only what lies within the session
    counts, and of what says the same minute the first that is named here.
    """
    found: dict[int, list[SuggestedEnd]] = {session.pk: [] for session in sessions}
    for session, end in _all(sessions, at) if sessions else ():
        ends = found[session.pk]
        is_new = all(abs(end.at - other.at) >= A_MINUTE for other in ends)
        if is_new and session.started_at < end.at < (session.ended_at or at):
            ends.append(end)
    return {key: sorted(ends, key=lambda end: end.at) for key, ends in found.items()}


def _all(
    sessions: Collection[Session], at: datetime
) -> Iterable[tuple[Session, SuggestedEnd]]:
    yield from _calls(sessions)
    yield from _notes(sessions)
    yield from _next_sessions(sessions)
    yield from _entries(sessions, at)
    yield from _closing_times(sessions)


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


def _next_sessions(
    sessions: Collection[Session],
) -> Iterable[tuple[Session, SuggestedEnd]]:
    """Yield the beginning of the same person's next work on something else."""
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


def _entries(
    sessions: Collection[Session], at: datetime
) -> Iterable[tuple[Session, SuggestedEnd]]:
    """Yield the last thing that the Kladde knows of the person on that day."""
    spans = {
        f"of_{session.pk}": Q(
            actor_id=session.technician_id,
            happened_at__gt=session.started_at,
            happened_at__lt=min(session.ended_at or at, _midnight(session)),
        )
        for session in sessions
    }
    any_of_them = reduce(or_, spans.values())
    last = Entry.objects.filter(any_of_them).aggregate(
        **{name: Max("happened_at", filter=span) for name, span in spans.items()}
    )
    for session in sessions:
        if instant := last[f"of_{session.pk}"]:
            whole = instant.replace(microsecond=0)
            yield session, SuggestedEnd(whole, _("letzter Eintrag in der Kladde"))


def _midnight(session: Session) -> datetime:
    """Return when the local day ends on which the session began."""
    tomorrow = local_date(session.started_at) + timedelta(days=1)
    return datetime.combine(tomorrow, time(), tzinfo=zone())


def _closing_times(
    sessions: Collection[Session],
) -> Iterable[tuple[Session, SuggestedEnd]]:
    hours = office_hours()
    for session in sessions:
        if opening := hours.opening(local_date(session.started_at)):
            yield session, SuggestedEnd(opening[1], _("Ende der Geschäftszeit"))
