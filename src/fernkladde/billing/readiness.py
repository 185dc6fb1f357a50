"""What stands in the way of a customer's invoice, in words a clerk understands."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fernkladde.cases.models import Consent
from fernkladde.journal.models import Entry

from .reasons import CASE, COMPANY, CUSTOMER, Reason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_stubs_ext import StrOrPromise

    from fernkladde.customers.models import Customer

    from .at_hand import Desk
    from .models import Company
    from .shares import Share

HOME = "DE"
ADDRESS: dict[str, StrOrPromise] = {
    "street": gettext_lazy("die Straße"),
    "postcode": gettext_lazy("die Postleitzahl"),
    "city": gettext_lazy("der Ort"),
}
FIRM: dict[str, StrOrPromise] = {
    "name": gettext_lazy("der Name"),
    **ADDRESS,
    "iban": gettext_lazy("die IBAN"),
    "contact_name": gettext_lazy("der Ansprechpartner"),
    "phone": gettext_lazy("das Telefon"),
    "email": gettext_lazy("die E-Mail-Adresse"),
}


def reasons_to_park(share: Share, desk: Desk) -> list[Reason]:
    """Return why no invoice can be issued for this share; nothing means none."""
    if not share.needs_invoice:
        return list(share.reasons)
    return [
        *share.reasons,
        *_missing_address(share.customer),
        *_unknown_tax_case(share.customer),
        *_missing_company(desk.company),
        *_over_the_cap(share, desk),
    ]


def _missing_address(customer: Customer) -> Iterator[Reason]:
    missing = [name for name in ADDRESS if not getattr(customer, name)]
    if missing:
        text = _("In der Anschrift des Kunden fehlt %(what)s.") % {
            "what": _listed([str(ADDRESS[name]) for name in missing])
        }
        yield Reason(text, CUSTOMER, customer.number, missing[0])


def _unknown_tax_case(customer: Customer) -> Iterator[Reason]:
    if customer.country != HOME:
        text = _(
            "Der Kunde sitzt im Ausland (%(country)s): Seinen Steuerfall kann "
            "Fernkladde noch nicht berechnen; die Arbeit bleibt offen."
        ) % {"country": customer.country}
        yield Reason(text, CUSTOMER, customer.number, "country")


def _missing_company(company: Company) -> Iterator[Reason]:
    missing = [name for name in FIRM if not getattr(company, name)]
    words = [str(FIRM[name]) for name in missing]
    if not (company.vat_id or company.tax_number):
        missing.append("vat_id")
        words.append(_("die USt-IdNr. oder Steuernummer"))
    if missing:
        text = _("In den Angaben zur eigenen Firma fehlt %(what)s.") % {
            "what": _listed(words)
        }
        yield Reason(text, COMPANY, "", missing[0])


def _listed(words: list[str]) -> str:
    if len(words) == 1:
        return words[0]
    return _("%(some)s und %(last)s") % {
        "some": ", ".join(words[:-1]),
        "last": words[-1],
    }


def _over_the_cap(share: Share, desk: Desk) -> Iterator[Reason]:
    """Name the cases that cost more than was agreed, without a later consent.

    What earlier invoices took for the case counts too: the cap is the case's.
    """
    nets: dict[str, Decimal] = defaultdict(lambda: Decimal("0.00"))
    for line in share.lines:
        nets[line.case] += line.net
    caps = {number: desk.cases[number].cost_cap for number in nets}
    capped = {number: cap for number, cap in caps.items() if cap is not None}
    for number in capped:
        nets[number] += desk.billed_before.get(number, 0)
    for number, cap in sorted(capped.items()):
        if nets[number] > cap and not _agreed_later(share, number):
            text = _(
                "Fall %(case)s: %(net)s € liegen über der Kostengrenze von %(cap)s €; "
                "beim Kunden klären oder den Rest als Kulanz geben."
            ) % {"case": number, "net": _german(nets[number]), "cap": _german(cap)}
            yield Reason(text, CASE, number, "cost_cap")


def _german(amount: Decimal) -> str:
    return f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))


def _agreed_later(share: Share, number: str) -> bool:
    """Tell whether somebody agreed after the cap was set and this work had begun."""
    began = min(s.start for s in share.sessions if s.case == number)
    since = datetime.fromtimestamp(began, UTC)
    entries = Entry.objects.about(f"case/{number}").of_kind("cases.cap-set")
    if newest := entries.newest_first().first():
        since = max(since, newest.happened_at)
    consents = Consent.objects.filter(case__number=number, given=True)
    return consents.filter(asked_at__gt=since).exists()
