"""The firm's own data, its rules of charging, and its special days."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from fernkladde.accounts.models import User
from fernkladde.billing.facts import policy
from fernkladde.billing.firm import change_company, company
from fernkladde.contracts import actions
from fernkladde.contracts.models import SpecialDay
from fernkladde.desk.access import needs
from fernkladde.desk.forms.refusals import refusals_in
from fernkladde.desk.forms.settings import (
    FIRST_YEAR,
    LAST_YEAR,
    CompanyForm,
    HolidaysForm,
    PolicyForm,
    SpecialDayForm,
)
from fernkladde.desk.posting import posted, posted_from
from fernkladde.desk.words import LABELS

if TYPE_CHECKING:
    from django.http import HttpResponse

    from fernkladde.desk.access import StaffRequest

FOUR_DIGITS = re.compile(r"[0-9]{4}")


@needs("administer")
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: StaffRequest) -> HttpResponse:
    """Show the firm as its invoices name it, and take changes."""
    form = CompanyForm(posted(request), company=company())
    if form.is_valid():
        with refusals_in(form):
            try:
                change_company(by=request.user, at=timezone.now(), **form.cleaned_data)
            except ValidationError as invalid:
                form.add_error(None, invalid)
            else:
                messages.info(request, _("Gilt ab der nächsten Rechnung."))
                return redirect("settings")
    context = {"form": form, "people_count": User.objects.active().count()}
    return render(request, "desk/settings/company.html", context)


@needs("administer")
@require_http_methods(["GET", "HEAD", "POST"])
def settings_policy(request: StaffRequest) -> HttpResponse:
    form = PolicyForm(posted(request), policy=policy())
    if form.is_valid():
        with refusals_in(form):
            actions.set_policy(by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.info(request, _("Die Regeln gelten ab sofort."))
            return redirect("settings-policy")
    return render(request, "desk/settings/policy.html", {"form": form})


@needs("tariffs")
@require_http_methods(["GET", "HEAD", "POST"])
def settings_days(request: StaffRequest) -> HttpResponse:
    """List the special days of a year; a posted one is added or renamed."""
    form = SpecialDayForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            day = actions.set_special_day(
                by=request.user, at=timezone.now(), **form.cleaned_data
            )
            return redirect(f"{request.path}?year={day.date.year}")
    return _days_page(request, form=form)


def _days_page(
    request: StaffRequest,
    *,
    form: SpecialDayForm | None = None,
    holidays: HolidaysForm | None = None,
) -> HttpResponse:
    year = _year(request)
    days = SpecialDay.objects.filter(date__year=year).order_by("date")
    context = {
        "form": form or SpecialDayForm(),
        "holidays": holidays or HolidaysForm(initial={"year": year, "state": "BY"}),
        "days": days,
        "year": year,
        "labels": LABELS.values(),
    }
    return render(request, "desk/settings/days.html", context)


def _year(request: StaffRequest) -> int:
    asked = request.GET.get("year", "")
    if FOUR_DIGITS.fullmatch(asked) and FIRST_YEAR <= int(asked) <= LAST_YEAR:
        return int(asked)
    return timezone.localdate().year


@needs("tariffs")
@posted_from("settings-days")
def settings_holidays(request: StaffRequest) -> HttpResponse:
    form = HolidaysForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            added = actions.fill_holidays(
                by=request.user, at=timezone.now(), **form.cleaned_data
            )
            told = _("%(count)d Feiertage eingetragen; vorhandene Tage bleiben.")
            messages.info(request, told % {"count": len(added)})
            year = form.cleaned_data["year"]
            response = redirect("settings-days")
            response["Location"] += f"?year={year}"
            return response
    return _days_page(request, holidays=form)


@needs("tariffs")
@require_POST
def settings_day_remove(request: StaffRequest, day: str) -> HttpResponse:
    try:
        on = date.fromisoformat(day)
    except ValueError:
        raise Http404 from None
    actions.remove_special_day(date=on, by=request.user, at=timezone.now())
    response = redirect("settings-days")
    response["Location"] += f"?year={on.year}"
    return response
