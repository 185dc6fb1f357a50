"""The firm: what invoices lack, and who could walk in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

from fernkladde.accounts.models import User
from fernkladde.billing.firm import company
from fernkladde.billing.readiness import FIRM
from fernkladde.contracts.queries import policy

from .findings import advice, fault, ok

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .findings import Finding

# Each password takes a fifth of a second to try.
MOST_TRIED = 12


def check_company() -> Iterator[Finding]:
    row = company()
    missing = [str(word) for name, word in FIRM.items() if not getattr(row, name)]
    if not (row.vat_id or row.tax_number):
        missing.append(_("die USt-IdNr. oder Steuernummer"))
    if missing:
        sentence = _("Für Rechnungen fehlt: %(what)s. Unter Einstellungen eintragen.")
        yield advice("company", sentence % {"what": ", ".join(missing)})
    else:
        yield ok("company", _("Angaben zur Firma sind vollständig"))
    if policy().default_tariff_id is None:
        yield advice(
            "tariff",
            _("Es ist kein allgemeiner Tarif gewählt: unter Einstellungen wählen."),
        )


def check_people(demo_password: str) -> Finding:
    """Look for an administrator, and for a password that everybody knows."""
    active = User.objects.active()
    if not active.administrators().exists():
        return advice(
            "people",
            _("Es gibt keine Administration: „fernkladde setup“ macht einen Code."),
        )
    tried = [*active.administrators(), *active.exclude(role="administrator")]
    known = [
        person.username
        for person in tried[:MOST_TRIED]
        if person.check_password(demo_password)
    ]
    if known:
        sentence = _("Das Kennwort der Beispielfirma gilt für: %(names)s. Ändern.")
        found = fault if settings.PUBLIC_URL else advice
        return found("people", sentence % {"names": ", ".join(known)})
    return ok("people", _("Kein Kennwort der Beispielfirma"))
