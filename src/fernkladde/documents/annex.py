"""Beside the money: the allowance, what was free, and the proof of every session."""

from __future__ import annotations

from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Any

from fernkladde.values.invoice_document import STATEMENT

from .fonts import width_in_em
from .formats import EN_DASH, NBSP, Formats, hours
from .printable import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fernkladde.values.invoice_document import (
        AllowanceRow,
        InvoiceDocument,
        ProofRow,
    )

    from .words import Words

DOT = " · "
NONE = EN_DASH
PROOF_WIDTHS = (33.0, 22.5, 12.5, 14.5, 32.0, 50.5)  # millimeters
_POINT = 0.3528 * 1.03  # millimeters, with room for tabular figures
_EM, _SMALL_EM = 7.5 * _POINT, 6.8 * _POINT  # the proof's two sizes of type
_PADDING = 2.4  # left and right of a cell
_SHORT_PROOF = 12  # sessions that may follow the invoice on its last page


def allowance_part(
    document: InvoiceDocument, words: Words, formats: Formats
) -> dict[str, Any] | None:
    if not document.allowances:
        return None
    return {
        "title": words.allowances,
        "columns": words.allowance_columns,
        "rows": [_allowance_row(row, words, formats) for row in document.allowances],
    }


def _allowance_row(row: AllowanceRow, words: Words, formats: Formats) -> dict[str, Any]:
    def shown(amount: Decimal) -> str:
        if row.unit == "minutes":
            return hours(amount)
        return f"{formats.number(amount)}{NBSP}{words.cases_unit}"

    between = (row.carried_in, row.used_before, row.used_now, row.expired)
    return {
        "number": one_line(row.contract_number),
        "name": one_line(row.contract_name),
        "cells": [
            formats.span(row.period_start, row.period_end),
            shown(row.granted),
            *(shown(amount) if amount else NONE for amount in between),
            shown(row.left),
        ],
    }


def free_part(
    document: InvoiceDocument, words: Words, formats: Formats
) -> dict[str, Any] | None:
    if not document.free_work:
        return None
    rows = [
        (
            one_line(work.basis),
            hours(work.minutes),
            formats.money(work.value, document.currency),
        )
        for work in document.free_work
    ]
    return {"title": words.free, "columns": words.free_columns, "rows": rows}


def proof_part(
    document: InvoiceDocument, words: Words, formats: Formats
) -> dict[str, Any] | None:
    """Return the sessions by case, in the order given, with both sums of time."""
    if not document.proof:
        return None
    by_case = groupby(document.proof, key=lambda row: row.case_number)
    titles = {section.case_number: section.subject for section in document.sections}
    is_statement = document.kind == STATEMENT
    number = one_line(document.number)
    return {
        "title": words.proof if is_statement else words.proof_of.format(number=number),
        "opening": words.proof_opening,
        "columns": words.proof_columns,
        "widths": PROOF_WIDTHS,
        "short": len(document.proof) <= _SHORT_PROOF,
        "cases": [
            _case(number, titles.get(number, ""), list(rows), words, formats)
            for number, rows in by_case
        ],
    }


def _case(
    number: str, subject: str, rows: list[ProofRow], words: Words, formats: Formats
) -> dict[str, Any]:
    title = f"{words.case} {one_line(number)}"
    return {
        "title": f"{title}{DOT}{one_line(subject)}" if subject else title,
        "rows": [_session(row, words, formats) for row in rows],
        "sum": [
            words.sum,
            hours(_total(row.worked_minutes for row in rows)),
            hours(_total(row.billed_minutes or Decimal(0) for row in rows)),
        ],
    }


def _total(minutes: Iterable[Decimal]) -> Decimal:
    return sum(minutes, Decimal(0))


def _session(row: ProofRow, words: Words, formats: Formats) -> dict[str, Any]:
    billed = row.billed_minutes
    times = f"{one_line(row.start)}{EN_DASH}{one_line(row.end)}"
    cells = [
        f"{formats.day(row.worked_on)}{NBSP}{NBSP}{times}",
        one_line(row.technician),
        hours(row.worked_minutes),
        NONE if billed is None else hours(billed),
        one_line(row.connection),
    ]
    decision = DOT.join(t for t in map(one_line, (row.cause, row.decision)) if t)
    more = _more(row, words)
    return {
        "cells": cells,
        "decision": decision,
        "more": more,
        "lines": _line_count([*cells, decision], more),
    }


def _line_count(cells: list[str], more: list[str]) -> int:
    """Return how many lines a session takes if none wraps, else 0.

    A known height spares Typst from measuring each cell: a seventh of the time.
    """
    room = [(width - _PADDING) / _EM for width in PROOF_WIDTHS]
    pairs = [*zip(cells, room, strict=True)]
    pairs += [(line, room[-1] * _EM / _SMALL_EM) for line in more]
    return 1 + len(more) if all(_fits(text, ems) for text, ems in pairs) else 0


def _fits(text: str, ems: float) -> bool:
    width = width_in_em(text)
    return width is not None and width <= ems


def _more(row: ProofRow, words: Words) -> list[str]:
    parts = (
        (words.reason, one_line(row.reason)),
        (words.consent, one_line(row.consent)),
    )
    return [f"{label}: {text}" for label, text in parts if text]
