"""One case: the conversation, the facts, the decisions, the sessions and their sum."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_safe

from fernkladde.cases.models import DONE, CaseState, Service
from fernkladde.cases.queries import consents_of, conversation
from fernkladde.desk.access import needs
from fernkladde.desk.forms.cases import AssignForm, NoteForm, StateForm
from fernkladde.desk.forms.deciding import (
    CapForm,
    CauseForm,
    ConsentForm,
    GoodwillForm,
    WithdrawForm,
)
from fernkladde.desk.forms.timers import StartForm
from fernkladde.desk.looks_at import agreed_now
from fernkladde.desk.moments import moment_of
from fernkladde.desk.notices import Work, spoken_notice
from fernkladde.desk.objects import get_case

from .linked import around_case, around_forms, linked_cases, may_reopen
from .sums import (
    account_of,
    basis_sums,
    listed_sessions,
    reasons_for,
    receipt_for,
    ways_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django import forms
    from django.http import HttpResponse

    from fernkladde.cases.models import Case, Session
    from fernkladde.desk.access import StaffRequest
    from fernkladde.desk.notices import Spoken

    from .sums import ListedSession

REFUSED = 422


@needs("read")
@require_safe
def case(request: StaffRequest, number: str) -> HttpResponse:
    return show_case(request, get_case(request, number))


def show_case(request: StaffRequest, case: Case, **bound: forms.Form) -> HttpResponse:
    """Show the case; `bound` are forms that were refused, to be mended."""
    now = moment_of(request)
    account = account_of(case, at=now)
    sessions = listed_sessions(case, account, at=now)
    agreed = agreed_now(case.customer, case.plant, at=now)
    contacts = list(case.customer.contacts.active().order_by("name", "pk"))
    sums = basis_sums(account)
    last = _last(sessions)
    notice = _notice(request, case, last, at=now)
    receipt = receipt_for(
        request.GET.get("receipt", ""),
        sessions,
        case=case,
        account=account,
        agreed=agreed,
        contacts=contacts,
    )
    around = around_case(case)
    bases = [one.basis for one in sums] or ([notice.basis] if notice else [])
    context = {
        "case": case,
        "notes": conversation(case).order_by("-written_at", "-pk"),
        "consents": consents_of(case),
        "contacts": contacts,
        "agreed": agreed,
        "sessions": sessions,
        "account": account,
        "sums": sums,
        "ways": ways_of(account),
        "bases": bases,
        "reasons": [reason for reason in reasons_for(case, bases, agreed) if reason],
        "notice": notice,
        "mine": any(_runs_by(request, one.session) for one in sessions),
        "receipt": receipt,
        "around": around,
        "linked": linked_cases(case),
        "reopens": may_reopen(case, at=now),
        "now": now,
        "forms": {
            **_forms(case, last, solved=receipt is not None),
            **around_forms(case, around.tags),
            **bound,
        },
    }
    status = REFUSED if bound else 200
    return render(request, "desk/cases/case.html", context, status=status)


def _last(sessions: Iterable[ListedSession]) -> Session | None:
    """Return the last session that counts: the next one will be like it."""
    valid = [one.session for one in sessions if not one.session.voided_at]
    return valid[-1] if valid else None


def _notice(
    request: StaffRequest, case: Case, last: Session | None, *, at: datetime
) -> Spoken | None:
    """Return the sentence that must be read out first, if there is one."""
    framework = case.customer.consent_from
    if case.state in DONE or case.consented_at or not request.user.may("consent"):
        return None
    if framework and framework <= timezone.localdate(at):
        return None
    return spoken_notice(usual_work(case, last), at=at)


def usual_work(case: Case, last: Session | None) -> Work:
    return Work(
        customer=case.customer,
        plant=case.plant,
        service=last.service if last else Service.REMOTE,
        connection=last.connection if last else "none",
        case=case,
    )


def _runs_by(request: StaffRequest, session: Session) -> bool:
    is_mine = session.technician_id == request.user.pk
    return is_mine and session.ended_at is None and session.voided_at is None


def _forms(case: Case, last: Session | None, *, solved: bool) -> dict[str, Any]:
    """Return the forms of the page, each with ids of its own for its fields.

    When the clock has just been stopped, the matter may be `solved`.
    """
    state = CaseState.SOLVED if solved and case.state not in DONE else case.state
    percent = case.goodwill_percent
    person = case.assigned_to.username if case.assigned_to else ""
    work = usual_work(case, last)
    return {
        "note": NoteForm(auto_id="note_%s"),
        "start": StartForm(
            auto_id="start_%s",
            initial={"service": work.service, "connection": work.connection},
        ),
        "cause": CauseForm(auto_id="cause_%s", initial={"cause": case.cause}),
        "goodwill": GoodwillForm(
            auto_id="goodwill_%s",
            initial={"percent": Decimal(100) if percent is None else percent},
        ),
        "withdraw": WithdrawForm(auto_id="withdraw_%s"),
        "consent": ConsentForm(
            auto_id="consent_%s", initial={"person": case.reported_by}
        ),
        "cap": CapForm(auto_id="cap_%s", initial={"cost_cap": case.cost_cap}),
        "state": StateForm(
            auto_id="state_%s",
            done=case.state in {*DONE, CaseState.REOPENED},
            initial={"state": state, "solution": case.solution},
        ),
        "assign": AssignForm(auto_id="assign_%s", initial={"person": person}),
    }


urlpatterns = [path("faelle/<path:number>/", case, name="case")]
