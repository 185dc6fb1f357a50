"""A result of the engine as sets of tuples with exact numbers, to be compared."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from .oracle import rounded

if TYPE_CHECKING:
    from decimal import Decimal

    from fernkladde.rating import Result
    from fernkladde.rating.result import Line


def exact(result: Result) -> dict[str, Any]:
    return {
        "lines": {_line(line) for line in result.lines},
        "free": {
            (r.case, r.basis, r.contract, r.kind, minutes(r.seconds), Fraction(r.value))
            for r in result.free
        },
        "held": {
            (r.case, r.kind, minutes(r.seconds), Fraction(r.value)) for r in result.held
        },
        "allowances": {
            (r.contract, r.period_start.isoformat(), r.granted, r.carried_in, r.used,
             r.left)
            for r in result.allowances
        },
        "totals": {c: Fraction(total) for c, total in result.totals.items()},
        "warnings": {(w.code, w.subject) for w in result.warnings},
    }  # fmt: skip


def minutes(seconds: int) -> Fraction:
    return rounded(Fraction(seconds, 60), 4)


def _fraction(x: Decimal | None) -> Fraction | None:
    return None if x is None else Fraction(x)


def _line(line: Line) -> tuple[Any, ...]:
    return (
        line.customer,
        line.case,
        line.kind,
        line.basis,
        line.contract,
        line.tariff,
        line.version.isoformat(),
        line.service,
        line.skill,
        line.band,
        _fraction(line.unit_price),
        line.per_minutes,
        line.name,
        Fraction(line.discount_percent),
        None if line.seconds is None else minutes(line.seconds),
        line.count,
        Fraction(line.gross),
        Fraction(line.discount),
        Fraction(line.net),
    )
