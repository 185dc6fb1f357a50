"""Calls of the old note book as a list: by customer, plant, day and words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from fernkladde.cases.models import PastCall

from .access import needs
from .forms.fields import day_field, text_field
from .lists import matching, page_of

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpResponse

    from .access import StaffRequest

SORTS = {
    "day": ("called_on", "began"),
    "customer": ("customer__name", "-called_on"),
    "plant": ("plant__name", "-called_on"),
    "minutes": ("seconds",),
}


class PastCallFilter(forms.Form):
    """What narrows the list; everything may stay empty."""

    q = forms.CharField(
        label=_("Notiz oder Techniker"),
        required=False,
        max_length=100,
        widget=forms.SearchInput,
    )
    customer = text_field(_("Kunde Nr."), 60)
    plant = text_field(_("Anlage Nr."), 60)
    since = day_field(_("seit"))
    until = day_field(_("bis"))


@needs("read")
@require_safe
def past_call_list(request: StaffRequest) -> HttpResponse:
    form = PastCallFilter(request.GET)
    form.is_valid()
    rows = PastCall.objects.visible_to(request.user)
    found = _narrowed(rows, form.cleaned_data).select_related("customer", "plant")
    page = page_of(request, found, sorts=SORTS, otherwise="-day")
    context = {"page": page, "form": form, "is_narrowed": any(request.GET.values())}
    return render(request, "desk/past_calls/list.html", context)


def _narrowed(rows: QuerySet[PastCall], asked: dict[str, Any]) -> QuerySet[PastCall]:
    wanted = {
        "customer__number": asked.get("customer"),
        "plant__number": asked.get("plant"),
        "called_on__gte": asked.get("since"),
        "called_on__lte": asked.get("until"),
    }
    rows = rows.filter(**{name: value for name, value in wanted.items() if value})
    return matching(rows, asked.get("q", ""))


@needs("read")
@require_safe
def past_call_day(request: StaffRequest, day: str) -> HttpResponse:
    """Lead to the calls of a day: what the search has found was one of them."""
    try:
        on = parse_date(day)
    except ValueError:
        on = None
    if on is None:
        raise Http404
    return redirect(f"{reverse('past-call-list')}?since={on}&until={on}")


urlpatterns = [
    path("fruehere-anrufe/", past_call_list, name="past-call-list"),
    path("fruehere-anrufe/<str:day>/", past_call_day, name="past-call-day"),
]
