"""The letter: PDF/A-3b with the XML inside, the same bytes each time, never a crash."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pypdf
import pytest
from hypothesis import HealthCheck, given, settings

from fernkladde.documents import render_invoice, render_statement
from fernkladde.documents.fonts import characters, fonts
from fernkladde.documents.printable import BOX
from fernkladde.documents.render import _compiler, _files
from fernkladde.documents.sheet import sheet
from fernkladde.einvoice.cii import write_cii
from tests.documents import pdfa, samples
from tests.einvoice.strategies import documents

if TYPE_CHECKING:
    from fernkladde.values.invoice_document import InvoiceDocument, Section

SOURCES = str(Path(__file__).resolve().parents[2] / "src")
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]

pytestmark = pytest.mark.slow


@cache
def hybrid(document: InvoiceDocument) -> bytes:
    return render_invoice(document, xml=write_cii(document))


def texts(pdf: bytes) -> list[str]:
    """Return each page's text with all blanks made one."""
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return [" ".join(page.extract_text().split()) for page in pages]


def first_section(document: InvoiceDocument, **changes: str) -> InvoiceDocument:
    section: Section = replace(document.sections[0], **changes)  # type: ignore[arg-type]
    return replace(document, sections=(section, *document.sections[1:]))


def test_the_xml_comes_back_from_the_pdf_as_it_went_in() -> None:
    document = samples.invoice()

    attached = pdfa.attached(hybrid(document))

    assert attached == {"factur-x.xml": write_cii(document)}


@pytest.mark.parametrize(
    "pdf",
    [
        hybrid(samples.invoice()),
        hybrid(samples.invoice(rows=50, language="en")),
        hybrid(samples.untaxed(samples.invoice(), "AE")),
        render_invoice(samples.cancellation(), xml=None),
        render_statement(samples.statement()),
    ],
    ids=["invoice", "english", "reverse charge", "without XML", "statement"],
)
def test_nothing_speaks_against_pdf_a(pdf: bytes) -> None:
    assert pdfa.faults(pdf) == []


def test_the_gate_sees_a_property_that_is_not_declared() -> None:
    broken = hybrid(samples.invoice()).replace(
        b"CrossIndustryDocument:invoice:1p0#</pdfaSchema:namespaceURI>",
        b"CrossIndustryDocument:invoice:1p1#</pdfaSchema:namespaceURI>",
    )

    assert any("is not declared" in fault for fault in pdfa.faults(broken))


def test_the_metadata_name_the_hybrid_invoice() -> None:
    tree = pdfa.xmp(hybrid(samples.invoice()))

    properties = {
        name: tree.findtext(f".//{pdfa.FACTUR_X}{name}")
        for name in ("DocumentType", "DocumentFileName", "Version", "ConformanceLevel")
    }
    assert properties == {
        "DocumentType": "INVOICE",
        "DocumentFileName": "factur-x.xml",
        "Version": "1.0",
        "ConformanceLevel": "EN 16931",
    }


def test_rendering_twice_gives_the_same_bytes() -> None:
    document = samples.invoice(rows=50)
    xml = write_cii(document)

    first = render_invoice(document, xml=xml)
    render_invoice(samples.long_invoice(), xml=None)

    assert render_invoice(document, xml=xml) == first


def test_the_stored_text_renders_to_the_same_bytes_in_another_process() -> None:
    document = samples.invoice()
    program = (
        "import sys, hashlib\n"
        "from fernkladde.documents import render_invoice\n"
        "from fernkladde.einvoice.cii import write_cii\n"
        "from fernkladde.values.invoice_document import InvoiceDocument\n"
        "document = InvoiceDocument.from_json(sys.stdin.read())\n"
        "pdf = render_invoice(document, xml=write_cii(document))\n"
        "print(hashlib.sha256(pdf).hexdigest())\n"
    )

    elsewhere = subprocess.run(
        [sys.executable, "-c", program],
        input=document.to_json(),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
        env={**os.environ, "PYTHONPATH": SOURCES, "TZ": "Asia/Tokyo"},
    )

    here = hashlib.sha256(hybrid(document)).hexdigest()
    assert elsewhere.stdout.strip() == here


