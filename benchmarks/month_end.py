"""The month's end: from nothing previewed to everything issued, without documents.

    python benchmarks/month_end.py [--only sqlite|postgres] [--large] [--json]

The reference month has 10,000 sessions: 200 customers with 10 cases of 5 sessions
each. `--large` adds ten times as much, and the preview of 100,000 sessions of 2,000
customers. SQLite waits for the disk at each commit (synchronous=FULL), so does
PostgreSQL. Each is measured in a fresh process after one trial e-invoice, as a worker
that has been up for a minute; beside it, in the same process, a bare loop of the ORM
that reads the same sessions and writes as many rows in as many commits, and rules
nothing.
"""

# ruff: noqa: PLC0415, SLF001  Django is loaded only in the process that measures

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parent))

from scratch import on_both, set_up

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
TODAY = date(2026, 11, 2)
REFERENCE, TEN_TIMES = 200, 2000
AIM_SECONDS = {"sqlite": 1.6, "postgres": 2.4}
AIM_TIMES, AIM_PREVIEW, AIM_MIB = 11.5, 20_000, 400
PREVIEW = "preview"


def month_end(*, large: bool = False, only: str = "") -> dict[str, Any]:
    """Measure on both engines; `fernkladde bench month-end` calls this."""
    kinds = [("reference", REFERENCE)]
    if large:
        kinds += [("ten_times", TEN_TIMES), (PREVIEW, TEN_TIMES)]
    runs: dict[str, Any] = {}
    for kind, customers in kinds:
        found = on_both(__file__, "--here", kind, str(customers), only=only)
        for engine, figures in found.items():
            runs.setdefault(engine, {})[kind] = figures
    return {"benchmark": "month-end", "runs": runs}


def measure(kind: str, customers: int) -> dict[str, Any]:
    """Fill a database in another process, so that its memory is not counted here."""
    fill = [sys.executable, __file__, "--fill", str(customers)]
    subprocess.run(fill, check=True)
    set_up()
    _warm_up()
    whole = kind != PREVIEW
    stages = _end_the_month(issue=whole)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    seconds, processor = (sum(stage[at] for stage in stages.values()) for at in (0, 1))
    sessions = customers * 50
    loop = _bare_loop(write=whole)
    return {
        "sessions": sessions,
        "seconds": round(seconds, 3),
        "processor_seconds": round(processor, 3),
        "sessions_per_second": round(sessions / seconds),
        "sessions_per_processor_second": round(sessions / processor),
        "peak_mib": peak,
        "stages": {name: [round(t, 3) for t in took] for name, took in stages.items()},
        "bare_orm": {"seconds": round(loop[0], 3), "processor": round(loop[1], 3)},
        "times_the_bare_orm": round(seconds / loop[0], 1),
        "times_by_processor": round(processor / loop[1], 1),
        "violations": _violations() if whole and customers == REFERENCE else None,
    }


def _warm_up() -> None:
    """Load what a worker has loaded: modules, the schema of the e-invoice."""
    from django.db import connection

    import fernkladde.billing.issue  # noqa: F401
    from fernkladde.einvoice.official import RulesNotInstalled, schema_errors

    connection.ensure_connection()
    try:
        schema_errors(b"<warm/>")
    except RulesNotInstalled:
        return


def _timed(work: Callable[[], Any]) -> tuple[Any, tuple[float, float]]:
    begun, used = time.perf_counter(), time.process_time()
    result = work()
    return result, (time.perf_counter() - begun, time.process_time() - used)


def _end_the_month(*, issue: bool) -> dict[str, tuple[float, float]]:
    from fernkladde.billing.issue import issue_month
    from fernkladde.billing.period import Month
    from fernkladde.billing.preview import approve_previews, preview_month

    month, took = Month(2026, 10), {}
    ready, took["preview"] = _timed(lambda: preview_month(month=month, by=None, at=AT))
    if not issue:
        return took
    _, took["approve"] = _timed(
        lambda: approve_previews(month=month, customers=None, by=None, at=AT)
    )
    done, took["issue"] = _timed(
        lambda: issue_month(ready, issued_on=TODAY, by=None, at=AT)
    )
    if done.parked or done.outdated or len(done.settled) != len(ready.shares):
        message = f"{len(done.parked)} parked, {len(done.outdated)} outdated"
        raise SystemExit(message)
    return took


def _bare_loop(*, write: bool) -> tuple[float, float]:
    """Read every session with what it belongs to, and write rows as they were written.

    Into tables without rules, made for it: the lines again, as many claims, postings
    and previews, and a transaction for each settlement.
    """
    from django.db import connection

    tables = _copies()
    with connection.schema_editor() as editor:
        for copy in tables.values():
            editor.create_model(copy)
    rows = _rows_by_customer() if write else _previews()
    _, took = _timed(lambda: _read_and_write(rows, tables))
    with connection.schema_editor() as editor:
        for copy in tables.values():
            editor.delete_model(copy)
    return took


