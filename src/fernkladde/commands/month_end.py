"""`fernkladde month-end`: the run of a month, as the web page does it."""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from .django import set_up

if TYPE_CHECKING:
    import argparse

    from fernkladde.billing.period import Month

NAME = "month-end"
HELP = "preview, approve and issue a month"
EXAMPLE = "fernkladde month-end 2026-10 --issue --date 2026-11-02"

SOMEONE_PARKED = 3
REFUSED = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("month", metavar="YYYY-MM")
    stage = parser.add_mutually_exclusive_group()
    stage.add_argument(
        "--preview", action="store_true", help="say what the month comes to (default)"
    )
    stage.add_argument(
        "--approve", action="store_true", help="preview, and freeze all who are ready"
    )
    stage.add_argument(
        "--issue",
        action="store_true",
        help="preview, approve and issue all who are ready",
    )
    parser.add_argument("--date", type=date.fromisoformat, help="invoice date (today)")
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(args: argparse.Namespace) -> int:
    set_up()
    from fernkladde.billing.facts import NoTariff
    from fernkladde.billing.period import Month, NoSuchMonth
    from fernkladde.journal.durability import DatabaseForgets

    try:
        month = Month.parse(args.month)
        return _run(args, month)
    except (NoSuchMonth, DatabaseForgets) as refusal:
        return _refuse(str(refusal))
    except NoTariff:
        return _refuse(
            "Es ist noch kein allgemeiner Tarif gewählt; "
            "unter Einstellungen einen wählen, dann den Monatslauf wiederholen."
        )


def _refuse(sentence: str) -> int:
    print(f"fernkladde month-end: {sentence}", file=sys.stderr)
    return REFUSED


def _run(args: argparse.Namespace, month: Month) -> int:
    from fernkladde.billing import report
    from fernkladde.billing.preview import (
        approve_previews,
        preview_month,
    )

    at = datetime.now(UTC)
    ready = preview_month(month=month, by=None, at=at)
    if args.approve or args.issue:
        approve_previews(month=month, customers=None, by=None, at=at)
    if args.issue:
        result = _issue(ready, args.date, at)
    else:
        result = report.preview_report(ready)
    _print(result, as_json=args.json)
    return SOMEONE_PARKED if result["parked"] else 0


def _issue(ready: object, issued_on: date | None, at: datetime) -> dict[str, object]:
    from fernkladde.billing.issue import issue_month
    from fernkladde.billing.ready import ReadyMonth, get_month_ready
    from fernkladde.billing.rendering import render_all
    from fernkladde.billing.report import month_report

    assert isinstance(ready, ReadyMonth)  # noqa: S101  narrows the type
    today = at.astimezone(ready.agreed.zone).date()
    done = issue_month(
        ready, issued_on=issued_on or today, by=None, at=at, progress=_progress
    )
    render_all(clock=lambda: datetime.now(UTC))
    return month_report(get_month_ready(ready.month), refused=done.parked)


def _progress(done: int, of: int) -> None:
    """Show how far it is, where a person is looking."""
    if sys.stderr.isatty():
        end = "\n" if done == of else "\r"
        print(f"{done} von {of} Kunden", end=end, file=sys.stderr, flush=True)


def _print(result: dict[str, object], *, as_json: bool) -> None:
    if as_json:
        json.dump(result, sys.stdout, ensure_ascii=False, indent=1)
        print()
        return
    for line in _lines(result):
        print(line)


def _lines(result: dict[str, object]) -> list[str]:
    """Say a month in a screenful: invoices, statements, what waits and why."""
    invoices, statements = _rows(result, "invoices"), _rows(result, "statements")
    parked, points = _rows(result, "parked"), _rows(result, "open")
    lines = [f"Monatslauf {result['period']}"]
    lines += [
        f"  {row['number'] or 'Vorschau':<14} {row['customer']:<12} "
        f"netto {row['net']:>12}  brutto {row['gross']:>12}"
        for row in invoices
    ]
    lines += [f"  ohne Rechnung  {row['customer']}" for row in statements]
    for row in parked:
        lines += [f"  zurückgestellt {row['customer']}: {' '.join(row['reasons'])}"]
    lines += [f"  offen: {row['subject']}: {row['text']}" for row in points]
    lines += [
        (
            f"{len(invoices)} Rechnungen, {len(statements)} ohne Rechnung, "
            f"{len(parked)} zurückgestellt, {len(points)} offene Punkte"
        )
    ]
    return lines


def _rows(result: dict[str, object], name: str) -> list[dict[str, str]]:
    rows = result[name]
    assert isinstance(rows, list)  # noqa: S101  narrows the type
    return rows
