"""`fernkladde import`: data in."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from .django import bring_up_to_date, set_up

if TYPE_CHECKING:
    import argparse

    from fernkladde.imports.scenario import Loaded

NAME = "import"
HELP = "take data in"
EXAMPLE = "fernkladde import scenario FILE.json"

KINDS = ("scenario",)
REFUSED = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(args: argparse.Namespace) -> int:
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
