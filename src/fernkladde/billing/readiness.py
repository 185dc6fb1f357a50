"""What stands in the way of a customer's invoice, in words a clerk understands."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from fernkladde.cases.models import Case

from . import facts

if TYPE_CHECKING:
    from fernkladde.customers.models import Customer

    from .models import Company
    from .shares import Share

HOME = "DE"
ADDRESS = {
    "street": "die Straße",
    "postcode": "die Postleitzahl",
    "city": "der Ort",
}
COMPANY = {
    "name": "der Name",
    "street": "die Straße",
    "postcode": "die Postleitzahl",
    "city": "der Ort",
    "iban": "die IBAN",
    "contact_name": "der Ansprechpartner",
    "phone": "das Telefon",
    "email": "die E-Mail-Adresse",
}


def reasons_to_park(share: Share, company: Company) -> list[str]:
    """Return why no invoice can be issued for this share; nothing means none."""
    if not share.needs_invoice:
        return list(share.reasons)
    return [
        *share.reasons,
        *_missing_address(share.customer),
        *_unknown_tax_case(share.customer),
        *_missing_company(company),
        *_over_the_cap(share),
    ]


def _missing_address(customer: Customer) -> list[str]:
    missing = [word for name, word in ADDRESS.items() if not getattr(customer, name)]
    if not missing:
        return []
    return [f"In der Anschrift des Kunden fehlt {_list(missing)}."]


def _unknown_tax_case(customer: Customer) -> list[str]:
    if customer.country == HOME:
        return []
    sentence = (
        f"Der Kunde sitzt im Ausland ({customer.country}): Seinen Steuerfall kann "
        "Fernkladde noch nicht berechnen; die Arbeit bleibt offen."
    )
    return [sentence]


def _missing_company(company: Company) -> list[str]:
    missing = [word for name, word in COMPANY.items() if not getattr(company, name)]
    if not (company.vat_id or company.tax_number):
        missing.append("die USt-IdNr. oder Steuernummer")
    if not missing:
        return []
    return [f"In den Angaben zur eigenen Firma fehlt {_list(missing)}."]


def _list(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} und {words[-1]}"


def _over_the_cap(share: Share) -> list[str]:
    """Name the cases that cost more than was agreed, without a later consent."""
    nets: dict[str, Decimal] = {}
    for line in share.lines:
        nets[line.case] = nets.get(line.case, Decimal(0)) + line.net
    capped = Case.objects.filter(cost_cap__isnull=False)
    return [
        f"Fall {number}: {nets[number]:.2f} € liegen über der Kostengrenze von "
        f"{cap:.2f} €; beim Kunden klären oder den Rest als Kulanz geben."
        for chunk in facts.chunks(nets)
        for number, cap in capped.filter(number__in=chunk)
        .order_by("number")
        .values_list("number", "cost_cap")
        if cap is not None and nets[number] > cap
    ]
