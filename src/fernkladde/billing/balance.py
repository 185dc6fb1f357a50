"""The statement of each allowance on a paper: granted, used before, used now, left."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from fernkladde.values import invoice_document as paper

from .at_hand import drawn
from .wording import minutes

if TYPE_CHECKING:
    from fernkladde.rating.result import AllowanceRow

    from .at_hand import Desk
    from .shares import Share


def allowance_rows(share: Share, desk: Desk) -> tuple[paper.AllowanceRow, ...]:
    """State each period that this month's work belongs to, by its own contract."""
    now = drawn(share.settled_groups)
    shown = [
        row
        for row in share.allowances
        if (row.contract, row.period_start) in now
        or row.period_start <= desk.month.last <= row.period_end
    ]
    names = {c: "" for c, _ in now}
    return tuple(
        _allowance(row, now[row.contract, row.period_start], desk, names)
        for row in shown
    )


def _allowance(
    row: AllowanceRow, now: int, desk: Desk, names: dict[str, str]
) -> paper.AllowanceRow:
    """Balance a period: what it did not keep was handed on or lost.

    What others take by the same rating counts as used before, whether they are
    settled already or come after: the paper says the same, however the run goes.
    """
    period = (row.contract, row.period_start)
    own, handed_in = desk.used_before.get(period, (0, 0))
    carried = row.carried_in + handed_in
    before = own + handed_in + desk.drawn.get(period, 0) - now
    left = max(0, min(row.granted + carried - before - now, row.left + row.carried_in))
    expired = row.granted + carried - before - now - left
    amount = minutes if row.unit == "seconds" else Decimal
    return paper.AllowanceRow(
        contract_number=row.contract,
        contract_name=names.get(row.contract, ""),
        period_start=row.period_start,
        period_end=row.period_end,
        granted=amount(row.granted),
        carried_in=amount(carried),
        used_before=amount(before),
        used_now=amount(now),
        expired=amount(expired),
        left=amount(left),
        unit="minutes" if row.unit == "seconds" else "cases",
    )
