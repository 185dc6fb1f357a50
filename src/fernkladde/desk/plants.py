"""Plants: the list, one plant's page, and the forms about it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib import messages
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
from fernkladde.plants.models import AccessKind

from .access import needs
from .forms.plants import PlantForm, warnings_and_refusals_in
from .moments import moment_of
from .objects import get_plant
from .posting import posted

if TYPE_CHECKING:
    from django.http import HttpResponse

    from .access import StaffRequest

SOON = timedelta(days=92)
LAST_CASES = 15


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
    path("anlagen/neu/", plant_new, name="plant-new"),
    path("anlagen/<path:number>/aendern/", plant_edit, name="plant-edit"),
    path("anlagen/<path:number>/", plant, name="plant"),
]
