"""The head of the invoice: kind, number, references, terms of payment."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fernkladde.einvoice.codes import CURRENCIES
from fernkladde.values.invoice_document import (
    EN_16931,
    INVOICE,
    TYPE_CODES,
    XRECHNUNG,
)

from .fault import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fernkladde.values.invoice_document import InvoiceDocument

# DATEV's alphabet for the key of an open item (Belegfeld 1).
NUMBER = re.compile(r"[A-Za-z0-9_$&%*+\-/]{1,36}")
# BR-DE-18: days, percent with two decimals, perhaps a base amount; a line of its own.
SKONTO = re.compile(
    r"#(SKONTO|VERZUG)#TAGE=[0-9]+#PROZENT=[0-9]+\.[0-9]{2}#"
    r"(BASISBETRAG=-?[0-9]+\.[0-9]{2}#)?"
)


def head_faults(document: InvoiceDocument, *, numbered: bool) -> Iterator[Fault]:
    if document.kind not in TYPE_CODES:
        sentence = f"Die Belegart „{document.kind}“ kennt Fernkladde nicht."
        yield Fault("invoice.kind", sentence)
    if numbered and not NUMBER.fullmatch(document.number):
        yield Fault("invoice.number", _number_sentence(document.number))
    if document.profile not in (EN_16931, XRECHNUNG):
        sentence = f"Das Rechnungsformat „{document.profile}“ kennt Fernkladde nicht."
        yield Fault("customer.profile", sentence)
    if document.currency not in CURRENCIES:
        sentence = f"„{document.currency}“ ist kein Währungskürzel wie EUR oder CHF."
        yield Fault("invoice.currency", sentence)
    yield from _preceding_faults(document)
    yield from _skonto_faults(document.payment_terms)


def _number_sentence(number: str) -> str:
    if not number:
        return "Die Rechnungsnummer fehlt."
    return (
        f"Die Rechnungsnummer „{number}“ darf nur Buchstaben ohne Umlaute, Ziffern "
        "und - / _ $ & % * + enthalten, höchstens 36 Zeichen."
    )


def _preceding_faults(document: InvoiceDocument) -> Iterator[Fault]:
    """Want number and date of the invoice that is canceled or corrected."""
    if document.kind == INVOICE:
        return
    if not document.preceding_number or document.preceding_on is None:
        sentence = (
            "Storno und Rechnungskorrektur müssen Nummer und Datum der Rechnung "
            "nennen, die sie betreffen."
        )
        yield Fault("invoice.preceding_number", sentence)


def _skonto_faults(terms: str) -> Iterator[Fault]:
    for line in terms.splitlines(keepends=True):
        if not line.lstrip().startswith("#"):
            continue
        if not line.endswith("\n") or not SKONTO.fullmatch(line.rstrip("\r\n")):
            sentence = (
                f"Die Skontozeile „{line.strip()}“ muss die Form "
                "#SKONTO#TAGE=10#PROZENT=2.00# haben, allein in ihrer Zeile."
            )
            yield Fault("invoice.payment_terms", sentence)
