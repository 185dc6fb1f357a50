"""What is found of customers and of whom to ask there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fernkladde.search.kinds import Feed, Found, Kind, Watched, register
from fernkladde.search.words import Text

from .models import Contact, Customer
from .phones import readable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

CUSTOMER, CONTACT = 1, 2


def register_kinds() -> None:
    register(
        Kind(
            name="customer",
            code=CUSTOMER,
            model=Customer,
            newest=("-is_active", "name", "pk"),
            shown=_customers_shown,
            feeds=[Feed(read=_customers, watched=(WATCHED_CUSTOMER,))],
        )
    )
    register(
        Kind(
            name="contact",
            code=CONTACT,
            model=Contact,
            newest=("-is_active", "name", "pk"),
            links=("customer",),
            shown=_contacts_shown,
            named_by={"customer": "customer_id"},
            feeds=[Feed(read=_contacts, watched=(WATCHED_CONTACT,))],
        )
    )


WATCHED_CUSTOMER = Watched(
    table="customers_customer",
    columns=(
        "number", "name", "street", "postcode", "city", "email", "phone", "vat_id",
        "industry",
    ),
    passed_on=("number", "name"),
)  # fmt: skip
WATCHED_CONTACT = Watched(
    table="customers_contact",
    columns=("customer_id", "name", "role", "email", "phone"),
)


def _customers(keys: Collection[int]) -> Iterator[tuple[int, Text]]:
    for row in Customer.objects.filter(pk__in=keys):
        words = (row.street, row.postcode, row.city, row.email, row.industry)
        yield (
            row.pk,
            Text(
                numbers=(row.number, row.vat_id),
                names=(row.name,),
                words=words,
                phones=(row.phone,),
            ),
        )


def _contacts(keys: Collection[int]) -> Iterator[tuple[int, Text]]:
    for row in Contact.objects.filter(pk__in=keys).select_related("customer"):
        surname = row.name.split()[-1] if row.name.split() else ""
        yield (
            row.pk,
            Text(
                names=(row.name, surname),
                words=(row.role, row.email, row.customer.number, row.customer.name),
                phones=(row.phone,),
            ),
        )


def _customers_shown(rows: Sequence[Customer], _typed: str) -> Iterator[Found]:
    for row in rows:
        yield Found(
            "customer",
            row.number,
            row.name,
            row.city,
            row.is_active,
            customer=row.number,
        )


def _contacts_shown(rows: Sequence[Contact], _typed: str) -> Iterator[Found]:
    for row in rows:
        phone = readable(row.phone) if row.phone else ""
        yield Found(
            "contact",
            row.customer.number,
            row.name,
            " · ".join(filter(None, [row.customer.name, row.role, phone])),
            row.is_active,
            customer=row.customer.number,
        )
