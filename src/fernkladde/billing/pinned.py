"""What the Kladde pins of a settlement: hashes over the work and over what came of it.

Whoever changes a settled session, a claim or a posting later no longer fits what the
entry of the settlement says. Names of people are left out: they may be erased.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from fernkladde.rating.document import number
from fernkladde.values.canonical import canonical_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fernkladde.rating import facts as rated


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def work_sha256(sessions: Iterable[rated.Session], calls: Iterable[rated.Call]) -> str:
    """Name the work itself, in an order of its own: by number."""
    return work_sha256_of(map(session_row, sessions), map(call_row, calls))


def work_sha256_of(sessions: Iterable[list[Any]], calls: Iterable[list[Any]]) -> str:
    """Do the same for rows as `session_row` and `call_row` write them."""
    work = [sorted(sessions, key=_number), sorted(calls, key=_number)]
    return sha256(canonical_json(work))


def _number(row: list[Any]) -> str:
    return str(row[0])


def session_row(session: rated.Session) -> list[Any]:
    goodwill = session.goodwill_percent
    return [
        session.id,
        session.case,
        session.service,
        session.start,
        session.end,
        session.skill,
        session.connection,
        session.billable,
        None if goodwill is None else number(goodwill),
    ]


def call_row(call: rated.Call) -> list[Any]:
    """Leave out the number dialled: a hash of it could be guessed once it is erased."""
    cost = None if call.cost is None else number(call.cost)
    return [call.id, call.session, call.start, call.seconds, cost]