def test_number_dates_and_sums_are_printed() -> None:
    text = " ".join(texts(hybrid(samples.invoice())))

    assert "Rechnung RE-2026-0042" in text
    assert "Datum 01.04.2026" in text
    assert "Leistungszeitraum 03.03.2026 – 27.03.2026" in text
    assert "Nettobetrag 568,79 €" in text
    assert "Umsatzsteuer 19 % auf 568,79 € 108,07 €" in text
    assert "Rechnungsbetrag 676,86 €" in text
    assert "Bitte überweisen Sie 676,86 € bis zum 15.04.2026." in text


def test_case_goodwill_connection_and_proof_are_printed() -> None:
    text = " ".join(texts(hybrid(samples.invoice())))

    assert "Fall 2026-0187 · Vorschub der Besäumkreissäge" in text
    assert "105 min 32,50 € je 15 min 227,50 €" in text
    assert "Kulanz − 100 % −130,00 €" in text
    assert "3 Gespräche, 47 Minuten, +49 7441 55120" in text
    assert "ohne Anerkennung einer Rechtspflicht" in text
    assert "Leistungsnachweis zur Rechnung RE-2026-0042" in text
    assert "16:40–17:25 M. Öztürk 0:45 h 0:45 h" in text
    assert "Zustimmung: Rahmenzustimmung" in text
    assert "Kettenkopf der Kladde bei Ausstellung: Eintrag 18734, 9f2b7c1e" in text


def test_the_allowance_is_stated_period_by_period() -> None:
    text = " ".join(texts(hybrid(samples.invoice())))

    assert "01.01.2026 – 31.03.2026 4:00 h 0:45 h 3:45 h 1:00 h – 0:00 h" in text


def test_an_english_customer_reads_english() -> None:
    text = " ".join(texts(hybrid(samples.invoice(language="en"))))

    assert "Invoice RE-2026-0042" in text
    assert "VAT 19% on €568.79 €108.07" in text
    assert "Total €676.86" in text
    assert "Page 1 of" in text
    assert "Rechnung RE" not in text


def test_tables_repeat_their_heads_and_pages_are_counted() -> None:
    pages = texts(hybrid(samples.long_invoice()))

    assert len(pages) > 5
    assert all(
        f"Seite {number} von {len(pages)}" in page
        for number, page in enumerate(pages, start=1)
    )
    with_lines = [page for page in pages if "Einsatz" in page and "je 15 min" in page]
    assert len(with_lines) > 4
    assert all("Pos. Leistung Menge Preis Betrag" in page for page in with_lines)


def test_a_statement_is_no_invoice() -> None:
    text = " ".join(texts(render_statement(samples.statement())))

    assert "Kontingentaufstellung" in text
    assert "keine Rechnung" in text
    assert "0:45 h" in text
    assert "RE-2026" not in text
    assert "überweisen" not in text


def test_the_letter_beside_an_xrechnung_carries_nothing() -> None:
    document = samples.xrechnung()

    pdf = render_invoice(document, xml=write_cii(document))

    assert pdfa.attached(pdf) == {}
    assert pdfa.faults(pdf) == []
    assert "991-33333TEST-33" in texts(pdf)[0]
    assert "2 % Skonto bei Zahlung innerhalb von 10 Tagen." in " ".join(texts(pdf))


def test_an_unknown_language_is_printed_in_german() -> None:
    document = replace(samples.invoice(), language="fr")

    text = texts(hybrid(document))[0]

    assert "Rechnung RE-2026-0042" in text
    assert "Fällig am 15.04.2026" in text


def test_only_a_statement_is_rendered_as_one() -> None:
    with pytest.raises(ValueError, match="statement"):
        render_statement(samples.invoice())


def test_a_cancellation_names_its_invoice_and_asks_for_nothing() -> None:
    text = " ".join(texts(render_invoice(samples.cancellation(), xml=None)))

    assert "Stornorechnung ST-2026-0003" in text
    assert "heben wir die Rechnung RE-2026-0042 vom 01.04.2026 auf" in text
    assert "überweisen" not in text
    assert "Gutschrift" not in text


