"""A company with everything that must never change: two issued months and their files.

March comes from a scenario, with what earlier invoices had used and carried; October
has late work, goodwill, a shared allowance, calls, a fee and a statement.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

from fernkladde.billing.issue import issue_month
from fernkladde.billing.period import Month
from fernkladde.billing.preview import approve_previews, preview_month
from fernkladde.billing.ready import get_month_ready
from fernkladde.customers.models import Customer
from fernkladde.imports.scenario import load_scenario
from fernkladde.journal.actions import erase
from fernkladde.journal.models import PersonalValue
from fernkladde.rating import parse_scenario
from tests import make
from tests.faults import busy_month

from .company import render_documents

if TYPE_CHECKING:
    from fernkladde.accounts.models import User

MARCH = Month(2026, 3)
AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
CASES = Path(__file__).parent.parent / "data" / "month-cases"


def load(name: str, **more: Any) -> None:
    """Load a month of the scenarios, completed by opening records if wanted."""
    text = (CASES / f"{name}.json").read_text(encoding="utf-8")
    document = json.loads(text)["scenario"] | more
    load_scenario(parse_scenario(document), at=AT)


def with_opening_records() -> None:
    text = (CASES / "m05.json").read_text(encoding="utf-8")
    contracts = json.loads(text)["scenario"]["contracts"]
    contracts[3]["used"] = [{"period_start": "2025-11-30", "seconds": 1260}]
    fees = [
        {"case": case, "fee": "Einwahl", "tariff": "t0"}
        for case in ("alt-17", "alt-18")
    ]
    load("m05", contracts=contracts, billed_fees=fees)


def bill_march(by: User | None = None) -> None:
    preview_month(month=MARCH, by=by, at=AT)
    approve_previews(month=MARCH, customers=None, by=by, at=AT)
    day = date(2026, 11, 2)
    issue_month(get_month_ready(MARCH), issued_on=day, by=by, at=AT)


def make_company(folder: Path) -> None:
    """Make it, with the documents in a folder of its own."""
    settings.DOCUMENTS = folder
    with_opening_records()
    bill_march(by=make.user())
    busy_month.prepare()
    Customer.objects.filter(number="K-3").update(wants_statement=True)
    busy_month.end_the_month()
    first = PersonalValue.objects.order_by("pk").values_list("pk", flat=True)[:1]
    erase(
        values=PersonalValue.objects.filter(pk__in=list(first)),
        subject="company",
        by=None,
        at=AT,
        reason="Frist",
    )
    render_documents()
