"""The list of contracts, with what is left of their allowances."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from fernkladde.billing.live.standing import periods_now
from fernkladde.contracts.models import Contract
from fernkladde.desk.access import needs
from fernkladde.desk.forms.contracts import ContractFilter
from fernkladde.desk.lists import in_order, page_of
from fernkladde.desk.moments import moment_of
from fernkladde.search.queries import matching

from .export import export_of
from .listing import Cell, Column, Listing
from .tools import ListTools

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet
    from django.http import HttpResponse

    from fernkladde.billing.live.balances import Period
    from fernkladde.contracts.models import ContractQuerySet
    from fernkladde.desk.access import StaffRequest

Row = tuple[Contract, "Period | None"]

SOON = timedelta(days=92)
SORTS = {
    "number": ("number",),
    "name": ("name",),
    "customer": ("customer__name", "name"),
    "until": ("valid_until", "name"),
}
USUAL = "customer"


@needs("read")
@require_safe
def contract_list(request: StaffRequest) -> HttpResponse:
    form = ContractFilter(request.GET)
    page = page_of(request, _found(request, form), sorts=SORTS, otherwise=USUAL)
    rows = _rows(page.object_list, request)
    context = {
        "page": page,
        "rows": rows,
        "form": form,
        "tools": ListTools(LISTING, request),
        "today": timezone.localdate(moment_of(request)),
        "is_narrowed": any(request.GET.values()),
    }
    return render(request, "desk/contracts/list.html", context)


def _found(request: StaffRequest, form: ContractFilter) -> QuerySet[Contract]:
    form.is_valid()
    today = timezone.localdate(moment_of(request))
    rows = Contract.objects.visible_to(request.user)
    found = _narrowed(rows, form.cleaned_data, today=today)
    return found.select_related("customer")


def _ordered(request: StaffRequest) -> QuerySet[Contract]:
    found = _found(request, ContractFilter(request.GET))
    return in_order(request, found, sorts=SORTS, otherwise=USUAL)


def _narrowed(
    rows: ContractQuerySet, asked: dict[str, Any], *, today: date
) -> QuerySet[Contract]:
    rows = _of_time(rows, asked.get("show", ""), today)
    if covers := asked.get("covers"):
        rows = rows.filter(covers=covers)
    if text := asked.get("q"):
        return rows.filter(matching("contract", text))
    return rows


def _of_time(rows: ContractQuerySet, show: str, today: date) -> ContractQuerySet:
    if show == "all":
        return rows
    if show == "future":
        return rows.filter(valid_from__gt=today)
    if show == "ended":
        return rows.filter(valid_until__lt=today)
    rows = rows.in_force(today)
    return rows.filter(valid_until__lte=today + SOON) if show == "ending" else rows


def _rows(contracts: Iterable[Contract], request: StaffRequest) -> list[Row]:
    read = list(contracts)
    periods = periods_now(read, at=moment_of(request))
    return [(each, periods.get(each.number)) for each in read]


def _left(row: Row) -> Cell:
    """Return what is left of the allowance now: time, or a number of cases."""
    contract, period = row
    if period is None:
        return None
    if contract.allowance_cases is not None:
        return period.left
    return timedelta(seconds=period.left)


LISTING = Listing(
    place="contract-list",
    word="read",
    title=_("Verträge"),
    found=_ordered,
    rows=_rows,
    columns=(
        Column(key="number", label=_("Nr."), value=lambda r: r[0].number, fixed=True),
        Column(key="name", label=_("Vertrag"), value=lambda r: r[0].name, fixed=True),
        Column(key="customer", label=_("Kunde"), value=lambda r: r[0].customer.name),
        Column(key="until", label=_("Bis"), value=lambda r: r[0].valid_until),
        Column(
            key="covers", label=_("Deckt"), value=lambda r: r[0].get_covers_display()
        ),
        Column(key="balance", label=_("Kontingent übrig"), value=_left),
        Column(
            key="customer-number",
            label=_("Kundennummer"),
            value=lambda r: r[0].customer.number,
            extra=True,
        ),
        Column(key="from", label=_("Ab"), value=lambda r: r[0].valid_from, extra=True),
        Column(key="note", label=_("Notiz"), value=lambda r: r[0].note, extra=True),
    ),
)

urlpatterns = [
    path("vertraege/", contract_list, name="contract-list"),
    export_of(LISTING, "liste/vertraege/"),
]
