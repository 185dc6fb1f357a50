"""The meter in words: what this call has cost so far, and when the next step comes."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fernkladde.billing.facts import NoTariff
from fernkladde.billing.live import meter_of

from .templatetags.formats import in_hours, minutes, money, percent
from .words import BASES, word

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from fernkladde.cases.models import Session
    from fernkladde.rating.meter import AllowanceLeft, Meter

FREE = frozenset({"not_billable", "warranty", "goodwill", "flat", "unannounced"})
NEAR = Decimal("0.8")
WHOLE = Decimal(1)
QUARTER, HALF, HOUR = 15, 30, 60


@dataclass(frozen=True, slots=True)
class Reading:
    """The parts of the meter's sentence, and what it warns of.

    `level` is "", "near" (from 80 % on) or "over"; then `notice` says of what.
    """

    parts: tuple[str, ...]
    level: str = ""
    notice: str = ""


def read(session: Session, *, at: datetime) -> Reading:
    """Read the meter of a running session; without a price it says only the time."""
    seconds = int((at - session.started_at).total_seconds())
    try:
        meter = meter_of(session, at=at)
    except NoTariff:
        meter = None
    if meter is None:
        return Reading((minutes(seconds), _("noch kein Preis für diese Arbeit")))
    level, notice = _warning(meter, session.case.cost_cap)
    return Reading(tuple(_parts(meter)), level, notice)


def _parts(meter: Meter) -> Iterator[str]:
    yield minutes(meter.seconds)
    if meter.basis in FREE:
        yield word(meter.basis, BASES)
        yield _("Listenwert %(value)s") % {"value": money(meter.value, meter.currency)}
        return
    yield _step(meter)
    if meter.allowance:
        yield _allowance(meter.allowance)
    if meter.basis == "held":
        yield _("zurückgehalten: Listenwert %(value)s") % {
            "value": money(meter.value, meter.currency)
        }
        return
    yield _costs(meter)


def _step(meter: Meter) -> str:
    since = _minutes_and_seconds(meter.since)
    if meter.step == 0:
        return _("Freiminuten, seit %(since)s min") % {"since": since}
    is_even = meter.billed == meter.step * meter.step_minutes * 60
    unit = _unit(meter.step_minutes) if is_even else _("Takt")
    return _("%(number)d. %(unit)s, seit %(since)s min") % {
        "number": meter.step,
        "unit": unit,
        "since": since,
    }


def _unit(step_minutes: int) -> str:
    names = {
        QUARTER: _("Viertelstunde"),
        HALF: _("halbe Stunde"),
        HOUR: _("Stunde"),
    }
    return names.get(step_minutes, _("Takt"))


def _allowance(row: AllowanceLeft) -> str:
    if row.unit == "cases":
        return ngettext(
            "Kontingent noch %(n)d Fall", "Kontingent noch %(n)d Fälle", row.left
        ) % {"n": row.left}
    return _("Kontingent noch %(left)s") % {"left": in_hours(row.left // 60)}


def _costs(meter: Meter) -> str:
    words = {
        "cost": money(meter.cost, meter.currency),
        "time": _minutes_and_seconds(meter.until_next or 0),
        "next": money(meter.next_cost, meter.currency),
    }
    if meter.until_next is None or meter.next_cost is None:
        return _("bisher %(cost)s netto") % words
    return (
        _("bisher %(cost)s, ab dem nächsten Takt in %(time)s min %(next)s netto")
        % words
    )


def _minutes_and_seconds(seconds: int) -> str:
    minute, second = divmod(seconds, 60)
    return f"{minute}:{second:02}"


def _warning(meter: Meter, cap: Decimal | None) -> tuple[str, str]:
    """Return the worst of: consent missing, cost cap, allowance."""
    found = [_of_cap(meter, cap), _of_allowance(meter)]
    if meter.basis == "held":
        found.append(("near", _("Die Zustimmung fehlt noch")))
    worst = [one for one in found if one[0] == "over"] or [
        one for one in found if one[0]
    ]
    return worst[0] if worst else ("", "")


def _of_cap(meter: Meter, cap: Decimal | None) -> tuple[str, str]:
    if not cap:
        return "", ""
    words = {
        "cap": money(cap, meter.currency),
        "part": percent(int(meter.cost * 100 / cap)),
    }
    if meter.cost >= cap:
        return "over", _("Kostengrenze %(cap)s erreicht") % words
    if meter.cost >= cap * NEAR:
        return "near", _("%(part)s der Kostengrenze %(cap)s erreicht") % words
    return "", ""


def _of_allowance(meter: Meter) -> tuple[str, str]:
    row = meter.allowance
    whole = row.granted + row.carried_in if row else 0
    if row is None or not whole or meter.basis not in {"allowance", "overage"}:
        return "", ""
    used = WHOLE - Decimal(row.left) / whole
    if row.left <= 0:
        return "over", _("Kontingent verbraucht")
    if used >= NEAR:
        words = {"part": percent(int(used * 100))}
        return "near", _("%(part)s des Kontingents verbraucht") % words
    return "", ""
