"""What is still to be settled before a month is closed; none of it stops anybody."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from fernkladde.cases.models import Session

from .period import end_of

if TYPE_CHECKING:
    from .preview import ReadyMonth
    from .shares import Share

WARNINGS = {
    "cause_unknown_in_warranty": (
        "Die Ursache ist noch unklar, die Arbeit gilt als Gewährleistung."
    ),
    "call_without_cost": "Zu der Verbindung fehlen die Kosten, sie bleibt unberechnet.",
    "no_rate_for_number": (
        "Für die gewählte Nummer steht kein Preis im Verbindungstarif."
    ),
}


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """`subject` is the number of a session, a case or a call."""

    kind: str
    subject: str
    text: str
    case: str
    customer: str

    def row(self) -> dict[str, str]:
        return {"kind": self.kind, "subject": self.subject, "text": self.text}


def open_points(ready: ReadyMonth) -> list[OpenPoint]:
    """List timers, unclear causes, held work and calls without a price."""
    points = _timers(ready)
    for share in ready.rated.shares.values():
        points += _warnings(share, ready)
        points += _held(share)
    return points


def _timers(ready: ReadyMonth) -> list[OpenPoint]:
    """Name what runs or waits for confirmation and began within the month."""
    rows = (
        Session.objects.valid()
        .started_before(end_of(ready.month.last, ready.agreed.zone))
        .filter(Q(ended_at=None) | Q(confirmed_at=None))
        .select_related("case__customer", "technician")
        .order_by("started_at", "pk")
    )
    return [_timer(row, ready) for row in rows]


def _timer(row: Session, ready: ReadyMonth) -> OpenPoint:
    since = row.started_at.astimezone(ready.agreed.zone)
    who = f"{row.technician.full_name}, seit {since:%d.%m.%Y %H:%M}"
    running = row.ended_at is None
    return OpenPoint(
        kind="running_timer" if running else "unconfirmed",
        subject=row.number,
        text=f"Die Uhr läuft noch: {who}."
        if running
        else f"Der Einsatz ist nicht bestätigt: {who}.",
        case=row.case.number,
        customer=row.case.customer.number,
    )


def _warnings(share: Share, ready: ReadyMonth) -> list[OpenPoint]:
    sessions = ready.rated.sessions
    case_of = {c.id: sessions[c.session].case for c in ready.rated.scenario.calls}
    return [
        OpenPoint(
            kind=warning.code,
            subject=warning.subject,
            text=WARNINGS.get(warning.code, warning.code),
            case=case_of.get(warning.subject, warning.subject),
            customer=share.customer.number,
        )
        for warning in share.warnings
    ]


def _held(share: Share) -> list[OpenPoint]:
    values: dict[str, list[str]] = defaultdict(list)
    for row in share.held:
        values[row.case].append(f"{row.value:.2f}".replace(".", ","))
    return [
        OpenPoint(
            kind="held",
            subject=case,
            text=(
                f"Ohne Zustimmung zurückgehalten: {' + '.join(found)} € Listenwert; "
                "eine Zustimmung oder Kulanz gibt sie frei."
            ),
            case=case,
            customer=share.customer.number,
        )
        for case, found in values.items()
    ]