def test_the_reason_for_untaxed_work_is_printed() -> None:
    document = samples.untaxed(samples.invoice(), "AE")

    text = " ".join(texts(hybrid(document)))

    assert "Steuerschuldnerschaft des Leistungsempfängers" in text


@pytest.mark.parametrize(
    "subject",
    [
        "Störung 🛠 am 中 Riemen",
        "\x00\x07\x1b[31m",
        '#panic("x") *fett* $x$ \\ ~ -- @ref `code`',
        "x" * 400,
        "Pfad/" * 80,
        "مضخة الزيت معطلة",
        "\u202everdreht\u202c \ufeff\u200b\u2028",
        "e\u0301\u0327" * 30,
        "Zeile\nZeile\r\nZeile",
        "ﬁ ﬂ ½ ™ ¢ ∅ ẞ ſ",
    ],
)
def test_no_text_stops_the_month(subject: str) -> None:
    document = first_section(samples.invoice(), subject=subject, plant=subject)
    document = replace(
        document,
        notes=(subject,),
        buyer=replace(document.buyer, name=subject),
        order_number=subject,
    )

    pdf = hybrid(document)

    assert pdfa.faults(pdf) == []


def test_markup_is_printed_as_typed() -> None:
    subject = '#panic("x") *fett* $x$ -- "so"'

    text = " ".join(texts(hybrid(first_section(samples.invoice(), subject=subject))))

    assert subject in text


def test_what_the_font_lacks_is_seen_as_a_box() -> None:
    document = first_section(samples.invoice(), subject="Rauch 🔥 am Antrieb")

    text = " ".join(texts(hybrid(document)))

    assert f"Rauch {BOX} am Antrieb" in text


def test_every_character_that_counts_as_printable_can_be_set() -> None:
    shown = "".join(chr(code) for code in sorted(characters()))
    pieces = tuple(shown[start : start + 60] for start in range(0, len(shown), 60))

    pdf = render_invoice(replace(samples.statement(), notes=pieces), xml=None)

    assert pdf.startswith(b"%PDF")


def test_a_text_longer_than_a_page_goes_over_several() -> None:
    document = first_section(samples.invoice(), subject="Sehr langer Verlauf. " * 400)

    assert len(texts(hybrid(document))) > len(texts(hybrid(samples.invoice())))


def test_the_template_compiles_without_a_warning() -> None:
    files = _files(sheet(samples.invoice(rows=20)), {})

    _, warnings = _compiler().compile_with_warnings(input=files, format="pdf")

    assert warnings == []
    assert fonts().families() == ["FiraGO"]


def test_fonts_are_embedded_as_true_type_subsets() -> None:
    reader = pypdf.PdfReader(io.BytesIO(hybrid(samples.invoice())))

    resources: list[Any] = [page["/Resources"] for page in reader.pages]
    found = [
        font["/DescendantFonts"][0]
        for resource in resources
        for font in resource["/Font"].values()
    ]

    assert found
    for font in found:
        assert font["/Subtype"] == "/CIDFontType2"
        assert "+FiraGO" in font["/BaseFont"]
        assert "/FontFile2" in font["/FontDescriptor"]


def test_a_negative_total_is_not_asked_for() -> None:
    document = samples.invoice()
    assert document.totals is not None
    totals = replace(document.totals, payable=Decimal("-1.00"))

    text = " ".join(texts(render_invoice(replace(document, totals=totals), xml=None)))

    assert "überweisen" not in text


@pytest.mark.slow
@settings(max_examples=12, deadline=None, suppress_health_check=SLOW)
@given(documents())
def test_random_invoices_are_printed_with_their_sums(document: InvoiceDocument) -> None:
    pdf = render_invoice(document, xml=write_cii(document))

    totals = document.totals
    assert totals is not None
    gross = f"{totals.gross:,.2f}".translate(str.maketrans(",.", ".,"))
    assert f"Rechnungsbetrag {gross} €" in " ".join(texts(pdf))
    assert pdfa.attached(pdf) == {"factur-x.xml": write_cii(document)}
