"""Billing: the month-end run, what it settled, and the invoices it issued.

A `Preview` may be made any number of times and writes only itself. A `Settlement`
is the one record that a customer's work of a month has been dealt with; claims,
allowance postings and at most one invoice hang on it. Issued means unchangeable:
the guards in migration 0002 refuse raw SQL as well.
"""

from __future__ import annotations

from .firm import Company, Counter
from .invoices import Invoice, InvoiceQuerySet, Line
from .previews import Preview, PreviewState, Run
from .renderings import Rendering, RenderingState
from .settlements import AllowancePosting, Claim, Settlement
from .standing import Standing

__all__ = [
    "AllowancePosting",
    "Claim",
    "Company",
    "Counter",
    "Invoice",
    "InvoiceQuerySet",
    "Line",
    "Preview",
    "PreviewState",
    "Rendering",
    "RenderingState",
    "Run",
    "Settlement",
    "Standing",
]
