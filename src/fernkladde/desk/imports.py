"""Data from tables: give one, look at every row's verdict, take it, take it back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from fernkladde.imports.models import Batch, BatchState, Outcome, TableKind
from fernkladde.imports.tables import batches
from fernkladde.imports.tables.duty import fulfil, is_small
from fernkladde.imports.tables.kinds import KINDS
from fernkladde.imports.tables.pages import MOST_PAGES, PER_PAGE
from fernkladde.imports.tables.samples import sample_csv, sample_xlsx
from fernkladde.values.refusal import Refusal

from .access import needs
from .forms.imports import ColumnsForm, TableForm
from .forms.refusals import refusals_in
from .posting import posted, posted_from

if TYPE_CHECKING:
    from collections.abc import Callable

    from .access import StaffRequest

SAMPLES = {
    "csv": (sample_csv, "text/csv; charset=utf-8"),
    "xlsx": (
        sample_xlsx,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
}
LAST_BATCHES = 50
TONES = {
    Outcome.REFUSED: "chip-bad",
    Outcome.NEW: "chip-good",
    Outcome.CHANGED: "chip-info",
    Outcome.SAME: "",
}


@dataclass(frozen=True, slots=True)
class Tab:
    """The verdicts of one outcome."""

    outcome: Outcome
    count: int
    current: bool


@needs("master_data")
@require_http_methods(["GET", "HEAD", "POST"])
def import_list(request: StaffRequest) -> HttpResponse:
    """List what was given, with a form to give the next."""
    initial = {"kind": request.GET.get("kind", "")}
    form = TableForm(posted(request), request.FILES or None, initial=initial)
    if form.is_valid():
        with refusals_in(form):
            given = form.cleaned_data
            batch = batches.give_table(
                kind=given["kind"],
                content=given["file"].chunks(),
                file_name=given["file"].name or "",
                sheet=given["sheet"],
                by=request.user,
                at=timezone.now(),
            )
            return redirect("import", batch.pk)
    rows = Batch.objects.visible_to(request.user).select_related("given_by")
    context = {
        "form": form,
        "batches": rows.order_by("-given_at", "-pk")[:LAST_BATCHES],
        "kinds": [(kind, KINDS[kind]) for kind in TableKind],
    }
    return render(request, "desk/imports/list.html", context)


@needs("master_data")
@require_safe
def import_sample(request: StaffRequest, kind: str, ending: str) -> HttpResponse:
    """Give out a table to begin with: headings and one row."""
    if kind not in KINDS or ending not in SAMPLES:
        raise Http404
    make, content_type = SAMPLES[ending]
    response = HttpResponse(make(KINDS[kind]), content_type=content_type)
    name = f"fernkladde-{kind}.{ending}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@needs("master_data")
@require_safe
def import_batch(request: StaffRequest, key: int) -> HttpResponse:
    batch = _get(request, key)
    if request.htmx and batch.is_at_work:  # type: ignore[attr-defined]
        return render(request, "desk/imports/_work.html", {"batch": batch})
    response = _page(request, batch)
    if request.htmx:  # type: ignore[attr-defined]
        response["HX-Refresh"] = "true"
    return response


def _get(request: StaffRequest, key: int) -> Batch:
    rows = Batch.objects.visible_to(request.user).select_related("given_by")
    return get_object_or_404(rows, pk=key)


def _page(
    request: StaffRequest, batch: Batch, form: ColumnsForm | None = None
) -> HttpResponse:
    context: dict[str, Any] = {
        "batch": batch,
        "form": form or ColumnsForm(batch=batch),
        "unused": [
            heading
            for place, heading in enumerate(batch.headings)
            if place not in batch.columns.values()
        ],
        "may_take": not batch.refused and (batch.new or batch.changed),
    }
    if batch.state == BatchState.CHECKED:
        context |= _verdicts(request, batch)
    return render(request, "desk/imports/batch.html", context)


def _verdicts(request: StaffRequest, batch: Batch) -> dict[str, Any]:
    counts = {outcome: int(getattr(batch, outcome.value)) for outcome in Outcome}
    filled = [outcome for outcome in Outcome if counts[outcome]]
    asked = request.GET.get("show", "")
    shown = next((one for one in filled if one == asked), next(iter(filled), None))
    if shown is None:
        return {"tabs": []}
    kept = min(counts[shown], PER_PAGE * MOST_PAGES)
    page = Paginator(range(kept), PER_PAGE).get_page(request.GET.get("page"))
    rows = batch.verdict_pages.filter(outcome=shown, number=page.number)
    return {
        "tabs": [Tab(one, counts[one], one == shown) for one in filled],
        "tone": TONES[shown],
        "shown": shown,
        "page": page,
        "verdicts": next(iter(rows.values_list("verdicts", flat=True)), []),
        "more": counts[shown] - kept,
    }


@needs("master_data")
@posted_from("import", same_record=True)
def import_check(request: StaffRequest, key: int) -> HttpResponse:
    batch = _get(request, key)
    form = ColumnsForm(request.POST, batch=batch)
    if form.is_valid():
        with refusals_in(form):
            batches.have_checked(
                batch=batch, columns=form.columns, by=request.user, at=timezone.now()
            )
            return _at_once_or_later(batch)
    return _page(request, batch, form)


@needs("master_data")
@posted_from("import", same_record=True)
def import_take(request: StaffRequest, key: int) -> HttpResponse:
    return _have(request, key, batches.have_taken)


@needs("master_data")
@posted_from("import", same_record=True)
def import_undo(request: StaffRequest, key: int) -> HttpResponse:
    return _have(request, key, batches.have_undone)


def _have(request: StaffRequest, key: int, wanted: Callable[..., None]) -> HttpResponse:
    batch = _get(request, key)
    try:
        wanted(batch=batch, by=request.user, at=timezone.now())
    except Refusal as refusal:
        return _refused(request, batch, refusal)
    return _at_once_or_later(batch)


def _refused(request: StaffRequest, batch: Batch, refusal: Refusal) -> HttpResponse:
    """Show the batch as it is now, and why it could not be done."""
    batch.faults = [str(refusal), *batch.faults]
    return _page(request, batch)


def _at_once_or_later(batch: Batch) -> HttpResponse:
    """Do small ones while the person waits; large ones are a worker's duty."""
    if is_small(batch):
        fulfil(batch.pk, clock=timezone.now)
    return redirect("import", batch.pk)


@needs("master_data")
@posted_from("import", same_record=True)
def import_discard(request: StaffRequest, key: int) -> HttpResponse:
    batch = _get(request, key)
    try:
        batches.discard(batch=batch)
    except Refusal as refusal:
        return _refused(request, batch, refusal)
    return redirect("import-list")


urlpatterns = [
    path("uebernahme/", import_list, name="import-list"),
    path(
        "uebernahme/vorlage/<slug:kind>.<slug:ending>",
        import_sample,
        name="import-sample",
    ),
    path("uebernahme/<int:key>/", import_batch, name="import"),
    path("uebernahme/<int:key>/pruefen/", import_check, name="import-check"),
    path("uebernahme/<int:key>/uebernehmen/", import_take, name="import-take"),
    path("uebernahme/<int:key>/zurueck/", import_undo, name="import-undo"),
    path("uebernahme/<int:key>/verwerfen/", import_discard, name="import-discard"),
]
