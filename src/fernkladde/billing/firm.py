"""The firm's own data, one row, as it stands on its invoices."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext as _
from stdnum import iban
from stdnum.exceptions import ValidationError as NotAnIban

from fernkladde.customers.records import changes_told_apart
from fernkladde.journal.actions import record
from fernkladde.values.once import once
from fernkladde.values.refusal import Refusal

from .models import Company

if TYPE_CHECKING:
    from datetime import datetime

    from fernkladde.accounts.models import User


class CompanyFields(TypedDict, total=False):
    name: str
    street: str
    postcode: str
    city: str
    country: str
    vat_id: str
    tax_number: str
    register_entry: str
    managers: str
    contact_name: str
    phone: str
    email: str
    website: str
    bank_name: str
    iban: str
    bic: str
    payment_days: int
    invoice_prefix: str


# What stands on the letterhead and names a person.
NAMES_PEOPLE = ("managers", "contact_name", "phone", "email")


class IbanUnusable(Refusal):
    """The IBAN has a slip of the pen; nothing would ever be paid to it."""

    def __init__(self, text: str) -> None:
        sentence = _("„%(text)s“ ist keine IBAN: bitte die Ziffern vergleichen.")
        super().__init__(sentence % {"text": text}, field="iban")


@once
def company() -> Company:
    """Return the firm; a new installation has an empty one."""
    return Company.objects.first() or Company(pk=1)


@transaction.atomic
def change_company(
    *, by: User | None, at: datetime, **fields: Unpack[CompanyFields]
) -> Company:
    """Write down what is new about the firm; invoices issued before keep the old."""
    row = company()
    if fields.get("iban"):
        fields["iban"] = _checked(fields["iban"])
    changes = {
        name: [getattr(row, name), value]
        for name, value in fields.items()
        if getattr(row, name) != value
    }
    for name, value in fields.items():
        setattr(row, name, value)
    row.full_clean(validate_unique=False, validate_constraints=False)
    row.save()
    if changes:
        told, personal = changes_told_apart(changes, {}, *NAMES_PEOPLE)
        record(
            kind="billing.company-changed",
            subject="company",
            by=by,
            at=at,
            facts=told,
            personal=personal,
        )
    return row


def _checked(text: str) -> str:
    try:
        return str(iban.validate(text))
    except NotAnIban:
        raise IbanUnusable(text) from None
