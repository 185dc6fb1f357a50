"""Clocks that were forgotten: begun too late, left running, or a colleague's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from fernkladde.cases import actions
from fernkladde.cases.models import Connection, Service
from fernkladde.cases.queries import timers_of

from .access import needs
from .addresses import next_address
from .forgotten import say_that_it_goes_on
from .forms.rearranging import LateStartForm, TakeOverForm
from .forms.refusals import refusals_in
from .objects import get_case, get_session
from .posting import posted, posted_from
from .timers import own_session

if TYPE_CHECKING:
    from typing import Any

    from django.http import HttpResponse

    from fernkladde.cases.models import Case

    from .access import StaffRequest


@needs("work")
@require_http_methods(["GET", "HEAD", "POST"])
def start_timer_late(request: StaffRequest, number: str) -> HttpResponse:
    """Start the clock as of when the work began; what runs elsewhere ended then."""
    case = get_case(request, number)
    form = LateStartForm(posted(request), initial=_usual(case))
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            _start_late(request, case, form)
            return redirect("case", number=number)
    running = timers_of(request.user).running
    context = {"case": case, "form": form, "running": running}
    return render(request, "desk/timers/late.html", context)


def _usual(case: Case) -> dict[str, Any]:
    last = case.sessions.valid().order_by("-started_at", "-pk").first()
    return {
        "service": last.service if last else Service.REMOTE,
        "connection": last.connection if last else Connection.NONE,
    }


def _start_late(request: StaffRequest, case: Case, form: LateStartForm) -> None:
    given, now = form.cleaned_data, timezone.now()
    actions.start_timer_late(
        case=case,
        technician=request.user,
        started_at=form.began(at=now),
        reason=given["reason"],
        by=request.user,
        at=now,
        client_key=given["client_key"],
        pause_running=True,
        service=given["service"],
        connection=given["connection"],
        parallel=given["parallel"],
    )


@needs("work")
@require_http_methods(["GET", "HEAD", "POST"])
def take_over_timer(request: StaffRequest, number: str) -> HttpResponse:
    """Go on with a colleague's work; his clock ends at the same second."""
    session = get_session(request, number)
    form = TakeOverForm(posted(request))
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            actions.take_over_timer(
                session=session,
                technician=request.user,
                by=request.user,
                at=timezone.now(),
                **form.cleaned_data,
            )
            return redirect("case", number=session.case.number)
    running = timers_of(request.user).running
    context = {"session": session, "form": form, "running": running}
    return render(request, "desk/timers/take_over.html", context)


@needs("work")
@posted_from("start")
def timer_goes_on(request: StaffRequest, number: str) -> HttpResponse:
    """Say that the work still goes on: nobody asks again for a while."""
    session = own_session(request, number)
    say_that_it_goes_on(request, session, at=timezone.now())
    return redirect(next_address(request))


urlpatterns = [
    path("uhr/nachtraeglich/<path:number>/", start_timer_late, name="start-timer-late"),
    path("uhr/uebernehmen/<path:number>/", take_over_timer, name="take-over-timer"),
    path("uhr/laeuft/<path:number>/", timer_goes_on, name="timer-goes-on"),
]
