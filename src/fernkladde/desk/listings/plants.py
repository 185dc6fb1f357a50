"""The list of plants."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from fernkladde.desk.access import needs
from fernkladde.desk.forms.plants import PlantFilter
from fernkladde.desk.lists import in_order, page_of
from fernkladde.plants.models import AccessKind, AccessPath, Plant
from fernkladde.search.queries import matching

from .export import export_of
from .listing import Column, Listing
from .tools import ListTools

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpResponse

    from fernkladde.desk.access import StaffRequest
    from fernkladde.plants.models import PlantQuerySet

SOON = timedelta(days=92)
SORTS = {
    "number": ("number",),
    "name": ("name",),
    "customer": ("customer__name", "name"),
    "warranty": ("warranty_until", "name"),
    "serial": ("serial_number", "name"),
}
USUAL = "name"


@needs("read")
@require_safe
def plant_list(request: StaffRequest) -> HttpResponse:
    form = PlantFilter(request.GET)
    page = page_of(request, _found(request, form), sorts=SORTS, otherwise=USUAL)
    _note_access(page.object_list)
    context = {
        "page": page,
        "form": form,
        "tools": ListTools(LISTING, request),
        "today": timezone.localdate(),
        "is_narrowed": any(request.GET.values()),
    }
    return render(request, "desk/plants/list.html", context)


def _found(request: StaffRequest, form: PlantFilter) -> QuerySet[Plant]:
    form.is_valid()
    rows = Plant.objects.visible_to(request.user)
    found = _narrowed(rows, form.cleaned_data, today=timezone.localdate())
    return found.select_related("customer", "plant_type")


def _ordered(request: StaffRequest) -> QuerySet[Plant]:
    found = _found(request, PlantFilter(request.GET))
    return in_order(request, found, sorts=SORTS, otherwise=USUAL)


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


def _rows(plants: QuerySet[Plant], _request: StaffRequest) -> list[Plant]:
    read = list(plants)
    _note_access(read)
    return read


LISTING = Listing(
    place="plant-list",
    word="read",
    title=_("Anlagen"),
    found=_ordered,
    rows=_rows,
    columns=(
        Column(key="number", label=_("Nr."), value=lambda p: p.number, fixed=True),
        Column(key="name", label=_("Anlage"), value=lambda p: p.name, fixed=True),
        Column(key="customer", label=_("Kunde"), value=lambda p: p.customer.name),
        Column(key="serial", label=_("Fabriknummer"), value=lambda p: p.serial_number),
        Column(
            key="warranty", label=_("Gewährleistung"), value=lambda p: p.warranty_until
        ),
        Column(
            key="access",
            label=_("Zugang"),
            value=lambda p: ", ".join(map(str, p.kinds)),
        ),
        Column(
            key="type",
            label=_("Anlagentyp"),
            value=lambda p: p.plant_type.name if p.plant_type else "",
            extra=True,
        ),
        Column(
            key="customer-number",
            label=_("Kundennummer"),
            value=lambda p: p.customer.number,
            extra=True,
        ),
        Column(key="site", label=_("Standort"), value=lambda p: p.site, extra=True),
        Column(key="country", label=_("Land"), value=lambda p: p.country, extra=True),
        Column(
            key="control", label=_("Steuerung"), value=lambda p: p.control, extra=True
        ),
    ),
)

urlpatterns = [
    path("anlagen/", plant_list, name="plant-list"),
    export_of(LISTING, "liste/anlagen/"),
]
