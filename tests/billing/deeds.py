"""What may happen in a month, each by its action, and a firm to which it happens."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from fernkladde.cases import actions
from fernkladde.contracts.actions import change_contract, set_policy
from tests import make

from . import month
from .month import local, work

if TYPE_CHECKING:
    from collections.abc import Callable

    from fernkladde.cases.models import Session

NOW = datetime(2026, 10, 20, 10, tzinfo=UTC)
HERE: dict[str, Any] = {"by": None, "at": NOW}


class Firm:
    """A firm with presents, a scarce allowance that two share, and one that is not."""

    def __init__(self) -> None:
        month.firm()
        self.partner, self.owner = month.customer(), month.customer()
        self.scarce = make.contract(
            customer=self.owner, shared_with=[self.partner], **allowance(100)
        )
        self.ample = make.contract(customer=month.customer(), **allowance(600))
        self.used = work(self.owner, local(5), 60)
        self.used_by_partner = work(self.partner, local(6), 30)
        self.ample_work = work(self.ample.customer, local(6), 60)
        self.given = work(start=local(7), goodwill_percent=Decimal(100))
        self.charged = work(start=local(8))
        self.unsure = work(start=local(9), confirmed_at=None, billable=False)


def allowance(minutes: int) -> dict[str, Any]:
    return {
        "covers": "allowance",
        "allowance_period": "month",
        "allowance_minutes": minutes,
    }


def void(session: Session) -> None:
    actions.void_session(session=session, reason="doppelt", **HERE)


def write_down(firm: Firm) -> None:
    actions.record_session(
        case=firm.ample_work.case,
        technician=make.user(),
        service="remote",
        started_at=local(12),
        ended_at=local(12, 17),
        reason="vergessen",
        **HERE,
    )


def move_to_the_partner(firm: Firm) -> None:
    actions.move_session(
        session=firm.ample_work,
        to=firm.used_by_partner.case,
        reason="falscher Fall",
        **HERE,
    )


DEEDS: dict[str, Callable[[Firm], Any]] = {
    "goodwill": lambda firm: actions.give_goodwill(
        on=firm.charged.case, reason="Anlauf", percent=Decimal(40), **HERE
    ),
    "confirmed": lambda firm: actions.confirm_session(session=firm.unsure, **HERE),
    "voided": lambda firm: void(firm.given),
    "less_used": lambda firm: void(firm.used_by_partner),
    "more_used": write_down,
    "moved": move_to_the_partner,
    "corrected": lambda firm: actions.correct_session(
        session=firm.used_by_partner, reason="länger", ended_at=local(6, 10), **HERE
    ),
    "settled": lambda _firm: month.bill(),
    "larger": lambda firm: change_contract(
        contract=firm.scarce, allowance_minutes=900, **HERE
    ),
    "consent": lambda _firm: set_policy(require_consent=True, **HERE),
    "a_note": lambda firm: actions.add_note(
        case=firm.given.case, text="nichts weiter", **HERE
    ),
}
