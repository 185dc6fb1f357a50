"""The `fernkladde` command: one sub-command per module of this package.

A sub-command is a module with `NAME`, `HELP`, `add_arguments(parser)` and
`run(args) -> int`, and if it likes an `EXAMPLE`. Only the module that is called
is imported, so that `rate` starts quickly and without Django.
"""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from fernkladde import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

# A new command is one more line: its name, and its module in this package.
COMMANDS = {
    "demo": "demo",
    "serve": "serve",
    "worker": "worker",
    "setup": "setup",
    "migrate": "migrate",
    "import": "import_data",
    "export": "export",
    "month-end": "month_end",
    "backup": "backup",
    "restore": "restore",
    "doctor": "doctor",
    "verify": "verify",
    "search": "search",
    "bench": "bench",
    "rate": "rate",
}

MISUSED = 2
CUT_SHORT = 1
IMPOSSIBLE = 1


class Command(Protocol):
    NAME: str
    HELP: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, args: argparse.Namespace) -> int: ...


def main(argv: Sequence[str] | None = None) -> int:
    name, *rest = list(sys.argv[1:] if argv is None else argv) or ["--help"]
    if name in {"-h", "--help", "help"}:
        print(overview())
        return 0
    if name == "--version":
        print(f"fernkladde {__version__}")
        return 0
    if name not in COMMANDS:
        sentence = f"there is no command {name!r}; choose from {', '.join(COMMANDS)}"
        print(f"fernkladde: {sentence}", file=sys.stderr)
        return MISUSED
    command = load(name)
    try:
        return command.run(parser_for(command).parse_args(rest))
    except BrokenPipeError:
        # Whoever read the output has seen enough; Python's last flush must not fail.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CUT_SHORT
    except Exception as fault:
        sentence = why_impossible(fault)
        if not sentence:
            raise
        print(f"fernkladde {name}: {sentence}", file=sys.stderr)
        return IMPOSSIBLE


def why_impossible(fault: Exception) -> str:
    """Say what the machine around a command failed in; `rate` knows no database."""
    if "django.db" not in sys.modules:
        return ""
    from fernkladde.integrity import surroundings

    return surroundings.why_impossible(fault)


def load(name: str) -> Command:
    return cast("Command", import_module(f"fernkladde.commands.{COMMANDS[name]}"))


def overview() -> str:
    width = max(map(len, COMMANDS))
    rows = [f"  {name:{width}}  {load(name).HELP}" for name in COMMANDS]
    return "\n".join(
        [
            "usage: fernkladde COMMAND …",
            "",
            *rows,
            "",
            "fernkladde COMMAND --help tells how one of them is used.",
        ]
    )


def parser_for(command: Command) -> argparse.ArgumentParser:
    example = getattr(command, "EXAMPLE", None)
    parser = argparse.ArgumentParser(
        prog=f"fernkladde {command.NAME}",
        description=command.HELP,
        epilog=example and f"example:\n  {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_arguments(parser)
    return parser


if __name__ == "__main__":
    sys.exit(main())