NAMES = ("Settlement", "Claim", "AllowancePosting", "Invoice", "Line", "Preview")


def _copies() -> dict[str, Any]:
    """Make models with the columns of the real ones, without keys or guards."""
    from django.apps import apps
    from django.db import models

    found = {}
    for name in NAMES:
        real = apps.get_model("billing", name)
        columns: dict[str, Any] = {
            field.attname: _plain(field)
            for field in real._meta.concrete_fields
            if not field.primary_key
        }
        meta = type("Meta", (), {"app_label": "billing", "db_table": f"bare_{name}"})
        columns |= {"__module__": __name__, "Meta": meta}
        found[name] = type(f"Bare{name}", (models.Model,), columns)
    return found


def _plain(field: Any) -> Any:
    from django.db import models

    if field.is_relation:
        return models.BigIntegerField(null=True)
    copy = field.clone()
    copy._unique, copy.db_index, copy.remote_field = False, False, None
    return copy


def _rows_by_customer() -> list[dict[str, list[dict[str, Any]]]]:
    from django.apps import apps

    by_settlement: dict[int, dict[str, list[dict[str, Any]]]] = {}
    paths = {
        "Settlement": "pk",
        "Claim": "settlement_id",
        "AllowancePosting": "settlement_id",
        "Invoice": "settlement_id",
        "Line": "invoice__settlement_id",
    }
    for name, path in paths.items():
        model = apps.get_model("billing", name)
        for row in model.objects.order_by("pk").values():
            row_id = row.pop("id")
            key = row_id if path == "pk" else row.get("settlement_id")
            if path == "invoice__settlement_id":
                key = _settlement_of(row["invoice_id"])
            by_settlement.setdefault(key, {}).setdefault(name, []).append(row)
    return list(by_settlement.values())


_OF_INVOICE: dict[int, int] = {}


def _settlement_of(invoice: int) -> int:
    from fernkladde.billing.models import Invoice

    if not _OF_INVOICE:
        _OF_INVOICE.update(Invoice.objects.values_list("pk", "settlement_id"))
    return _OF_INVOICE[invoice]


def _previews() -> list[dict[str, list[dict[str, Any]]]]:
    """A preview writes in one transaction."""
    from fernkladde.billing.models import Preview

    rows: list[Any] = list(Preview.objects.values())
    for row in rows:
        del row["id"]
    return [{"Preview": rows}]


def _read_and_write(
    transactions: Iterable[dict[str, list[dict[str, Any]]]], tables: dict[str, Any]
) -> None:
    from django.db import transaction

    from fernkladde.cases.models import Session

    seconds: Counter[int] = Counter()
    sessions = Session.objects.confirmed().select_related(
        "case__customer", "case__plant", "technician"
    )
    for session in sessions.iterator(2000):
        seconds[session.case.customer.pk] += session.seconds
    for tables_rows in transactions:
        with transaction.atomic():
            for name, rows in tables_rows.items():
                model = tables[name]
                model.objects.bulk_create([model(**row) for row in rows], 500)


def _violations() -> int:
    from fernkladde.integrity.invariants import check_invariants

    return len(check_invariants())


def lines(result: dict[str, Any]) -> Iterable[str]:
    """Say it in a line for each figure."""
    for engine, kinds in result["runs"].items():
        for kind, run in kinds.items():
            if "not_measured" in run:
                yield f"{engine}, {kind}: not measured: {run['not_measured']}"
                continue
            yield (
                f"{engine}, {kind}: {run['sessions']:,} sessions in {run['seconds']} s"
                f" ({run['processor_seconds']} s of processor time),"
                f" {run['sessions_per_second']:,} a second, {run['peak_mib']} MiB;"
                f" bare ORM loop {run['bare_orm']['seconds']} s"
                f" ({run['bare_orm']['processor']} s of processor time,"
                f" {run['times_by_processor']} times)"
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=("sqlite", "postgres"), default="")
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--json", action="store_true", help="no lines for people")
    parser.add_argument("--here", nargs=2, metavar=("KIND", "CUSTOMERS"))
    parser.add_argument("--fill", type=int, metavar="CUSTOMERS")
    args = parser.parse_args()
    if args.fill:
        from company import fill

        set_up()
        fill(customers=args.fill)
    elif args.here:
        print(json.dumps(measure(args.here[0], int(args.here[1]))))
    else:
        result = month_end(large=args.large, only=args.only)
        print(json.dumps(result))
        if not args.json:
            print("\n".join(lines(result)))


if __name__ == "__main__":
    main()
