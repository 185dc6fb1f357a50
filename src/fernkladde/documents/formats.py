"""Numbers, dates and times as printed: German or English."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

NBSP = "\u00a0"
MINUS = "\u2212"
EN_DASH = "\u2013"
_GERMAN = str.maketrans(",.", ".,")
_SIGNS = {"EUR": "€"}
_MONTHS = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun",
    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip
HOUR = 60


class Formats:
    """How numbers are written in one language."""

    def __init__(self, language: str) -> None:
        self.is_german = language != "en"

    def number(self, value: Decimal, *, least: int = 0, most: int = 4) -> str:
        """Write with at least and at most so many places, without needless zeros."""
        places = max(least, min(most, -int(value.normalize().as_tuple().exponent)))
        text = f"{abs(value):,.{places}f}"
        sign = MINUS if value < 0 else ""
        return sign + (text.translate(_GERMAN) if self.is_german else text)

    def money(self, amount: Decimal, currency: str, *, most: int = 2) -> str:
        """Write "1.234,56 €" or "€1,234.56"; other currencies by their code."""
        sign = _SIGNS.get(currency, currency)
        if self.is_german:
            return f"{self.number(amount, least=2, most=most)}{NBSP}{sign}"
        minus = MINUS if amount < 0 else ""
        space = "" if currency in _SIGNS else NBSP
        return f"{minus}{sign}{space}{self.number(abs(amount), least=2, most=most)}"

    def percent(self, value: Decimal) -> str:
        number = self.number(value)
        return f"{number}{NBSP}%" if self.is_german else f"{number}%"

    def day(self, on: date) -> str:
        """Write "03.03.2026" or "3 Mar 2026"."""
        if self.is_german:
            return f"{on.day:02}.{on.month:02}.{on.year}"
        return f"{on.day}{NBSP}{_MONTHS[on.month - 1]}{NBSP}{on.year}"

    def span(self, first: date | None, last: date | None) -> str:
        """Write a period; one day stands alone."""
        days = [self.day(on) for on in (first, last) if on]
        return f"{NBSP}{EN_DASH} ".join(dict.fromkeys(days))

    def minutes(self, value: Decimal) -> str:
        """Write "45 min" as it stands in the e-invoice, to four places."""
        return f"{self.number(value)}{NBSP}min"


def hours(minutes: Decimal) -> str:
    """Write minutes as "0:45 h"; seconds only where there are some: "0:45:30 h"."""
    seconds = int((abs(minutes) * 60).to_integral_value())
    whole, rest = divmod(seconds, 60)
    text = f"{whole // HOUR}:{whole % HOUR:02}"
    if rest:
        text += f":{rest:02}"
    return f"{MINUS if minutes < 0 and seconds else ''}{text}{NBSP}h"


def grouped(iban: str) -> str:
    """Write an IBAN in groups of four."""
    compact = "".join(iban.split()).upper()
    groups = (compact[i : i + 4] for i in range(0, len(compact), 4))
    return NBSP.join(groups)
