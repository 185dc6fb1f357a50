"""Fields that name another record by its number, or by a name that is its alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from fernkladde.customers.models import Customer
from fernkladde.search.queries import matching

from .fields import TypedField

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from fernkladde.accounts.models import User

CANDIDATES = 5


def find_customer(text: str, user: User) -> Customer:
    """Return the one customer who is meant; else say who could be."""
    rows = Customer.objects.visible_to(user)
    exact = rows.filter(number=text).first()
    if exact is not None:
        return exact
    named = rows.active().filter(matching("customer", text))
    found = list(named.order_by("name", "pk")[: CANDIDATES + 1])
    if len(found) == 1:
        return found[0]
    if not found:
        raise ValidationError(
            _("„%(typed)s“ passt auf keinen Kunden. Bitte Nummer oder Namen prüfen.")
            % {"typed": text}
        )
    raise ValidationError(
        _("„%(typed)s“ passt auf mehrere: %(found)s. Bitte die Kundennummer eingeben.")
        % {"typed": text, "found": "; ".join(map(str, found[:CANDIDATES]))}
    )


def customer_field(
    label: StrOrPromise, *, user: User, help_text: StrOrPromise = ""
) -> TypedField:
    """Return a field for one customer; its value is the record."""
    return TypedField(
        label=label,
        read=lambda text: find_customer(text, user),
        required=True,
        help_text=help_text,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


def customers_field(
    label: StrOrPromise, *, user: User, help_text: StrOrPromise = ""
) -> TypedField:
    """Return a field for several customers, parted by commas or semicolons."""

    def read(text: str) -> list[Customer]:
        parts = [part.strip() for part in text.replace(";", ",").split(",")]
        return [find_customer(part, user) for part in parts if part]

    return TypedField(
        label=label,
        read=read,
        required=False,
        help_text=help_text,
        max_length=2000,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
