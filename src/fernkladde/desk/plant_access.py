"""The ways to reach a plant, and the types of plants with their check-first lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from fernkladde.plants import actions
from fernkladde.plants.models import PlantType

from .access import needs
from .forms.plants import AccessPathForm, PlantTypeForm, warnings_and_refusals_in
from .forms.refusals import refusals_in
from .objects import get_access_path, get_plant
from .posting import posted

if TYPE_CHECKING:
    from django.http import HttpResponse

    from .access import StaffRequest


@needs("master_data")
@require_http_methods(["GET", "HEAD", "POST"])
def access_new(request: StaffRequest, number: str) -> HttpResponse:
    plant = get_plant(request, number)
    form = AccessPathForm(posted(request))
    if form.is_valid():
        with warnings_and_refusals_in(form):
            actions.add_access_path(
                plant=plant, by=request.user, at=timezone.now(), **form.cleaned_data
            )
            return redirect("plant", number)
    context = {"form": form, "plant": plant, "path": None}
    return render(request, "desk/plants/access.html", context)


@needs("master_data")
@require_http_methods(["GET", "HEAD", "POST"])
def access_edit(request: StaffRequest, number: str, key: int) -> HttpResponse:
    plant = get_plant(request, number)
    found = get_access_path(plant, key)
    form = AccessPathForm(posted(request), path=found)
    if form.is_valid():
        with warnings_and_refusals_in(form):
            actions.change_access_path(
                path=found, by=request.user, at=timezone.now(), **form.cleaned_data
            )
            return redirect("plant", number)
    context = {"form": form, "plant": plant, "path": found}
    return render(request, "desk/plants/access.html", context)


@needs("master_data")
@require_POST
def access_remove(request: StaffRequest, number: str, key: int) -> HttpResponse:
    plant = get_plant(request, number)
    found = get_access_path(plant, key)
    try:
        actions.remove_access_path(path=found, by=request.user, at=timezone.now())
    except actions.AccessPathGone as gone:
        messages.info(request, str(gone))
    else:
        messages.info(request, _("Der Zugang ist entfernt; die Kladde kennt ihn noch."))
    return redirect("plant", number)


@needs("read")
@require_safe
def type_list(request: StaffRequest) -> HttpResponse:
    types = PlantType.objects.annotate(plant_count=Count("plants")).order_by("name")
    return render(request, "desk/plants/types.html", {"types": types})


@needs("master_data")
@require_http_methods(["GET", "HEAD", "POST"])
def type_new(request: StaffRequest) -> HttpResponse:
    form = PlantTypeForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            actions.create_plant_type(
                by=request.user, at=timezone.now(), **form.cleaned_data
            )
            return redirect("plant-type-list")
    context = {"form": form, "plant_type": None}
    return render(request, "desk/plants/type.html", context)


@needs("master_data")
@require_http_methods(["GET", "HEAD", "POST"])
def type_edit(request: StaffRequest, key: int) -> HttpResponse:
    found = get_object_or_404(PlantType.objects.all(), pk=key)
    initial = {"name": found.name, "check_first": found.check_first}
    form = PlantTypeForm(posted(request), initial=initial)
    if form.is_valid():
        with refusals_in(form):
            actions.change_plant_type(
                plant_type=found, by=request.user, at=timezone.now(),
                **form.cleaned_data,
            )  # fmt: skip
            return redirect("plant-type-list")
    context = {"form": form, "plant_type": found}
    return render(request, "desk/plants/type.html", context)


# These stand before the plants themselves: their addresses are the longer ones.
urlpatterns = [
    path("anlagen/typen/", type_list, name="plant-type-list"),
    path("anlagen/typen/neu/", type_new, name="plant-type-new"),
    path("anlagen/typen/<int:key>/", type_edit, name="plant-type"),
    path("anlagen/<path:number>/zugang/neu/", access_new, name="access-new"),
    path("anlagen/<path:number>/zugang/<int:key>/", access_edit, name="access-edit"),
    path(
        "anlagen/<path:number>/zugang/<int:key>/entfernen/",
        access_remove,
        name="access-remove",
    ),
]
