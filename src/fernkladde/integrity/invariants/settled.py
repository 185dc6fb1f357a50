"""The settlements, one after the other, with all that hangs on them.

N2, K5: each is what its entry in the Kladde says, and each such entry has its
settlement.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from fernkladde.billing.pinned import sha256
from fernkladde.values.invoice_document import CANCELLATION

from . import tables
from .allowances import check_postings
from .claims import check_claims
from .findings import Part
from .invoices import check_invoice
from .lines import check_lines
from .told import MONTH_SETTLED, Settlements
from .written import moment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .findings import Findings
    from .numbers import Series
    from .tables import Issued, Page, Settled
    from .told import Told

TABLE = "billing_settlement"


@dataclass(frozen=True, slots=True)
class Case:
    """A settlement beside what is to be compared with it."""

    settlement: Settled
    told: Told
    content: Mapping[str, Any]


def check_settlements(found: Findings, series: Series) -> None:
    told = Settlements.read()
    for page in tables.pages():
        for settlement in page.settlements:
            found.counted(Part.SETTLEMENTS)
            case = _case(settlement, told, found)
            if case is not None:
                _check(case, page, found, series)
    for entry in told.left():
        sentence = _("Zu Eintrag %(number)s der Kladde fehlt die Abrechnung.")
        names_of_it = {"number": entry.sequence}
        found.bad(Part.SETTLEMENTS, "K5", TABLE, "–", sentence % names_of_it)


def _case(settlement: Settled, told: Settlements, found: Findings) -> Case | None:
    """Find the settlement's entry; without it there is nothing to compare with."""
    entry = told.take(sha256(settlement.content))
    if entry is None:
        sentence = _("Der Inhalt passt zu keinem Eintrag der Kladde.")
        found.bad(Part.SETTLEMENTS, "N2", TABLE, settlement.pk, sentence)
        return None
    return Case(settlement, entry, json.loads(settlement.content))


def _check(case: Case, page: Page, found: Findings, series: Series) -> None:
    pk = case.settlement.pk
    _check_columns(case, found)
    _check_release(case, found)
    check_claims(case, page.claims.get(pk, ()), found)
    check_postings(case, page.postings.get(pk, ()), found)
    invoices, lines = page.invoices.get(pk, ()), page.lines.get(pk, ())
    found.counted(Part.INVOICES, len(invoices))
    if case.told.kind == MONTH_SETTLED:
        _insist_on_no_invoice(case, invoices, found)
        return
    if len(invoices) != 1:
        sentence = _("Eine Rechnung gehört dazu, gefunden: %(count)s.")
        names = {"count": len(invoices)}
        found.bad(Part.INVOICES, "N2", TABLE, pk, sentence % names)
        return
    series.add(invoices[0], case.told)
    check_invoice(case, invoices[0], found)
    check_lines(case, lines, found)


def _insist_on_no_invoice(
    case: Case, invoices: Sequence[Issued], found: Findings
) -> None:
    for invoice in invoices:
        sentence = _("Dieser Monat wurde ohne Rechnung abgeschlossen.")
        found.bad(Part.INVOICES, "N2", "billing_invoice", invoice.number, sentence)


def _check_release(case: Case, found: Findings) -> None:
    """N3: only a Stornorechnung frees a settlement, its claims and its postings."""
    settlement = case.settlement
    if settlement.released_by is None or settlement.released_by_kind == CANCELLATION:
        return
    sentence = _("Freigegeben, aber nicht durch eine Stornorechnung.")
    found.bad(Part.SETTLEMENTS, "N3", TABLE, settlement.pk, sentence)


def _check_columns(case: Case, found: Findings) -> None:
    """Compare the columns with the entry: month, customer, when, by whom, statement."""
    settlement, told = case.settlement, case.told
    without_invoice = told.kind == MONTH_SETTLED
    statement = sha256(settlement.statement) if without_invoice else None
    fits = {
        "run_id": settlement.period == told.facts.get("period"),
        "customer_id": settlement.customer == told.facts.get("customer"),
        "settled_at": moment(settlement.settled_at) == told.happened_at,
        "settled_by_id": settlement.settled_by == told.actor,
        "statement": statement == told.facts.get("statement_sha256")
        and (without_invoice or settlement.statement == ""),
    }
    for column in (name for name, holds in fits.items() if not holds):
        sentence = _("Spalte %(column)s passt nicht zu Eintrag %(number)s der Kladde.")
        names = {"column": column, "number": told.sequence}
        found.bad(Part.SETTLEMENTS, "N2", TABLE, settlement.pk, sentence % names)
