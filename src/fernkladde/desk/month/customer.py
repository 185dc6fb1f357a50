"""One customer in one month: every line with its way of calculation."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.views.decorators.http import require_safe

from fernkladde.billing.at_hand import cases_at_hand
from fernkladde.billing.facts import NoTariff
from fernkladde.billing.models import Preview, PreviewState, Settlement
from fernkladde.billing.ready import get_month_ready
from fernkladde.contracts.models import Contract, Tariff
from fernkladde.desk.access import needs
from fernkladde.desk.objects import get_customer

from .content import (
    allowances_shown,
    cases_shown,
    sessions_of_claims,
    sessions_of_share,
)
from .mending import ways
from .page import month_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpResponse

    from fernkladde.billing.at_hand import CaseAtHand
    from fernkladde.billing.period import Month
    from fernkladde.billing.ready import ReadyMonth
    from fernkladde.billing.shares import Share
    from fernkladde.customers.models import Customer
    from fernkladde.desk.access import StaffRequest


@needs("read_money")
@require_safe
def month_customer(request: StaffRequest, period: str, number: str) -> HttpResponse:
    month, customer = month_of(period), get_customer(request, number)
    settlement = (
        Settlement.objects.filter(
            run__period=str(month), customer=customer, released_by=None
        )
        .select_related("invoice__rendering", "rendering")
        .first()
    )
    shown = settled(settlement) if settlement else {}
    context = {
        "month": month,
        "customer": customer,
        "settlement": settlement,
        "may_bill": request.user.may("bill"),
        **(shown or _previewed(month, customer)),
    }
    return render(request, "desk/month/customer.html", context)


def settled(settlement: Settlement) -> dict[str, Any]:
    """Return what a settlement has kept: cases, allowances, sessions."""
    content = json.loads(settlement.content)
    told = content.get("ways", ())
    claims = (
        settlement.claims.filter(session__isnull=False)
        .select_related("session__case", "session__technician")
        .order_by("session__started_at", "session__number")
    )
    return {
        "cases": cases_shown(content, told, _cases(content), _tariffs(told)),
        "allowances": allowances_shown(content, told, _counted_in(content)),
        "sessions": sessions_of_claims(claims),
    }


def _cases(content: dict[str, Any]) -> dict[str, CaseAtHand]:
    rows = (row for kind in ("lines", "free") for row in content[kind])
    return cases_at_hand({row["case"] for row in rows})


def _tariffs(ways: Iterable[dict[str, Any]]) -> dict[str, str]:
    codes = {way["tariff"] for way in ways}
    return dict(Tariff.objects.filter(code__in=codes).values_list("code", "name"))


def _counted_in(content: dict[str, Any]) -> set[str]:
    """Return the contracts whose allowances count cases."""
    numbers = {row["contract"] for row in content["allowances"]}
    counted = Contract.objects.filter(allowance_cases__isnull=False)
    return set(counted.filter(number__in=numbers).values_list("number", flat=True))


def _counted(ready: ReadyMonth) -> set[str]:
    return {row.contract for row in ready.rated.allowances if row.unit == "cases"}


def _previewed(month: Month, customer: Customer) -> dict[str, Any]:
    """Rate the customer, and all who share its allowances, as it stands now."""
    try:
        ready = get_month_ready(month, [customer.number])
    except NoTariff:
        return {"no_tariff": True}
    share = ready.rated.shares.get(customer.number)
    previews = Preview.objects.filter(run__period=str(month), customer=customer)
    preview = previews.select_related("run").first()
    if share is None:
        return {"preview": preview}
    content, told = share.content(), ready.rated.ways(share)
    names = {tariff.id: tariff.name or tariff.id for tariff in ready.agreed.tariffs}
    return {
        "preview": preview,
        "share": share,
        "outdated": _is_outdated(share, preview),
        "reasons": ways(reason.row() for reason in share.reasons),
        "cases": cases_shown(content, told, ready.desk.cases, names),
        "allowances": allowances_shown(content, told, _counted(ready)),
        "sessions": sessions_of_share(share, ready.desk.people),
    }


def _is_outdated(share: Share, preview: Preview | None) -> bool:
    """Compare with what the preview saw: here it is known for certain."""
    if preview is None:
        return False
    fresh = preview.fingerprint == share.fingerprint()
    return not fresh or preview.state == PreviewState.OUTDATED
