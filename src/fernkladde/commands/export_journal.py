"""`fernkladde export journal`: the Kladde as a file, and a verifier for it.

Exit status 0: all is written. Exit status 2: it is not, and a sentence says why.
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from .django import set_up

HELP = "the journal, to be verified without Fernkladde"
EXAMPLE = """\
fernkladde export journal --out kladde.jsonl --verifier check
  python3 -I check kladde.jsonl"""

REFUSED = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="write to a file (mode 0600)"
    )
    parser.add_argument(
        "--start",
        type=_number,
        default=1,
        metavar="N",
        help="begin at this entry; what stands before is believed (1)",
    )
    parser.add_argument(
        "--verifier",
        type=Path,
        metavar="FOLDER",
        help="also write what verifies the file; needs only Python",
    )


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        message = f"»{text}« ist keine Nummer eines Eintrags, die zählen ab 1."
        raise argparse.ArgumentTypeError(message)
    return int(text)


def run(args: argparse.Namespace) -> int:
    set_up()
    from django.utils.translation import gettext as _

    from fernkladde.exports import kladde

    try:
        if args.verifier is not None:
            kladde.write_verifier(args.verifier)
        return _export(args)
    except FileExistsError as fault:
        sentence = _("%(file)s gibt es schon. Bitte einen anderen Namen wählen.")
        return _refuse(sentence % {"file": fault.filename})
    except OSError as fault:
        sentence = _("%(file)s lässt sich nicht schreiben: %(fault)s")
        names = {"file": fault.filename or args.out, "fault": fault.strerror or fault}
        return _refuse(sentence % names)


def _export(args: argparse.Namespace) -> int:
    from django.utils.translation import gettext as _

    from fernkladde.exports import kladde
    from fernkladde.exports.files import whole_file
    from fernkladde.journal import queries

    if args.start > queries.head().sequence + 1:
        sentence = _("Die Kladde endet bei Eintrag %(number)d.")
        return _refuse(sentence % {"number": queries.head().sequence})
    if args.out is None:
        written = kladde.write_journal(sys.stdout.buffer, start=args.start)
        sys.stdout.buffer.flush()
        kladde.note_journal_exported(written=written, by=None, at=datetime.now(UTC))
        return 0
    with whole_file(args.out) as file:
        written = kladde.write_journal(file, start=args.start)
        kladde.note_journal_exported(written=written, by=None, at=datetime.now(UTC))
    return 0


def _refuse(sentence: str) -> int:
    print(f"fernkladde export journal: {sentence}", file=sys.stderr)
    return REFUSED
