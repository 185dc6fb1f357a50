"""`fernkladde migrate`: bring the database to this version's form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .django import bring_up_to_date, set_up
from .search import catch_up_telling

if TYPE_CHECKING:
    import argparse

NAME = "migrate"
HELP = "bring the database to this version's form"
EXAMPLE = "fernkladde migrate"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take no arguments."""


def run(args: argparse.Namespace) -> int:
    set_up()
    bring_up_to_date()
    catch_up_telling()
    print("Die Datenbank ist auf dem Stand dieser Fassung.")
    return 0
