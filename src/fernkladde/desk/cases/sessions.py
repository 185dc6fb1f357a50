"""One session: what it says, what it said before, its calls, its price."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from fernkladde.cases import actions
from fernkladde.cases.models import Session
from fernkladde.connections.actions import add_call
from fernkladde.desk.access import needs
from fernkladde.desk.forms.deciding import GoodwillForm, WithdrawForm
from fernkladde.desk.forms.rearranging import MoveForm, SplitForm
from fernkladde.desk.forms.refusals import refusals_in
from fernkladde.desk.forms.sessions import CallForm, ReasonForm, SessionForm
from fernkladde.desk.moments import moment_of
from fernkladde.desk.objects import get_case, get_session
from fernkladde.desk.posting import posted, posted_from

from .page import REFUSED
from .sums import account_of, way_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django import forms
    from django.http import HttpResponse

    from fernkladde.cases.models import Case, SessionVersion
    from fernkladde.desk.access import StaffRequest

from_session = posted_from("session", same_record=True)


@dataclass(frozen=True, slots=True)
class OldVersion:
    """What a session said before a change, and who changed it why."""

    version: SessionVersion
    started_at: datetime | None
    ended_at: datetime | None
    values: dict[str, Any]


@needs("read")
@require_safe
def session(request: StaffRequest, number: str) -> HttpResponse:
    return show_session(request, get_session(request, number))


def show_session(
    request: StaffRequest, session: Session, **bound: forms.Form
) -> HttpResponse:
    now = moment_of(request)
    account = account_of(session.case, at=now)
    mine = account.sessions.get(session.number) if account else None
    currency = account.currency if account else "EUR"
    is_billed = Session.objects.billed().filter(pk=session.pk).exists()
    is_open = may_change(request, session) and not is_billed and not session.voided_at
    if bound and not is_open:
        _tell_refusals(request, bound.values())
    context = {
        "session": session,
        "case": session.case,
        "parts": list(session.split_off.order_by("started_at", "pk")),
        "worked": (session.ended_at or now) - session.started_at,
        "account": mine,
        "currency": currency,
        "way": way_of(mine),
        "is_billed": is_billed,
        "is_open": is_open,
        "calls": list(session.calls.order_by("started_at", "pk")),
        "versions": _versions(session),
        "forms": {**_forms(session), **bound},
    }
    status = REFUSED if bound else 200
    return render(request, "desk/cases/session.html", context, status=status)


def _tell_refusals(request: StaffRequest, forms: Iterable[forms.Form]) -> None:
    """Say what was refused where the form itself is not shown any more."""
    for form in forms:
        for sentence in form.non_field_errors():
            messages.error(request, str(sentence))


def may_change(request: StaffRequest, session: Session) -> bool:
    """One corrects one's own work; that of others only who also decides."""
    if not request.user.may("work"):
        return False
    return session.technician_id == request.user.pk or request.user.may("decide")


def _versions(session: Session) -> list[OldVersion]:
    rows = session.versions.select_related("changed_by").order_by("-revision")
    return [
        OldVersion(
            row,
            _instant(row.values.get("started_at")),
            _instant(row.values.get("ended_at")),
            row.values,
        )
        for row in rows
    ]


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _forms(session: Session) -> dict[str, Any]:
    return {
        "correct": SessionForm(
            auto_id="correct_%s",
            running=session.ended_at is None,
            initial=_as_typed(session),
        ),
        "void": ReasonForm(auto_id="void_%s"),
        "split": SplitForm(auto_id="split_%s", initial={"cut_at": session.started_at}),
        "move": MoveForm(auto_id="move_%s"),
        "goodwill": GoodwillForm(
            auto_id="goodwill_%s",
            initial={
                "percent": session.goodwill_percent or 100,
                "reason": session.goodwill_reason,
            },
        ),
        "withdraw": WithdrawForm(auto_id="withdraw_%s"),
        "call": CallForm(auto_id="call_%s", initial={"started_at": session.started_at}),
    }


def _as_typed(session: Session) -> dict[str, Any]:
    return {
        "technician": session.technician.username,
        "started_at": session.started_at,
        "ended_at": session.ended_at,
        "service": session.service,
        "skill": "" if session.skill == "*" else session.skill,
        "connection": session.connection,
        "note": session.note,
        "billable": session.billable,
        "parallel": session.parallel,
    }


@needs("work")
@require_http_methods(["GET", "HEAD", "POST"])
def session_new(request: StaffRequest, number: str) -> HttpResponse:
    """Write down work that no clock saw."""
    case = get_case(request, number)
    form = SessionForm(posted(request), initial=_usual(request, case))
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            _record(request, case, form)
            return redirect("case", number=number)
    context = {"case": case, "form": form}
    return render(request, "desk/cases/session_new.html", context)


