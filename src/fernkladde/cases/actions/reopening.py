"""Going on with what was done: for a while it is the same matter, then a new one."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from fernkladde.cases.clock import told_day
from fernkladde.cases.limits import rules
from fernkladde.cases.models import DONE, Case, CaseState
from fernkladde.values.refusal import Refusal

if TYPE_CHECKING:
    from datetime import datetime


class DoneTooLong(Refusal):
    """What comes back after so long is a matter of its own."""

    def __init__(self, case: Case) -> None:
        sentence = _(
            "Fall %(number)s ist seit dem %(day)s erledigt, zu lange zum Weiterführen."
            " Bitte einen Folgefall anlegen."
        )
        day = told_day(case.closed_at) if case.closed_at else ""
        names = {"number": case.number, "day": day}
        super().__init__(sentence % names, field="state")


class NotDone(Refusal):
    def __init__(self, case: Case) -> None:
        sentence = _("Fall %(number)s ist offen; wieder geöffnet wird nur Erledigtes.")
        super().__init__(sentence % {"number": case.number}, field="state")


def check_reopening(case: Case, state: str, *, at: datetime) -> None:
    """Refuse to go on with a case that was done long ago, by the firm's rules."""
    if state == CaseState.REOPENED and case.state not in {*DONE, state}:
        raise NotDone(case)
    if case.state not in DONE or state in DONE or case.closed_at is None:
        return
    if at - case.closed_at > timedelta(days=rules().reopen_days):
        raise DoneTooLong(case)
