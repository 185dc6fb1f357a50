"""`fernkladde export scenario`: open work or an invoice, as `rate` takes it.

Exit status 0: the scenario is written. Exit status 2: there is nothing to write, and
a sentence on standard error says why.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import sys
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from .django import set_up

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fernkladde.exports.scenario import OpenWork

HELP = "a scenario for the rating engine: open work, or the facts of an invoice"
EXAMPLE = """\
fernkladde export scenario --from 2026-10-01 --until 2026-10-31 --out october.json
  fernkladde export scenario --invoice RE-2026-0042 --out invoice.json
  fernkladde rate invoice.json"""

REFUSED = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--from", dest="since", type=_day, metavar="YYYY-MM-DD", help="first day"
    )
    parser.add_argument("--until", type=_day, metavar="YYYY-MM-DD", help="last day")
    parser.add_argument(
        "--customer",
        nargs="+",
        action="extend",
        metavar="NUMBER",
        help="only these; what others draw on shared allowances counts as used",
    )
    parser.add_argument(
        "--without-late",
        action="store_true",
        help="leave out open work of earlier days, which a preview takes along",
    )
    parser.add_argument(
        "--invoice", metavar="NUMBER", help="the facts that an invoice was rated from"
    )
    parser.add_argument(
        "--anonymous", action="store_true", help="other numbers for all records"
    )
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="write to a file (mode 0600)"
    )


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        message = f"»{text}« ist kein Datum; geschrieben wird es wie 2026-10-31."
        raise argparse.ArgumentTypeError(message)
    return day


def run(args: argparse.Namespace) -> int:
    set_up()
    from django.utils.translation import gettext as _

    from fernkladde.billing.facts import NoTariff
    from fernkladde.values.refusal import Refusal

    if sentence := _misused(args):
        return _refuse(sentence)
    try:
        if args.invoice:
            _export_invoice(args)
        else:
            _export_work(args)
    except NoTariff:
        sentence = _(
            "Es ist noch kein allgemeiner Tarif gewählt. Bitte unter Einstellungen "
            "einen wählen."
        )
        return _refuse(sentence)
    except Refusal as refusal:
        return _refuse(str(refusal))
    except OSError as fault:
        sentence = _("%(file)s lässt sich nicht schreiben: %(fault)s")
        names = {"file": args.out, "fault": fault.strerror or fault}
        return _refuse(sentence % names)
    return 0


def _misused(args: argparse.Namespace) -> str:
    """Say what of the question does not fit together."""
    from django.utils.translation import gettext as _

    days = (args.since, args.until)
    if args.invoice:
        beside = any(days) or args.customer or args.without_late
        return _("--invoice steht allein, ohne Tage und Kunden.") if beside else ""
    if None in days:
        return _("Es fehlen --from und --until, oder --invoice mit einer Nummer.")
    if args.until < args.since:
        return _("Der letzte Tag liegt vor dem ersten.")
    return ""


def _refuse(sentence: str) -> int:
    print(f"fernkladde export scenario: {sentence}", file=sys.stderr)
    return REFUSED


def _export_work(args: argparse.Namespace) -> None:
    from fernkladde.exports import scenario

    work = scenario.open_work(
        since=args.since,
        until=args.until,
        customers=args.customer,
        late=not args.without_late,
        without_numbers=args.anonymous,
    )
    with _given_out(work.document, args.out) as sha256:
        scenario.note_work_exported(
            work=work,
            since=args.since,
            until=args.until,
            sha256=sha256,
            by=None,
            at=datetime.now(UTC),
        )
    for sentence in _surprises(work, args):
        print(sentence, file=sys.stderr)


def _surprises(work: OpenWork, args: argparse.Namespace) -> Iterator[str]:
    """Say what came along or stayed behind that nobody has asked for."""
    from django.utils.translation import gettext as _
    from django.utils.translation import ngettext

    if work.late and args.without_late:
        sentence = ngettext(
            "%(n)d offener Einsatz von vor dem %(day)s fehlt.",
            "%(n)d offene Einsätze von vor dem %(day)s fehlen.",
            work.late,
        )
        yield sentence % {"n": work.late, "day": args.since}
    elif work.late:
        sentence = ngettext(
            "%(n)d offener Einsatz von vor dem %(day)s ist dabei.",
            "%(n)d offene Einsätze von vor dem %(day)s sind dabei.",
            work.late,
        )
        yield sentence % {"n": work.late, "day": args.since}
    for number, reasons in work.left_out.items():
        names = {"number": number, "reasons": " ".join(reasons)}
        yield _("Kunde %(number)s fehlt. %(reasons)s") % names


def _export_invoice(args: argparse.Namespace) -> None:
    from fernkladde.exports import scenario

    document = scenario.of_invoice(args.invoice, without_numbers=args.anonymous)
    with _given_out(document, args.out) as sha256:
        scenario.note_invoice_explained(
            number=args.invoice, sha256=sha256, by=None, at=datetime.now(UTC)
        )


@contextmanager
def _given_out(document: dict[str, Any], path: Path | None) -> Iterator[str]:
    """Write the document, but let it out only once the Kladde has its hash."""
    from fernkladde.exports.files import whole_file

    if path is not None:
        with whole_file(path) as file:
            yield _write(document, file)
        return
    text = io.BytesIO()
    yield _write(document, text)
    sys.stdout.buffer.write(text.getbuffer())
    sys.stdout.buffer.flush()


def _write(document: dict[str, Any], file: IO[bytes]) -> str:
    from fernkladde.exports.document import lines_of

    seen = hashlib.sha256()
    for line in lines_of(document):
        text = line.encode()
        seen.update(text)
        file.write(text)
    return seen.hexdigest()
