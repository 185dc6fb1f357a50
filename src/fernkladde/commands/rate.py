"""`fernkladde rate FILE.json`: the engine alone, without a database.

Exit status 0: the result stands on standard output. Exit status 2: the scenario
is refused, each line on standard error names one fault by its JSON path.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from fernkladde.rating import Refused, load_scenario, rate

if TYPE_CHECKING:
    import argparse

NAME = "rate"
HELP = "rate a scenario file and print the result as JSON"
EXAMPLE = "fernkladde rate march.json > result.json"

REFUSED = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE.json", help="a scenario, UTF-8 JSON")


def run(args: argparse.Namespace) -> int:
    try:
        document = rate(load_scenario(args.file)).document()
    except Refused as refusal:
        for fault in refusal.faults:
            print(fault, file=sys.stderr)
        return REFUSED
    # Bytes, so that the encoding of the terminal plays no part.
    text = json.dumps(document, ensure_ascii=False, indent=1)
    sys.stdout.buffer.write(text.encode() + b"\n")
    sys.stdout.buffer.flush()
    return 0
