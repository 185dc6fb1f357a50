"""The firm's own rules: its zone, whether it asks first, and its special days."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict, Unpack
from zoneinfo import available_timezones

from django.db import transaction
from django.utils.translation import gettext as _
from holidays.countries.germany import Germany

from fernkladde.contracts.hours import check_hours
from fernkladde.contracts.models import Policy, SpecialDay
from fernkladde.customers import records
from fernkladde.journal.actions import record

if TYPE_CHECKING:
    from datetime import date, datetime

    from fernkladde.accounts.models import User
    from fernkladde.contracts.models import Tariff

HOLIDAY = "holiday"
WEEKDAYS = frozenset(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))
GERMAN_STATES: tuple[str, ...] = Germany.subdivisions


class PolicyFields(TypedDict, total=False):
    timezone: str
    require_consent: bool
    default_tariff: Tariff | None
    business_hours: dict[str, list[str]]


@transaction.atomic
def set_policy(
    *, by: User | None, at: datetime, **fields: Unpack[PolicyFields]
) -> Policy:
    """Set the firm's rules of charging; what is not given stays."""
    Policy.objects.get_or_create(pk=1)
    current = Policy.objects.select_for_update(no_key=True).get(pk=1)
    if fields.get("timezone", current.timezone) not in available_timezones():
        sentence = _("Diese Zeitzone gibt es nicht, zum Beispiel: Europe/Berlin.")
        raise records.invalid("timezone", sentence)
    check_hours(fields.get("business_hours", {}))
    changes = records.update(current, dict(fields))
    if changes:
        record(
            kind="contracts.policy-set",
            subject="policy/1",
            by=by,
            at=at,
            facts={"changes": changes},
        )
    return current


@transaction.atomic
def set_special_day(
    *, date: date, label: str, by: User | None, at: datetime, name: str = ""
) -> SpecialDay:
    """Let a label stand in place of the date's weekday."""
    label = label.strip()
    if label in WEEKDAYS:
        sentence = _("„%(label)s“ heißt schon ein Wochentag.") % {"label": label}
        raise records.invalid("label", sentence)
    day = SpecialDay.objects.filter(date=date).first() or SpecialDay(date=date)
    before = [day.label, day.name] if day.pk else None
    day.label, day.name = label, name.strip()
    records.check(day)
    SpecialDay.objects.update_or_create(
        date=date, defaults={"label": day.label, "name": day.name}
    )
    if before != [day.label, day.name]:
        record(
            kind="contracts.day-set",
            subject=f"day/{date.isoformat()}",
            by=by,
            at=at,
            facts={"date": date, "label": day.label, "name": day.name, "was": before},
        )
    return SpecialDay.objects.get(date=date)


@transaction.atomic
def remove_special_day(*, date: date, by: User | None, at: datetime) -> bool:
    """Let the date be its weekday again; return whether it was special."""
    day = SpecialDay.objects.filter(date=date).first()
    if day is None or not SpecialDay.objects.filter(date=date).delete()[0]:
        return False
    record(
        kind="contracts.day-removed",
        subject=f"day/{date.isoformat()}",
        by=by,
        at=at,
        facts={"date": date, "label": day.label, "name": day.name},
    )
    return True


@transaction.atomic
def fill_holidays(
    *,
    year: int,
    state: str,
    by: User | None,
    at: datetime,
    label: str = HOLIDAY,
) -> list[SpecialDay]:
    """Add a German state's public holidays; days that are set already stay."""
    if state not in GERMAN_STATES:
        sentence = _("„%(state)s“ ist kein Bundesland: bitte eines aus %(states)s.")
        names = {"state": state, "states": ", ".join(GERMAN_STATES)}
        raise records.invalid("state", sentence % names)
    found = Germany(subdiv=state, years=year, language="de")
    known = set(SpecialDay.objects.values_list("date", flat=True))
    days = [
        SpecialDay(date=date, label=label.strip(), name=name[:120])
        for date, name in sorted(found.items())
        if date not in known
    ]
    for day in days:
        records.check(day)
    SpecialDay.objects.bulk_create(days)
    if days:
        record(
            kind="contracts.holidays-filled",
            subject=f"days/{year}",
            by=by,
            at=at,
            facts={
                "year": year,
                "state": state,
                "label": label.strip(),
                "days": [[day.date, day.name] for day in days],
            },
        )
    return days
