"""The result as JSON (section 7): strings for numbers, null where none applies."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from fernkladde.values.rounding import from_ten_thousandths, quantity

if TYPE_CHECKING:
    from decimal import Decimal

    from .result import Result
    from .rows import AllowanceRow, FreeRow, HeldRow, Line


def document_of(result: Result) -> dict[str, Any]:
    return {
        "lines": [line_row(row) for row in result.lines],
        "free": [free_row(row) for row in result.free],
        "held": [held_row(row) for row in result.held],
        "allowances": [allowance_row(row) for row in result.allowances],
        "totals": {customer: money(net) for customer, net in result.totals.items()},
        "warnings": [
            {"code": notice.code, "subject": notice.subject}
            for notice in result.warnings
        ],
        "explain": result.explain(),
    }


def money(amount: Decimal) -> str:
    return f"{amount:.2f}"


def number(amount: Decimal) -> str:
    """Write a number without needless zeros and without an exponent."""
    text = f"{amount:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


@lru_cache(maxsize=4096)
def minutes(seconds: int) -> str:
    return number(from_ten_thousandths(quantity(seconds)))


def line_row(row: Line) -> dict[str, Any]:
    return {
        "customer": row.customer,
        "case": row.case,
        "kind": row.kind,
        "basis": row.basis,
        "contract": row.contract,
        "tariff": row.tariff,
        "service": row.service,
        "skill": row.skill,
        "band": row.band,
        "name": row.name,
        "discount_percent": number(row.discount_percent),
        "minutes": None if row.seconds is None else minutes(row.seconds),
        "count": row.count,
        "unit_price": None if row.unit_price is None else number(row.unit_price),
        "per_minutes": row.per_minutes,
        "gross": money(row.gross),
        "discount": money(row.discount),
        "net": money(row.net),
    }


def free_row(row: FreeRow) -> dict[str, Any]:
    return {
        "case": row.case,
        "basis": row.basis,
        "contract": row.contract,
        "kind": row.kind,
        "minutes": minutes(row.seconds),
        "value": money(row.value),
    }


def held_row(row: HeldRow) -> dict[str, Any]:
    return {
        "case": row.case,
        "kind": row.kind,
        "minutes": minutes(row.seconds),
        "value": money(row.value),
    }


def allowance_row(row: AllowanceRow) -> dict[str, Any]:
    amount = str if row.unit == "cases" else minutes
    return {
        "contract": row.contract,
        "period_start": row.period_start.isoformat(),
        "granted": amount(row.granted),
        "carried_in": amount(row.carried_in),
        "used": amount(row.used),
        "left": amount(row.left),
    }
