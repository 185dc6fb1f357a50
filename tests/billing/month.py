"""A month to be billed: a firm that may write invoices, customers, work, the run."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from fernkladde.billing.firm import change_company
from fernkladde.billing.issue import issue_month
from fernkladde.billing.models import Invoice, Preview
from fernkladde.billing.period import Month
from fernkladde.billing.preview import approve_previews, preview_month
from fernkladde.billing.ready import get_month_ready
from tests import make

if TYPE_CHECKING:
    from fernkladde.billing.issue import Issued
    from fernkladde.billing.ready import ReadyMonth
    from fernkladde.cases.models import Session
    from fernkladde.contracts.models import Policy
    from fernkladde.customers.models import Customer

BERLIN = ZoneInfo("Europe/Berlin")
SEPTEMBER, OCTOBER, NOVEMBER = Month(2026, 9), Month(2026, 10), Month(2026, 11)
AT = datetime(2026, 12, 2, 9, tzinfo=UTC)
TODAY = date(2026, 12, 2)


def firm(**policy: Any) -> Policy:
    """Make a firm whose invoices lack nothing; 100.00 an hour, by quarter hours."""
    change_company(
        by=None,
        at=AT,
        name="Hartmann Umformtechnik GmbH",
        street="Werkstraße 1",
        postcode="89073",
        city="Ulm",
        vat_id="DE136695976",
        contact_name="Service",
        phone="+49 731 123456",
        email="service@hartmann.example",
        iban="DE02120300000000202051",
    )
    return make.policy(**policy)


def customer(**fields: Any) -> Customer:
    address = {"street": "Hauptstraße 5", "postcode": "70173", "city": "Stuttgart"}
    return make.customer(**address | fields)


def local(day: int, hour: int = 9, minute: int = 0, month: int = 10) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=BERLIN)


def work(
    payer: Customer | None = None,
    start: datetime | None = None,
    minutes: int = 30,
    **fields: Any,
) -> Session:
    """Make confirmed work in October, on a case of its own unless one is given."""
    if "case" not in fields:
        fields["case"] = make.case(customer=payer or customer())
    start = start or local(6)
    end = start + timedelta(minutes=minutes)
    return make.session(**{"started_at": start, "ended_at": end} | fields)


def approve(month: Month = OCTOBER, customers: Any = None) -> int:
    preview_month(month=month, by=None, at=AT)
    return approve_previews(month=month, customers=customers, by=None, at=AT)


def issue(month: Month = OCTOBER, ready: ReadyMonth | None = None) -> Issued:
    """Issue what is approved, as the facts are now."""
    ready = ready or get_month_ready(month)
    return issue_month(ready, issued_on=TODAY, by=None, at=AT)


def bill(month: Month = OCTOBER) -> Issued:
    approve(month)
    return issue(month)


def preview_of(payer: Customer, month: Month = OCTOBER) -> Preview:
    return Preview.objects.get(run__period=str(month), customer=payer)


def invoice_of(payer: Customer) -> Invoice:
    return Invoice.objects.get(customer=payer)
