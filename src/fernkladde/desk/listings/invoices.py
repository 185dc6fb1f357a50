"""The list of issued invoices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q, Sum
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from fernkladde.billing.models import Invoice
from fernkladde.desk.access import needs
from fernkladde.desk.forms.invoices import InvoiceFilter
from fernkladde.desk.lists import in_order, page_of
from fernkladde.search.queries import matching

from .export import export_of
from .listing import Column, Listing
from .tools import ListTools

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet
    from django.http import HttpResponse

    from fernkladde.billing.models import InvoiceQuerySet
    from fernkladde.desk.access import StaffRequest

SORTS = {
    "number": ("series", "sequence"),
    "issued": ("issued_on", "sequence"),
    "customer": ("customer__name", "sequence"),
    "net": ("net",),
    "gross": ("gross",),
}
USUAL = "-issued"
LISTED = (
    "number", "issued_on", "net", "gross", "currency", "customer__name",
    "customer__number", "settlement__run__period", "rendering__state",
)  # fmt: skip
EXPORTED = (*LISTED, "tax", "due_on", "kind")


@needs("read_money")
@require_safe
def invoice_list(request: StaffRequest) -> HttpResponse:
    form = InvoiceFilter(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    invoices = _found(Invoice.objects.visible_to(request.user), asked)
    rows = invoices.select_related("customer", "settlement__run", "rendering")
    rows = rows.only(*EXPORTED)
    context = {
        "form": form,
        "filtered": any(asked.values()),
        "tools": ListTools(LISTING, request),
        "page": page_of(request, rows, sorts=SORTS, otherwise=USUAL),
        "sums": invoices.aggregate(net=Sum("net"), tax=Sum("tax"), gross=Sum("gross")),
    }
    return render(request, "desk/invoices/list.html", context)


def _found(invoices: InvoiceQuerySet, asked: Mapping[str, Any]) -> InvoiceQuerySet:
    if month := asked.get("month"):
        invoices = invoices.of_month(month)
    if text := asked.get("customer"):
        customers = matching("customer", text, link="customer")
        invoices = invoices.filter(customers | Q(number__icontains=text))
    return invoices


def _ordered(request: StaffRequest) -> QuerySet[Invoice]:
    form = InvoiceFilter(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    found = _found(Invoice.objects.visible_to(request.user), asked)
    rows = found.select_related("customer", "settlement__run").only(*EXPORTED)
    return in_order(request, rows, sorts=SORTS, otherwise=USUAL)


def _rows(invoices: QuerySet[Invoice], _request: StaffRequest) -> QuerySet[Invoice]:
    return invoices


LISTING = Listing(
    place="invoice-list",
    word="read_money",
    title=_("Rechnungen"),
    found=_ordered,
    rows=_rows,
    columns=(
        Column(key="number", label=_("Nummer"), value=lambda i: i.number, fixed=True),
        Column(key="issued", label=_("Datum"), value=lambda i: i.issued_on),
        Column(
            key="customer",
            label=_("Kunde"),
            value=lambda i: i.customer.name,
            fixed=True,
        ),
        Column(
            key="month",
            label=_("Leistungsmonat"),
            value=lambda i: i.settlement.run.period,
        ),
        Column(key="net", label=_("Netto"), value=lambda i: i.net, fixed=True),
        Column(key="gross", label=_("Brutto"), value=lambda i: i.gross, fixed=True),
        Column(
            key="customer-number",
            label=_("Kundennummer"),
            value=lambda i: i.customer.number,
            extra=True,
        ),
        Column(key="tax", label=_("Umsatzsteuer"), value=lambda i: i.tax, extra=True),
        Column(key="due", label=_("Fällig am"), value=lambda i: i.due_on, extra=True),
        Column(
            key="currency", label=_("Währung"), value=lambda i: i.currency, extra=True
        ),
    ),
)

urlpatterns = [
    path("rechnungen/", invoice_list, name="invoice-list"),
    export_of(LISTING, "liste/rechnungen/"),
]
