"""One search for everything: from the field at the top, or as a page of its own.

Besides what was written it finds where one can go and what one can begin.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from fernkladde.search.find import EACH, find

from .access import needs
from .places import shortcuts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpResponse
    from django_stubs_ext import StrOrPromise

    from fernkladde.search.kinds import Found

    from .access import StaffRequest


@dataclass(frozen=True, slots=True)
class Shown:
    """How a kind is shown: its word, icon and page, and the list that has all of it."""

    label: StrOrPromise
    icon: str
    page: str
    list: str
    asking: str


KINDS = {
    "case": Shown(_("Fälle"), "case", "case", "case-list", "state=all&text"),
    "customer": Shown(_("Kunden"), "customer", "customer", "customer-list", "q"),
    "plant": Shown(_("Anlagen"), "plant", "plant", "plant-list", "q"),
    "contact": Shown(_("Ansprechpartner"), "person", "customer", "customer-list", "q"),
    "contract": Shown(_("Verträge"), "contract", "contract", "contract-list", "q"),
    "invoice": Shown(_("Rechnungen"), "pdf", "invoice", "invoice-list", "customer"),
    "past-call": Shown(
        _("Frühere Anrufe"), "book", "past-call-day", "past-call-list", "q"
    ),
}


@dataclass(frozen=True, slots=True)
class Hit:
    found: Found
    url: str


@dataclass(frozen=True, slots=True)
class Heap:
    """What was found of one kind; `more` is the list with all of it."""

    label: StrOrPromise
    icon: str
    hits: list[Hit]
    more: str = ""


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
    context = {
        "query": text,
        "heaps": _heaps(found, text),
        "shortcuts": shortcuts(request.user, text),
    }
    return render(request, "desk/search.html", context)


def _heaps(found: Iterable[Found], text: str) -> list[Heap]:
    heaps = []
    for kind, some in groupby(found, lambda one: one.kind):
        shown, hits = KINDS[kind], [Hit(one, _address(one)) for one in some]
        more = _all_of(shown, text) if len(hits) == EACH else ""
        heaps.append(Heap(shown.label, shown.icon, hits, more))
    return heaps


def _all_of(shown: Shown, text: str) -> str:
    *fixed, field = shown.asking.split("&")
    query = "&".join([*fixed, urlencode({field: text})])
    return f"{reverse(shown.list)}?{query}"


def _address(found: Found) -> str:
    return reverse(KINDS[found.kind].page, args=[found.number])


urlpatterns = [path("suche/", search, name="search")]
