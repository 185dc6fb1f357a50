"""Templates for cases and canned answers: written, changed, taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from fernkladde.cases import actions
from fernkladde.cases.models import CannedAnswer, CaseTemplate
from fernkladde.desk.access import needs
from fernkladde.desk.forms.records_of_work import AnswerForm, TemplateForm
from fernkladde.desk.forms.refusals import refusals_in
from fernkladde.desk.posting import posted

if TYPE_CHECKING:
    from django import forms
    from django.http import HttpResponse

    from fernkladde.desk.access import StaffRequest

TEMPLATE = ("name", "subject", "cause", "priority", "text")
ANSWER = ("name", "text")


@needs("master_data")
@require_safe
def texts(request: StaffRequest) -> HttpResponse:
    context = {
        "templates": CaseTemplate.objects.order_by("name"),
        "answers": CannedAnswer.objects.order_by("name"),
    }
    return render(request, "desk/settings/texts.html", context)


@needs("master_data")
@require_http_methods(["GET", "HEAD", "POST"])
def template_edit(request: StaffRequest, key: int = 0) -> HttpResponse:
    """Write a template, or change the one of the key."""
    row = get_object_or_404(CaseTemplate, pk=key) if key else None
    form = TemplateForm(posted(request), initial=_now(row, TEMPLATE))
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            actions.save_template(
                template=row, by=request.user, at=timezone.now(), **form.cleaned_data
            )
            return redirect("settings-texts")
    return _form_page(request, form, row)


@needs("master_data")
@require_http_methods(["GET", "HEAD", "POST"])
def answer_edit(request: StaffRequest, key: int = 0) -> HttpResponse:
    """Write a canned answer, or change the one of the key."""
    row = get_object_or_404(CannedAnswer, pk=key) if key else None
    form = AnswerForm(posted(request), initial=_now(row, ANSWER))
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            actions.save_answer(
                answer=row, by=request.user, at=timezone.now(), **form.cleaned_data
            )
            return redirect("settings-texts")
    return _form_page(request, form, row)


@needs("master_data")
@require_POST
def text_remove(request: StaffRequest, kind: str, key: int) -> HttpResponse:
    model = CaseTemplate if kind == "vorlage" else CannedAnswer
    row: Any = get_object_or_404(model, pk=key)
    actions.remove_text(text=row, by=request.user, at=timezone.now())
    return redirect("settings-texts")


def _now(row: object | None, names: tuple[str, ...]) -> dict[str, Any] | None:
    return {name: getattr(row, name) for name in names} if row else None


def _form_page(
    request: StaffRequest, form: forms.Form, row: object | None
) -> HttpResponse:
    return render(request, "desk/settings/text.html", {"form": form, "row": row})
