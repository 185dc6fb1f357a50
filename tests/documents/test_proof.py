"""The proof of service: what each session says, and rows of known height."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pypdf

from fernkladde.documents.fonts import width_in_em
from fernkladde.documents.render import _compiler, _files
from fernkladde.documents.sheet import sheet
from tests.documents import samples


def proof_of(**changes: Any) -> dict[str, Any]:
    """Return the one row of a proof whose only session is changed so."""
    session = replace(samples.proof()[0], **changes)
    made = sheet(replace(samples.invoice(), proof=(session,)))
    row: dict[str, Any] = made["proof"]["cases"][0]["rows"][0]
    return row


def compiled(made: dict[str, Any]) -> pypdf.PdfReader:
    pdf = _compiler().compile(
        input=_files(made, {}),
        format="pdf",
        timestamp=datetime(2026, 4, 1, tzinfo=UTC),
    )
    assert isinstance(pdf, bytes)
    return pypdf.PdfReader(io.BytesIO(pdf))


def heights_of(word: str, reader: pypdf.PdfReader) -> list[tuple[int, float]]:
    """Return page and height of each place where the word is printed."""
    found: list[tuple[int, float]] = []
    for number, page in enumerate(reader.pages):

        def visit(text: str, _: Any, matrix: Any, *rest: Any, at: int = number) -> None:
            if word in text:
                found.append((at, float(matrix[5])))

        page.extract_text(visitor_text=visit)
    return found


def test_a_session_says_when_who_how_long_and_why() -> None:
    row = proof_of()

    shown = [cell.replace("\u00a0", " ") for cell in row["cells"]]
    assert shown == [
        "03.03.2026  16:40–17:25",
        "M. Öztürk",
        "0:45 h",
        "0:45 h",
        "Telefon +49 7441 55120",
    ]
    assert row["decision"] == "Eingriff des Kunden · nach Tarif"
    assert row["more"] == [
        "Grund: Folge der Umstellung vom Vortag",
        "Zustimmung: Rahmenzustimmung",
    ]


def test_time_billed_with_an_earlier_session_is_a_dash() -> None:
    assert proof_of(billed_minutes=None)["cells"][3] == "–"
    assert proof_of(billed_minutes=Decimal(0))["cells"][3] == "0:00\u00a0h"


def test_the_sums_of_a_case_are_those_of_its_sessions() -> None:
    made = sheet(samples.invoice())["proof"]["cases"]

    sums = [[text.replace("\u00a0", " ") for text in case["sum"]] for case in made]
    assert sums[0] == ["Summe", "1:41 h", "1:45 h"]
    assert sums[1] == ["Summe", "3:06 h", "2:15 h"]


def test_a_height_is_known_only_where_no_text_can_wrap() -> None:
    assert proof_of(reason="", consent="")["lines"] == 1
    assert proof_of(reason="")["lines"] == 2
    assert proof_of()["lines"] == 3
    assert proof_of(technician="Dr. Maximilian von Hohenstein")["lines"] == 0
    assert (
        proof_of(reason="Nacharbeit an einer Lieferung vom Februar 2026")["lines"] == 0
    )
    assert proof_of(connection="مودم")["lines"] == 0


def test_known_heights_are_those_that_would_be_measured() -> None:
    known = sheet(samples.invoice(rows=40))
    measured = json.loads(json.dumps(known))
    for case in measured["proof"]["cases"]:
        for row in case["rows"]:
            row["lines"] = 0

    places = heights_of("Summe", compiled(known))
    expected = heights_of("Summe", compiled(measured))

    assert len(places) == len(expected) > 4
    for (page, height), (expected_page, expected_height) in zip(
        places, expected, strict=True
    ):
        assert page == expected_page
        assert abs(height - expected_height) < 4


def test_widths_are_known_for_simple_letters_alone() -> None:
    assert width_in_em("") == 0
    assert 0.9 < (width_in_em("Öl") or 0) < 1.1
    assert width_in_em("e\u0301") is None
    assert width_in_em("مودم") is None
