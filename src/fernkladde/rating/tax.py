"""Value added tax: once per tax category, from the summed net."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fernkladde.values.rounding import EXACT, to_cents

if TYPE_CHECKING:
    from decimal import Decimal


def tax_on(net: Decimal, percent: Decimal) -> Decimal:
    """Return BT-117 = BT-116 × BT-119 / 100, rounded to the cent."""
    return to_cents(EXACT.scaleb(EXACT.multiply(net, percent), -2))
