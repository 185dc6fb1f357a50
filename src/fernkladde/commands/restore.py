"""`fernkladde restore`: a backup put back, or tried out in a scratch place."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from .django import set_up

if TYPE_CHECKING:
    import argparse

    from fernkladde.integrity.restore.replay import Restored
    from fernkladde.integrity.restore.verify import Verified

NAME = "restore"
HELP = "put a backup back into an empty installation, or verify one"
EXAMPLE = "fernkladde restore --verify /mnt/backups/fernkladde-2026-11-25-020000.tar"

REFUSED = 1
TRIED_OUT = (
    "--erasures geht nicht mit --verify: Auf Probe wird nichts gelöscht, nur geprüft."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path)
    parser.add_argument(
        "--verify",
        action="store_true",
        help="only into a scratch place, which is thrown away; nothing here changes",
    )
    parser.add_argument(
        "--new-key",
        action="store_true",
        help="keep this installation's secret key: everybody logs in again",
    )
    parser.add_argument(
        "--erasures",
        metavar="JOURNAL",
        type=Path,
        help="erase once more what this later journal (export journal) says was erased",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(args: argparse.Namespace) -> int:
    if args.verify and args.erasures:
        print(f"fernkladde restore: {TRIED_OUT}", file=sys.stderr)
        return REFUSED
    set_up()
    from fernkladde.integrity.backup.manifest import BackupUnusable
    from fernkladde.integrity.restore.refusals import NotRestored
    from fernkladde.integrity.restore.replay import restore_backup
    from fernkladde.integrity.restore.verify import verify_backup

    try:
        done: Restored | Verified
        if args.verify:
            done = verify_backup(path=args.file, new_key=args.new_key)
        else:
            done = restore_backup(
                path=args.file,
                new_key=args.new_key,
                later_journal=args.erasures,
                clock=lambda: datetime.now(UTC),
            )
    except (BackupUnusable, NotRestored) as refusal:
        print(f"fernkladde restore: {refusal}", file=sys.stderr)
        return REFUSED
    for fault in done.faults:
        print(f"fernkladde restore: {fault}", file=sys.stderr)
    print(_as_json(done) if args.json else _as_text(done, verified=args.verify))
    if not args.json and not args.verify:
        print(_of_erasures(done))
    return REFUSED if done.faults else 0


def _as_text(done: Restored | Verified, *, verified: bool) -> str:
    from django.utils.translation import gettext as _

    if done.faults and verified:
        return _("Die Sicherung hält der Prüfung nicht stand, siehe oben.")
    if done.faults:
        return _("Zurückgespielt, aber nicht fehlerfrei, siehe oben.")
    if verified:
        sentence = _(
            "Die Sicherung vom %(at)s hält. Dokumente: %(documents)d, Kladde bis "
            "Eintrag %(sequence)d."
        )
    else:
        sentence = _(
            "Zurückgespielt, Stand %(at)s. Dokumente: %(documents)d, Kladde bis "
            "Eintrag %(sequence)d."
        )
    return sentence % {
        "at": done.manifest.made_at[:16].replace("T", " ") + " UTC",
        "documents": len(done.manifest.documents),
        "sequence": done.manifest.sequence,
    }


def _of_erasures(done: Restored | Verified) -> str:
    """Say what of the erasures since the backup is done, or how it is done."""
    from django.utils.translation import gettext as _

    repeated = getattr(done, "erasures", None)
    if repeated is not None:
        sentence = _("Löschungen aus der späteren Kladde wiederholt: %(count)d.")
        return sentence % {"count": repeated}
    return _(
        "Was seit dieser Sicherung an persönlichen Angaben gelöscht wurde, ist wieder "
        "da; mit einer späteren Kladde (--erasures) wird es beim Zurückspielen wieder "
        "gelöscht."
    )


def _as_json(done: Restored | Verified) -> str:
    told = {
        "made_at": done.manifest.made_at,
        "documents": len(done.manifest.documents),
        "journal": {"sequence": done.manifest.sequence, "hash": done.manifest.hash},
        "faults": list(done.faults),
        "erasures": getattr(done, "erasures", None),
    }
    return json.dumps(told, ensure_ascii=False, indent=1)
