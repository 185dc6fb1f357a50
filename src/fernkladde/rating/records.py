"""What a month-end run stores of a group."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from .agreements import EVERYTHING
from .bands import total
from .basis import ALLOWANCE, CONTRACT, FLAT, FREE, HELD, OVERAGE
from .fees import ONCE, as_billed
from .rows import Group
from .serving import calls_basis
from .zone import date_of

if TYPE_CHECKING:
    from .serving import Served

_NONE = Decimal(0)


def record(served: Served) -> Group:
    """Write down what was rounded together, and what became of it."""
    group, plan = served.group, served.group.plan
    rest = total(served.rest)
    free, held = group.basis in FREE, group.basis == HELD
    return Group(
        number=group.number,
        customer=group.matter.customer.id,
        case=group.matter.case.id,
        basis=told_basis(served),
        contracts=tuple([a.contract.id for a in group.agreements]),
        tariff=plan.edition.tariff,
        version=plan.edition.version.valid_from,
        service=plan.service,
        skill=plan.skill,
        service_date=date_of(group.day),
        discount_percent=group.discount or _NONE,
        sessions=tuple([session.id for session in group.sessions]),
        worked=sum([s.end - s.start for s in group.sessions]),
        billed=total(served.billed),
        covered=sum([taken.seconds for taken in served.covers]),
        charged=0 if free or held else rest,
        free=rest if free else 0,
        held=rest if held else 0,
        postings=tuple([p for taken in served.covers for p in taken.postings]),
        fees=tuple(
            [as_billed(due.fee, group) for due in served.fees if due.fee.per in ONCE]
        ),
        calls=_charged_calls(served),
    )


def told_basis(served: Served) -> str:
    """Name the basis; under a contract by the dearest thing that happened.

    Overage where anything is left to charge, else what covered it; a group with
    no billed time is named after what its first contract covers.
    """
    group = served.group
    if group.basis != CONTRACT:
        return group.basis
    if served.rest:
        return OVERAGE
    if served.covers:
        return ALLOWANCE if any(c.basis == ALLOWANCE for c in served.covers) else FLAT
    first = group.agreements[0]
    if first.contract.covers == EVERYTHING:
        return FLAT
    return OVERAGE if first.ledger is None else ALLOWANCE


def _charged_calls(served: Served) -> tuple[str, ...]:
    terms = served.group.plan.edition.version.connection
    if terms is None or not served.calls:
        return ()
    basis = calls_basis(served.group, always=terms.always)
    if basis in FREE or basis in {FLAT, HELD}:
        return ()
    return tuple(call.id for call, _ in served.calls)
