"""What must be equal: the preview and what is given out, an invoice and its facts."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from fernkladde.billing.models import Invoice
from fernkladde.billing.ready import get_month_ready
from fernkladde.billing.report import preview_report
from fernkladde.exports.document import lines_of
from fernkladde.exports.scenario import NothingThere, of_invoice, open_work
from fernkladde.rating import parse_scenario, rate
from fernkladde.rating.scenario import load_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fernkladde.billing.period import Month
    from fernkladde.billing.ready import ReadyMonth

Row = dict[str, Any]


def bag(rows: Iterable[Row]) -> Counter[str]:
    return Counter(json.dumps(row, sort_keys=True) for row in rows)


def rated(document: Row) -> Row:
    """Rate the text of a scenario, as `fernkladde rate` would read it."""
    text = "".join(lines_of(document))
    return rate(parse_scenario(load_json(text))).document()


def given_out(month: Month, **more: Any) -> Row | None:
    """Return what rating says of the open work of a month; none if there is none."""
    try:
        work = open_work(since=month.first, until=month.last, **more)
    except NothingThere:
        return None
    return rated(work.document)


def rows_of(ready: ReadyMonth, name: str, customers: Iterable[str]) -> list[Any]:
    shares = (ready.rated.shares[number] for number in customers)
    return [row for share in shares for row in share.content()[name]]  # type: ignore[attr-defined]


def assert_preview_is_given_out(month: Month) -> ReadyMonth:
    """Compare all rows; return the month, with each customer still to be looked at."""
    ready = get_month_ready(month)
    result = given_out(month)
    if result is None:
        assert not ready.rated.shares
        return ready
    everybody = list(ready.rated.shares)
    for name in ("lines", "free", "held"):
        assert bag(result[name]) == bag(rows_of(ready, name, everybody))
    wanted = {json.dumps(r) for r in rows_of(ready, "allowances", everybody)}
    assert wanted <= {json.dumps(row) for row in result["allowances"]}
    nets = {n: f"{s.net:.2f}" for n, s in ready.rated.shares.items() if s.lines}
    assert result["totals"] == nets
    assert_printed_rows_are_there(ready, result)
    return ready


def assert_printed_rows_are_there(ready: ReadyMonth, result: Row) -> None:
    """Compare with the preview as it is printed, which knows who is settled."""
    report = preview_report(ready)
    papers = [*report["invoices"], *report["statements"]]
    for paper in papers:
        lines = [r for r in result["lines"] if r["customer"] == paper["customer"]]
        assert bag(paper["lines"]) == bag(lines)
    assert bag(report["held"]) == bag(result["held"])
    assert not bag(report["free"]) - bag(result["free"])


def assert_each_customer_is_given_out(ready: ReadyMonth) -> None:
    for number in ready.rated.shares:
        result = given_out(ready.month, customers=[number])
        assert result is not None
        for name in ("lines", "free", "held"):
            assert bag(result[name]) == bag(rows_of(ready, name, [number]))


def assert_invoices_are_explained() -> int:
    for invoice in Invoice.objects.select_related("settlement"):
        result = rated(of_invoice(invoice.number))
        content = json.loads(invoice.settlement.content)
        for name in ("lines", "free", "held"):
            assert bag(result[name]) == bag(content[name])
        nets = [f"{line.net:.2f}" for line in invoice.lines.all()]
        assert sorted(row["net"] for row in result["lines"]) == sorted(nets)
        assert list(result["totals"].values()) == [f"{invoice.net:.2f}"]
    return Invoice.objects.count()
