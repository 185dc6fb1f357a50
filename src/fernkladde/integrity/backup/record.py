"""When the last backup was made: the Kladde knows, as it knows every export."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from fernkladde.journal.actions import record
from fernkladde.journal.models import Entry, PersonalValue

if TYPE_CHECKING:
    from pathlib import Path

    from .manifest import Manifest

SUBJECT = "backup"
MADE = "integrity.backup-made"
RESTORED = "integrity.backup-restored"
FOLDER = "folder"


@dataclass(frozen=True, slots=True)
class LastBackup:
    """`made_at` is the instant whose state it holds; it may be gone since."""

    made_at: datetime
    name: str
    entry: int


def last_backup() -> LastBackup | None:
    """Return the newest backup that was told of; one query, no file is read."""
    entry = Entry.objects.of_kind(MADE).newest_first().first()
    if entry is None:
        return None
    made_at = datetime.fromisoformat(entry.facts["made_at"])
    return LastBackup(made_at, entry.facts["name"], entry.sequence)


def folder_of(backup: LastBackup) -> str:
    """Return where it was put on that machine; nothing once that is erased."""
    kept = PersonalValue.objects.filter(entry=backup.entry, field=FOLDER).first()
    return kept.value if kept else ""


@transaction.atomic
def record_backup(
    *, path: Path, size: int, manifest: Manifest, began: datetime, at: datetime
) -> None:
    record(
        kind=MADE,
        subject=SUBJECT,
        by=None,
        at=at,
        facts={
            "name": path.name,
            "bytes": size,
            "made_at": began.isoformat(timespec="seconds"),
            "until": manifest.sequence,
            "hash": manifest.hash,
        },
        # A path may hold the name of whoever keeps the backups.
        personal={FOLDER: str(path.parent.absolute())},
    )


@transaction.atomic
def record_restoring(*, manifest: Manifest, at: datetime) -> None:
    """Tell that what happened after the backup is not in this book."""
    record(
        kind=RESTORED,
        subject=SUBJECT,
        by=None,
        at=at,
        facts={
            "made_at": manifest.made_at,
            "until": manifest.sequence,
            "hash": manifest.hash,
        },
    )
