"""The clock: start, pause, switch, stop, confirm a doubtful end, drop a pause.

Two tabs and two clicks may ask for the same thing: the first counts, the second
gets one sentence and the page as it is now.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from fernkladde.cases import actions
from fernkladde.values.refusal import Refusal

from .access import needs
from .addresses import came_from, next_address
from .clocks import timer_of
from .ends import suggested_ends
from .forms.refusals import show_refusal
from .forms.timers import ConfirmForm, StartForm
from .objects import get_case, get_session
from .posting import posted, posted_from

if TYPE_CHECKING:
    from django.http import HttpResponse

    from fernkladde.cases.models import Case, Session

    from .access import StaffRequest


@needs("work")
@require_safe
def timer(request: StaffRequest) -> HttpResponse:
    """Answer with the clock alone, for the frame to refresh."""
    context = {"timer": timer_of(request.user, at=timezone.now())}
    return render(request, "desk/components/_timer_bar.html", context)


@needs("work")
@posted_from("case", same_record=True)
def start_timer(request: StaffRequest, number: str) -> HttpResponse:
    """Start the clock at a case; `instead` pauses what runs elsewhere."""
    case = get_case(request, number)
    form = StartForm(request.POST)
    if form.is_valid():
        try:
            _start(request, case, form)
        except Refusal as refusal:
            messages.warning(request, str(refusal))
    else:
        messages.error(request, _("Bitte Leistungsart und Verbindung wählen."))
    return redirect("case", number=number)


def _start(request: StaffRequest, case: Case, form: StartForm) -> None:
    key, work, now = form.cleaned_data["client_key"], form.work(), timezone.now()
    if form.cleaned_data["instead"]:
        actions.switch_timer(
            technician=request.user,
            to=case,
            by=request.user,
            at=now,
            work=work,
            client_key=key,
        )
        return
    actions.start_timer(
        case=case,
        technician=request.user,
        by=request.user,
        at=now,
        service=work.service,
        connection=work.connection,
        client_key=key,
    )


@needs("work")
@posted_from("start")
def pause_timer(request: StaffRequest, number: str) -> HttpResponse:
    session = own_session(request, number)
    try:
        actions.pause_timer(session=session, by=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.info(request, str(refusal))
    return redirect(came_from(request))


@needs("work")
@posted_from("start")
def stop_timer(request: StaffRequest, number: str) -> HttpResponse:
    """Stop the clock and show its receipt at the case."""
    session = own_session(request, number)
    try:
        session = actions.stop_timer(
            session=session, by=request.user, at=timezone.now()
        )
    except Refusal as refusal:
        messages.info(request, str(refusal))
    if session.ended_at and not session.confirmed_at and not session.voided_at:
        messages.warning(
            request, _("Die Uhr lief auffällig lang oder kurz. Stimmt das Ende?")
        )
        return redirect("confirm-session", number=session.number)
    return redirect(receipt_address(session))


def receipt_address(session: Session) -> str:
    query = urlencode({"receipt": session.number})
    return f"{reverse('case', args=[session.case.number])}?{query}"


@needs("work")
@posted_from("start")
def switch_timer(request: StaffRequest, number: str) -> HttpResponse:
    """Take a paused work up again; what runs meanwhile is paused."""
    session = own_session(request, number)
    try:
        actions.resume_timer(
            session=session,
            by=request.user,
            at=timezone.now(),
            client_key=_client_key(request),
            pause_running=True,
        )
    except Refusal as refusal:
        messages.info(request, str(refusal))
    return redirect(came_from(request))


@needs("work")
@posted_from("start")
def drop_timer(request: StaffRequest, number: str) -> HttpResponse:
    """Let a paused work rest for good: what was worked stays."""
    session = own_session(request, number)
    try:
        actions.finish_paused(session=session, by=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.info(request, str(refusal))
    return redirect(came_from(request))


@needs("work")
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_session(request: StaffRequest, number: str) -> HttpResponse:
    """Say that a doubtful end is right, or when the work really ended."""
    session = own_session(request, number)
    form = ConfirmForm(posted(request), initial={"ended_at": session.ended_at})
    if request.method == "POST" and form.is_valid():
        try:
            actions.confirm_session(
                session=session,
                by=request.user,
                at=timezone.now(),
                ended_at=form.new_end(session.ended_at),
            )
        except actions.SessionAlreadyConfirmed as refusal:
            messages.info(request, str(refusal))
            return redirect(next_address(request))
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            return redirect(_after_confirming(request, session))
    ends = suggested_ends([session], at=timezone.now())[session.pk]
    context = {"session": session, "form": form, "ends": ends}
    return render(request, "desk/timers/confirm.html", context)


def _after_confirming(request: StaffRequest, session: Session) -> str:
    if request.POST.get("next"):
        return next_address(request)
    return receipt_address(session)


def _client_key(request: StaffRequest) -> str:
    form = StartForm(request.POST)
    form.full_clean()
    return str(form.cleaned_data.get("client_key", ""))


def own_session(request: StaffRequest, number: str) -> Session:
    """Return the session; the clocks of others are for those who also decide."""
    session = get_session(request, number)
    if session.technician_id != request.user.pk and not request.user.may("decide"):
        raise PermissionDenied
    return session


urlpatterns = [
    path("uhr/", timer, name="timer"),
    path("uhr/starten/<path:number>/", start_timer, name="start-timer"),
    path("uhr/anhalten/<path:number>/", pause_timer, name="pause-timer"),
    path("uhr/beenden/<path:number>/", stop_timer, name="stop-timer"),
    path("uhr/wechseln/<path:number>/", switch_timer, name="switch-timer"),
    path("uhr/ruhen/<path:number>/", drop_timer, name="drop-timer"),
    path("uhr/bestaetigen/<path:number>/", confirm_session, name="confirm-session"),
]
