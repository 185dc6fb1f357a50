"""What a settlement writes, table by table: the columns, in the order of their rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fernkladde.journal.in_bulk import Columns

from .models import (
    AllowancePosting,
    Claim,
    Invoice,
    Line,
    Rendering,
    RenderingState,
    Settlement,
)

if TYPE_CHECKING:
    from datetime import datetime

SETTLEMENT = Columns(
    Settlement, "run_id", "customer_id", "settled_at", "settled_by_id", "content",
    "statement",
)  # fmt: skip
CLAIMS = Columns(
    Claim, "settlement_id", "session_id", "call_id", "fee", "fee_case", "basis",
    "group", "group_worked", "group_billed",
)  # fmt: skip
POSTINGS = Columns(
    AllowancePosting, "contract_id", "settlement_id", "period_start", "for_period",
    "seconds", "handed_seconds", "cases", "case_number",
)  # fmt: skip
INVOICE = Columns(
    Invoice, "settlement_id", "kind", "series", "sequence", "number", "customer_id",
    "issued_on", "due_on", "currency", "net", "tax", "gross", "document",
    "document_sha256", "issued_at",
)  # fmt: skip
LINES = Columns(
    Line, "invoice_id", "position", "case_id", "kind", "basis", "contract_id",
    "version_id", "service", "skill", "band", "name", "discount_percent", "seconds",
    "count", "unit_price", "per_minutes", "gross", "discount", "net",
)  # fmt: skip
RENDERINGS = Columns(
    Rendering, "invoice_id", "settlement_id", "state", "due_at", "attempts", "lease",
    "pdf", "pdf_sha256", "xml", "xml_sha256", "error",
)  # fmt: skip


def rendering(
    at: datetime, *, invoice: int | None = None, settlement: int | None = None
) -> tuple[Any, ...]:
    """Return the row of a duty that nobody has begun to do."""
    return (
        invoice,
        settlement,
        RenderingState.DUE.value,
        at,
        0,
        "",
        "",
        "",
        "",
        "",
        "",
    )
