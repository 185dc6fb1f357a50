"""Rate decks: the list, one deck as a table, its file, and a number to try."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from fernkladde.contracts import actions
from fernkladde.contracts.models import RateDeck
from fernkladde.contracts.rates_csv import InvalidRates, rates_from_csv
from fernkladde.customers.records import NumberTaken
from fernkladde.desk.access import needs
from fernkladde.desk.forms.refusals import refusals_in
from fernkladde.desk.forms.tariffs import DeckForm, NumberForm
from fernkladde.desk.lists import PER_PAGE
from fernkladde.desk.objects import get_rate_deck
from fernkladde.desk.posting import posted
from fernkladde.rating import parse_rate_deck

from .example import number_price

if TYPE_CHECKING:
    from decimal import Decimal

    from django.http import HttpResponse

    from fernkladde.desk.access import StaffRequest
    from fernkladde.rating.terms import Rate

SHOWN_FAULTS = 30
USUAL_SECONDS = 180


@dataclass(frozen=True, slots=True)
class Tried:
    """What a number comes to; without a rate no prefix of the deck fits."""

    number: str
    seconds: int
    rate: Rate | None
    cost: Decimal | None


@needs("read")
@require_safe
def deck_list(request: StaffRequest) -> HttpResponse:
    decks = RateDeck.objects.order_by("name", "pk")
    rows = [(deck, len(deck.rates)) for deck in decks]
    return render(request, "desk/tariffs/decks.html", {"rows": rows})


@needs("read")
@require_safe
def deck(request: StaffRequest, code: str) -> HttpResponse:
    found = get_rate_deck(code)
    form = NumberForm(request.GET if "number" in request.GET else None)
    rates = found.rates
    if word := request.GET.get("q", "").strip().casefold():
        rates = [rate for rate in rates if _speaks_of(rate, word)]
    context = {
        "deck": found,
        "page": Paginator(rates, PER_PAGE).get_page(request.GET.get("page")),
        "count": len(found.rates),
        "form": form,
        "tried": _tried(found, form) if form.is_valid() else None,
    }
    return render(request, "desk/tariffs/deck.html", context)


def _speaks_of(rate: dict[str, Any], word: str) -> bool:
    return word in rate["prefix"] or word in rate.get("destination", "").casefold()


def _tried(deck: RateDeck, form: NumberForm) -> Tried:
    """Let the engine say what the call costs, as it would on an invoice."""
    number = form.cleaned_data["number"]
    seconds = form.cleaned_data["seconds"] or USUAL_SECONDS
    read = parse_rate_deck({"id": deck.code, "name": deck.name, "rates": deck.rates})
    try:
        prefix, cost = number_price(read, number, seconds)
    except LookupError:
        return Tried(number, seconds, None, None)
    rate = next(rate for rate in read.rates if rate.prefix == prefix)
    return Tried(number, seconds, rate, cost)


@needs("tariffs")
@require_http_methods(["GET", "HEAD", "POST"])
def deck_new(request: StaffRequest) -> HttpResponse:
    return _take_in(request, None)


@needs("tariffs")
@require_http_methods(["GET", "HEAD", "POST"])
def deck_replace(request: StaffRequest, code: str) -> HttpResponse:
    return _take_in(request, get_rate_deck(code))


def _take_in(request: StaffRequest, deck: RateDeck | None) -> HttpResponse:
    """Read a file and save its rates; every faulty row is named, and none saved."""
    form = DeckForm(posted(request), request.FILES or None, deck=deck)
    faults: list[str] = []
    if form.is_valid():
        given = form.cleaned_data
        try:
            rates = rates_from_csv(given["file"])
        except InvalidRates as invalid:
            faults = [str(fault) for fault in invalid.faults]
        else:
            with refusals_in(form):
                saved = _save(request, deck, given, rates)
                told = _("%(count)d Vorwahlen übernommen.") % {"count": len(rates)}
                messages.info(request, told)
                return redirect("rate-deck", saved.code)
    context = {
        "form": form,
        "deck": deck,
        "faults": faults[:SHOWN_FAULTS],
        "more_faults": max(0, len(faults) - SHOWN_FAULTS),
    }
    return render(request, "desk/tariffs/deck_form.html", context)


def _save(
    request: StaffRequest,
    deck: RateDeck | None,
    given: dict[str, Any],
    rates: list[dict[str, Any]],
) -> RateDeck:
    """Save under the deck's own code; a new one must not replace another."""
    code = deck.code if deck else given["code"].strip()
    if deck is None and RateDeck.objects.filter(code=code).exists():
        sentence = _("„%(code)s“ gibt es schon. Bitte ein anderes Kürzel wählen.")
        raise NumberTaken(sentence % {"code": code}, field="code")
    return actions.save_rate_deck(
        code=code, name=given["name"], rates=rates, by=request.user, at=timezone.now()
    )
