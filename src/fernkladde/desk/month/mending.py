"""Where what is in the way is mended: from reasons and open points to pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from fernkladde.billing.reasons import CASE, COMPANY, CUSTOMER, TARIFFS
from fernkladde.customers.models import Customer

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from django_stubs_ext import StrOrPromise

# By place: the pages that could mend it, the best first, and whether they are named
# by a number.
PAGES: dict[str, tuple[tuple[str, bool], ...]] = {
    CUSTOMER: (("customer-edit", True), ("customer", True)),
    COMPANY: (("settings-company", False), ("settings", False)),
    CASE: (("case", True),),
    TARIFFS: (("tariff-list", False),),
}
LABELS: dict[str, StrOrPromise] = {
    CUSTOMER: _("Zum Kunden"),
    COMPANY: _("Zu den Firmendaten"),
    CASE: _("Zum Fall"),
    TARIFFS: _("Zu den Tarifen"),
}
KINDS: dict[str, StrOrPromise] = {
    "running_timer": _("Uhr läuft"),
    "unconfirmed": _("unbestätigt"),
    "cause_unknown_in_warranty": _("Ursache unklar"),
    "held": _("zurückgehalten"),
    "call_without_cost": _("Kosten fehlen"),
    "no_rate_for_number": _("Preis fehlt"),
    "late_call": _("zu spät"),
}
TONES = {
    "running_timer": "good",
    "unconfirmed": "wait",
    "cause_unknown_in_warranty": "wait",
    "held": "plum",
}
ANCHORS = {
    "running_timer": "#sessions",
    "unconfirmed": "#sessions",
    "cause_unknown_in_warranty": "#decision",
    "held": "#decision",
}


@dataclass(frozen=True, slots=True)
class Way:
    """A sentence, and the page where one does something about it."""

    text: str
    url: str
    label: str


@dataclass(frozen=True, slots=True)
class Point:
    """An open point of the month as its list shows it."""

    kind: str
    label: str
    tone: str
    case: str
    customer: str
    name: str
    text: str
    url: str


def ways(reasons: Iterable[Mapping[str, str]]) -> list[Way]:
    return [
        Way(
            text=row["text"],
            url=page_for(row["place"], row["subject"]),
            label=str(LABELS.get(row["place"], "")),
        )
        for row in reasons
    ]


def page_for(place: str, subject: str) -> str:
    """Return the address of a place's page; nothing where this desk has none."""
    for name, numbered in PAGES.get(place, ()):
        try:
            return reverse(name, args=[subject] if numbered else [])
        except NoReverseMatch:
            continue
    return ""


def points(rows: Collection[Mapping[str, str]]) -> list[Point]:
    names = _names({row["customer"] for row in rows})
    return [
        Point(
            kind=row["kind"],
            label=str(KINDS.get(row["kind"], row["kind"])),
            tone=TONES.get(row["kind"], "bad"),
            case=row["case"],
            customer=row["customer"],
            name=names.get(row["customer"], ""),
            text=row["text"],
            url=_settled_at(row),
        )
        for row in rows
    ]


def _names(numbers: set[str]) -> dict[str, str]:
    customers = Customer.objects.filter(number__in=numbers)
    return dict(customers.values_list("number", "name"))


def _settled_at(row: Mapping[str, str]) -> str:
    address = page_for(CASE, row["case"])
    return address + ANCHORS.get(row["kind"], "") if address else ""
