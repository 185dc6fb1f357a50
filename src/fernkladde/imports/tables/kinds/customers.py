"""Tables of customers and of whom to ask there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from fernkladde.contracts.actions.contracts import Altered
from fernkladde.customers import actions
from fernkladde.customers.models import Contact, Customer
from fernkladde.imports.models import TableKind
from fernkladde.imports.tables.cells import day, yes_or_no
from fernkladde.imports.tables.fields import Field

from .choices import country, language
from .records import RecordKind
from .references import to_customer, to_tariff

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from django.db.models import Model, QuerySet

    from fernkladde.accounts.models import User
    from fernkladde.customers.records import Draft
    from fernkladde.imports.tables.fields import Given
    from fernkladde.journal.actions import Note

UNDONE = "import undone"


class Customers(RecordKind):
    name = TableKind.CUSTOMERS
    model = Customer
    references = (to_tariff(),)
    fields = (
        Field(
            name="number", label=_("Kundennummer"), sample="10001", is_needed=True,
            words=("Kunden-Nr.", "Kd.-Nr.", "Kundennr", "KdNr", "Debitor",
                   "Debitorennummer", "Debitoren-Nr.", "Nr.", "Nummer", "Kunde Nr.",
                   "customer number", "customer no", "customer id", "id"),
        ),
        Field(
            name="name", label=_("Name"), sample="Musterpressen GmbH", is_needed=True,
            words=("Firma", "Firmenname", "Kunde", "Kundenname", "Name 1",
                   "Bezeichnung", "company", "company name", "customer",
                   "customer name"),
        ),
        Field(
            name="street", label=_("Straße"), sample="Werkstraße 1",
            words=("Strasse", "Straße und Hausnummer", "Str.", "Adresse", "Anschrift",
                   "address", "address line 1"),
        ),
        Field(
            name="postcode", label=_("PLZ"), sample="89073",
            words=("Postleitzahl", "zip", "zip code", "postal code"),
        ),
        Field(name="city", label=_("Ort"), sample="Ulm", words=("Stadt", "town")),
        Field(
            name="country", label=_("Land"), sample="DE", read=country,
            words=("Ländercode", "Länderkennzeichen", "LKZ", "Staat", "country code"),
        ),
        Field(
            name="vat_id", label=_("USt-IdNr."), sample="DE136695976",
            words=("USt-ID", "UStID", "Umsatzsteuer-ID", "Umsatzsteuer-Identnummer",
                   "UID", "VAT", "VAT number", "VAT no"),
        ),
        Field(
            name="email", label=_("E-Mail"), sample="rechnung@musterpressen.example",
            words=("Mail", "E-Mail-Adresse", "Mailadresse", "e-mail address"),
        ),
        Field(
            name="phone", label=_("Rufnummer"), sample="0731 123456",
            words=("Telefon", "Tel.", "Telefonnummer", "Telefon 1", "Fon", "telephone",
                   "phone number"),
        ),
        Field(
            name="language", label=_("Sprache"), sample="de", read=language,
            words=("Sprachcode",),
        ),
        Field(
            name="buyer_reference", label=_("Leitweg-ID"),
            words=("Käuferreferenz", "buyer reference"),
        ),
        Field(
            name="order_number", label=_("Bestellnummer"),
            words=("Bestell-Nr.", "order number", "purchase order", "po number"),
        ),
        Field(
            name="industry", label=_("Branche"), sample="Automobil",
            words=("sector", "branch"),
        ),
        Field(
            name="tariff", label=_("Tarif"),
            words=("Tarifkürzel", "Preisliste", "tariff code", "price list"),
        ),
        Field(
            name="charging_from", label=_("Berechnung angekündigt ab"), read=day,
            words=("kostenpflichtig ab", "angekündigt ab", "charging from"),
        ),
        Field(
            name="consent_from", label=_("Rahmenzustimmung seit"), read=day,
            words=("Zustimmung seit", "consent from"),
        ),
        Field(
            name="wants_statement", label=_("Kontingentaufstellung"), read=yes_or_no,
            words=("bekommt Aufstellung", "statement", "wants statement"),
        ),
        Field(
            name="note", label=_("Notiz"),
            words=("Notizen", "Bemerkung", "Bemerkungen", "Kommentar", "notes",
                   "comment", "remark"),
        ),
    )  # fmt: skip

    def key(self, given: Given) -> str:
        return str(given.values.get("number", ""))

    def with_links(self) -> QuerySet[Customer]:
        return Customer.objects.select_related("tariff")

    def known(self, rows: Sequence[Given]) -> Mapping[str, Model]:
        numbers = [self.key(given) for given in rows]
        found = self.with_links().filter(number__in=numbers)
        return {customer.number: customer for customer in found}

    def draft(self, values: Mapping[str, Any]) -> Draft[Customer]:
        return actions.draft_customer(**values)

    def alter(self, row: Customer, values: Mapping[str, Any]) -> Altered:
        return Altered(actions.alter_customer(row, **values))

    def created(self, draft: Draft[Customer], *, by: User | None, at: datetime) -> Note:
        return actions.customer_created(draft, by=by, at=at)

    def changed(
        self, row: Customer, altered: Altered, *, by: User | None, at: datetime
    ) -> Note:
        return actions.customer_changed(row, altered.changes, by=by, at=at)

    def removed(self, row: Customer, *, by: User | None, at: datetime) -> Note:
        return actions.customer_removed(row, reason=UNDONE, by=by, at=at)


class Contacts(RecordKind):
    """A contact has no number: it is known by its customer and its name."""

    name = TableKind.CONTACTS
    model = Contact
    references = (to_customer(),)
    fields = (
        Field(
            name="customer", label=_("Kundennummer"), sample="10001", is_needed=True,
            words=("Kunde", "Kunden-Nr.", "Kd.-Nr.", "Kundennr", "KdNr", "Firma",
                   "Debitor", "customer number", "customer no", "company"),
        ),
        Field(
            name="name", label=_("Name"), sample="Sabine Muster", is_needed=True,
            words=("Ansprechpartner", "Kontakt", "Person", "contact", "contact name",
                   "full name"),
        ),
        Field(
            name="role", label=_("Aufgabe"), sample="Instandhaltung",
            words=("Funktion", "Position", "Abteilung", "Rolle", "function",
                   "job title", "department"),
        ),
        Field(
            name="phone", label=_("Rufnummer"), sample="0731 123457",
            words=("Telefon", "Tel.", "Telefonnummer", "Durchwahl", "Mobil", "Handy",
                   "telephone", "phone number", "mobile"),
        ),
        Field(
            name="email", label=_("E-Mail"), sample="muster@musterpressen.example",
            words=("Mail", "E-Mail-Adresse", "Mailadresse", "e-mail address"),
        ),
    )  # fmt: skip

    def key(self, given: Given) -> str:
        customer, name = given.values.get("customer"), given.values.get("name", "")
        return f"{customer.number}\0{name}" if isinstance(customer, Customer) else ""

    def with_links(self) -> QuerySet[Contact]:
        return Contact.objects.select_related("customer")

    def known(self, rows: Sequence[Given]) -> Mapping[str, Model]:
        customers = {given.values["customer"] for given in rows}
        names = {given.values["name"] for given in rows}
        found = self.with_links().filter(customer__in=customers, name__in=names)
        by_key: dict[str, Model] = {}
        for contact in found.order_by("-is_active", "pk"):
            by_key.setdefault(f"{contact.customer.number}\0{contact.name}", contact)
        return by_key

    def draft(self, values: Mapping[str, Any]) -> Draft[Contact]:
        rest = {name: value for name, value in values.items() if name != "customer"}
        return actions.draft_contact(values["customer"], **rest)

    def alter(self, row: Contact, values: Mapping[str, Any]) -> Altered:
        rest = {name: value for name, value in values.items() if name != "customer"}
        return Altered(actions.alter_contact(row, **rest))

    def created(self, draft: Draft[Contact], *, by: User | None, at: datetime) -> Note:
        return actions.contact_added(draft, by=by, at=at)

    def changed(
        self, row: Contact, altered: Altered, *, by: User | None, at: datetime
    ) -> Note:
        return actions.contact_changed(row, altered.changes, by=by, at=at)

    def removed(self, row: Contact, *, by: User | None, at: datetime) -> Note:
        return actions.contact_removed(row, reason=UNDONE, by=by, at=at)
