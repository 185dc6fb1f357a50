"""`fernkladde setup`: the one-time code that makes the first administrator."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from .django import bring_up_to_date, set_up

if TYPE_CHECKING:
    import argparse

NAME = "setup"
HELP = "make the one-time code for the first administrator"
EXAMPLE = "fernkladde setup"

REFUSED = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--recovery",
        action="store_true",
        help="also where there is an administrator: every password is lost",
    )


def run(args: argparse.Namespace) -> int:
    set_up()
    bring_up_to_date()
    from fernkladde.accounts.setup import AlreadySetUp, create_setup_code

    try:
        code = create_setup_code(at=datetime.now(UTC), recovery=args.recovery)
    except AlreadySetUp as refusal:
        print(f"fernkladde setup: {refusal}", file=sys.stderr)
        print(
            "Sind alle Passwörter der Administration verloren, hilft"
            " „fernkladde setup --recovery“.",
            file=sys.stderr,
        )
        return REFUSED
    print(f"Einrichtungscode: {code}")
    print(f"Er gilt einmal und 72 Stunden, auf der Seite {_page()}")
    return 0


def _page() -> str:
    from django.conf import settings
    from django.urls import reverse

    address = settings.PUBLIC_URL or "http://localhost:8000"
    return f"{address.rstrip('/')}{reverse('setup')}"
