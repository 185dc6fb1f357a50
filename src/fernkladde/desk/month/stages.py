"""Preview, approve, issue: each a click that may be repeated and left at any point."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from fernkladde.billing.facts import NoTariff
from fernkladde.billing.issue import issue_for_a_while, waiting_for_issue
from fernkladde.billing.preview import (
    PreviewedAgain,
    approve_previews,
    preview_month,
    withdraw_approvals,
)
from fernkladde.desk.access import needs
from fernkladde.desk.addresses import next_address
from fernkladde.desk.forms.month import IssueForm
from fernkladde.desk.posting import posted_from
from fernkladde.journal.durability import DatabaseForgets

from .page import month_of, month_page

if TYPE_CHECKING:
    from datetime import date, datetime

    from fernkladde.billing.issue import Issued
    from fernkladde.billing.period import Month
    from fernkladde.desk.access import StaffRequest

# Long enough to get on, short enough to show how far it is.
SECONDS_PER_STEP = 2.0
# Without JavaScript each step is a click, so that fewer and longer ones are better.
SECONDS_PER_CLICK = 15.0

NO_TARIFF = gettext_lazy(
    "Es ist noch kein allgemeiner Tarif gewählt; das geht in den Einstellungen."
)
NOBODY_CHOSEN = gettext_lazy("Kein Kunde ist angekreuzt.")


@needs("bill")
@posted_from("month", same_record=True)
def preview(request: StaffRequest, period: str) -> HttpResponse:
    """Make the previews anew; approvals of what has not changed stay."""
    month = month_of(period)
    try:
        ready = preview_month(month=month, by=request.user, at=timezone.now())
    except NoTariff:
        messages.error(request, NO_TARIFF)
        return _back(request, month)
    if not ready.shares:
        messages.info(request, _("Es gibt in diesem Monat nichts mehr abzurechnen."))
    return _back(request, month)


def _back(request: StaffRequest, month: Month) -> HttpResponse:
    if "next" in request.POST:
        return redirect(next_address(request))
    return redirect("month", period=str(month))


def _chosen(request: StaffRequest) -> list[str] | None:
    """Return the ticked customers; None where the button says all."""
    return None if "all" in request.POST else request.POST.getlist("customer")


def _seen(request: StaffRequest) -> datetime | None:
    """Return when the preview was made that the page showed."""
    return parse_datetime(request.POST.get("seen", ""))


@needs("bill")
@posted_from("month", same_record=True)
def approve(request: StaffRequest, period: str) -> HttpResponse:
    month, chosen = month_of(period), _chosen(request)
    if chosen == []:
        messages.info(request, NOBODY_CHOSEN)
        return _back(request, month)
    try:
        count = approve_previews(
            month=month,
            customers=chosen,
            by=request.user,
            at=timezone.now(),
            seen=_seen(request),
        )
    except PreviewedAgain as refusal:
        messages.warning(request, str(refusal))
        return month_page(request, month, chosen=chosen or ())
    messages.success(
        request,
        ngettext("%(n)d Kunde freigegeben.", "%(n)d Kunden freigegeben.", count)
        % {"n": count},
    )
    return _back(request, month)


@needs("bill")
@posted_from("month", same_record=True)
def withdraw(request: StaffRequest, period: str) -> HttpResponse:
    """Take the approval of the ticked customers back."""
    month = month_of(period)
    withdraw_approvals(
        month=month,
        customers=request.POST.getlist("customer"),
        by=request.user,
        at=timezone.now(),
    )
    return _back(request, month)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far issuing is; the counts travel with the form from step to step."""

    of: int
    left: int
    settled: int
    refused: int

    @property
    def done(self) -> int:
        return self.of - self.left


@needs("bill")
@posted_from("month", same_record=True)
def issue(request: StaffRequest, period: str) -> HttpResponse:
    """Issue approved customers for a moment; the answer goes on, or says the end."""
    month, chosen = month_of(period), _chosen(request)
    form = IssueForm(request.POST)
    if not form.is_valid():
        return month_page(request, month, form=form, chosen=chosen or ())
    if chosen == []:
        messages.info(request, NOBODY_CHOSEN)
        return _back(request, month)
    try:
        progress = _issue_some(request, month, chosen, form)
    except NoTariff:
        messages.error(request, NO_TARIFF)
        return _back(request, month)
    except DatabaseForgets as refusal:
        messages.error(request, str(refusal))
        return _back(request, month)
    if progress.left:
        return _go_on(request, month, chosen, form, progress)
    messages.success(request, _told(progress))
    return _leave(request, month)


def _issue_some(
    request: StaffRequest, month: Month, chosen: list[str] | None, form: IssueForm
) -> Progress:
    counted = form.cleaned_data
    waiting = len(waiting_for_issue(month, chosen))
    going_on = counted["of"] is not None
    by_click = going_on and not _by_htmx(request)
    done = issue_for_a_while(
        month=month,
        customers=chosen,
        issued_on=counted["issued_on"],
        by=request.user,
        at=timezone.now(),
        seconds=SECONDS_PER_CLICK if by_click else SECONDS_PER_STEP,
    )
    return Progress(
        of=max(counted["of"] or 0, waiting),
        left=len(waiting_for_issue(month, chosen)),
        settled=(counted["settled"] or 0) + len(done.settled),
        refused=(counted["refused"] or 0) + _refused(done),
    )


def _by_htmx(request: StaffRequest) -> bool:
    return bool(getattr(request, "htmx", False))


def _refused(done: Issued) -> int:
    return len(done.outdated) + len(done.refused)


def _go_on(
    request: StaffRequest,
    month: Month,
    chosen: list[str] | None,
    form: IssueForm,
    progress: Progress,
) -> HttpResponse:
    issued_on: date = form.cleaned_data["issued_on"]
    context = {
        "month": month,
        "chosen": chosen,
        "progress": progress,
        "issued_on": issued_on.isoformat(),
    }
    page = "desk/month/_work.html" if _by_htmx(request) else "desk/month/issuing.html"
    return render(request, page, context)


def _leave(request: StaffRequest, month: Month) -> HttpResponse:
    address = f"{reverse('month', args=[str(month)])}?show=settled"
    if _by_htmx(request):
        return HttpResponse(headers={"HX-Redirect": address})
    return redirect(address)


def _told(progress: Progress) -> str:
    settled = ngettext(
        "%(n)d Kunde abgerechnet.", "%(n)d Kunden abgerechnet.", progress.settled
    ) % {"n": progress.settled}
    if not progress.refused:
        return settled
    refused = ngettext(
        "Einer war nicht möglich, seine Zeile sagt warum.",
        "%(n)d waren nicht möglich, ihre Zeilen sagen warum.",
        progress.refused,
    ) % {"n": progress.refused}
    return f"{settled} {refused}"
