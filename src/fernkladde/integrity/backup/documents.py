"""The stored documents: where they lie, and which the database speaks of."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

UNFINISHED = ".part"
# In plain SQL: it is asked of a copy that no model knows of.
DUE_DOCUMENTS = (
    "SELECT pdf, pdf_sha256, xml, xml_sha256 FROM billing_rendering"
    " WHERE state = 'done'"
    " UNION ALL SELECT stored_as, sha256, '', '' FROM cases_attachment"
)


def documents_folder() -> Path:
    return Path(settings.DOCUMENTS)


def stored_documents() -> Iterator[tuple[str, Path]]:
    """Yield each finished document with its name below the folder, in order."""
    folder = documents_folder()
    for path in sorted(folder.rglob("*")):
        whole = path.suffix != UNFINISHED and not path.is_symlink()
        if whole and path.is_file():
            yield path.relative_to(folder).as_posix(), path


def due_documents(rows: Iterable[tuple[str, str, str, str]]) -> dict[str, str]:
    """Return the SHA-256 of each document that the database says is there."""
    return {
        name: sha256
        for pdf, pdf_sha256, xml, xml_sha256 in rows
        for name, sha256 in ((pdf, pdf_sha256), (xml, xml_sha256))
        if name
    }


def document_faults(
    due: Mapping[str, str], found: Mapping[str, str]
) -> tuple[str, ...]:
    """Name the documents that are missing, or are not what was once stored."""
    missing = [
        _("Das Dokument %(name)s fehlt.") % {"name": name}
        for name in due.keys() - found.keys()
    ]
    changed = [
        _("Das Dokument %(name)s ist verändert.") % {"name": name}
        for name, sha256 in due.items()
        if found.get(name, sha256) != sha256
    ]
    return (*sorted(missing), *sorted(changed))
