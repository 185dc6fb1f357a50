"""Daily work: the worker, the clock, the backups."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from fernkladde.billing.models import Rendering, RenderingState
from fernkladde.cases.clock import CLOCK_TOLERANCE
from fernkladde.cases.queries import forgotten_timers
from fernkladde.contracts.queries import zone
from fernkladde.integrity.backup.age import DUE_AFTER, age_in_words
from fernkladde.integrity.backup.record import folder_of, last_backup
from fernkladde.journal.models import Entry

from .findings import advice, fault, ok

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .findings import Finding

# A worker takes up what is due within a second; a long run may have many waiting.
PATIENCE = timedelta(minutes=5)


def check_worker(at: datetime) -> Iterator[Finding]:
    """Tell from what lies about undone whether a worker is running."""
    long_since = at - PATIENCE
    free = Q(leased_until=None) | Q(leased_until__lt=long_since)
    waiting = Rendering.objects.filter(
        free, state=RenderingState.DUE, due_at__lt=long_since
    ).count()
    if waiting or forgotten_timers(long_since).exists():
        sentence = _(
            "Der worker läuft nicht: Dokumente (%(count)d) oder vergessene Uhren "
            "warten auf ihn. „fernkladde worker“ starten."
        )
        yield fault("worker", sentence % {"count": waiting})
    else:
        yield ok("worker", _("Nichts wartet auf den worker"))
    if failed := Rendering.objects.filter(state=RenderingState.FAILED).count():
        sentence = _(
            "Fehlgeschlagene Dokumente: %(count)d; warum, steht an ihren Rechnungen."
        )
        yield advice("documents", sentence % {"count": failed})


def check_clock(at: datetime) -> Iterator[Finding]:
    """Hold the clock against what is written, and against the database's."""
    newest = Entry.objects.newest_first().first()
    if newest and newest.happened_at > at + CLOCK_TOLERANCE:
        sentence = _(
            "Die Systemuhr geht nach, oder sie ging einmal vor: Die Kladde endet am "
            "%(newest)s. Die Systemuhr stellen (NTP)."
        )
        yield fault("clock", sentence % {"newest": _local(newest.happened_at)})
        return
    if connection.vendor == "postgresql" and abs(at - _clock_there()) > CLOCK_TOLERANCE:
        yield fault(
            "clock",
            _("Die Systemuhren hier und bei der Datenbank gehen auseinander (NTP)."),
        )
        return
    yield ok("clock", _("Die Systemuhr sagt %(at)s") % {"at": _local(at)})


def _clock_there() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        [(there,)] = cursor.fetchall()
    assert isinstance(there, datetime)  # noqa: S101  narrows the type
    return there.astimezone(UTC)


def check_backup(at: datetime) -> Finding:
    last = last_backup()
    if last is None:
        return advice(
            "backup",
            _("Es gibt noch keine Sicherung: „fernkladde backup“, am besten täglich."),
        )
    folder = folder_of(last)
    words = {
        "age": age_in_words(at - last.made_at),
        "where": str(Path(folder) / last.name),
    }
    if at - last.made_at > DUE_AFTER:
        sentence = _(
            "Die letzte Sicherung war vor %(age)s (%(where)s): „fernkladde backup“, am "
            "besten täglich."
        )
        return advice("backup", sentence % words)
    if folder and not (Path(folder) / last.name).exists():
        sentence = _("Letzte Sicherung vor %(age)s; %(where)s liegt nicht mehr dort.")
        return ok("backup", sentence % words)
    return ok("backup", _("Letzte Sicherung vor %(age)s: %(where)s") % words)


def _local(at: datetime) -> str:
    return date_format(localtime(at, zone()), "d.m.Y H:i")
