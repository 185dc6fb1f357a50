"""What stands around a case: urgency, tags, watchers, links, merging, splitting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from fernkladde.cases import actions
from fernkladde.cases.models import Session
from fernkladde.cases.queries import conversation, sessions_of
from fernkladde.desk.access import needs
from fernkladde.desk.forms.around import (
    LinkForm,
    MergeForm,
    PriorityForm,
    SplitCaseForm,
    TagsForm,
)
from fernkladde.desk.forms.rearranging import named_case
from fernkladde.desk.forms.refusals import refusals_in
from fernkladde.desk.objects import get_case
from fernkladde.desk.posting import posted
from fernkladde.desk.templatetags.formats import at as instant
from fernkladde.desk.templatetags.formats import minutes
from fernkladde.values.refusal import Refusal

from .deciding import act_on_case, from_case
from .sums import values_of

if TYPE_CHECKING:
    from django.http import HttpResponse

    from fernkladde.cases.models import Case, Note
    from fernkladde.desk.access import StaffRequest

WORDS_SHOWN = 80


@needs("work")
@from_case
def set_priority(request: StaffRequest, number: str) -> HttpResponse:
    form = PriorityForm(request.POST, auto_id="priority_%s")
    return act_on_case(
        request,
        number,
        form,
        lambda case, given: actions.set_priority(
            case=case, by=request.user, at=timezone.now(), **given
        ),
    )


@needs("work")
@from_case
def set_tags(request: StaffRequest, number: str) -> HttpResponse:
    form = TagsForm(request.POST, auto_id="tags_%s")
    return act_on_case(
        request,
        number,
        form,
        lambda case, _given: actions.set_tags(
            case=case, words=form.chosen(), by=request.user, at=timezone.now()
        ),
    )


@needs("work")
@from_case
def watch_case(request: StaffRequest, number: str) -> HttpResponse:
    """Let the person watch the case, or no more."""
    actions.watch_case(
        case=get_case(request, number),
        person=request.user,
        by=request.user,
        at=timezone.now(),
        on=request.POST.get("watch") == "1",
    )
    return redirect("case", number=number)


@needs("work")
@from_case
def link_cases(request: StaffRequest, number: str) -> HttpResponse:
    form = LinkForm(request.POST, auto_id="link_%s")
    other = named_case(form, "other", request.user) if form.is_valid() else None

    def link(case: Case, given: dict[str, Any]) -> None:
        if other:
            actions.link_cases(
                case=case,
                other=other,
                kind=given["kind"],
                by=request.user,
                at=timezone.now(),
            )

    return act_on_case(request, number, form, link)


@needs("work")
@from_case
def unlink_cases(request: StaffRequest, number: str) -> HttpResponse:
    case = get_case(request, number)
    other = get_case(request, request.POST.get("other", ""))
    actions.unlink_cases(case=case, other=other, by=request.user, at=timezone.now())
    return redirect("case", number=number)


@needs("work")
@from_case
def merge_cases(request: StaffRequest, number: str) -> HttpResponse:
    """Let the case go over into another one, and show that one."""
    form = MergeForm(request.POST, auto_id="merge_%s")
    into = named_case(form, "into", request.user) if form.is_valid() else None

    def merge(case: Case, given: dict[str, Any]) -> None:
        if into:
            now = timezone.now()
            actions.merge_cases(
                case=case,
                into=into,
                reason=given["reason"],
                by=request.user,
                at=now,
                valued=lambda cases: values_of(cases, at=now),
            )

    answer = act_on_case(request, number, form, merge)
    done = into and form.is_valid()
    return redirect("case", number=into.number) if into and done else answer


@needs("work")
@require_http_methods(["GET", "HEAD", "POST"])
def split_case(request: StaffRequest, number: str) -> HttpResponse:
    """Choose what becomes a case of its own."""
    case = get_case(request, number)
    form = SplitCaseForm(
        posted(request), sessions=_movable_sessions(case), notes=_notes(case)
    )
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            new = _split(request, case, form)
            return redirect("case", number=new.number)
    return render(request, "desk/cases/split.html", {"case": case, "form": form})


def _split(request: StaffRequest, case: Case, form: SplitCaseForm) -> Case:
    now = timezone.now()
    return actions.split_case(
        case=case,
        sessions=form.chosen_sessions(),
        notes=form.chosen_notes(),
        new_subject=form.cleaned_data["subject"],
        reason=form.cleaned_data["reason"],
        by=request.user,
        at=now,
        valued=lambda cases: values_of(cases, at=now),
    )


def _movable_sessions(case: Case) -> list[tuple[Session, str]]:
    billed = Session.objects.billed().filter(case=case).values("pk")
    rows = sessions_of(case).filter(voided_at=None).exclude(pk__in=billed)
    return [(row, _session_words(row)) for row in rows]


def _session_words(session: Session) -> str:
    length = minutes(session.seconds) if session.ended_at else _("läuft")
    parts = (instant(session.started_at), length, session.technician, session.note)
    return ", ".join(str(part) for part in parts if part)


def _notes(case: Case) -> list[tuple[Note, str]]:
    return [
        (note, f"{instant(note.written_at)}, {note.text[:WORDS_SHOWN]}")
        for note in conversation(case)
    ]


@needs("work")
@from_case
def follow_up(request: StaffRequest, number: str) -> HttpResponse:
    """Open a new case about what came back too late to go on with the old one."""
    case = get_case(request, number)
    try:
        new = actions.follow_up(
            case=case,
            by=request.user,
            at=timezone.now(),
            client_key=request.POST.get("client_key", "")[:64],
        )
    except Refusal as refusal:
        messages.warning(request, str(refusal))
        return redirect("case", number=number)
    return redirect("case", number=new.number)


urlpatterns = [
    path("faelle/dringlichkeit/<path:number>/", set_priority, name="case-priority"),
    path("faelle/schlagwoerter/<path:number>/", set_tags, name="case-tags"),
    path("faelle/beobachten/<path:number>/", watch_case, name="case-watch"),
    path("faelle/verknuepfen/<path:number>/", link_cases, name="case-link"),
    path("faelle/verknuepfung-loesen/<path:number>/", unlink_cases, name="case-unlink"),
    path("faelle/zusammenfuehren/<path:number>/", merge_cases, name="case-merge"),
    path("faelle/teilen/<path:number>/", split_case, name="case-split"),
    path("faelle/folgefall/<path:number>/", follow_up, name="case-follow-up"),
]
