"""Whether what was put back is whole and is what the backup promised."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from fernkladde.integrity.invariants import check_invariants
from fernkladde.journal import queries as journal
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
    yield from map(str, check_invariants(documents=documents))
