"""The metadata patch moves offsets exactly, and refuses what it does not know."""

from __future__ import annotations

import io

import pikepdf
import pytest

from fernkladde.documents import render_invoice
from fernkladde.documents.factur_x import UnknownPdfForm, with_factur_x
from tests.documents import samples

PLAIN = render_invoice(samples.invoice(), xml=None)


def test_the_patched_file_has_no_broken_reference() -> None:
    patched = with_factur_x(PLAIN)

    # Without the recovery that would hide a wrong offset.
    with pikepdf.open(io.BytesIO(patched), attempt_recovery=False) as opened:
        assert opened.check_pdf_syntax() == []
        assert b"fx:ConformanceLevel" in opened.Root.Metadata.read_bytes()
        assert len(opened.pages) > 1


def test_nothing_but_the_metadata_and_the_offsets_change() -> None:
    patched = with_factur_x(PLAIN)

    start = PLAIN.index(b"/Type/Metadata")
    start = PLAIN.rindex(b" 0 obj", 0, start)
    assert patched[:start] == PLAIN[:start]
    assert patched.count(b" 0 obj\n") == PLAIN.count(b" 0 obj\n")


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (b"/Type/Metadata/Subtype/XML", b"/Type/Metadata/Filter/XML", "plain XMP"),
        (b"</pdfaExtension:schemas>", b"</pdfaExtension:schemes>", "extension schemas"),
        (b"\nxref\n", b"\nxxef\n", "cross-reference"),
    ],
)
def test_a_file_of_another_form_is_refused(old: bytes, new: bytes, reason: str) -> None:
    assert old in PLAIN

    with pytest.raises(UnknownPdfForm, match=reason):
        with_factur_x(PLAIN.replace(old, new))
