"""What the machine around Fernkladde may fail in: no room, no database.

Neither is a fault of the program: who works gets one sentence and may try again, for
a transaction is written whole or not at all.
"""

from __future__ import annotations

import errno

from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext as _

NO_ROOM = {errno.ENOSPC, errno.EDQUOT}
# The second: no room for the small file that SQLite reads by.
SQLITE_FULL = {"SQLITE_FULL", "SQLITE_IOERR_SHMSIZE"}
# The classes of PostgreSQL's codes: connection, resources, operator, system. Without
# any code the connection broke before the server could say one.
AROUND_POSTGRES = ("08", "53", "57", "58")
POSTGRES_FULL = "53100"
AROUND_SQLITE = ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_BUSY")


def has_no_room(fault: BaseException) -> bool:
    """Tell whether it was the disk that was full."""
    if isinstance(fault, OSError):
        return fault.errno in NO_ROOM
    full = _postgres_code(fault) == POSTGRES_FULL
    return full or _sqlite_name(fault) in SQLITE_FULL


def has_no_database(fault: BaseException) -> bool:
    """Tell whether the database could not answer, whatever it was asked."""
    if not isinstance(fault, OperationalError | InterfaceError):
        return False
    if name := _sqlite_name(fault):
        return name.startswith(AROUND_SQLITE)
    code = _postgres_code(fault)
    return not code or code.startswith(AROUND_POSTGRES)


def why_impossible(fault: BaseException) -> str:
    """Say what is wrong around the program and what to do; nothing if it is not."""
    if has_no_room(fault):
        return _(
            "Auf der Platte ist kein Platz mehr: Nichts wurde gespeichert, was da war, "
            "ist unversehrt und bleibt lesbar. Platz schaffen, dann noch einmal."
        )
    if has_no_database(fault):
        return _(
            "Die Datenbank antwortet nicht; was gespeichert war, ist unversehrt. In "
            "einem Augenblick nachsehen, ob dieser Schritt schon getan ist, sonst "
            "noch einmal."
        )
    return ""


def _sqlite_name(fault: BaseException) -> str:
    return str(getattr(fault.__cause__, "sqlite_errorname", ""))


def _postgres_code(fault: BaseException) -> str:
    return str(getattr(fault.__cause__, "sqlstate", "") or "")
