"""Whether what was put back is whole and is what the backup promised."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection
from django.utils.translation import gettext as _

from fernkladde.integrity.backup.documents import (
    DUE_DOCUMENTS,
    document_faults,
    due_documents,
)
from fernkladde.journal import queries as journal
from fernkladde.journal.guards import missing_guards
from fernkladde.journal.queries import ChainHead

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fernkladde.integrity.backup.manifest import Manifest


def faults_of_restored(manifest: Manifest, documents: Path) -> Iterator[str]:
    """Yield what is not as the manifest promised or as the rules demand."""
    head = journal.head()
    if head != ChainHead(manifest.sequence, manifest.hash):
        sentence = _("Die Kladde endet bei Eintrag %(found)d statt bei %(promised)d.")
        yield sentence % {"found": head.sequence, "promised": manifest.sequence}
    for guard in missing_guards(connection):
        yield _("Die Sperre %(guard)s fehlt.") % {"guard": guard}
    with connection.cursor() as cursor:
        cursor.execute(DUE_DOCUMENTS)
        due = due_documents(cursor.fetchall())
    yield from document_faults(due, manifest.documents)
    yield from _violations(documents)


def _violations(documents: Path) -> Iterator[str]:
    chain = journal.verify()
    if not chain.holds:
        sentence = _("Kladde, Eintrag %(number)d: %(reason)s")
        yield sentence % {"number": chain.first_bad, "reason": chain.reason}
