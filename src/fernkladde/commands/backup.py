"""`fernkladde backup`: database, documents and key in one file, while work goes on."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from .django import set_up

if TYPE_CHECKING:
    import argparse

    from fernkladde.integrity.backup.make import Made

NAME = "backup"
HELP = "put database, documents and key into one file"
EXAMPLE = "fernkladde backup /mnt/backups"

REFUSED = 2
MADE_WITH_FAULTS = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    place = parser.add_mutually_exclusive_group()
    place.add_argument(
        "folder",
        nargs="?",
        metavar="FOLDER",
        type=Path,
        help="where the file goes (backups in the data folder)",
    )
    place.add_argument("--to", metavar="FILE", type=Path, help="the file itself")
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(args: argparse.Namespace) -> int:
    set_up()
    from fernkladde.integrity.backup.make import NothingBackedUp, make_backup

    try:
        made = make_backup(target=_target(args), clock=lambda: datetime.now(UTC))
    except NothingBackedUp as refusal:
        print(f"fernkladde backup: {refusal}", file=sys.stderr)
        return REFUSED
    for fault in made.faults:
        print(f"fernkladde backup: {fault}", file=sys.stderr)
    print(_as_json(made) if args.json else _as_text(made))
    return MADE_WITH_FAULTS if made.faults else 0


def _target(args: argparse.Namespace) -> Path:
    from django.conf import settings

    from fernkladde.integrity.backup.make import default_name

    if args.to:
        return Path(args.to).absolute()
    folder = args.folder or settings.DATA / "backups"
    return Path(folder).absolute() / default_name(datetime.now(UTC))


def _as_text(made: Made) -> str:
    from django.template.defaultfilters import filesizeformat
    from django.utils.translation import gettext as _

    sentence = _(
        "Gesichert: %(path)s (%(size)s). Dokumente: %(documents)d, Kladde bis Eintrag "
        "%(sequence)d."
    )
    return sentence % {
        "path": made.path,
        "size": filesizeformat(made.size),
        "documents": len(made.manifest.documents),
        "sequence": made.manifest.sequence,
    }


def _as_json(made: Made) -> str:
    told = {
        "path": str(made.path),
        "bytes": made.size,
        "made_at": made.manifest.made_at,
        "documents": len(made.manifest.documents),
        "journal": {"sequence": made.manifest.sequence, "hash": made.manifest.hash},
        "faults": list(made.faults),
    }
    return json.dumps(told, ensure_ascii=False, indent=1)
