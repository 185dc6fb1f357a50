"""The one place that rounds: half away from zero, always said how far.

Pure. Amounts are `Decimal`, or whole numbers of a fixed small unit: cents, or
ten-thousandths where a unit price or a quantity keeps four decimals.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

_CENT = Decimal("0.01")
_UNIT_PRICE = Decimal("0.0001")

# Wide enough for any amount a scenario may hold, so that nothing is dropped
# before the one rounding that is meant.
EXACT = Context(prec=200, rounding=ROUND_HALF_UP)


def to_cents(amount: Decimal) -> Decimal:
    """Round to two decimals; half a cent goes away from zero."""
    return amount.quantize(_CENT, context=EXACT)


def to_unit_price(amount: Decimal) -> Decimal:
    """Round to the four decimals that a unit price keeps."""
    return amount.quantize(_UNIT_PRICE, context=EXACT)


def half_up(numerator: int, denominator: int) -> int:
    """Divide and round to a whole number; `denominator` is above zero."""
    if numerator < 0:
        return -((denominator - 2 * numerator) // (2 * denominator))
    return (2 * numerator + denominator) // (2 * denominator)


def ten_thousandths(amount: Decimal) -> int:
    """Return the unit price as a whole number of ten-thousandths."""
    return int(EXACT.scaleb(to_unit_price(amount), 4))


@lru_cache(maxsize=4096)
def from_cents(cents: int) -> Decimal:
    return EXACT.scaleb(Decimal(cents), -2)


@lru_cache(maxsize=4096)
def from_ten_thousandths(parts: int) -> Decimal:
    return EXACT.scaleb(Decimal(parts), -4)


def quantity(seconds: int) -> int:
    """Return seconds as minutes with four decimals, in ten-thousandths."""
    return half_up(seconds * 10_000, 60)
