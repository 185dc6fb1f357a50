"""Writing down what was done at a plant: the session record stands on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict, Unpack

from django.db import transaction

from fernkladde.cases.models import Session, WorkReport
from fernkladde.customers import records
from fernkladde.journal import actions as journal
from fernkladde.plants.secrets import refuse_secrets

from .writing import SessionVoided, subject

if TYPE_CHECKING:
    from datetime import datetime

    from fernkladde.accounts.models import User

NAMES_PEOPLE = ("requested_by", "released_by", "closed_by", "changes", "tools")


class ReportFields(TypedDict, total=False):
    requested_by: str
    released_by: str
    closed_by: str
    tools: str
    changes: str
    program_before: str
    program_after: str


@transaction.atomic
def report_work(
    *,
    session: Session,
    by: User | None,
    at: datetime,
    no_secret: bool = False,
    **fields: Unpack[ReportFields],
) -> bool:
    """Say what a session did, also after it was billed; return whether that is new.

    It bears on no price. What stood there before is in the Kladde.
    """
    rows = Session.objects.select_for_update(of=("self",), no_key=True)
    current = rows.select_related("case").get(pk=session.pk)
    if current.voided_at:
        raise SessionVoided(current)
    values = records.strip(fields)
    if not no_secret:
        refuse_secrets(**values)
    report = WorkReport.objects.filter(session=current).first()
    report = report or WorkReport(session=current)
    if report.pk is None:
        records.check(report)
        report.save(force_insert=True)
    changes = records.update(report, values)
    if not changes:
        return False
    facts, personal = records.changes_told_apart(
        changes, {"session": current.number}, *NAMES_PEOPLE
    )
    journal.record(
        kind="cases.work-reported",
        subject=subject(current.case),
        by=by,
        at=at,
        facts=facts,
        personal=personal,
    )
    return True
