"""What is left of an allowance, unbilled work included."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fernkladde.billing import facts
from fernkladde.billing.shares import rate_month

if TYPE_CHECKING:
    from datetime import date

    from fernkladde.contracts.models import Contract
    from fernkladde.rating.result import AllowanceRow


def balances(contract: Contract, *, on: date) -> list[AllowanceRow]:
    """Return the periods of a contract's allowance that began up to a date.

    Unbilled work counts as used, so that the figure is the one the next call meets.
    """
    agreed = facts.load_terms()
    related = facts.related_customers(contract.customer)
    result = rate_month(agreed, on, related)
    mine = [row for row in result.allowances if row.contract == contract.number]
    return sorted(mine, key=lambda row: row.period_start)


def balance(contract: Contract, *, on: date) -> AllowanceRow | None:
    """Return the period of the date, if the contract has an allowance."""
    rows = balances(contract, on=on)
    return next((r for r in rows if r.period_start <= on <= r.period_end), None)
