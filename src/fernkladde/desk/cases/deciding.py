"""Decisions at a case and what moves it on: each one click, each with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from fernkladde.cases import actions
from fernkladde.cases.models import DONE
from fernkladde.desk.access import needs
from fernkladde.desk.forms.cases import AssignForm, FactsForm, NoteForm, StateForm
from fernkladde.desk.forms.deciding import (
    CapForm,
    CauseForm,
    ConsentForm,
    GoodwillForm,
    WithdrawForm,
)
from fernkladde.desk.forms.refusals import refusals_in
from fernkladde.desk.notices import sentence_shown
from fernkladde.desk.objects import get_case
from fernkladde.desk.posting import posted, posted_from
from fernkladde.values.refusal import Refusal

from .page import show_case, usual_work

if TYPE_CHECKING:
    from collections.abc import Callable

    from django import forms
    from django.http import HttpResponse

    from fernkladde.cases.models import Case
    from fernkladde.desk.access import StaffRequest

from_case = posted_from("case", same_record=True)


def act_on_case(
    request: StaffRequest,
    number: str,
    form: forms.Form,
    act: Callable[[Case, dict[str, Any]], object],
) -> HttpResponse:
    """Do what the form says and show the case; a refused form comes back as typed."""
    if form.is_valid():
        with refusals_in(form):
            act(get_case(request, number), form.cleaned_data)
            return redirect("case", number=number)
    name = str(form.auto_id).removesuffix("_%s")
    return show_case(request, get_case(request, number), **{name: form})


@needs("decide")
@from_case
def decide_cause(request: StaffRequest, number: str) -> HttpResponse:
    form = CauseForm(request.POST, auto_id="cause_%s")
    return act_on_case(
        request,
        number,
        form,
        lambda case, given: actions.decide_cause(
            case=case, by=request.user, at=timezone.now(), **given
        ),
    )


@needs("decide")
@from_case
def give_goodwill(request: StaffRequest, number: str) -> HttpResponse:
    form = GoodwillForm(request.POST, auto_id="goodwill_%s")
    return act_on_case(
        request,
        number,
        form,
        lambda case, given: actions.give_goodwill(
            on=case, by=request.user, at=timezone.now(), **given
        ),
    )


@needs("decide")
@from_case
def withdraw_goodwill(request: StaffRequest, number: str) -> HttpResponse:
    form = WithdrawForm(request.POST, auto_id="withdraw_%s")
    return act_on_case(
        request,
        number,
        form,
        lambda case, given: actions.withdraw_goodwill(
            on=case, by=request.user, at=timezone.now(), **given
        ),
    )


@needs("consent")
@from_case
def answer_notice(request: StaffRequest, number: str) -> HttpResponse:
    """Record who agreed, or refused, and to which sentence."""
    form = ConsentForm(request.POST, auto_id="consent_%s")

    def record(case: Case, given: dict[str, Any]) -> None:
        actions.record_consent(
            case=case,
            given=given["answer"] == "yes",
            person=given["person"],
            channel=given["channel"],
            sentence=_sentence(case, given["token"]),
            asked_at=given["asked_at"],
            by=request.user,
            at=timezone.now(),
        )

    return act_on_case(request, number, form, record)


def _sentence(case: Case, token: str) -> str:
    last = case.sessions.valid().order_by("started_at", "number").last()
    sentence = sentence_shown(token, usual_work(case, last))
    if sentence is None:
        raise OtherSentence
    return sentence


class OtherSentence(Refusal):
    """What was answered is not what stands on the page now."""

    def __init__(self) -> None:
        super().__init__(
            _("Der Satz lautet jetzt anders. Bitte noch einmal vorlesen und antworten.")
        )


@needs("work")
@from_case
def set_cost_cap(request: StaffRequest, number: str) -> HttpResponse:
    form = CapForm(request.POST, auto_id="cap_%s")
    return act_on_case(
        request,
        number,
        form,
        lambda case, given: actions.set_cost_cap(
            case=case, amount=given["cost_cap"], by=request.user, at=timezone.now()
        ),
    )


@needs("work")
@from_case
def change_state(request: StaffRequest, number: str) -> HttpResponse:
    """Move the case on; only a done case takes the solution that stands there."""
    form = StateForm(request.POST, auto_id="state_%s")

    def move(case: Case, given: dict[str, Any]) -> None:
        actions.change_state(
            case=case,
            state=given["state"],
            solution=given["solution"] if given["state"] in DONE else None,
            by=request.user,
            at=timezone.now(),
        )

    return act_on_case(request, number, form, move)


@needs("work")
@from_case
def assign(request: StaffRequest, number: str) -> HttpResponse:
    form = AssignForm(request.POST, auto_id="assign_%s")
    return act_on_case(
        request,
        number,
        form,
        lambda case, _given: actions.assign(
            case=case, to=form.chosen(), by=request.user, at=timezone.now()
        ),
    )


@needs("work")
@from_case
def add_note(request: StaffRequest, number: str) -> HttpResponse:
    form = NoteForm(request.POST, auto_id="note_%s")
    return act_on_case(
        request,
        number,
        form,
        lambda case, given: actions.add_note(
            case=case, by=request.user, at=timezone.now(), **given
        ),
    )


@needs("work")
@require_http_methods(["GET", "HEAD", "POST"])
def case_edit(request: StaffRequest, number: str) -> HttpResponse:
    """Change what the case is about."""
    case = get_case(request, number)
    now = {
        "subject": case.subject,
        "plant": case.plant.number if case.plant else "",
        "reported_on": case.reported_on,
        "reported_by": case.reported_by,
    }
    form = FactsForm(posted(request), case=case, initial=now)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            actions.change_case(
                case=case, by=request.user, at=timezone.now(), **form.chosen()
            )
            return redirect("case", number=number)
    contacts = case.customer.contacts.active().order_by("name", "pk")
    context = {"case": get_case(request, number), "form": form, "contacts": contacts}
    return render(request, "desk/cases/edit.html", context)


urlpatterns = [
    path("faelle/ursache/<path:number>/", decide_cause, name="case-cause"),
    path("faelle/kulanz/<path:number>/", give_goodwill, name="case-goodwill"),
    path(
        "faelle/kulanz-zurueck/<path:number>/",
        withdraw_goodwill,
        name="case-goodwill-withdraw",
    ),
    path("faelle/zustimmung/<path:number>/", answer_notice, name="case-consent"),
    path("faelle/kostengrenze/<path:number>/", set_cost_cap, name="case-cap"),
    path("faelle/zustand/<path:number>/", change_state, name="case-state"),
    path("faelle/zustaendig/<path:number>/", assign, name="case-assign"),
    path("faelle/notiz/<path:number>/", add_note, name="case-note"),
    path("faelle/aendern/<path:number>/", case_edit, name="case-edit"),
]
