"""Half away from zero, in one place."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fernkladde.values.rounding import (
    from_cents,
    from_ten_thousandths,
    half_up,
    quantity,
    ten_thousandths,
    to_cents,
    to_unit_price,
)


@pytest.mark.parametrize(
    ("amount", "cents"),
    [
        ("0.005", "0.01"),
        ("-0.005", "-0.01"),
        ("0.0049999", "0.00"),
        ("2.675", "2.68"),
        ("1E+3", "1000.00"),
        ("12345678901234567890123456789012345678.905", None),
    ],
)
def test_half_a_cent_goes_away_from_zero(amount: str, cents: str | None) -> None:
    expected = cents or "12345678901234567890123456789012345678.91"

    assert str(to_cents(Decimal(amount))) == expected


def test_a_unit_price_keeps_four_decimals() -> None:
    assert str(to_unit_price(Decimal("25.43745"))) == "25.4375"
    assert ten_thousandths(Decimal("99.99995")) == 1_000_000
    assert ten_thousandths(Decimal("-0.00005")) == -1


@given(st.integers(-(10**30), 10**30), st.integers(1, 10**12))
def test_whole_numbers_round_like_decimals(numerator: int, denominator: int) -> None:
    exact = Fraction(numerator, denominator)

    rounded = half_up(numerator, denominator)

    assert abs(rounded - exact) <= Fraction(1, 2)
    if abs(rounded - exact) == Fraction(1, 2):
        assert abs(rounded) > abs(exact)


@given(st.decimals(-(10**9), 10**9, places=6))
def test_the_smallest_unit_and_back_is_the_rounded_amount(amount: Decimal) -> None:
    assert from_ten_thousandths(ten_thousandths(amount)) == to_unit_price(amount)
    expected = amount.quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert to_cents(amount) == expected == from_cents(int(expected * 100))


def test_seconds_are_minutes_with_four_decimals() -> None:
    assert [quantity(seconds) for seconds in (60, 1, 2, 30)] == [
        10_000, 167, 333, 5_000
    ]  # fmt: skip
