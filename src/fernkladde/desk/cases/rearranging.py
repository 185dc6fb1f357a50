"""Sessions cut in two, and moved to the case where they belong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import path
from django.utils import timezone

from fernkladde.cases import actions
from fernkladde.desk.access import needs
from fernkladde.desk.forms.rearranging import MoveForm, SplitForm, named_case

from .sessions import act_on_session, from_session

if TYPE_CHECKING:
    from django.http import HttpResponse

    from fernkladde.cases.models import Session
    from fernkladde.desk.access import StaffRequest


@needs("work")
@from_session
def split_session(request: StaffRequest, number: str) -> HttpResponse:
    form = SplitForm(request.POST, auto_id="split_%s")

    def split(session: Session, given: dict[str, Any]) -> None:
        actions.split_session(
            session=session,
            cut_at=given["cut_at"],
            note=given["note"] or None,
            reason=given["reason"],
            by=request.user,
            at=timezone.now(),
        )

    return act_on_session(request, number, form, split)


@needs("work")
@from_session
def move_session(request: StaffRequest, number: str) -> HttpResponse:
    form = MoveForm(request.POST, auto_id="move_%s")
    to = named_case(form, "to", request.user) if form.is_valid() else None

    def move(session: Session, given: dict[str, Any]) -> None:
        if to:
            actions.move_session(
                session=session,
                to=to,
                reason=given["reason"],
                by=request.user,
                at=timezone.now(),
            )

    return act_on_session(request, number, form, move)


urlpatterns = [
    path("einsatz/teilen/<path:number>/", split_session, name="session-split"),
    path("einsatz/verschieben/<path:number>/", move_session, name="session-move"),
]
