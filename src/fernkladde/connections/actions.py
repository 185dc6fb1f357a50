"""Writing down calls: the connections that belong to sessions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from fernkladde.cases.actions.writing import (
    SessionBilled,
    editable,
    reason_given,
    subject,
    touch,
)
from fernkladde.cases.clock import CLOCK_TOLERANCE, InTheFuture, whole_second
from fernkladde.cases.numbers import call_number
from fernkladde.customers import records
from fernkladde.customers.phones import HOME, e164
from fernkladde.journal.actions import record

from .models import Call

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

    from fernkladde.accounts.models import User
    from fernkladde.cases.models import Session

# Already in E.164 form: bills name numbers that no numbering plan knows any more.
INTERNATIONAL = re.compile(r"\+[0-9]{1,18}")


class CallChanges(TypedDict, total=False):
    started_at: datetime
    dialled: str
    seconds: int
    cost: Decimal | None


@transaction.atomic
def add_call(
    *,
    session: Session,
    by: User | None,
    at: datetime,
    number: str | None = None,
    source: str = "manual",
    country: str = HOME,
    **call: Unpack[CallChanges],
) -> Call:
    """Add a connection to a session that is not billed yet.

    `started_at`, `dialled` and `seconds` are needed, `cost` only if it is known; a
    number without a prefix is one of the `country` from which it was dialled.
    """
    number = number or call_number(at)
    current = editable(session)
    added = Call(session=current, number=number, source=source)
    for name, value in _values(call, at=at, country=country).items():
        setattr(added, name, value)
    records.insert(added)
    touch(current.case)
    record(
        kind="connections.call-added",
        subject=subject(current.case),
        by=by,
        at=at,
        facts={
            "call": added.number,
            "session": current.number,
            "started_at": added.started_at,
            "seconds": added.seconds,
            "cost": added.cost,
            "source": added.source,
        },
        personal={"dialled": added.dialled},
    )
    return added


@transaction.atomic
def correct_call(
    *,
    call: Call,
    reason: str,
    by: User | None,
    at: datetime,
    country: str = HOME,
    **changes: Unpack[CallChanges],
) -> bool:
    """Change what a call says; the Kladde keeps what it said."""
    reason = reason_given(reason)
    session = editable(call.session)
    current = records.locked(call)
    if current.claims.filter(released_by=None).exists():
        raise SessionBilled(session)
    differences = records.update(current, _values(changes, at=at, country=country))
    records.copy_to(call, current, differences)
    if not differences:
        return False
    touch(session.case)
    dialled = differences.pop("dialled", None)
    record(
        kind="connections.call-corrected",
        subject=subject(session.case),
        by=by,
        at=at,
        facts={
            "call": call.number,
            "session": session.number,
            "changes": differences,
            "reason": reason,
        },
        personal=(
            {"dialled_before": dialled[0], "dialled": dialled[1]} if dialled else None
        ),
    )
    return True


def _values(call: CallChanges, *, at: datetime, country: str) -> dict[str, Any]:
    values = records.strip(call)
    if "started_at" in values:
        values["started_at"] = whole_second(values["started_at"])
        if values["started_at"] > at + CLOCK_TOLERANCE:
            raise InTheFuture(field="started_at")
    if "dialled" in values:
        values["dialled"] = _dialled(values["dialled"], country)
    if (values.get("seconds") or 0) < 0:
        sentence = _("Die Dauer bitte in Sekunden ab 0 angeben.")
        raise records.invalid("seconds", sentence)
    if values.get("cost") is not None and values["cost"] < 0:
        raise records.invalid("cost", _("Die Kosten bitte als Betrag ab 0 angeben."))
    return values


def _dialled(text: str, country: str) -> str:
    if not text:
        raise records.invalid("dialled", _("Welche Nummer wurde gewählt?"))
    if INTERNATIONAL.fullmatch(text):
        return text
    return e164(text, country=country, field="dialled")
