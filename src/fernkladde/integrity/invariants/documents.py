"""N2, N6: the stored files are those that were made, and say what the invoice says."""

from __future__ import annotations

import hashlib
import re
import zlib
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.utils.translation import gettext as _

from fernkladde.billing.models import RenderingState
from fernkladde.einvoice.reader import UnreadableInvoice, differences
from fernkladde.journal.as_stored import rows
from fernkladde.values.invoice_document import InvoiceDocument, NotAnInvoiceDocument

from .findings import Part
from .tables import BEFORE_ALL, text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .findings import Findings

PAGE = 200
TABLE = "billing_rendering"
STREAM = re.compile(rb"/Type\s*/EmbeddedFile\b.*?\bstream\r?\n", re.DOTALL)


class Rendered(NamedTuple):
    """A duty to make files, with the invoice or statement they are of."""

    pk: int
    state: str
    settlement_id: int | None
    number: str | None
    issued_on: str | None
    document: str | None
    pdf: str
    pdf_sha256: str
    xml: str
    xml_sha256: str

    @property
    def name(self) -> str:
        """Return where the files must lie, without ending."""
        if self.number is None:
            return f"statements/{self.settlement_id}"
        return f"{str(self.issued_on)[:4]}/{self.number}"


def check_documents(found: Findings, folder: Path | None) -> None:
    folder = settings.DOCUMENTS if folder is None else folder
    _insist_on_duties(found)
    for row in _renderings():
        if row.state not in RenderingState.values:
            sentence = _("Der Stand »%(state)s« ist keiner.") % {"state": row.state}
            found.bad(Part.DOCUMENTS, "N2", TABLE, row.pk, sentence)
        elif row.state == RenderingState.DONE:
            found.counted(Part.DOCUMENTS)
            _check_files(row, folder, found)
        elif row.pdf or row.xml:
            sentence = _("Noch nicht fertig, nennt aber schon Dateien.")
            found.bad(Part.DOCUMENTS, "N2", TABLE, row.pk, sentence)
    _check_attachments(found, folder)


def _check_attachments(found: Findings, folder: Path) -> None:
    """Each file at a case is there, and is what was once put there."""
    sql = (
        "SELECT id, stored_as, sha256 FROM cases_attachment"
        " WHERE id > %s ORDER BY id LIMIT %s"
    )
    last = BEFORE_ALL
    while page := rows(sql, last, PAGE):
        for key, stored_as, sha256 in page:
            last = key
            found.counted(Part.DOCUMENTS)
            if sentence := _fault_of(_content(folder / stored_as), sha256):
                names = {"file": stored_as}
                found.bad(
                    Part.DOCUMENTS, "N2", "cases_attachment", key, sentence % names
                )


def _fault_of(content: bytes | None, sha256: str) -> str:
    if content is None:
        return _("Die Datei %(file)s fehlt.")
    if hashlib.sha256(content).hexdigest() != sha256:
        return _("Die Datei %(file)s ist nicht mehr die, die abgelegt wurde.")
    return ""


def _insist_on_duties(found: Findings) -> None:
    """Each invoice has a row that says whether its files are made."""
    sql = (
        "SELECT i.number FROM billing_invoice i LEFT JOIN billing_rendering r"
        " ON r.invoice_id = i.id WHERE r.id IS NULL ORDER BY i.id LIMIT 1"
    )
    for (number,) in rows(sql):
        sentence = _("Für diese Rechnung ist keine Datei bestellt.")
        found.bad(Part.DOCUMENTS, "N2", "billing_invoice", number, sentence)


def _renderings() -> Iterator[Rendered]:
    sql = (
        "SELECT r.id, r.state, r.settlement_id, i.number,"  # noqa: S608
        f" {text('i.issued_on')}, i.document, r.pdf, r.pdf_sha256, r.xml, r.xml_sha256"
        " FROM billing_rendering r LEFT JOIN billing_invoice i ON i.id = r.invoice_id"
        " WHERE r.id > %s ORDER BY r.id LIMIT %s"
    )
    last = BEFORE_ALL
    while found := rows(sql, last, PAGE):
        last = found[-1][0]
        yield from (Rendered(*row) for row in found)


def _check_files(row: Rendered, folder: Path, found: Findings) -> None:
    pdf = _checked(row, "pdf", folder, found)
    if row.number is None:
        return
    xml = _checked(row, "xml", folder, found)
    if xml is not None and not _agrees(row, xml):
        sentence = _("%(file)s sagt anderes als die Rechnung.") % {"file": row.xml}
        found.bad(Part.DOCUMENTS, "N6", TABLE, row.pk, sentence)
    if pdf is not None and xml is not None and xml not in _embedded(pdf):
        sentence = _("%(file)s enthält nicht das XML der Rechnung.")
        found.bad(Part.DOCUMENTS, "N6", TABLE, row.pk, sentence % {"file": row.pdf})


def _checked(row: Rendered, kind: str, folder: Path, found: Findings) -> bytes | None:
    """Return a file's content, if it is the one that was made."""
    name, promised = f"{row.name}.{kind}", getattr(row, f"{kind}_sha256")
    content = _content(folder / name)
    if getattr(row, kind) != name:
        sentence = _("Die Datei müsste %(file)s heißen.")
    elif content is None:
        sentence = _("Die Datei %(file)s fehlt.")
    elif hashlib.sha256(content).hexdigest() != promised:
        sentence = _("Die Datei %(file)s ist nicht mehr die, die erstellt wurde.")
    else:
        return content
    found.bad(Part.DOCUMENTS, "N2", TABLE, row.pk, sentence % {"file": name})
    return None


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _agrees(row: Rendered, xml: bytes) -> bool:
    try:
        return not differences(InvoiceDocument.from_json(row.document or ""), xml)
    except (UnreadableInvoice, NotAnInvoiceDocument):
        return False


def _embedded(pdf: bytes) -> Iterator[bytes]:
    """Yield the files inside a PDF, packed or plain."""
    for start in (match.end() for match in STREAM.finditer(pdf)):
        end = pdf.find(b"endstream", start)
        try:
            yield zlib.decompressobj().decompress(pdf[start:])
        except zlib.error:
            yield pdf[start:end].rstrip(b"\r\n")
