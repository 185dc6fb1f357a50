"""Keeping a filter under a name, taking it away, and choosing columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from fernkladde.accounts.kept_views import (
    choose_columns,
    drop_view,
    keep_view,
)
from fernkladde.accounts.models import KeptView
from fernkladde.desk.access import needs
from fernkladde.desk.posting import posted_from
from fernkladde.values.refusal import Refusal

from .all import LISTINGS

if TYPE_CHECKING:
    from django.http import HttpResponse

    from fernkladde.desk.access import StaffRequest

    from .listing import Listing


@needs("read")
@posted_from("start")
def view_keep(request: StaffRequest) -> HttpResponse:
    listing = _listing(request)
    query = request.POST.get("query", "")
    try:
        kept = keep_view(
            person=request.user,
            place=listing.place,
            name=request.POST.get("name", ""),
            query=query,
            shared="shared" in request.POST,
            at=timezone.now(),
        )
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.info(
            request, _("Filter „%(name)s“ ist gemerkt.") % {"name": kept.name}
        )
    return _back(listing, query)


@needs("read")
@posted_from("start")
def view_drop(request: StaffRequest) -> HttpResponse:
    listing = _listing(request)
    open_to_them = KeptView.objects.open_to(request.user).filter(place=listing.place)
    key = request.POST.get("view", "")
    view = get_object_or_404(open_to_them, pk=key if key.isdecimal() else 0)
    try:
        drop_view(view=view, by=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    return _back(listing, request.POST.get("query", ""))


@needs("read")
@posted_from("start")
def columns_choose(request: StaffRequest) -> HttpResponse:
    listing = _listing(request)
    known = {column.key for column in listing.columns}
    chosen = [key for key in request.POST.getlist("column") if key in known]
    usual = "usual" in request.POST
    choose_columns(
        person=request.user,
        place=listing.place,
        columns=[] if usual else chosen or [listing.columns[0].key],
        at=timezone.now(),
    )
    return _back(listing, request.POST.get("query", ""))


def _listing(request: StaffRequest) -> Listing:
    """Return the list that is meant, if the person may see it."""
    listing = LISTINGS.get(request.POST.get("place", ""))
    if listing is None or not request.user.may(listing.word):
        raise Http404
    return listing


def _back(listing: Listing, query: str) -> HttpResponse:
    address = reverse(listing.place)
    return redirect(f"{address}?{query}" if query else address)


urlpatterns = [
    path("liste/filter/merken/", view_keep, name="view-keep"),
    path("liste/filter/loeschen/", view_drop, name="view-drop"),
    path("liste/spalten/", columns_choose, name="columns-choose"),
]
