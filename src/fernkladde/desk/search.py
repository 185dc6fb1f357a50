"""One search for everything: from the field at the top, or as a page of its own."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from fernkladde.search.find import find

from .access import needs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpResponse
    from django_stubs_ext import StrOrPromise

    from fernkladde.search.kinds import Found

    from .access import StaffRequest

# The word of each kind, its icon and the page that shows one of it.
KINDS: dict[str, tuple[StrOrPromise, str, str]] = {
    "case": (_("Fälle"), "case", "case"),
    "customer": (_("Kunden"), "customer", "customer"),
    "plant": (_("Anlagen"), "plant", "plant"),
    "contact": (_("Ansprechpartner"), "person", "customer"),
    "contract": (_("Verträge"), "contract", "contract"),
    "invoice": (_("Rechnungen"), "invoice", "invoice"),
    "past-call": (_("Frühere Anrufe"), "book", "past-call-day"),
}


@dataclass(frozen=True, slots=True)
class Hit:
    found: Found
    url: str


@dataclass(frozen=True, slots=True)
class Heap:
    """What was found of one kind."""

    label: StrOrPromise
    icon: str
    hits: list[Hit]


@needs("read")
@require_safe
def search(request: StaffRequest) -> HttpResponse:
    """Show what was found; a typed number that only one thing has leads there."""
    text = request.GET.get("q", "").strip()
    found = find(text, user=request.user)
    exact = [one for one in found if one.number.casefold() == text.casefold()]
    exact = [one for one in exact if one.kind != "contact"]
    if len(exact) == 1 and not request.htmx:  # type: ignore[attr-defined]
        return redirect(_address(exact[0]))
    context = {"query": text, "heaps": _heaps(found)}
    return render(request, "desk/search.html", context)


def _heaps(found: Iterable[Found]) -> list[Heap]:
    heaps = []
    for kind, some in groupby(found, lambda one: one.kind):
        label, icon, _page = KINDS[kind]
        heaps.append(Heap(label, icon, [Hit(one, _address(one)) for one in some]))
    return heaps


def _address(found: Found) -> str:
    return reverse(KINDS[found.kind][2], args=[found.number])


urlpatterns = [path("suche/", search, name="search")]
