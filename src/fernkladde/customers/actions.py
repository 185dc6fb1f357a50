"""Writing down customers and whom to ask there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from fernkladde.journal.actions import Note, record, record_many

from . import records
from .models import Contact, Customer
from .phones import HOME, e164

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from django.db.models import Model

    from fernkladde.accounts.models import User

    from .records import Changes, Draft

VAT_ID = re.compile(r"[A-Z]{2}[0-9A-Z+*.]{2,13}")
COUNTRY = re.compile(r"[A-Z]{2}")


class CustomerFields(TypedDict, total=False):
    number: str
    name: str
    street: str
    postcode: str
    city: str
    country: str
    vat_id: str
    email: str
    phone: str
    language: str
    buyer_reference: str
    order_number: str
    industry: str
    tariff: Model | None  # a contracts.Tariff, of which this room knows nothing
    charging_from: date | None
    consent_from: date | None
    wants_statement: bool
    note: str
    is_active: bool


class ContactFields(TypedDict, total=False):
    name: str
    role: str
    phone: str
    email: str
    is_active: bool


@transaction.atomic
def create_customer(
    *, by: User | None, at: datetime, **fields: Unpack[CustomerFields]
) -> Customer:
    """Take in a customer; `number` and `name` are needed."""
    draft = draft_customer(**fields)
    records.insert(draft.row)
    record_many([customer_created(draft, by=by, at=at)])
    return draft.row


def draft_customer(**fields: Unpack[CustomerFields]) -> Draft[Customer]:
    """Return a customer as it would be taken in, checked and not written."""
    values = _customer_values(fields, country=fields.get("country") or HOME)
    return records.drafted(Customer(**values), values)


def customer_created(draft: Draft[Customer], *, by: User | None, at: datetime) -> Note:
    facts, personal = records.told_apart(records.as_facts(draft.values))
    return Note(
        kind="customers.customer-created",
        subject=subject(draft.row),
        by=by,
        at=at,
        facts=facts,
        personal=personal,
    )


@transaction.atomic
def change_customer(
    *,
    customer: Customer,
    by: User | None,
    at: datetime,
    **fields: Unpack[CustomerFields],
) -> bool:
    """Write what differs; return whether anything did."""
    current, changes = records.change(
        customer, lambda row: alter_customer(row, **fields)
    )
    if changes:
        record_many([customer_changed(current, changes, by=by, at=at)])
    return bool(changes)


def alter_customer(customer: Customer, **fields: Unpack[CustomerFields]) -> Changes:
    """Let the row say what differs, checked and not written; return that."""
    country = fields.get("country") or customer.country
    return records.alter(customer, _customer_values(fields, country=country))


def customer_changed(
    customer: Customer, changes: Changes, *, by: User | None, at: datetime
) -> Note:
    told = {"number": customer.number}
    facts, personal = records.changes_told_apart(changes, told)
    return Note(
        kind="customers.customer-changed",
        subject=subject(customer),
        by=by,
        at=at,
        facts=facts,
        personal=personal,
    )


def customer_removed(
    customer: Customer, *, reason: str, by: User | None, at: datetime
) -> Note:
    """Tell that a customer, to whom nothing had happened yet, is there no longer."""
    return Note(
        kind="customers.customer-removed",
        subject=subject(customer),
        by=by,
        at=at,
        facts={"number": customer.number, "reason": reason},
    )


@transaction.atomic
def deactivate(
    *, customer: Customer, by: User | None, at: datetime, reason: str = ""
) -> bool:
    """Keep the customer out of lists and forms; whatever is recorded stays."""
    if not Customer.objects.active().filter(pk=customer.pk).update(is_active=False):
        return False
    customer.is_active = False
    record(
        kind="customers.customer-deactivated",
        subject=subject(customer),
        by=by,
        at=at,
        facts={"number": customer.number, "reason": reason.strip()},
    )
    return True


@transaction.atomic
def add_contact(
    *,
    customer: Customer,
    by: User | None,
    at: datetime,
    **fields: Unpack[ContactFields],
) -> Contact:
    draft = draft_contact(customer, **fields)
    draft.row.save(force_insert=True)
    record_many([contact_added(draft, by=by, at=at)])
    return draft.row


def draft_contact(
    customer: Customer, **fields: Unpack[ContactFields]
) -> Draft[Contact]:
    """Return a contact as it would be added, checked and not written."""
    values = _contact_values(fields, country=customer.country)
    return records.drafted(Contact(customer=customer, **values), values)


def contact_added(draft: Draft[Contact], *, by: User | None, at: datetime) -> Note:
    contact = draft.row
    return Note(
        kind="customers.contact-added",
        subject=subject(contact.customer),
        by=by,
        at=at,
        facts={"contact": contact.pk, "role": contact.role},
        personal=_filled(draft.values, ("name", "phone", "email")),
    )


@transaction.atomic
def change_contact(
    *,
    contact: Contact,
    by: User | None,
    at: datetime,
    **fields: Unpack[ContactFields],
) -> bool:
    """Write what differs; a contact who has left gets `is_active=False`."""
    current, changes = records.change(contact, lambda row: alter_contact(row, **fields))
    if changes:
        record_many([contact_changed(current, changes, by=by, at=at)])
    return bool(changes)


def alter_contact(contact: Contact, **fields: Unpack[ContactFields]) -> Changes:
    """Let the row say what differs, checked and not written; return that."""
    values = _contact_values(fields, country=contact.customer.country)
    return records.alter(contact, values)


def contact_changed(
    contact: Contact, changes: Changes, *, by: User | None, at: datetime
) -> Note:
    told = {"contact": contact.pk}
    facts, personal = records.changes_told_apart(changes, told, "name")
    return Note(
        kind="customers.contact-changed",
        subject=subject(contact.customer),
        by=by,
        at=at,
        facts=facts,
        personal=personal,
    )


def contact_removed(
    contact: Contact, *, reason: str, by: User | None, at: datetime
) -> Note:
    return Note(
        kind="customers.contact-removed",
        subject=subject(contact.customer),
        by=by,
        at=at,
        facts={"contact": contact.pk, "reason": reason},
        personal={"name": contact.name},
    )


def subject(customer: Customer) -> str:
    return f"customer/{customer.number}"


def _customer_values(fields: CustomerFields, *, country: str) -> dict[str, Any]:
    values = records.strip(fields)
    country = country.strip().upper()
    if not COUNTRY.fullmatch(country):
        sentence = _("Das Land bitte als zwei Buchstaben angeben, zum Beispiel DE.")
        raise records.invalid("country", sentence)
    if "country" in values:
        values["country"] = country
    if "phone" in values:
        values["phone"] = e164(values["phone"], country=country)
    if "vat_id" in values:
        values["vat_id"] = _vat_id(values["vat_id"])
    return values


def _vat_id(text: str) -> str:
    plain = re.sub(r"[\s.-]", "", text).upper()
    if plain and not VAT_ID.fullmatch(plain):
        sentence = _(
            "„%(text)s“ ist keine USt-IdNr.: erst zwei Buchstaben für das Land,"
            " dann die Nummer, zum Beispiel DE123456789."
        )
        raise records.invalid("vat_id", sentence % {"text": text})
    return plain


def _contact_values(fields: ContactFields, *, country: str) -> dict[str, Any]:
    values = records.strip(fields)
    if "phone" in values:
        values["phone"] = e164(values["phone"], country=country)
    return values


def _filled(values: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, str]:
    return {name: values[name] for name in names if values.get(name)}
