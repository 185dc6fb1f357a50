"""What is still to be settled before a month is closed; none of it stops anybody."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fernkladde.cases.models import Session
from fernkladde.connections.models import Call

from .models import Claim
from .period import end_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date
    from zoneinfo import ZoneInfo

    from django_stubs_ext import StrOrPromise

    from .ready import ReadyMonth
    from .shares import Share

WARNINGS: dict[str, StrOrPromise] = {
    "cause_unknown_in_warranty": gettext_lazy(
        "Die Ursache ist noch unklar, die Arbeit gilt als Gewährleistung."
    ),
    "call_without_cost": gettext_lazy(
        "Zu der Verbindung fehlen die Kosten, sie bleibt unberechnet."
    ),
    "no_rate_for_number": gettext_lazy(
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
        """Return the row of the terminal's report."""
        return {"kind": self.kind, "subject": self.subject, "text": self.text}

    def stored(self) -> dict[str, str]:
        return asdict(self)


def open_points(ready: ReadyMonth) -> list[OpenPoint]:
    """List timers, unclear causes, held work, calls without a price, late calls."""
    points = timer_points(ready.month.last, ready.agreed.zone)
    sessions = ready.rated.sessions
    case_of = {c.id: sessions[c.session].case for c in ready.rated.scenario.calls}
    for share in ready.rated.shares.values():
        points += _warnings(share, case_of)
        points += _held(share)
    return points + list(_late_calls(ready))


def timer_points(until: date, zone: ZoneInfo) -> list[OpenPoint]:
    """Name what runs or waits for confirmation and began up to a date."""
    rows = (
        Session.objects.valid()
        .started_before(end_of(until, zone))
        .filter(confirmed_at=None)  # what runs cannot be confirmed
        .select_related("case__customer", "technician")
        .order_by("started_at", "pk")
    )
    return [_timer(row, zone) for row in rows]


def _timer(row: Session, zone: ZoneInfo) -> OpenPoint:
    names = {
        "name": row.technician.full_name,
        "since": f"{row.started_at.astimezone(zone):%d.%m.%Y %H:%M}",
    }
    running = row.ended_at is None
    text = (
        _("Die Uhr läuft noch: %(name)s, seit %(since)s.")
        if running
        else _("Der Einsatz ist nicht bestätigt: %(name)s, seit %(since)s.")
    )
    return OpenPoint(
        kind="running_timer" if running else "unconfirmed",
        subject=row.number,
        text=text % names,
        case=row.case.number,
        customer=row.case.customer.number,
    )


def _warnings(share: Share, case_of: Mapping[str, str]) -> list[OpenPoint]:
    """Say what rating warned of; `case_of` names the cases of calls."""
    return [
        OpenPoint(
            kind=warning.code,
            subject=warning.subject,
            text=str(WARNINGS.get(warning.code, warning.code)),
            case=case_of.get(warning.subject, warning.subject),
            customer=share.customer.number,
        )
        for warning in share.warnings
    ]


def _held(share: Share) -> Iterator[OpenPoint]:
    values: dict[str, list[str]] = {}
    for row in share.held:
        amount = f"{row.value:,.2f}".translate(str.maketrans(",.", ".,"))
        values.setdefault(row.case, []).append(amount)
    for case, found in values.items():
        text = _(
            "Ohne Zustimmung zurückgehalten: %(value)s € Listenwert; "
            "eine Zustimmung oder Kulanz gibt sie frei."
        ) % {"value": " + ".join(found)}
        yield OpenPoint("held", case, text, case, share.customer.number)


def _late_calls(ready: ReadyMonth) -> Iterator[OpenPoint]:
    """Name calls that came in when their session was settled already."""
    live = Claim.objects.filter(released_by=None)
    rows = (
        Call.objects.filter(Exists(live.filter(session=OuterRef("session"))))
        .exclude(Exists(live.filter(call=OuterRef("pk"))))
        .filter(session__started_at__lt=ready.month.end(ready.agreed.zone))
        .select_related("session__case__customer")
        .order_by("number")
    )
    for row in rows:
        case = row.session.case
        text = _(
            "Die Verbindung kam erst, als Einsatz %(session)s abgerechnet war; "
            "sie bleibt unberechnet."
        ) % {"session": row.session.number}
        yield OpenPoint(
            "late_call", row.number, text, case.number, case.customer.number
        )
