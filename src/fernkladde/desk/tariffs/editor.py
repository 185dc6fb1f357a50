"""The editor of a tariff version: tables to type in, a week and an example beside.

Everything works by plain submits: adding a row and computing the example show the
page again with all that was typed; htmx only spares the way.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from fernkladde.contracts import actions
from fernkladde.contracts.models import SpecialDay, TariffVersion
from fernkladde.desk.access import needs
from fernkladde.desk.forms.tariff_examples import ExampleForm
from fernkladde.desk.forms.tariff_versions import VersionEditor, with_rows_added
from fernkladde.desk.objects import get_tariff, get_tariff_version
from fernkladde.desk.words import SERVICES, SKILLS
from fernkladde.rating import InvalidScenario, parse_tariff_version
from fernkladde.values.refusal import Refusal

from .pages import as_day, drawn, labels_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse, QueryDict

    from fernkladde.contracts.models import Tariff
    from fernkladde.desk.access import StaffRequest

ADD = "add"
TRY = "try"
HOLIDAY = "holiday"
START: dict[str, Any] = {"prices": [{"per_minutes": 60, "next_minutes": 15}]}


def _labels() -> list[str]:
    labels = SpecialDay.objects.order_by("label").values_list("label", flat=True)
    return list(labels.distinct())


@needs("tariffs")
@require_http_methods(["GET", "HEAD", "POST"])
def version_new(request: StaffRequest, code: str) -> HttpResponse:
    """Add a version; ?from= says which one it starts as a copy of."""
    tariff = get_tariff(code)
    if request.method != "POST":
        return _page(request, tariff, _blank(request, tariff), None)

    def save(terms: dict[str, Any], note: str) -> TariffVersion:
        return actions.add_tariff_version(
            tariff=tariff, terms=terms, note=note, by=request.user, at=timezone.now()
        )

    return _answer(request, tariff, None, save)


def _blank(request: StaffRequest, tariff: Tariff) -> VersionEditor:
    """Start from the version that is to be followed, else from a single row."""
    versions = tariff.versions.order_by("-valid_from")
    if asked := request.GET.get("from"):
        versions = versions.filter(valid_from=as_day(asked))
    latest = versions.first()
    if latest is None:
        terms = {**START, "valid_from": timezone.localdate().isoformat()}
        return VersionEditor(terms=terms, labels=_labels())
    first = max(timezone.localdate(), latest.valid_from) + timedelta(days=1)
    terms = {**latest.terms, "valid_from": first.isoformat()}
    return VersionEditor(terms=terms, labels=_labels())


@needs("tariffs")
@require_http_methods(["GET", "HEAD", "POST"])
def version_edit(request: StaffRequest, code: str, day: str) -> HttpResponse:
    """Change a version nothing rests on yet; one in use is only to be read."""
    version = get_tariff_version(get_tariff(code), as_day(day))
    tariff = version.tariff
    if version.in_use_since:
        messages.info(request, str(actions.VersionInUse(version)))
        return redirect("tariff-version", code, day)
    if request.method != "POST":
        editor = VersionEditor(terms=version.terms, note=version.note, labels=_labels())
        return _page(request, tariff, editor, version)

    def save(terms: dict[str, Any], note: str) -> TariffVersion:
        actions.change_tariff_version(
            version=version, terms=terms, note=note, by=request.user, at=timezone.now()
        )
        return version

    return _answer(request, tariff, version, save)


def _answer(
    request: StaffRequest,
    tariff: Tariff,
    version: TariffVersion | None,
    save: Callable[[dict[str, Any], str], TariffVersion],
) -> HttpResponse:
    """Save what was typed, or show it again: with a row more, with the example."""
    data: QueryDict = request.POST
    if ADD in data:
        data = with_rows_added(data, str(data[ADD]))
    if ADD in data or TRY in data:
        editor = VersionEditor(data, labels=_labels(), quiet=ADD in data)
        return _page(request, tariff, editor, version, typed=data)
    editor = VersionEditor(data, labels=_labels())
    if editor.read() is not None:
        try:
            saved = save(editor.document(), editor.head.cleaned_data["note"])
        except actions.InvalidTerms as invalid:
            editor.show(invalid.faults)
        except Refusal as refusal:
            field = refusal.field if refusal.field in editor.head.fields else None
            editor.head.add_error(field, str(refusal))
        else:
            return redirect("tariff-version", tariff.code, saved.valid_from.isoformat())
    return _page(request, tariff, editor, version, typed=data)


def _page(
    request: StaffRequest,
    tariff: Tariff,
    editor: VersionEditor,
    version: TariffVersion | None,
    *,
    typed: QueryDict | None = None,
) -> HttpResponse:
    context = {
        "tariff": tariff,
        "version": version,
        "editor": editor,
        "services": SERVICES.values(),
        "skills": SKILLS.values(),
        **_beside(_so_far(editor, typed), typed),
    }
    return render(request, "desk/tariffs/editor.html", context)


def _so_far(editor: VersionEditor, typed: QueryDict | None) -> Any:
    """Return the version that stands in the tables, if it is one already.

    What is typed is read a second time, so that an unfinished page stays quiet.
    """
    if typed is not None:
        return VersionEditor(typed, labels=_labels()).read()
    try:
        return parse_tariff_version(editor.terms)
    except InvalidScenario:
        return None


def _beside(version: Any, typed: QueryDict | None) -> dict[str, Any]:
    """Draw the week of a version and compute its example."""
    used = labels_of(version) if version else []
    form = ExampleForm(typed, labels=sorted({HOLIDAY, *_labels(), *used}))
    if version is None:
        return {"example_form": form}
    return {"example_form": form, **drawn(version, form)}


@needs("tariffs")
@require_POST
def version_example(request: StaffRequest, code: str) -> HttpResponse:
    """Answer with the week and the example of what stands in the tables now."""
    get_tariff(code)
    version = VersionEditor(request.POST, labels=_labels()).read()
    context = {**_beside(version, request.POST), "swap_week": True}
    return render(request, "desk/tariffs/_beside.html", context)
