"""`fernkladde import customers …`: tables of master data and of past calls.

Exit status 0: taken, or a dry run without refusals. 1: rows are refused, and so
nothing is taken. 2: the file cannot be read as such a table.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from .django import bring_up_to_date, set_up

if TYPE_CHECKING:
    import argparse

    from fernkladde.imports.models import Batch
    from fernkladde.imports.tables.taking import Reading
    from fernkladde.imports.tables.verdicts import Judged, Tally
    from fernkladde.values.refusal import Refusal

KINDS = (
    "customers",
    "contacts",
    "plants",
    "contracts",
    "opening-balances",
    "history",
)
ROWS_REFUSED = 1
UNREADABLE = 2
# More is read in the JSON, not on a screen.
MOST_TOLD = 50


def run(args: argparse.Namespace) -> int:
    set_up()
    bring_up_to_date()
    from fernkladde.values.refusal import Refusal

    if args.template:
        return _write_template(args)
    try:
        with Path(args.file).open("rb") as file:
            return _take(args, file)
    except OSError as fault:
        return _refuse(f"{args.file}: {fault.strerror}")
    except Refusal as refusal:
        return _refuse(f"{args.file}: {refusal}")


def _take(args: argparse.Namespace, file: IO[bytes]) -> int:
    from fernkladde.imports.tables.at_once import look_over, read_table, take_in
    from fernkladde.imports.tables.taking import RowsRefused
    from fernkladde.values.refusal import Refusal

    report = _Json(args) if args.json else _Words(args)
    try:
        reading = read_table(
            kind=args.kind,
            file=file,
            wishes=args.map,
            sheet=args.sheet,
            at=datetime.now(UTC),
        )
        report.begin(reading)
        if args.dry_run:
            tally, batch = look_over(reading, each=report.verdict), None
        else:
            tally, batch = take_in(
                reading,
                file=file,
                file_name=Path(args.file).name[-200:],
                each=report.verdict,
            )
    except RowsRefused as refusal:
        tally, batch = refusal.tally, None
    except Refusal as refusal:
        report.fail(refusal)
        raise
    report.end(reading, tally, batch)
    return ROWS_REFUSED if tally.as_columns()["refused"] else 0


def _write_template(args: argparse.Namespace) -> int:
    from fernkladde.imports.tables import kinds
    from fernkladde.imports.tables.samples import sample_csv, sample_xlsx

    path = Path(args.file)
    make = sample_xlsx if path.suffix.lower() == ".xlsx" else sample_csv
    try:
        with path.open("xb") as file:
            file.write(make(kinds.KINDS[args.kind]))
    except OSError as fault:
        return _refuse(f"{path}: {fault.strerror}")
    print(f"{path} geschrieben: Überschriften und eine Beispielzeile.")
    return 0


def _refuse(sentence: str) -> int:
    print(f"fernkladde import: {sentence}", file=sys.stderr)
    return UNREADABLE


def _columns(reading: Reading) -> dict[str, str]:
    headings = reading.table.headings
    return {name: headings[place] for name, place in reading.columns.items()}


class _Words:
    """Tells it to people: how the file was read, what is refused, the sums."""

    def __init__(self, args: argparse.Namespace) -> None:
        self._args = args
        self._told = 0

    def begin(self, reading: Reading) -> None:
        for told in reading.table.told:
            print(told)
        labels = {field.name: str(field.label) for field in reading.kind.fields}
        for name, heading in _columns(reading).items():
            print(f"  {heading} → {labels[name]} ({name})")

    def verdict(self, judged: Judged) -> None:
        verdict = judged.verdict
        if verdict.outcome.value not in {"refused", "changed"}:
            return
        self._told += 1
        if self._told > MOST_TOLD:
            return
        said = " ".join(verdict.sentences)
        subject = f" ({verdict.subject})" if verdict.subject else ""
        print(f"Zeile {verdict.line}{subject} {verdict.outcome.label}: {said}")

    def fail(self, refusal: Refusal) -> None:
        """Say no more: the sentence itself goes to the errors."""

    def end(self, reading: Reading, tally: Tally, batch: Batch | None) -> None:
        if self._told > MOST_TOLD:
            print(f"… und {self._told - MOST_TOLD} weitere; alle mit --json.")
        counts = tally.as_columns()
        sums = (
            f"{counts['new']} neu, {counts['changed']} geändert,"
            f" {counts['same']} unverändert, {counts['refused']} abgelehnt"
        )
        reading_only = self._args.dry_run
        if batch:
            print(f"Übernommen (Nr. {batch.pk}): {sums}.")
        elif counts["refused"]:
            print(f"Nichts übernommen: {sums}.")
        elif reading_only:
            print(f"Probelauf, nichts übernommen: {sums}.")
        else:
            print(f"Nichts zu übernehmen: {sums}.")


class _Json:
    """Writes one document, verdict by verdict: a million of them fit no memory."""

    def __init__(self, args: argparse.Namespace) -> None:
        self._args = args
        self._begun = False
        self._first = True

    def begin(self, reading: Reading) -> None:
        self._begun = True
        sys.stdout.write('{"verdicts": [')

    def verdict(self, judged: Judged) -> None:
        verdict = judged.verdict
        row = {
            "line": verdict.line,
            "outcome": verdict.outcome.value,
            "subject": verdict.subject,
            "sentences": list(verdict.sentences),
        }
        sys.stdout.write("\n" if self._first else ",\n")
        json.dump(row, sys.stdout, ensure_ascii=False)
        self._first = False

    def fail(self, refusal: Refusal) -> None:
        told = json.dumps(str(refusal), ensure_ascii=False)
        if not self._begun:
            sys.stdout.write('{"verdicts": [')
        print(f'],\n "taken": false,\n "error": {told}\n}}')

    def end(self, reading: Reading, tally: Tally, batch: Batch | None) -> None:
        rest: dict[str, Any] = {
            "kind": self._args.kind,
            "file": self._args.file,
            "dry_run": bool(self._args.dry_run),
            "taken": batch is not None,
            "batch": batch.pk if batch else None,
            "told": reading.table.told,
            "columns": _columns(reading),
            "rows": tally.rows,
            **tally.as_columns(),
        }
        body = json.dumps(rest, ensure_ascii=False, indent=1).removeprefix("{")
        sys.stdout.write("],")
        print(body)
