"""Files put to a case: stored once by their content, never changed.

The file lies there before its row does, so that no row speaks of a file that is not
there; a file without a row does no harm.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from fernkladde.cases.attached import SNIFFED, kind_of
from fernkladde.cases.models import Attachment, Case
from fernkladde.customers import records
from fernkladde.journal import actions as journal
from fernkladde.values.refusal import Refusal

from .writing import locked_case, subject

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from fernkladde.accounts.models import User

MEGABYTE = 1024 * 1024
LARGEST = 25 * MEGABYTE
MOST = 100
LONGEST_NAME = 200
FOLDER = "attachments"
UNFINISHED = ".part"
# What means something in a path or to a terminal is no part of a file's name.
NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')


class FileRefused(Refusal):
    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, field="file")


class _Stored(NamedTuple):
    kind: str
    size: int
    sha256: str
    stored_as: str


def attach_file(
    *,
    case: Case,
    name: str,
    chunks: Iterable[bytes],
    by: User | None,
    at: datetime,
) -> Attachment:
    """Put a file to a case: at most 25 MB, no program, by its content."""
    stored = _store(chunks)
    row = Attachment(
        case=case, name=_safe_name(name), added_at=at, added_by=by, **stored._asdict()
    )
    with transaction.atomic():
        locked_case(case)
        if case.attachments.count() >= MOST:
            sentence = _("Ein Fall hat höchstens %(most)d Dateien.") % {"most": MOST}
            raise FileRefused(sentence)
        records.check(row)
        row.save(force_insert=True)
        journal.record(
            kind="cases.file-attached",
            subject=subject(case),
            by=by,
            at=at,
            facts={"file": row.pk, **stored._asdict()},
            personal={"name": row.name},
        )
    return row


def path_of(attachment: Attachment) -> Path:
    return Path(settings.DOCUMENTS) / attachment.stored_as


def _safe_name(name: str) -> str:
    """Return the last part of a file's name, without what a path would understand."""
    last = re.split(r"[/\\]", name)[-1]
    kept = NOT_IN_NAMES.sub("_", last).strip(" .")
    stem, dot, ending = kept.rpartition(".")
    if len(kept) > LONGEST_NAME and dot:
        kept = f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}"
    return kept[:LONGEST_NAME] or "datei"


def _store(chunks: Iterable[bytes]) -> _Stored:
    """Write the content under its own hash; return what it is."""
    folder = Path(settings.DOCUMENTS) / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(suffix=UNFINISHED, dir=folder)
    part = Path(temporary)
    try:
        with os.fdopen(handle, "wb") as file:
            kind, size, sha256 = _copy(chunks, file.write)
            file.flush()
            os.fsync(file.fileno())
        name = f"{FOLDER}/{sha256[:2]}/{sha256}"
        target = Path(settings.DOCUMENTS) / name
        target.parent.mkdir(exist_ok=True)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return _Stored(kind, size, sha256, name)


def _copy(
    chunks: Iterable[bytes], write: Callable[[bytes], int]
) -> tuple[str, int, str]:
    digest, size, beginning = hashlib.sha256(), 0, b""
    for chunk in chunks:
        size += len(chunk)
        if size > LARGEST:
            sentence = _("Die Datei ist größer als %(most)d MB.")
            raise FileRefused(sentence % {"most": LARGEST // MEGABYTE})
        if len(beginning) < SNIFFED:
            beginning = (beginning + chunk)[:SNIFFED]
        digest.update(chunk)
        write(chunk)
    if not size:
        raise FileRefused(_("Die Datei ist leer."))
    kind = kind_of(beginning)
    if kind is None:
        raise FileRefused(_("Programme werden nicht angenommen."))
    return kind, size, digest.hexdigest()
