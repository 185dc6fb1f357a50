"""The firm's rules about clocks and about reopening."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from fernkladde.cases.models import Rules
from fernkladde.customers import records
from fernkladde.journal import actions as journal

if TYPE_CHECKING:
    from datetime import datetime

    from fernkladde.accounts.models import User

A_WEEK_OF_MINUTES = 7 * 24 * 60


class RulesFields(TypedDict, total=False):
    remind_minutes: int
    stop_minutes: int
    reopen_days: int


@transaction.atomic
def set_rules(*, by: User | None, at: datetime, **fields: Unpack[RulesFields]) -> Rules:
    """Set the rules; what is not given stays."""
    Rules.objects.get_or_create(pk=1)
    current = Rules.objects.select_for_update(no_key=True).get(pk=1)
    _check(current, fields)
    changes = records.update(current, fields)
    if changes:
        journal.record(
            kind="cases.rules-set",
            subject="rules/1",
            by=by,
            at=at,
            facts={"changes": changes},
        )
    return current


def _check(current: Rules, fields: RulesFields) -> None:
    remind = fields.get("remind_minutes", current.remind_minutes)
    stop = fields.get("stop_minutes", current.stop_minutes)
    if remind < 1:
        sentence = _("Die Erinnerung bitte ab 1 Minute angeben.")
        raise records.invalid("remind_minutes", sentence)
    if not remind < stop <= A_WEEK_OF_MINUTES:
        sentence = _(
            "Die Uhr endet erst nach der Erinnerung, spätestens nach einer Woche."
        )
        raise records.invalid("stop_minutes", sentence)
