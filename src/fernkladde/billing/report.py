"""A month as one JSON document: what the terminal prints and others may read."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from fernkladde.rating.document import allowance_row, held_row

from .models import Rendering, Settlement
from .open_points import open_points
from .rendering import path_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .period import Month
    from .ready import ReadyMonth
    from .reasons import Reason

Row = dict[str, Any]


def month_report(
    ready: ReadyMonth, *, refused: Mapping[str, list[Reason]] | None = None
) -> Row:
    """Return a month with its live invoices, statements, free and held work.

    Shares that wait for their issue appear under `parked` or nowhere; `refused`
    adds reasons that were found only when a document was checked.
    """
    settled = _settlements(ready.month)
    contents = [json.loads(row.content) for row in settled]
    reasons = _reasons(ready)
    return {
        "period": str(ready.month),
        "invoices": [_invoice(row) for row in settled if hasattr(row, "invoice")],
        "statements": [
            _statement(row) for row in settled if not hasattr(row, "invoice")
        ],
        "held": _held(ready),
        "free": _all("free", contents),
        "allowances": _allowances(contents, ready),
        "parked": _parked({**reasons, **(refused or {})}),
        "open": [point.row() for point in open_points(ready)],
    }


def preview_report(ready: ReadyMonth) -> Row:
    """Return the same shape for what would be issued now: no numbers, no paths."""
    going = [share for share in ready.shares if not share.reasons]
    contents = [share.content() for share in going]
    invoices = [share for share in going if share.needs_invoice]
    statements = [s for s in going if not s.needs_invoice and s.settled_groups]
    return {
        "period": str(ready.month),
        "invoices": [
            {
                "number": None,
                "customer": share.customer.number,
                **_totals(share.totals.net, share.totals.tax, share.totals.gross),
                "lines": share.content()["lines"],
                "pdf": None,
                "xml": None,
            }
            for share in invoices
        ],
        "statements": [
            {"customer": share.customer.number, "lines": share.content()["lines"]}
            for share in statements
        ],
        "held": _held(ready),
        "free": _all("free", contents),
        "allowances": _allowances(contents, ready),
        "parked": _parked(_reasons(ready)),
        "open": [point.row() for point in open_points(ready)],
    }


def _settlements(month: Month) -> list[Settlement]:
    rows = Settlement.objects.filter(run__period=str(month), released_by=None)
    return list(
        rows.select_related("customer", "invoice__rendering", "rendering").order_by(
            "customer__number"
        )
    )


def _invoice(row: Settlement) -> Row:
    invoice = row.invoice
    return {
        "number": invoice.number,
        "customer": row.customer.number,
        **_totals(invoice.net, invoice.tax, invoice.gross),
        "lines": json.loads(row.content)["lines"],
        "pdf": _path(invoice.rendering, "pdf"),
        "xml": _path(invoice.rendering, "xml"),
    }


def _totals(net: object, tax: object, gross: object) -> Row:
    return {"net": f"{net:.2f}", "tax": f"{tax:.2f}", "gross": f"{gross:.2f}"}


def _path(rendering: Rendering | None, kind: str) -> str | None:
    """Return where the file lies; None until the worker has made it."""
    name = getattr(rendering, kind, "")
    return str(path_of(name)) if name else None


def _statement(row: Settlement) -> Row:
    return {
        "customer": row.customer.number,
        "lines": json.loads(row.content)["lines"],
        "pdf": _path(getattr(row, "rendering", None), "pdf"),
    }


def _held(ready: ReadyMonth) -> list[Row]:
    shares = ready.rated.shares.values()
    return [dict(held_row(row)) for share in shares for row in share.held]


def _all(name: str, contents: Iterable[Row]) -> list[Row]:
    return [row for content in contents for row in content[name]]


def _allowances(contents: Iterable[Row], ready: ReadyMonth) -> list[Row]:
    """State each period once, with the most that was used of it."""
    latest: dict[tuple[str, str], Row] = {}
    now = [dict(allowance_row(row)) for row in ready.rated.allowances]
    for row in [*_all("allowances", contents), *now]:
        key = (row["contract"], row["period_start"])
        if key not in latest or Decimal(row["used"]) >= Decimal(latest[key]["used"]):
            latest[key] = row
    return [latest[key] for key in sorted(latest)]


def _reasons(ready: ReadyMonth) -> dict[str, list[Reason]]:
    return {s.customer.number: s.reasons for s in ready.shares if s.reasons}


def _parked(reasons: Mapping[str, list[Reason]]) -> list[Row]:
    return [
        {"customer": number, "reasons": [reason.text for reason in found]}
        for number, found in sorted(reasons.items())
    ]
