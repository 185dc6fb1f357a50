"""The positions by case, and the sums below them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fernkladde.values.invoice_document import LUMP_SUM, MINUTE

from .formats import MINUS, NBSP
from .printable import one_line

if TYPE_CHECKING:
    from fernkladde.values.invoice_document import InvoiceDocument, Line, Section

    from .formats import Formats
    from .words import Words

DOT = " · "


def cases(
    document: InvoiceDocument, words: Words, formats: Formats
) -> list[dict[str, Any]]:
    page = _Page(document, words, formats)
    return [page.case(section) for section in document.sections if section.lines]


def sums(document: InvoiceDocument, words: Words, formats: Formats) -> dict[str, Any]:
    """Return the block of sums, the grand total and the reasons for untaxed work."""
    totals = document.totals
    if totals is None:
        return {"sums": [], "grand": [], "reasons": []}

    def money(amount: Any) -> str:
        return formats.money(amount, document.currency)

    rows = [(words.net, money(totals.net))]
    for tax in document.taxes:
        percent, net = formats.percent(tax.percent), money(tax.net)
        rows.append((words.tax_on.format(percent=percent, net=net), money(tax.tax)))
    reasons = (one_line(tax.exemption_reason) for tax in document.taxes)
    return {
        "sums": rows,
        "grand": [words.total, money(totals.gross)],
        "reasons": [reason for reason in reasons if reason],
    }


class _Page:
    """The rows of one document's cases."""

    def __init__(
        self, document: InvoiceDocument, words: Words, formats: Formats
    ) -> None:
        self.currency = document.currency
        self.words, self.formats = words, formats
        self.shows_tax = len(document.taxes) > 1
        self.shows_sums = len(document.sections) > 1

    def case(self, section: Section) -> dict[str, Any]:
        rows = [row for line in section.lines for row in self._rows(line)]
        return {
            "title": self._case_title(section),
            "about": self._about(section),
            "rows": rows,
            "sum": self._sum(section) if self.shows_sums and len(rows) > 1 else None,
        }

    def _case_title(self, section: Section) -> str:
        number = one_line(section.case_number)
        parts = (number and f"{self.words.case} {number}", one_line(section.subject))
        return DOT.join(part for part in parts if part)

    def _about(self, section: Section) -> str:
        words, formats = self.words, self.formats
        serial = one_line(section.serial_number)
        worked = formats.span(section.worked_from, section.worked_until)
        on = section.reported_on
        parts = (
            one_line(section.plant),
            serial and f"{words.serial_number} {serial}",
            on and f"{words.reported_on} {formats.day(on)}",
            worked and f"{words.worked} {worked}",
        )
        return DOT.join(part for part in parts if part)

    def _sum(self, section: Section) -> tuple[str, str]:
        net = sum(line.net for line in section.lines)
        label = f"{self.words.case_sum} {one_line(section.case_number)}"
        return label, self._money(net)

    def _rows(self, line: Line) -> list[dict[str, str]]:
        rows = [
            {
                "position": str(line.position),
                "title": one_line(line.title),
                "details": self._details(line),
                "quantity": self._quantity(line),
                "price": self._price(line),
                "amount": self._money(line.gross),
            }
        ]
        return [*rows, self._discount(line)] if line.discount else rows

    def _discount(self, line: Line) -> dict[str, str]:
        """Show what was given beside the full price, so that it is seen."""
        reason = one_line(line.discount_reason) or self.words.discount
        return {
            "position": "",
            "title": reason,
            "details": "",
            "quantity": "",
            "price": f"{MINUS}{NBSP}{self.formats.percent(line.discount_percent)}"
            if line.discount_percent
            else "",
            "amount": self._money(-line.discount),
        }

    def _details(self, line: Line) -> str:
        tax = ""
        if self.shows_tax:
            percent = self.formats.percent(line.tax_percent or line.net * 0)
            tax = f"{self.words.vat_short} {percent}"
        parts = (
            self.formats.span(line.period_start, line.period_end),
            one_line(line.note),
            tax,
        )
        return DOT.join(part for part in parts if part)

    def _quantity(self, line: Line) -> str:
        if line.unit == MINUTE:
            return self.formats.minutes(line.quantity)
        if line.unit == LUMP_SUM:
            return self.words.lump_sum if line.quantity == 1 else self._count(line)
        return self._count(line)

    def _count(self, line: Line) -> str:
        unit = self.words.units.get(line.unit, "")
        return f"{self.formats.number(line.quantity)}{NBSP}{unit}".strip(NBSP)

    def _price(self, line: Line) -> str:
        price = self.formats.money(line.unit_price, self.currency, most=4)
        if line.unit == MINUTE:
            base = self.formats.minutes(line.base_quantity)
            return f"{price} {self.words.per}{NBSP}{base}"
        if line.base_quantity != 1:
            base = self.formats.number(line.base_quantity)
            return f"{price} {self.words.per}{NBSP}{base}"
        return "" if line.unit == LUMP_SUM else price

    def _money(self, amount: Any) -> str:
        return self.formats.money(amount, self.currency)
