"""N2, N4, N5: an issued invoice is its document, to the byte and to the cent."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from fernkladde.billing.pinned import sha256
from fernkladde.values.rounding import to_cents

from .findings import Part
from .written import amount, decimal, moment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .findings import Findings
    from .settled import Case
    from .tables import Issued

TABLE = "billing_invoice"
ZERO = Decimal(0)


def check_invoice(case: Case, invoice: Issued, found: Findings) -> None:
    digest = sha256(invoice.document)
    promised = case.told.facts.get("document_sha256")
    if not digest == promised == invoice.document_sha256:
        sentence = _("Das Dokument passt nicht zu Eintrag %(number)s der Kladde.")
        names = {"number": case.told.sequence}
        found.bad(Part.INVOICES, "N2", TABLE, invoice.number, sentence % names)
    if digest != promised:
        return
    document = json.loads(invoice.document)
    for column in _differing(case, invoice, document):
        sentence = _("Spalte %(column)s passt nicht zum Dokument der Rechnung.")
        sentence = sentence % {"column": column}
        found.bad(Part.INVOICES, "N2", TABLE, invoice.number, sentence)
    for rule, what in wrong_sums(document, settled=case.content["lines"]):
        sentence = _("Die Summen der Rechnung stimmen nicht: %(what)s.")
        found.bad(Part.INVOICES, rule, TABLE, invoice.number, sentence % {"what": what})


def _differing(
    case: Case, invoice: Issued, document: Mapping[str, Any]
) -> Iterator[str]:
    """Name the columns that are not what the document and the entry say."""
    facts, totals = case.told.facts, document["totals"]
    pairs = {
        "kind": (invoice.kind, document["kind"]),
        "number": (invoice.number, document["number"]),
        "series": (f"{invoice.series}-{invoice.sequence:04}", document["number"]),
        "customer_id": (invoice.customer_id, case.settlement.customer_id),
        "issued_on": (invoice.issued_on, document["issued_on"]),
        "due_on": (invoice.due_on, document["due_on"]),
        "currency": (invoice.currency, document["currency"]),
        "net": (amount(invoice.net), amount(totals["net"])),
        "tax": (amount(invoice.tax), amount(totals["tax"])),
        "gross": (amount(invoice.gross), amount(totals["gross"])),
        "issued_at": (moment(invoice.issued_at), case.told.happened_at),
        "subject": (case.told.subject, f"invoice/{document['number']}"),
    }
    yield from (name for name, (ours, theirs) in pairs.items() if ours != theirs)
    if (totals["net"], totals["gross"]) != (facts.get("net"), facts.get("gross")):
        yield "net"


def wrong_sums(
    document: Mapping[str, Any], *, settled: list[Mapping[str, Any]]
) -> Iterator[tuple[str, str]]:
    """Add up once more, exactly: lines, taxes, totals (EN 16931 BR-CO-10 to 17).

    `settled` are the lines that rating computed. Name the rule and the term.
    """
    totals = {name: decimal(value) for name, value in document["totals"].items()}
    lines = [line for part in document["sections"] for line in part["lines"]]
    taxes = document["taxes"]
    holds = {
        ("N5", "BT-106"): _sum(lines, "net") == totals["net"],
        ("N5", "lines"): _sum(settled, "net") == totals["net"],
        ("N4", "BT-131"): all(_line_holds(line) for line in lines),
        ("N4", "BT-116"): _sum(taxes, "net") == totals["net"],
        ("N4", "BT-110"): _sum(taxes, "tax") == totals["tax"],
        ("N4", "BT-117"): all(_tax_holds(row) for row in taxes),
        ("N4", "BT-112"): totals["gross"] == totals["net"] + totals["tax"],
        ("N4", "BT-115"): totals["payable"] == totals["gross"],
    }
    yield from (key for key, fits in holds.items() if not fits)


def _sum(rows: list[Mapping[str, Any]], name: str) -> Decimal:
    return sum((decimal(row[name]) for row in rows), ZERO)


def _line_holds(line: Mapping[str, Any]) -> bool:
    return decimal(line["net"]) == decimal(line["gross"]) - decimal(line["discount"])


def _tax_holds(row: Mapping[str, Any]) -> bool:
    tax = to_cents(decimal(row["net"]) * decimal(row["percent"]) / 100)
    return decimal(row["tax"]) == tax
