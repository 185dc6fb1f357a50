"""Plants: the list, one plant's page, and the forms about it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db.models import Exists, OuterRef, Q
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from fernkladde.billing.live.balances import balances_of
from fernkladde.cases.models import DONE, Case
from fernkladde.cases.past_calls import past_calls_of
from fernkladde.contracts.queries import contracts_of
from fernkladde.plants import actions
from fernkladde.plants.models import AccessKind, AccessPath, Plant
from fernkladde.search.queries import matching

from .access import needs
from .forms.plants import PlantFilter, PlantForm, warnings_and_refusals_in
from .lists import page_of
from .moments import moment_of
from .objects import get_plant
from .posting import posted

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpResponse

    from fernkladde.plants.models import PlantQuerySet

    from .access import StaffRequest

SOON = timedelta(days=92)
LAST_CASES = 15
SORTS = {
    "number": ("number",),
    "name": ("name",),
    "customer": ("customer__name", "name"),
    "warranty": ("warranty_until", "name"),
    "serial": ("serial_number", "name"),
}


@needs("read")
@require_safe
def plant_list(request: StaffRequest) -> HttpResponse:
    form = PlantFilter(request.GET)
    form.is_valid()
    rows = Plant.objects.visible_to(request.user)
    today = timezone.localdate()
    found = _narrowed(rows, form.cleaned_data, today=today)
    found = found.select_related("customer", "plant_type")
    page = page_of(request, found, sorts=SORTS, otherwise="name")
    _note_access(page.object_list)
    context = {
        "page": page,
        "form": form,
        "today": today,
        "is_narrowed": any(request.GET.values()),
    }
    return render(request, "desk/plants/list.html", context)


def _narrowed(
    rows: PlantQuerySet, asked: dict[str, Any], *, today: date
) -> QuerySet[Plant]:
    show = asked.get("show", "")
    if show != "all":
        rows = rows.filter(is_active=show != "inactive")
    if warranty := asked.get("warranty"):
        rows = rows.filter(_warranty(warranty, today))
    if access := asked.get("access"):
        paths = AccessPath.objects.filter(plant=OuterRef("pk"))
        of_kind = paths if access == "none" else paths.filter(kind=access)
        rows = rows.filter(~Exists(paths) if access == "none" else Exists(of_kind))
    if text := asked.get("q"):
        return rows.filter(matching("plant", text))
    return rows


def _warranty(asked: str, today: date) -> Q:
    return {
        "in": Q(warranty_until__gte=today),
        "soon": Q(warranty_until__gte=today, warranty_until__lte=today + SOON),
        "out": Q(warranty_until__lt=today),
        "unknown": Q(warranty_until=None),
    }[asked]


def _note_access(plants: Any) -> None:
    """Name the ways to the plants that are shown, in one query."""
    kinds: dict[int, set[str]] = {}
    paths = AccessPath.objects.filter(plant__in=[plant.pk for plant in plants])
    for plant, kind in paths.values_list("plant_id", "kind"):
        kinds.setdefault(plant, set()).add(kind)
    for plant in plants:
        found = kinds.get(plant.pk, set())
        plant.kinds = [kind.label for kind in AccessKind if kind.value in found]
        plant.has_modem = AccessKind.MODEM in found


@needs("read")
@require_safe
def plant(request: StaffRequest, number: str) -> HttpResponse:
    found = get_plant(request, number)
    now = moment_of(request)
    today = timezone.localdate(now)
    contracts = list(
        contracts_of(
            customer_id=found.customer_id, plant_id=found.pk, on=today
        ).select_related("customer", "tariff")
    )
    balances = balances_of(contracts, on=today, at=now)
    cases = Case.objects.filter(plant=found).order_by("-opened_at", "pk")
    paths = list(found.access_paths.order_by("kind", "pk"))
    context = {
        "plant": found,
        "today": today,
        "days_left": found.warranty_until and (found.warranty_until - today).days,
        "paths": paths,
        "has_modem": any(path.kind == AccessKind.MODEM for path in paths),
        "contracts": [(each, balances.get(each.number)) for each in contracts],
        "open_cases": cases.open()[:50],
        "last_cases": cases.filter(state__in=DONE)[:LAST_CASES],
        "past": past_calls_of(found, user=request.user),
    }
    return render(request, "desk/plants/page.html", context)


@needs("master_data")
@require_http_methods(["GET", "HEAD", "POST"])
def plant_new(request: StaffRequest) -> HttpResponse:
    initial = {"customer": request.GET.get("customer", "")}
    form = PlantForm(posted(request), user=request.user, initial=initial)
    if form.is_valid():
        with warnings_and_refusals_in(form):
            made = actions.create_plant(
                by=request.user, at=timezone.now(), **form.cleaned_data
            )
            messages.info(request, _("%(name)s ist angelegt.") % {"name": made.name})
            return redirect("plant", made.number)
    context = {"form": form, "plant": None}
    return render(request, "desk/plants/form.html", context)


@needs("master_data")
@require_http_methods(["GET", "HEAD", "POST"])
def plant_edit(request: StaffRequest, number: str) -> HttpResponse:
    found = get_plant(request, number)
    form = PlantForm(posted(request), user=request.user, plant=found)
    if form.is_valid():
        with warnings_and_refusals_in(form):
            actions.change_plant(
                plant=found, by=request.user, at=timezone.now(), **form.cleaned_data
            )
            return redirect("plant", number)
    context = {"form": form, "plant": found}
    return render(request, "desk/plants/form.html", context)


urlpatterns = [
    path("anlagen/", plant_list, name="plant-list"),
    path("anlagen/neu/", plant_new, name="plant-new"),
    path("anlagen/<path:number>/aendern/", plant_edit, name="plant-edit"),
    path("anlagen/<path:number>/", plant, name="plant"),
]
