"""What was done at a case: the report of a session, files, canned answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from fernkladde.cases import actions
from fernkladde.cases.actions.attaching import path_of
from fernkladde.cases.models import Attachment, CannedAnswer, NoteKind, WorkReport
from fernkladde.desk.access import needs
from fernkladde.desk.forms.cases import NoteForm
from fernkladde.desk.forms.records_of_work import FileForm, ReportForm
from fernkladde.desk.forms.refusals import refusals_in
from fernkladde.desk.objects import get_case, get_session
from fernkladde.desk.posting import posted

from .sessions import may_change

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.http.response import HttpResponseBase

    from fernkladde.desk.access import StaffRequest

# Whatever a file is, a browser shall keep it and never show it on this address.
KEPT = "application/octet-stream"


@needs("work")
@require_http_methods(["GET", "HEAD", "POST"])
def session_report(request: StaffRequest, number: str) -> HttpResponse:
    """Say what a session did; it may be billed already."""
    session = get_session(request, number)
    if request.method == "POST" and not may_change(request, session):
        raise PermissionDenied
    report = WorkReport.objects.filter(session=session).first()
    form = ReportForm(posted(request), report=report)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            actions.report_work(
                session=session, by=request.user, at=timezone.now(), **form.cleaned_data
            )
            return redirect("session", number=number)
    contacts = session.case.customer.contacts.active().order_by("name", "pk")
    context = {
        "session": session,
        "form": form,
        "contacts": contacts,
        "may_change": may_change(request, session),
    }
    return render(request, "desk/cases/report.html", context)


@needs("work")
@require_http_methods(["GET", "HEAD", "POST"])
def file_new(request: StaffRequest, number: str) -> HttpResponse:
    """Put a file to the case."""
    case = get_case(request, number)
    form = FileForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            sent = form.cleaned_data["file"]
            actions.attach_file(
                case=case,
                name=sent.name,
                chunks=sent.chunks(),
                by=request.user,
                at=timezone.now(),
            )
            return redirect("case", number=number)
    files = case.attachments.select_related("added_by").order_by("added_at", "pk")
    context = {"case": case, "form": form, "files": files}
    return render(request, "desk/cases/files.html", context)


@needs("read")
@require_safe
def file(request: StaffRequest, number: str, key: int) -> HttpResponseBase:
    """Hand a file out to be kept: never shown in the browser."""
    case = get_case(request, number)
    attachment = get_object_or_404(Attachment, case=case, pk=key)
    stored = path_of(attachment)
    if not stored.is_file():
        raise Http404(_("Die Datei liegt nicht mehr im Ordner der Dokumente."))
    answer = FileResponse(
        stored.open("rb"),
        as_attachment=True,
        filename=attachment.name,
        content_type=KEPT,
    )
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


@needs("work")
@require_safe
def answers(request: StaffRequest, number: str) -> HttpResponse:
    """Choose a canned answer; it stands in the note, to be changed and kept."""
    case = get_case(request, number)
    rows = list(CannedAnswer.objects.order_by("name"))
    chosen = next((row for row in rows if row.name == request.GET.get("answer")), None)
    text = chosen.text if chosen else ""
    form = NoteForm(auto_id="note_%s", initial={"text": text, "kind": NoteKind.PHONE})
    context = {"case": case, "answers": rows, "chosen": chosen, "form": form}
    return render(request, "desk/cases/answers.html", context)


urlpatterns = [
    path("einsatz/getan/<path:number>/", session_report, name="session-report"),
    path("faelle/dateien/<path:number>/", file_new, name="case-files"),
    path("faelle/datei/<int:key>/<path:number>/", file, name="case-file"),
    path("faelle/antworten/<path:number>/", answers, name="case-answers"),
]
