"""Contracts: the list with what is left, one contract's page, and its form."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from fernkladde.billing.live.balances import balances_of
from fernkladde.billing.models import Settlement
from fernkladde.cases.models import Case
from fernkladde.contracts import actions

from .access import needs
from .forms.contracts import (
    ContractForm,
    WhoseForm,
    surcharge_words,
)
from .forms.refusals import refusals_in
from .moments import moment_of
from .objects import get_contract
from .posting import posted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from django.http import HttpResponse

    from fernkladde.billing.live.balances import Balance
    from fernkladde.contracts.models import Contract

    from .access import StaffRequest

SOON = timedelta(days=92)
LAST_CASES = 100
LAST_MONTHS = 24


@needs("read")
@require_safe
def contract(request: StaffRequest, number: str) -> HttpResponse:
    found = get_contract(request, number)
    now = moment_of(request)
    today = timezone.localdate(now)
    until = min(today, found.valid_until or today)
    at = now if until == today else None
    balance = balances_of([found], on=until, at=at).get(found.number)
    context = {
        "contract": found,
        "today": today,
        "balance": balance,
        "shared_with": found.shared_with.order_by("name", "pk"),
        "plants": found.plants.order_by("name", "pk"),
        "surcharge": surcharge_words(found),
        "draws": _draws(found, balance),
    }
    return render(request, "desk/contracts/page.html", context)


@dataclass(frozen=True, slots=True)
class Draw:
    """What the work of one case drew in one month; `month` is empty: not billed yet."""

    number: str
    subject: str
    month: str
    minutes: Decimal | None
    cases: int = 0


def _draws(contract: Contract, balance: Balance | None) -> list[Draw]:
    """Return who drew on the allowance, what is not billed yet first."""
    found = [*_open_draws(contract, balance), *_settled_draws(contract)]
    subjects = _subjects({number for number, *_rest in found})
    return [
        Draw(number, subjects.get(number, ""), month, minutes, cases)
        for number, month, minutes, cases in found[:LAST_CASES]
    ]


Drawn = tuple[str, str, Decimal | None, int]


def _open_draws(contract: Contract, balance: Balance | None) -> Iterator[Drawn]:
    counts_cases = contract.allowance_cases is not None
    for number, taken in (balance.open_cases if balance else {}).items():
        if counts_cases:
            yield number, "", None, taken
        else:
            yield number, "", Decimal(taken) / 60, 0


def _settled_draws(contract: Contract) -> Iterator[Drawn]:
    settled = Settlement.objects.filter(
        postings__contract=contract, released_by=None
    ).distinct()
    contents = settled.order_by("-run__period", "-pk").values_list(
        "run__period", "content"
    )
    for month, content in contents[:LAST_MONTHS]:
        for row in json.loads(content)["free"]:
            if row["contract"] == contract.number and row["kind"] == "time":
                yield row["case"], month, Decimal(row["minutes"]), 0


def _subjects(numbers: Collection[str]) -> dict[str, str]:
    rows = Case.objects.filter(number__in=list(numbers)[:500])
    return dict(rows.values_list("number", "subject"))


@needs("master_data")
@require_http_methods(["GET", "HEAD", "POST"])
def contract_new(request: StaffRequest) -> HttpResponse:
    """Ask for the customer first: whose plants may be chosen hangs on it."""
    whose = WhoseForm(request.GET or None, user=request.user)
    if not whose.is_valid():
        return render(request, "desk/contracts/whose.html", {"form": whose})
    customer = whose.cleaned_data["customer"]
    form = ContractForm(posted(request), user=request.user, customer=customer)
    if form.is_valid():
        with refusals_in(form):
            made = actions.create_contract(
                customer=customer,
                by=request.user,
                at=timezone.now(),
                **form.cleaned_data,
            )
            messages.info(request, _("%(name)s ist angelegt.") % {"name": made.name})
            return redirect("contract", made.number)
    context = {"form": form, "customer": customer, "contract": None}
    return render(request, "desk/contracts/form.html", context)


@needs("master_data")
@require_http_methods(["GET", "HEAD", "POST"])
def contract_edit(request: StaffRequest, number: str) -> HttpResponse:
    found = get_contract(request, number)
    form = ContractForm(
        posted(request),
        user=request.user,
        customer=found.customer,
        contract=found,
    )
    if form.is_valid():
        with refusals_in(form):
            actions.change_contract(
                contract=found, by=request.user, at=timezone.now(), **form.cleaned_data
            )
            return redirect("contract", number)
    context = {"form": form, "customer": found.customer, "contract": found}
    return render(request, "desk/contracts/form.html", context)


urlpatterns = [
    path("vertraege/neu/", contract_new, name="contract-new"),
    path("vertraege/<path:number>/aendern/", contract_edit, name="contract-edit"),
    path("vertraege/<path:number>/", contract, name="contract"),
]
