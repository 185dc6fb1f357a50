"""`fernkladde import`: data in."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from . import import_tables
from .django import bring_up_to_date, set_up

if TYPE_CHECKING:
    import argparse

    from fernkladde.imports.scenario import Loaded

NAME = "import"
HELP = "take data in"
EXAMPLE = """\
fernkladde import scenario FILE.json
  fernkladde import customers kunden.xlsx --dry-run
  fernkladde import plants anlagen.csv --map serial_number="Masch.-Nr." --map site=F
  fernkladde import history notizbuch.csv --json
  fernkladde import contracts vorlage.csv --template"""

KINDS = ("scenario", *import_tables.KINDS)
REFUSED = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument(
        "file", metavar="FILE", help="JSON for a scenario, else a table: CSV or XLSX"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument(
        "--dry-run", action="store_true", help="judge every row, take in nothing"
    )
    parser.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="FIELD=COLUMN",
        help="name a field's column by heading, letter or number; remembered",
    )
    parser.add_argument(
        "--sheet", default="", help="a workbook's sheet, else its first"
    )
    parser.add_argument(
        "--template",
        action="store_true",
        help="write FILE (.csv or .xlsx) with the headings and a sample row",
    )


def run(args: argparse.Namespace) -> int:
    if args.kind in import_tables.KINDS:
        return import_tables.run(args)
    if args.dry_run or args.map or args.sheet or args.template:
        return _refuse(["Ein Szenario kennt nur --json."])
    return _import_scenario(args)


def _import_scenario(args: argparse.Namespace) -> int:
    from fernkladde.rating import InvalidScenario, load_scenario

    try:
        scenario = load_scenario(args.file)
    except InvalidScenario as refusal:
        return _refuse([str(fault) for fault in refusal.faults])
    set_up()
    bring_up_to_date()
    from fernkladde.imports import scenario as imports
    from fernkladde.values.refusal import Refusal

    faults = imports.unfit(scenario)
    if faults:
        return _refuse([str(fault) for fault in faults])
    try:
        loaded = imports.load_scenario(scenario, at=datetime.now(UTC))
    except imports.NotEmpty:
        return _refuse(
            ["Die Datenbank ist nicht leer; ein Szenario braucht eine leere."]
        )
    except Refusal as refusal:
        return _refuse([f"Nichts übernommen: {refusal}"])
    _print(loaded, as_json=args.json)
    return 0


def _refuse(sentences: list[str]) -> int:
    for sentence in sentences:
        print(sentence, file=sys.stderr)
    return REFUSED


def _print(loaded: Loaded, *, as_json: bool) -> None:
    if as_json:
        json.dump(asdict(loaded), sys.stdout, ensure_ascii=False, indent=1)
        print()
        return
    print(
        f"Übernommen: {loaded.customers} Kunden, {loaded.cases} Fälle, "
        f"{loaded.sessions} Einsätze, {loaded.calls} Verbindungen."
    )
    if loaded.parallel:
        print(f"Als parallel vermerkt: {', '.join(loaded.parallel)}.")
