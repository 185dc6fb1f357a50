"""Tariffs: the list, one tariff with its versions, one version to read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db.models import Count
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from fernkladde.billing.facts import policy
from fernkladde.contracts import actions
from fernkladde.contracts.models import RateDeck, Tariff, TariffVersion
from fernkladde.customers.models import Customer
from fernkladde.desk.access import needs
from fernkladde.desk.forms.refusals import refusals_in
from fernkladde.desk.forms.tariff_examples import PREFIX, ExampleForm
from fernkladde.desk.forms.tariffs import TariffForm
from fernkladde.desk.objects import get_tariff, get_tariff_version
from fernkladde.desk.posting import posted
from fernkladde.desk.words import WEEKDAYS
from fernkladde.plants.models import Plant
from fernkladde.rating import parse_rate_deck, parse_tariff_version

from .example import Example, example_of
from .week import row_words, special_days_of, usual_work, week_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpResponse, QueryDict

    from fernkladde.desk.access import StaffRequest
    from fernkladde.desk.drawings import Stretch
    from fernkladde.rating import terms


@dataclass(frozen=True, slots=True)
class Row:
    """A tariff in the list, with the version that is in force today."""

    tariff: Tariff
    now: TariffVersion | None
    following: TariffVersion | None
    is_default: bool
    price: dict[str, Any]
    currency: str
    used_by: int


@needs("read")
@require_safe
def tariff_list(request: StaffRequest) -> HttpResponse:
    today = timezone.localdate()
    versions: dict[int, list[TariffVersion]] = {}
    for version in TariffVersion.objects.order_by("valid_from"):
        versions.setdefault(version.tariff_id, []).append(version)
    default = policy().default_tariff_id
    tariffs = Tariff.objects.annotate(contract_count=Count("contracts"))
    rows = [
        _row(tariff, versions.get(tariff.pk, []), today=today, default=default)
        for tariff in tariffs.order_by("name", "pk")
    ]
    decks = RateDeck.objects.order_by("name").only("code", "name")
    context = {"rows": rows, "decks": decks, "today": today}
    return render(request, "desk/tariffs/list.html", context)


def _row(
    tariff: Any, versions: list[TariffVersion], *, today: date, default: int | None
) -> Row:
    begun = [version for version in versions if version.valid_from <= today]
    later = [version for version in versions if version.valid_from > today]
    now = begun[-1] if begun else None
    first = (now.terms["prices"] if now else [{}])[0]
    return Row(
        tariff=tariff,
        now=now,
        following=later[0] if later else None,
        is_default=tariff.pk == default,
        price=first,
        currency=now.terms.get("currency", "EUR") if now else "",
        used_by=tariff.contract_count,
    )


@needs("tariffs")
@require_http_methods(["GET", "HEAD", "POST"])
def tariff_new(request: StaffRequest) -> HttpResponse:
    form = TariffForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            made = actions.create_tariff(
                by=request.user, at=timezone.now(), **form.cleaned_data
            )
            messages.info(request, _("Jetzt fehlen noch die Preise."))
            return redirect("tariff-version-new", made.code)
    return render(request, "desk/tariffs/form.html", {"form": form, "tariff": None})


@needs("tariffs")
@require_http_methods(["GET", "HEAD", "POST"])
def tariff_rename(request: StaffRequest, code: str) -> HttpResponse:
    tariff = get_tariff(code)
    form = TariffForm(posted(request), tariff=tariff)
    if form.is_valid():
        with refusals_in(form):
            actions.rename_tariff(
                tariff=tariff, by=request.user, at=timezone.now(), **form.cleaned_data
            )
            return redirect("tariff", code)
    return render(request, "desk/tariffs/form.html", {"form": form, "tariff": tariff})


@needs("read")
@require_safe
def tariff(request: StaffRequest, code: str) -> HttpResponse:
    found = get_tariff(code)
    today = timezone.localdate()
    versions = list(found.versions.order_by("-valid_from"))
    now = next((each for each in versions if each.valid_from <= today), None)
    context = {
        "tariff": found,
        "versions": versions,
        "now": now,
        "today": today,
        "is_default": policy().default_tariff_id == found.pk,
        "used_by": _users(found),
        **(_shown(request, now) if now else {}),
    }
    return render(request, "desk/tariffs/page.html", context)


def _users(tariff: Tariff) -> dict[str, Any]:
    """Name who is charged by the tariff, as far as it fits on a page."""
    return {
        "customers": Customer.objects.active().filter(tariff=tariff)[:20],
        "plants": Plant.objects.active().filter(tariff=tariff)[:20],
        "contracts": tariff.contracts.order_by("number")[:20],
    }


@needs("read")
@require_safe
def tariff_version(request: StaffRequest, code: str, day: str) -> HttpResponse:
    found = get_tariff_version(get_tariff(code), as_day(day))
    later = found.tariff.versions.filter(valid_from__gt=found.valid_from)
    context = {
        "tariff": found.tariff,
        "version": found,
        "following": later.order_by("valid_from").first(),
        "today": timezone.localdate(),
        **_shown(request, found),
    }
    return render(request, "desk/tariffs/version.html", context)


def as_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Http404 from None


def _shown(request: StaffRequest, version: TariffVersion) -> dict[str, Any]:
    """Return a version as it is drawn, told and tried out."""
    read = parse_tariff_version(version.terms)
    form = ExampleForm(asked_in(request.GET), labels=labels_of(read))
    return {
        "terms": read,
        "rows": [(row, row_words(row)) for row in read.prices],
        "example_form": form,
        **drawn(read, form),
    }


def asked_in(given: QueryDict) -> QueryDict | None:
    """Return what was asked of the example; an address without it asks nothing."""
    return given if any(name.startswith(PREFIX) for name in given) else None


def drawn(version: terms.TariffVersion, form: ExampleForm) -> dict[str, Any]:
    """Return the week and the example for what is asked beside a version."""
    asked = form.asked()
    usual = usual_work(version)
    work = (asked.get("service") or usual[0], asked.get("skill") or usual[1])
    week: list[Stretch] = week_of(version, *work)
    example: Example = example_of(
        version, asked, timezone=policy().timezone, decks=decks_for([version])
    )
    return {
        "week": week,
        "special_days": special_days_of(version, *work),
        "example": example,
    }


def decks_for(versions: Iterable[terms.TariffVersion]) -> list[terms.RateDeck]:
    """Read the rate decks that these versions name."""
    names = {v.connection.deck for v in versions if v.connection and v.connection.deck}
    if not names:
        return []
    return [
        parse_rate_deck({"id": deck.code, "name": deck.name, "rates": deck.rates})
        for deck in RateDeck.objects.filter(code__in=names)
    ]


def labels_of(version: terms.TariffVersion) -> list[str]:
    used = {day for band in version.bands for day in band.days}
    return sorted(used - WEEKDAYS.keys())
