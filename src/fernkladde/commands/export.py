"""`fernkladde export KIND …`: data out, in files that can be checked without us.

A kind is a module of this package with `HELP`, `EXAMPLE`, `add_arguments(parser)`
and `run(args) -> int`, as a command is.
"""

from __future__ import annotations

import argparse
from importlib import import_module
from typing import Protocol, cast

NAME = "export"
HELP = "give data out"
EXAMPLE = "fernkladde export scenario --from 2026-10-01 --until 2026-10-31"

# A new kind is one more line: its name, and its module in this package.
KINDS = {
    "scenario": "export_scenario",
    "journal": "export_journal",
}


class Kind(Protocol):
    HELP: str
    EXAMPLE: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, args: argparse.Namespace) -> int: ...


def add_arguments(parser: argparse.ArgumentParser) -> None:
    kinds = parser.add_subparsers(dest="kind", metavar="KIND", required=True)
    for name in KINDS:
        kind = load(name)
        one = kinds.add_parser(
            name,
            help=kind.HELP,
            description=kind.HELP,
            epilog=f"example:\n  {kind.EXAMPLE}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        kind.add_arguments(one)


def run(args: argparse.Namespace) -> int:
    return load(args.kind).run(args)


def load(name: str) -> Kind:
    return cast("Kind", import_module(f"fernkladde.commands.{KINDS[name]}"))
