"""Dates: when it is due, when the work was done, which period it belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fernkladde.values.invoice_document import FEE

from .fault import Fault, german_day

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from fernkladde.values.invoice_document import InvoiceDocument, Line


def date_faults(document: InvoiceDocument) -> Iterator[Fault]:
    yield from _due_faults(document)
    yield from _period_faults(document)
    for line in document.lines:
        yield from _line_period_faults(document, line)
    yield from _too_early_faults(document)


def _due_faults(document: InvoiceDocument) -> Iterator[Fault]:
    if document.due_on is None:
        sentence = "Die Fälligkeit fehlt: bitte ein Zahlungsziel festlegen."
        yield Fault("invoice.due_on", sentence)
    elif document.due_on < document.issued_on:
        sentence = (
            f"Die Fälligkeit {german_day(document.due_on)} liegt vor dem "
            f"Rechnungsdatum {german_day(document.issued_on)}."
        )
        yield Fault("invoice.due_on", sentence)


def _period_faults(document: InvoiceDocument) -> Iterator[Fault]:
    start, end = document.period_start, document.period_end
    each_line = all(line.period_start or line.period_end for line in document.lines)
    if not (start or end or document.service_on or each_line):
        sentence = "Der Leistungszeitraum fehlt (§ 14 UStG)."
        yield Fault("invoice.period_start", sentence)
    if start and end and end < start:
        sentence = (
            f"Der Leistungszeitraum endet vor seinem Beginn ({_span(start, end)})."
        )
        yield Fault("invoice.period_end", sentence)


def _line_period_faults(document: InvoiceDocument, line: Line) -> Iterator[Fault]:
    start, end = line.period_start, line.period_end
    field = f"lines[{line.position}].period_start"
    place = f"Position {line.position}"
    if start and end and end < start:
        sentence = (
            f"{place}: Der Zeitraum endet vor seinem Beginn ({_span(start, end)})."
        )
        yield Fault(field, sentence)
    # Peppol R110 and R111: the header's period encloses each line's.
    days = [day for day in (start, end) if day]
    before = document.period_start and any(day < document.period_start for day in days)
    after = document.period_end and any(day > document.period_end for day in days)
    if before or after:
        sentence = f"{place}: Der Zeitraum liegt außerhalb des Leistungszeitraums."
        yield Fault(field, sentence)


def _too_early_faults(document: InvoiceDocument) -> Iterator[Fault]:
    """Refuse a date before the work was done; fees may be billed in advance."""
    days = [line.period_end for line in document.lines if line.kind != FEE]
    last = max((day for day in days if day), default=None)
    if last and document.issued_on < last:
        sentence = (
            f"Das Rechnungsdatum {german_day(document.issued_on)} liegt vor dem "
            f"letzten Leistungstag {german_day(last)}."
        )
        yield Fault("invoice.issued_on", sentence)


def _span(start: date, end: date) -> str:
    return f"{german_day(start)} bis {german_day(end)}"
