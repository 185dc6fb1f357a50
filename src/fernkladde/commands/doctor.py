"""`fernkladde doctor`: whether everything is set up, with plain advice.

Exit status 0: nothing is wrong, though there may be advice. Exit status 1: something
must be mended.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from .django import set_up

if TYPE_CHECKING:
    import argparse

    from fernkladde.integrity.doctor.findings import Finding

NAME = "doctor"
HELP = "look whether everything is set up, with advice"
EXAMPLE = "fernkladde doctor"

FAULTY = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(args: argparse.Namespace) -> int:
    try:
        set_up()
    except OSError as fault:
        # The key or the data folder cannot be read: there is nothing to look at.
        print(f"fernkladde doctor: {fault}", file=sys.stderr)
        return FAULTY
    from fernkladde.integrity.doctor.examine import examine
    from fernkladde.integrity.doctor.findings import Level

    from .demo_company.firm import PASSWORD

    found = list(examine(at=datetime.now(UTC), demo_password=PASSWORD))
    if args.json:
        rows = [
            {"check": one.check, "level": str(one.level), "text": one.text}
            for one in found
        ]
        print(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        print("\n".join(_lines(found)))
    return FAULTY if any(one.level == Level.FAULT for one in found) else 0


def _lines(found: list[Finding]) -> list[str]:
    from django.utils.translation import gettext as _

    from fernkladde.integrity.doctor.findings import Level

    words = {Level.OK: _("ok"), Level.ADVICE: _("Rat"), Level.FAULT: _("FEHLER")}
    return [f"{words[one.level]:<7} {one.text}" for one in found]
