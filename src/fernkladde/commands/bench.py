"""`fernkladde bench`: how quick this machine is at what matters.

The programs stand in benchmarks/ of the source code, not in the installed package.
Each makes a database of its own and throws it away: the firm's is not touched.
"""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator

NAME = "bench"
HELP = "measure engine, month end, pages, timer or document, each beside its baseline"
EXAMPLE = "fernkladde bench timer --json"

PROGRAMS = ("engine", "month-end", "pages", "timer", "document")
FOLDER = Path(__file__).parents[3] / "benchmarks"
NOT_HERE = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=PROGRAMS)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument(
        "--with",
        dest="options",
        metavar="OPTIONS",
        default="",
        help='options of the program itself, as in --with="--only sqlite"',
    )


def run(args: argparse.Namespace) -> int:
    program = FOLDER / f"{args.what.replace('-', '_')}.py"
    if not program.exists():
        print(
            f"fernkladde bench: {program.name} fehlt; die Messprogramme liegen nur dem"
            " Quelltext bei. Bitte aus einem Klon des Quelltexts aufrufen.",
            file=sys.stderr,
        )
        return NOT_HERE
    command = [sys.executable, str(program), *shlex.split(args.options)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        for line in _chosen(running.stdout or (), as_json=args.json):
            print(line, end="", flush=True)
    return running.returncode


def _chosen(lines: Iterable[str], *, as_json: bool) -> Iterator[str]:
    """Keep the JSON document, which is one line, or the lines for people."""
    for line in lines:
        if line.startswith("{") == as_json:
            yield line
