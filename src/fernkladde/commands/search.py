"""`fernkladde search`: look after the index of the search.

Exit status 0: it is sound, or was built anew. Exit status 1: it does not hold what it
should.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from .django import set_up

if TYPE_CHECKING:
    import argparse

NAME = "search"
HELP = "check the index of the search, or build it anew"
EXAMPLE = "fernkladde search --rebuild"

WRONG = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--check", action="store_true", help="compare every entry with what it is of"
    )
    what.add_argument(
        "--rebuild", action="store_true", help="read everything again, while all work"
    )


def run(args: argparse.Namespace) -> int:
    set_up()
    return _rebuild() if args.rebuild else _check()


def catch_up_telling() -> int:
    """Index what is due in short steps and say how far it is; return how many."""
    from django.utils.translation import gettext as _

    from fernkladde.search.index import catch_up_all
    from fernkladde.search.models import Due

    due, done = Due.objects.count(), 0
    for some in catch_up_all():
        done += some
        sentence = _("Suche: %(done)d von %(due)d gelesen")
        print(sentence % {"done": done, "due": max(due, done)}, file=sys.stderr)
    return done


def _rebuild() -> int:
    from django.utils.translation import gettext as _

    from fernkladde.search.index import begin_anew, wipe
    from fernkladde.search.watch import watch_again

    watch_again()
    begin_anew()
    catch_up_telling()
    wipe()
    print(_("Die Suche ist neu aufgebaut."))
    return 0


def _check() -> int:
    """Say what is wrong with the index, if anything."""
    from django.utils.translation import gettext as _

    from fernkladde.search.soundness import stale
    from fernkladde.search.watch import missing_watches

    wrong = [f"{kind} {key}" for kind, key in stale()]
    wrong += missing_watches()
    if not wrong:
        print(_("Die Suche kennt alles, wie es ist."))
        return 0
    sentence = _("Die Suche ist veraltet (%(count)d, zuerst %(first)s). Aufbauen mit:")
    print(sentence % {"count": len(wrong), "first": wrong[0]}, file=sys.stderr)
    print("fernkladde search --rebuild", file=sys.stderr)
    return WRONG
