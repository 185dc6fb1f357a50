"""Making a document once more that the worker has given up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from fernkladde.journal.actions import record

from .models import Rendering, RenderingState

if TYPE_CHECKING:
    from datetime import datetime

    from fernkladde.accounts.models import User


@transaction.atomic
def repeat_rendering(*, rendering: Rendering, by: User | None, at: datetime) -> bool:
    """Let the worker try anew, with all its attempts; say whether it was given up.

    A second click finds the duty due already and does nothing. What is made can
    never be made again: a stored document stays.
    """
    given_up = Rendering.objects.filter(pk=rendering.pk, state=RenderingState.FAILED)
    # The error stays to be read until the document is there.
    again = given_up.update(
        state=RenderingState.DUE, attempts=0, due_at=at, lease="", leased_until=None
    )
    if again:
        _note(rendering, by, at)
    return bool(again)


def _note(rendering: Rendering, by: User | None, at: datetime) -> None:
    facts: dict[str, Any] = {"attempts": rendering.attempts}
    if rendering.invoice:
        subject = f"invoice/{rendering.invoice.number}"
    else:
        settlement = rendering.settlement
        assert settlement is not None  # noqa: S101  it is of one or the other
        subject = f"customer/{settlement.customer.number}"
        facts |= {"period": settlement.run.period}
    record(
        kind="billing.rendering-repeated", subject=subject, by=by, at=at, facts=facts
    )
