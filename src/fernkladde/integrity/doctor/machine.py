"""The machine: Python, time zones, and room on the disk."""

from __future__ import annotations

import shutil
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.utils.translation import gettext as _

from .findings import advice, fault, ok

if TYPE_CHECKING:
    from .findings import Finding

OLDEST_PYTHON = (3, 11)
SUMMER, WINTER = datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
# Below the first a month's documents may not find room, below the second nothing.
LITTLE_ROOM, NO_ROOM = 1 << 30, 200 << 20


def check_python() -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info < OLDEST_PYTHON:
        sentence = _("Python %(version)s ist zu alt: 3.11 oder neuer einrichten.")
        return fault("python", sentence % {"version": version})
    return ok("python", _("Python %(version)s") % {"version": version})


def check_time_zones() -> Finding:
    """Ask for two days of which everybody knows the answer."""
    try:
        zone = ZoneInfo("Europe/Berlin")
    except ZoneInfoNotFoundError:
        return fault(
            "time-zones",
            _("Die Daten der Zeitzonen fehlen: das Paket tzdata einrichten."),
        )
    found = [at.astimezone(zone).utcoffset() for at in (SUMMER, WINTER)]
    if found != [timedelta(hours=2), timedelta(hours=1)]:
        return fault(
            "time-zones",
            _("Die Daten der Zeitzonen sind falsch: das Paket tzdata erneuern."),
        )
    return ok("time-zones", _("Zeitzonen stimmen"))


def check_room() -> Finding:
    folder = Path(settings.DATA)
    free = shutil.disk_usage(folder).free
    words = {"folder": folder, "free": f"{free / (1 << 30):.1f}"}
    if free < NO_ROOM:
        sentence = _("In %(folder)s sind nur %(free)s GB frei: sofort Platz schaffen.")
        return fault("room", sentence % words)
    if free < LITTLE_ROOM:
        sentence = _("In %(folder)s sind nur %(free)s GB frei: bald Platz schaffen.")
        return advice("room", sentence % words)
    return ok("room", _("%(free)s GB frei in %(folder)s") % words)
