"""`fernkladde verify`: whether everything that must hold does, on the live database.

Exit status 0: all holds. Exit status 1: something does not, and the first row of each
fault is named. Exit status 2: there is nothing to check, and a sentence says why.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from .django import set_up

if TYPE_CHECKING:
    import argparse

    from fernkladde.integrity.invariants import Findings

NAME = "verify"
HELP = "check journal, invoices, allowances, sums, times and documents"
EXAMPLE = "fernkladde verify"

BROKEN = 1
REFUSED = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--journal-only", action="store_true", help="check the journal's chain alone"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(args: argparse.Namespace) -> int:
    set_up()
    from fernkladde.integrity.invariants import findings
    from fernkladde.integrity.invariants.readable import why_unreadable

    if sentence := why_unreadable():
        print(f"fernkladde verify: {sentence}", file=sys.stderr)
        return REFUSED
    found = findings(journal_only=args.journal_only)
    if args.json:
        print(json.dumps(_document(found), ensure_ascii=False, indent=1))
    else:
        print("\n".join(_lines(found)))
    return BROKEN if found.violations else 0


def _lines(found: Findings) -> list[str]:
    """Say a line for each part, below it what is wrong there, and the sum."""
    from django.utils.translation import gettext as _
    from django.utils.translation import ngettext

    lines = []
    for part in found.parts:
        bad = found.of(part)
        state = _("FEHLER") if bad else _("ok")
        lines.append(f"{state:<7}{found.counts[part]:>9}  {part.title}")
        lines += [f"         {violation}" for violation in bad]
    wrong = len(found.violations)
    if not wrong:
        return [*lines, _("Alles stimmt.")]
    sentence = ngettext(
        "%(n)d Verletzung; genannt ist jeweils die erste Zeile.",
        "%(n)d Verletzungen; genannt ist jeweils die erste Zeile.",
        wrong,
    )
    return [*lines, sentence % {"n": wrong}]


def _document(found: Findings) -> dict[str, object]:
    return {
        "holds": not found.violations,
        "checked": {part.value: found.counts[part] for part in found.parts},
        "violations": [violation._asdict() for violation in found.violations],
    }
