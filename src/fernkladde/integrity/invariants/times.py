"""T1, T2, T3: sessions end after they start, do not overlap, and keep their versions.

Constraints of the database hold this too; here it is asked of the rows themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from fernkladde.journal.as_stored import rows

from .findings import Part

if TYPE_CHECKING:
    from .findings import Findings

TABLE = "cases_session"
ENDS_BEFORE_START = (
    "SELECT number FROM cases_session WHERE ended_at <= started_at ORDER BY id LIMIT 1"
)
TWO_TIMERS = (
    "SELECT MAX(number) FROM cases_session WHERE ended_at IS NULL"
    " AND voided_at IS NULL GROUP BY technician_id HAVING COUNT(*) > 1 LIMIT 1"
)
# Where any two of them overlap, two that follow each other do.
OVERLAPPING = (
    "SELECT number FROM (SELECT number, started_at, LAG(ended_at) OVER them AS ended,"
    " LAG(number) OVER them AS before FROM cases_session"
    " WHERE NOT parallel AND voided_at IS NULL"
    " WINDOW them AS (PARTITION BY technician_id ORDER BY started_at, id)) AS pairs"
    " WHERE before IS NOT NULL AND (ended IS NULL OR ended > started_at)"
    " ORDER BY number LIMIT 1"
)
CONFIRMED_WHILE_RUNNING = (
    "SELECT number FROM cases_session WHERE confirmed_at IS NOT NULL"
    " AND ended_at IS NULL ORDER BY id LIMIT 1"
)
VERSIONS = (
    "SELECT s.number FROM cases_session s LEFT JOIN (SELECT session_id,"
    " COUNT(*) AS kept, MIN(revision) AS lowest, MAX(revision) AS highest"
    " FROM cases_sessionversion GROUP BY session_id) v ON v.session_id = s.id"
    " WHERE COALESCE(v.kept, 0) <> s.revision - 1"
    " OR v.lowest <> 1 OR v.highest <> s.revision - 1 ORDER BY s.id LIMIT 1"
)


def check_times(found: Findings) -> None:
    found.counted(Part.TIMES, rows("SELECT COUNT(*) FROM cases_session")[0][0])
    checks = (
        ("T1", ENDS_BEFORE_START, _("Das Ende liegt nicht nach dem Anfang.")),
        ("T1", TWO_TIMERS, _("Für dieselbe Person laufen zwei Uhren.")),
        ("T2", OVERLAPPING, _("Überschneidet sich mit dem Einsatz davor.")),
        ("T8", CONFIRMED_WHILE_RUNNING, _("Bestätigt, obwohl die Uhr noch läuft.")),
        ("T3", VERSIONS, _("Von den früheren Fassungen fehlt eine.")),
    )
    for rule, sql, sentence in checks:
        for (number,) in rows(sql):
            found.bad(Part.TIMES, rule, TABLE, number, sentence)
