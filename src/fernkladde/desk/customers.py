"""Customers: the list, one customer's page, and the forms about them."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from fernkladde.billing.live.balances import balances_of
from fernkladde.billing.live.gifts import PRESENTS
from fernkladde.billing.models import Settlement
from fernkladde.cases.models import DONE, Case
from fernkladde.cases.past_calls import past_calls_of
from fernkladde.contracts.models import Contract
from fernkladde.customers import actions
from fernkladde.customers.models import Customer
from fernkladde.plants.models import Plant

from .access import needs
from .forms.customers import ContactForm, CustomerForm, ReasonForm
from .forms.refusals import refusals_in
from .moments import moment_of
from .objects import get_contact, get_customer
from .posting import posted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from django.db.models import QuerySet
    from django.http import HttpResponse

    from .access import StaffRequest

LAST_CASES = 10


@needs("read")
@require_safe
def customer(request: StaffRequest, number: str) -> HttpResponse:
    found = get_customer(request, number)
    now = moment_of(request)
    today = timezone.localdate(now)
    contracts = list(
        Contract.objects.usable_by(found.pk)
        .filter(Q(valid_until=None) | Q(valid_until__gte=today - timedelta(days=90)))
        .select_related("customer", "tariff")
        .order_by("priority", "valid_from", "pk")
    )
    balances = balances_of(contracts, on=today, at=now)
    cases = Case.objects.filter(customer=found).select_related("plant")
    context = {
        "customer": found,
        "today": today,
        "group": _group(contracts, found),
        "contacts": found.contacts.order_by("-is_active", "name", "pk"),
        "contracts": [(each, balances.get(each.number)) for each in contracts],
        "plants": _plants(found),
        "open_cases": cases.open().order_by("-opened_at", "pk")[:50],
        "last_cases": cases.filter(state__in=DONE).order_by("-opened_at")[:LAST_CASES],
        "past": past_calls_of(found, user=request.user),
        "given": _given_away(found, today) if request.user.may("read_money") else None,
    }
    return render(request, "desk/customers/page.html", context)


def _group(contracts: list[Contract], customer: Customer) -> QuerySet[Customer]:
    """Return the other customers who use the same contracts."""
    shared = Q(contracts__in=contracts) | Q(shared_contracts__in=contracts)
    others = Customer.objects.filter(shared).exclude(pk=customer.pk)
    return others.distinct().order_by("name", "pk")


def _plants(customer: Customer) -> Any:
    rows = Plant.objects.filter(customer=customer).select_related("plant_type")
    return rows.order_by("-is_active", "name", "pk")


def _given_away(customer: Customer, today: date) -> dict[str, Decimal]:
    """Return by basis what settled months of the last year gave away, in list value.

    Presents come first and are `PRESENTS` alone: warranty is a duty, and what a
    contract covers is paid for.
    """
    since = f"{today.year - 1}-{today.month:02}"
    settled = Settlement.objects.filter(
        customer=customer, released_by=None, run__period__gte=since
    )
    sums: dict[str, Decimal] = {}
    for text in settled.values_list("content", flat=True):
        for basis, value in _gifts(json.loads(text)):
            sums[basis] = sums.get(basis, Decimal(0)) + value
    return {basis: sums[basis] for basis in (*PRESENTS, "warranty") if basis in sums}


def _gifts(content: dict[str, Any]) -> Iterator[tuple[str, Decimal]]:
    for row in content["free"]:
        yield row["basis"], Decimal(row["value"])
    for line in content["lines"]:
        if discount := Decimal(line["discount"]):
            yield "goodwill", discount


@needs("master_data")
@require_http_methods(["GET", "HEAD", "POST"])
def customer_new(request: StaffRequest) -> HttpResponse:
    form = CustomerForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            made = actions.create_customer(
                by=request.user, at=timezone.now(), **form.cleaned_data
            )
            messages.info(request, _("%(name)s ist angelegt.") % {"name": made.name})
            return redirect("customer", made.number)
    context = {"form": form, "customer": None}
    return render(request, "desk/customers/form.html", context)


@needs("master_data")
@require_http_methods(["GET", "HEAD", "POST"])
def customer_edit(request: StaffRequest, number: str) -> HttpResponse:
    found = get_customer(request, number)
    form = CustomerForm(posted(request), customer=found)
    if form.is_valid():
        with refusals_in(form):
            actions.change_customer(
                customer=found, by=request.user, at=timezone.now(), **form.cleaned_data
            )
            return redirect("customer", number)
    context = {"form": form, "customer": found}
    return render(request, "desk/customers/form.html", context)


@needs("master_data")
@require_http_methods(["GET", "HEAD", "POST"])
def customer_deactivate(request: StaffRequest, number: str) -> HttpResponse:
    found = get_customer(request, number)
    form = ReasonForm(posted(request))
    if form.is_valid():
        actions.deactivate(
            customer=found,
            by=request.user,
            at=timezone.now(),
            reason=form.cleaned_data["reason"],
        )
        return redirect("customer", number)
    context = {"form": form, "customer": found}
    return render(request, "desk/customers/deactivate.html", context)


@needs("master_data")
@require_POST
def customer_reactivate(request: StaffRequest, number: str) -> HttpResponse:
    found = get_customer(request, number)
    actions.change_customer(
        customer=found, by=request.user, at=timezone.now(), is_active=True
    )
    return redirect("customer", number)


@needs("master_data")
@require_http_methods(["GET", "HEAD", "POST"])
def contact_new(request: StaffRequest, number: str) -> HttpResponse:
    found = get_customer(request, number)
    form = ContactForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            actions.add_contact(
                customer=found, by=request.user, at=timezone.now(), **form.cleaned_data
            )
            return redirect("customer", number)
    context = {"form": form, "customer": found, "contact": None}
    return render(request, "desk/customers/contact.html", context)


@needs("master_data")
@require_http_methods(["GET", "HEAD", "POST"])
def contact_edit(request: StaffRequest, number: str, key: int) -> HttpResponse:
    found = get_customer(request, number)
    contact = get_contact(request, found, key)
    form = ContactForm(posted(request), contact=contact)
    if form.is_valid():
        with refusals_in(form):
            actions.change_contact(
                contact=contact, by=request.user, at=timezone.now(), **form.cleaned_data
            )
            return redirect("customer", number)
    context = {"form": form, "customer": found, "contact": contact}
    return render(request, "desk/customers/contact.html", context)


urlpatterns = [
    path("kunden/neu/", customer_new, name="customer-new"),
    path("kunden/<path:number>/aendern/", customer_edit, name="customer-edit"),
    path(
        "kunden/<path:number>/stilllegen/",
        customer_deactivate,
        name="customer-deactivate",
    ),
    path(
        "kunden/<path:number>/aufnehmen/",
        customer_reactivate,
        name="customer-reactivate",
    ),
    path("kunden/<path:number>/ansprechpartner/neu/", contact_new, name="contact-new"),
    path(
        "kunden/<path:number>/ansprechpartner/<int:key>/",
        contact_edit,
        name="contact-edit",
    ),
    path("kunden/<path:number>/", customer, name="customer"),
]
