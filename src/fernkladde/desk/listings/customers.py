"""The list of customers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, OuterRef, Q
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from fernkladde.billing.facts import related_customers
from fernkladde.cases.models import Case
from fernkladde.contracts.models import Contract
from fernkladde.customers.models import Contact, Customer
from fernkladde.customers.phones import readable
from fernkladde.desk.access import needs
from fernkladde.desk.forms.customers import CustomerFilter
from fernkladde.desk.lists import in_order, page_of
from fernkladde.search.queries import matching

from .export import export_of
from .listing import Column, Listing
from .tools import ListTools

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet
    from django.http import HttpResponse

    from fernkladde.customers.models import CustomerQuerySet
    from fernkladde.desk.access import StaffRequest

SORTS = {
    "number": ("number",),
    "name": ("name",),
    "city": ("city", "name"),
    "plants": ("plant_count", "name"),
}
USUAL = "name"


@needs("read")
@require_safe
def customer_list(request: StaffRequest) -> HttpResponse:
    form = _form(request)
    page = page_of(request, _found(request, form), sorts=SORTS, otherwise=USUAL)
    _note_open_cases(page.object_list)
    context = {
        "page": page,
        "form": form,
        "tools": ListTools(LISTING, request),
        "is_narrowed": any(request.GET.values()),
    }
    return render(request, "desk/customers/list.html", context)


def _form(request: StaffRequest) -> CustomerFilter:
    names = Customer.objects.visible_to(request.user).exclude(industry="")
    industries = names.order_by("industry").values_list("industry", flat=True)
    return CustomerFilter(request.GET, industries=list(industries.distinct()))


def _found(request: StaffRequest, form: CustomerFilter) -> QuerySet[Customer]:
    form.is_valid()
    rows = Customer.objects.visible_to(request.user)
    found = _narrowed(rows, form.cleaned_data, today=timezone.localdate())
    return found.annotate(plant_count=Count("plants", filter=Q(plants__is_active=True)))


def _ordered(request: StaffRequest) -> QuerySet[Customer]:
    found = _found(request, _form(request))
    return in_order(request, found, sorts=SORTS, otherwise=USUAL)


def _narrowed(
    rows: CustomerQuerySet, asked: dict[str, Any], *, today: date
) -> QuerySet[Customer]:
    rows = _of_kind(rows, asked.get("show", ""), today=today)
    if number := asked.get("group"):
        group = Customer.objects.filter(number=number).first()
        rows = rows.filter(number__in=related_customers(group) if group else ())
    if industry := asked.get("industry"):
        rows = rows.filter(industry=industry)
    if text := asked.get("q"):
        # A number as it stands on the display finds its owner, too.
        people = Contact.objects.filter(matching("contact", text))
        mine = Q(pk__in=people.values("customer"))
        return rows.filter(matching("customer", text) | mine)
    return rows


def _of_kind(rows: CustomerQuerySet, kind: str, *, today: date) -> CustomerQuerySet:
    if kind == "all":
        return rows
    if kind == "inactive":
        return rows.filter(is_active=False)
    rows = rows.active()
    if kind in {"contract", "no_contract"}:
        contracts = Contract.objects.in_force(today)
        mine = Exists(contracts.filter(customer=OuterRef("pk")))
        theirs = Exists(contracts.filter(shared_with=OuterRef("pk")))
        has = mine | theirs
        return rows.filter(has) if kind == "contract" else rows.exclude(has)
    return rows


def _note_open_cases(customers: Any) -> None:
    """Count the open cases of the rows that are shown, in one query."""
    counts = dict(
        Case.objects.open()
        .filter(customer__in=[customer.pk for customer in customers])
        .values_list("customer")
        .annotate(n=Count("pk"))
    )
    for customer in customers:
        customer.open_cases = counts.get(customer.pk, 0)


def _rows(customers: QuerySet[Customer], _request: StaffRequest) -> list[Customer]:
    read = list(customers)
    _note_open_cases(read)
    return read


LISTING = Listing(
    place="customer-list",
    word="read",
    title=_("Kunden"),
    found=_ordered,
    rows=_rows,
    columns=(
        Column(key="number", label=_("Nr."), value=lambda c: c.number, fixed=True),
        Column(key="name", label=_("Name"), value=lambda c: c.name, fixed=True),
        Column(key="city", label=_("Ort"), value=lambda c: c.city),
        Column(key="industry", label=_("Branche"), value=lambda c: c.industry),
        Column(key="plants", label=_("Anlagen"), value=lambda c: c.plant_count),
        Column(key="open", label=_("Offene Fälle"), value=lambda c: c.open_cases),
        Column(
            key="state",
            label=_("Stand"),
            value=lambda c: "" if c.is_active else str(_("stillgelegt")),
        ),
        Column(key="street", label=_("Straße"), value=lambda c: c.street, extra=True),
        Column(
            key="postcode",
            label=_("Postleitzahl"),
            value=lambda c: c.postcode,
            extra=True,
        ),
        Column(key="country", label=_("Land"), value=lambda c: c.country, extra=True),
        Column(
            key="phone",
            label=_("Telefon"),
            value=lambda c: readable(c.phone) if c.phone else "",
            extra=True,
        ),
        Column(key="email", label=_("E-Mail"), value=lambda c: c.email, extra=True),
        Column(key="vat", label=_("USt-IdNr."), value=lambda c: c.vat_id, extra=True),
    ),
)

urlpatterns = [
    path("kunden/", customer_list, name="customer-list"),
    export_of(LISTING, "liste/kunden/"),
]
