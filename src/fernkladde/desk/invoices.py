"""Issued invoices: what stands on them, what it rests on, and their files."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Count
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fernkladde.billing.models import Invoice, Rendering, RenderingState
from fernkladde.billing.rendering import path_of
from fernkladde.billing.repeating import repeat_rendering
from fernkladde.journal import queries as journal
from fernkladde.journal.models import Entry
from fernkladde.values.invoice_document import InvoiceDocument

from .access import needs
from .journal import tell
from .month.customer import settled
from .objects import get_customer
from .posting import posted_from

if TYPE_CHECKING:
    from django.http import HttpResponse, HttpResponseBase

    from .access import StaffRequest

# Documents and contents are long: a list needs neither.
TYPES = {"pdf": "application/pdf", "xml": "application/xml"}
SECONDS_UNTIL_NEXT_LOOK = 2


class Page(NamedTuple):
    """Where a document belongs, and where it is asked for once more."""

    back: str
    repeat: str


def get_invoice(request: StaffRequest, number: str) -> Invoice:
    invoices = Invoice.objects.visible_to(request.user).select_related(
        "customer", "settlement__run", "settlement__settled_by", "rendering"
    )
    return get_object_or_404(invoices, number=number)


@needs("read_money")
@require_safe
def invoice(request: StaffRequest, number: str) -> HttpResponse:
    found = get_invoice(request, number)
    entries = Entry.objects.about(f"invoice/{number}").in_order()
    postings = found.settlement.postings.select_related("contract")
    context = {
        "invoice": found,
        "page": _page_of_invoice(number),
        "may_bill": request.user.may("bill"),
        "document": InvoiceDocument.from_json(found.document),
        "postings": postings.order_by("contract__number", "period_start", "pk"),
        "claims": found.settlement.claims.aggregate(
            sessions=Count("session"), calls=Count("call"), fees=Count("fee")
        ),
        "lines": [tell(line) for line in journal.readable(entries)],
        **settled(found.settlement),
    }
    return render(request, "desk/invoices/invoice.html", context)


def _file(
    request: StaffRequest, rendering: Rendering, kind: str, *, name: str, page: Page
) -> HttpResponseBase:
    """Hand out a stored file, or say how far its making is and look again."""
    if rendering.state != RenderingState.DONE:
        context = {
            "rendering": rendering,
            "name": name,
            "page": page,
            "may_bill": request.user.may("bill"),
        }
        answer = render(request, "desk/invoices/due.html", context)
        if rendering.state == RenderingState.DUE:
            answer.headers["Refresh"] = str(SECONDS_UNTIL_NEXT_LOOK)
        return answer
    stored = path_of(getattr(rendering, kind))
    if not stored.is_file():
        raise Http404(_("Die Datei liegt nicht mehr im Ordner der Dokumente."))
    return FileResponse(
        stored.open("rb"),
        as_attachment=True,
        filename=f"{name.replace('/', '-')}.{kind}",
        content_type=TYPES[kind],
    )


def _invoice_file(request: StaffRequest, number: str, kind: str) -> HttpResponseBase:
    found = get_invoice(request, number)
    page = _page_of_invoice(number)
    return _file(request, found.rendering, kind, name=found.number, page=page)


def _page_of_invoice(number: str) -> Page:
    return Page(
        reverse("invoice", args=[number]), reverse("invoice-repeat", args=[number])
    )


@needs("read_money")
@require_safe
def pdf(request: StaffRequest, number: str) -> HttpResponseBase:
    return _invoice_file(request, number, "pdf")


@needs("read_money")
@require_safe
def xml(request: StaffRequest, number: str) -> HttpResponseBase:
    return _invoice_file(request, number, "xml")


@needs("bill")
@posted_from("invoice", same_record=True)
def repeat(request: StaffRequest, number: str) -> HttpResponse:
    """Have the files of an invoice made that the worker has given up."""
    found = get_invoice(request, number)
    repeat_rendering(rendering=found.rendering, by=request.user, at=timezone.now())
    return redirect("invoice-pdf", number)


def _get_statement(request: StaffRequest, period: str, number: str) -> Rendering:
    """Find the statement of a customer's month that had nothing to pay."""
    rows = Rendering.objects.filter(
        settlement__customer=get_customer(request, number),
        settlement__run__period=period,
        settlement__released_by=None,
    )
    return get_object_or_404(rows)


@needs("read_money")
@require_safe
def statement(request: StaffRequest, period: str, number: str) -> HttpResponseBase:
    rendering = _get_statement(request, period, number)
    page = Page(
        reverse("month-customer", args=[period, number]),
        reverse("statement-repeat", args=[period, number]),
    )
    name = f"Aufstellung {period} {number}"
    return _file(request, rendering, "pdf", name=name, page=page)


@needs("bill")
@posted_from("month-customer", same_record=True)
def repeat_statement(request: StaffRequest, period: str, number: str) -> HttpResponse:
    rendering = _get_statement(request, period, number)
    repeat_rendering(rendering=rendering, by=request.user, at=timezone.now())
    return redirect("statement-pdf", period, number)


urlpatterns = [
    path(
        "rechnungen/aufstellung/<str:period>/<path:number>/pdf/",
        statement,
        name="statement-pdf",
    ),
    path(
        "rechnungen/aufstellung/<str:period>/<path:number>/noch-einmal/",
        repeat_statement,
        name="statement-repeat",
    ),
    path("rechnungen/<path:number>/noch-einmal/", repeat, name="invoice-repeat"),
    path("rechnungen/<path:number>/pdf/", pdf, name="invoice-pdf"),
    path("rechnungen/<path:number>/xml/", xml, name="invoice-xml"),
    path("rechnungen/<path:number>/", invoice, name="invoice"),
]