def _usual(request: StaffRequest, case: Case) -> dict[str, Any]:
    """Begin with oneself and with the way of the last session."""
    now = timezone.now()
    usual = {"technician": request.user.username, "billable": True}
    usual |= {"started_at": now, "ended_at": now}
    last = case.sessions.valid().order_by("-started_at", "-pk").first()
    if last:
        usual |= {"service": last.service, "connection": last.connection}
    return usual


def _record(request: StaffRequest, case: Case, form: SessionForm) -> None:
    values = form.values()
    _only_own(request, values["technician"].pk)
    actions.record_session(
        case=case,
        reason=form.cleaned_data["reason"],
        client_key=form.cleaned_data["client_key"],
        by=request.user,
        at=timezone.now(),
        **values,
    )


def _only_own(request: StaffRequest, technician: int) -> None:
    if technician != request.user.pk and not request.user.may("decide"):
        raise PermissionDenied


def act_on_session(
    request: StaffRequest,
    number: str,
    form: forms.Form,
    act: Callable[[Session, dict[str, Any]], object],
) -> HttpResponse:
    """Do what the form says to the session; a refused form comes back as typed."""
    current = get_session(request, number)
    if not may_change(request, current):
        raise PermissionDenied
    if form.is_valid():
        with refusals_in(form):
            act(current, form.cleaned_data)
            return redirect("session", number=number)
    name = str(form.auto_id).removesuffix("_%s")
    return show_session(request, get_session(request, number), **{name: form})


@needs("work")
@from_session
def correct_session(request: StaffRequest, number: str) -> HttpResponse:
    current = get_session(request, number)
    form = SessionForm(
        request.POST,
        auto_id="correct_%s",
        running=current.ended_at is None,
        initial=_as_typed(current),
    )

    def correct(session: Session, given: dict[str, Any]) -> None:
        changes = _changed(session, form.values())
        if "technician" in changes:
            _only_own(request, changes["technician"].pk)
        actions.correct_session(
            session=session,
            reason=given["reason"],
            by=request.user,
            at=timezone.now(),
            **changes,
        )

    return act_on_session(request, number, form, correct)


def _changed(session: Session, values: dict[str, Any]) -> dict[str, Any]:
    """Keep what differs; a browser's field drops the seconds of an instant."""
    return {
        name: value
        for name, value in values.items()
        if value != _to_the_minute(getattr(session, name))
    }


def _to_the_minute(value: Any) -> Any:
    return value.replace(second=0) if isinstance(value, datetime) else value


@needs("work")
@from_session
def void_session(request: StaffRequest, number: str) -> HttpResponse:
    form = ReasonForm(request.POST, auto_id="void_%s")
    return act_on_session(
        request,
        number,
        form,
        lambda session, given: actions.void_session(
            session=session, by=request.user, at=timezone.now(), **given
        ),
    )


@needs("decide")
@from_session
def give_session_goodwill(request: StaffRequest, number: str) -> HttpResponse:
    form = GoodwillForm(request.POST, auto_id="goodwill_%s")
    return act_on_session(
        request,
        number,
        form,
        lambda session, given: actions.give_goodwill(
            on=session, by=request.user, at=timezone.now(), **given
        ),
    )


@needs("decide")
@from_session
def withdraw_session_goodwill(request: StaffRequest, number: str) -> HttpResponse:
    form = WithdrawForm(request.POST, auto_id="withdraw_%s")
    return act_on_session(
        request,
        number,
        form,
        lambda session, given: actions.withdraw_goodwill(
            on=session, by=request.user, at=timezone.now(), **given
        ),
    )


@needs("work")
@from_session
def call_new(request: StaffRequest, number: str) -> HttpResponse:
    """Write down a telephone or dial-up connection by hand."""
    form = CallForm(request.POST, auto_id="call_%s")
    return act_on_session(
        request,
        number,
        form,
        lambda session, given: add_call(
            session=session, by=request.user, at=timezone.now(), **given
        ),
    )


urlpatterns = [
    path("faelle/nachtragen/<path:number>/", session_new, name="session-new"),
    path("einsatz/aendern/<path:number>/", correct_session, name="session-correct"),
    path("einsatz/streichen/<path:number>/", void_session, name="session-void"),
    path(
        "einsatz/kulanz/<path:number>/", give_session_goodwill, name="session-goodwill"
    ),
    path(
        "einsatz/kulanz-zurueck/<path:number>/",
        withdraw_session_goodwill,
        name="session-goodwill-withdraw",
    ),
    path("einsatz/verbindung/<path:number>/", call_new, name="call-new"),
    path("einsatz/<path:number>/", session, name="session"),
]
