"""The firm's rules for clocks and cases, and when somebody is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from fernkladde.cases.actions import set_rules
from fernkladde.cases.limits import rules
from fernkladde.contracts.actions.firm import set_policy
from fernkladde.contracts.queries import policy
from fernkladde.desk.access import needs
from fernkladde.desk.forms.desk_rules import HoursForm, RulesForm
from fernkladde.desk.forms.refusals import refusals_in
from fernkladde.desk.posting import posted_from

if TYPE_CHECKING:
    from django.http import HttpResponse

    from fernkladde.desk.access import StaffRequest


@needs("administer")
@require_http_methods(["GET", "HEAD", "POST"])
def settings_rules(request: StaffRequest) -> HttpResponse:
    form = RulesForm(request.POST or None, rules=rules())
    if form.is_valid():
        with refusals_in(form):
            set_rules(by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.info(request, _("Die Regeln gelten ab sofort."))
            return redirect("settings-rules")
    return _page(request, form=form)


@needs("administer")
@posted_from("settings-rules")
def settings_hours(request: StaffRequest) -> HttpResponse:
    form = HoursForm(request.POST, policy=policy())
    if form.is_valid():
        with refusals_in(form):
            set_policy(by=request.user, at=timezone.now(), business_hours=form.hours())
            messages.info(request, _("Gilt für Zielzeiten, die ab jetzt beginnen."))
            return redirect("settings-rules")
    return _page(request, hours=form)


def _page(
    request: StaffRequest,
    *,
    form: RulesForm | None = None,
    hours: HoursForm | None = None,
) -> HttpResponse:
    context = {
        "form": form or RulesForm(rules=rules()),
        "hours": hours or HoursForm(policy=policy()),
    }
    return render(request, "desk/settings/rules.html", context)
