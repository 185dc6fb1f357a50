"""One search for everything: names, numbers, serial numbers, telephone numbers.

Words are compared folded ("Mueller" finds "Müller"), telephone numbers by their
digits ("0711 / 123 45" finds +4971112345). Every word that is typed must occur.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from django.db.models import Q
from django.utils.translation import gettext as _

from fernkladde.contracts.models import Contract
from fernkladde.customers.folding import fold
from fernkladde.customers.models import Contact, Customer
from fernkladde.customers.phones import readable, searchable_digits
from fernkladde.plants.models import Plant

from .models import Case

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fernkladde.accounts.models import User

Kind = Literal["customer", "plant", "case", "contact", "contract"]

SHORTEST = 2
# Fewer digits occur in too many telephone numbers to be meant as one.
SHORTEST_NUMBER = 4
NOT_DIALLED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÜabcdefghijklmnopqrstuvwxyzäöüß")


@dataclass(frozen=True, slots=True)
class Found:
    """One thing found. `number` is its address; a contact's is its customer's."""

    kind: Kind
    number: str
    title: str
    detail: str = ""
    is_active: bool = True


def find(text: str, *, user: User, limit: int = 8) -> list[Found]:
    """Return at most `limit` of each kind, what is active and newest first."""
    text = text.strip()
    if len(text) < SHORTEST:
        return []
    digits = _dialled(text)
    return [
        *_cases(text, user, limit),
        *_customers(text, digits, user, limit),
        *_plants(text, digits, user, limit),
        *_contacts(text, digits, user, limit),
        *_contracts(text, user, limit),
    ]


def caller(number: str, *, user: User) -> list[Found]:
    """Return whose number rings: contacts first, then firms and plants."""
    digits = _dialled(number)
    if not digits:
        return []
    return [
        *_contacts("", digits, user, 5),
        *_customers("", digits, user, 5),
        *_plants("", digits, user, 5),
    ]


def _dialled(text: str) -> str:
    """Return the digits of what can be a telephone number, else nothing."""
    if NOT_DIALLED & set(text):
        return ""
    digits = searchable_digits(text)
    return digits if len(digits) >= SHORTEST_NUMBER else ""


def _words(text: str) -> Q:
    return Q(*(Q(search__contains=word) for word in fold(text).split()))


def _any(text: str, digits: str, *phones: str) -> Q:
    """Match all words, or the digits in one of the telephone fields."""
    either = _words(text) if text else Q(pk__in=())
    if digits:
        for phone in phones:
            either |= Q(**{f"{phone}__contains": digits})
    return either


def _cases(text: str, user: User, limit: int) -> Iterator[Found]:
    rows = Case.objects.visible_to(user).matching(text).select_related("customer")
    for case in rows.order_by("-opened_at", "-pk")[:limit]:
        yield Found("case", case.number, case.subject, case.customer.name)


def _customers(text: str, digits: str, user: User, limit: int) -> Iterator[Found]:
    rows = Customer.objects.visible_to(user).filter(_any(text, digits, "phone"))
    for row in rows.order_by("-is_active", "name", "pk")[:limit]:
        yield Found("customer", row.number, row.name, row.city, row.is_active)


def _plants(text: str, digits: str, user: User, limit: int) -> Iterator[Found]:
    rows = Plant.objects.visible_to(user).select_related("customer")
    found = rows.filter(_words(text) if text else Q(pk__in=()))
    if digits:
        by_phone = Plant.objects.filter(access_paths__identifier__contains=digits)
        found |= rows.filter(pk__in=by_phone.values("pk"))
    for plant in found.order_by("-is_active", "name", "pk")[:limit]:
        detail = plant.customer.name
        if plant.serial_number:
            detail += " · " + _("Nr. %(serial)s") % {"serial": plant.serial_number}
        yield Found("plant", plant.number, plant.name, detail, plant.is_active)


def _contacts(text: str, digits: str, user: User, limit: int) -> Iterator[Found]:
    rows = Contact.objects.visible_to(user).select_related("customer")
    found = rows.filter(_any(text, digits, "phone"))
    for row in found.order_by("-is_active", "name", "pk")[:limit]:
        phone = readable(row.phone) if row.phone else ""
        detail = " · ".join(filter(None, [row.customer.name, row.role, phone]))
        yield Found("contact", row.customer.number, row.name, detail, row.is_active)


def _contracts(text: str, user: User, limit: int) -> Iterator[Found]:
    rows = Contract.objects.visible_to(user).select_related("customer")
    for row in rows.filter(_words(text)).order_by("-valid_from", "number")[:limit]:
        yield Found("contract", row.number, row.name, row.customer.name)
