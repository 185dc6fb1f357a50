"""Marks of cases: state, basis and cause as words with their tone."""

from __future__ import annotations

import secrets
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from django import template
from django.utils.html import format_html
from django.utils.translation import gettext as _

from fernkladde.cases.models import CaseState, Cause, Priority
from fernkladde.desk.forms.deciding import CHANNELS
from fernkladde.desk.templatetags.formats import SPACE, UNKNOWN, at
from fernkladde.desk.words import BASES, CONNECTIONS, SERVICES, SKILLS, word

if TYPE_CHECKING:
    from datetime import datetime

    from django.utils.safestring import SafeString

    from fernkladde.cases.models import Case
    from fernkladde.cases.queries import CaseRow

register = template.Library()

STATE_TONES = {
    CaseState.NEW: "info",
    CaseState.REOPENED: "info",
    CaseState.WAITING_CUSTOMER: "wait",
    CaseState.WAITING_US: "wait",
    CaseState.SOLVED: "good",
}
BASIS_TONES = {
    "warranty": "good",
    "allowance": "teal",
    "flat": "teal",
    "tariff": "info",
    "overage": "info",
    "goodwill": "wait",
    "held": "plum",
}
PRIORITY_TONES: dict[int, str] = {Priority.DOWN: "bad", Priority.HIGH: "wait"}
SOON = timedelta(hours=1)
KEY_BYTES = 16


@lru_cache(maxsize=256, typed=True)
def chip(label: str, tone: str) -> SafeString:
    return format_html(
        '<span class="chip{}{}">{}</span>', " chip-" if tone else "", tone, label
    )


@register.filter
def state_chip(state: str) -> SafeString:
    return chip(str(CaseState(state).label), STATE_TONES.get(CaseState(state), ""))


@register.filter
def priority_chip(priority: int) -> SafeString | str:
    """Name an urgency that is not the usual one."""
    if priority == Priority.NORMAL:
        return ""
    return chip(str(Priority(priority).label), PRIORITY_TONES.get(priority, ""))


@register.filter
def due_chip(case: Case, now: datetime) -> SafeString | str:
    """Mark what is due: overdue, within the hour, or later."""
    if case.due_at is None:
        return ""
    told = at(case.due_at)
    if case.due_at < now:
        return chip(_("überfällig seit %(at)s") % {"at": told}, "bad")
    soon = case.due_at - now <= SOON
    return chip(_("fällig %(at)s") % {"at": told}, "wait" if soon else "")


@register.filter
def basis_chip(basis: str) -> SafeString:
    """Name the basis of a calculation; the color never says it alone."""
    return chip(word(basis, BASES), BASIS_TONES.get(basis, ""))


@register.filter
def cause_name(cause: str) -> str:
    return word(cause, dict(Cause.choices))


@register.filter
def service_name(service: str) -> str:
    return word(service, SERVICES)


@register.filter
def skill_name(skill: str) -> str:
    return "" if skill == "*" else word(skill, SKILLS)


@register.filter
def connection_name(connection: str) -> str:
    return word(connection, CONNECTIONS)


@register.filter
def basis_name(basis: str) -> str:
    return word(basis, BASES)


@register.filter
def channel_name(channel: str) -> str:
    return word(channel, dict(CHANNELS))


@register.simple_tag
def client_key() -> str:
    """Return a new key for a form: two clicks on it count as one."""
    return secrets.token_urlsafe(KEY_BYTES)


@register.filter
def billed_time(seconds: int | None) -> str:
    """Write billed seconds in minutes; part of one only where a rest was cut."""
    if seconds is None:
        return UNKNOWN
    minute, second = divmod(seconds, 60)
    figure = f"{minute}:{second:02}" if second else str(minute)
    return f"{figure}{SPACE}min"


@register.filter
def worked_at(row: CaseRow, at: datetime) -> int:
    """Return the seconds worked at a case of a list, running clocks included."""
    return row.worked_at(at)
