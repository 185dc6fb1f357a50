"""Text tables as they really come, and what is said of each of their rows."""

from __future__ import annotations

import pytest

from fernkladde.imports.tables.limits import LONGEST_CELL, LONGEST_LINE, Unreadable
from fernkladde.values.refusal import Refusal

from .judged import Said, told_of, verdicts

pytestmark = pytest.mark.django_db

HEAD = "Kundennummer;Name;Ort\n"
GOOD = HEAD + "1;Müller;Ulm\n"
NEW = [Said(2, "new", "")]


@pytest.mark.parametrize(
    ("content", "label"),
    [
        pytest.param(GOOD.encode(), "UTF-8", id="utf-8"),
        pytest.param(GOOD.encode("utf-8-sig"), "UTF-8", id="utf-8 with its mark"),
        pytest.param(GOOD.encode("utf-16"), "UTF-16", id="utf-16 with its mark"),
        pytest.param(GOOD.encode("utf-16-be"), "UTF-16", id="utf-16 without a mark"),
        pytest.param(GOOD.encode("utf-32"), "UTF-32", id="utf-32"),
        pytest.param(GOOD.encode("cp1252"), "Windows-1252", id="windows-1252"),
        pytest.param(GOOD.encode("cp850"), "DOS (850)", id="dos"),
        pytest.param(
            GOOD.replace("Ulm", "Ulm\x90").encode("latin-1"), "ISO-8859-1", id="latin-1"
        ),
    ],
)
def test_the_letters_are_found_out_and_told(content: bytes, label: str) -> None:
    told, found = told_of("customers", content)

    assert told[0] == f"Zeichensatz {label}"
    assert [verdict.line for verdict in found] == [2]
    assert "M" in found[0].subject


def test_an_umlaut_in_the_last_line_still_decides_the_encoding() -> None:
    many = "".join(f"{n};Kunde {n};Ulm\n" for n in range(1, 3000))
    content = (HEAD + many).encode() + "9999;Müller;Köln\n".encode("cp1252")

    told, found = told_of("customers", content)

    assert told[0] == "Zeichensatz Windows-1252"
    assert found[-1].subject == "9999 Müller"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param("Kundennummer;Name\n1;a,b\n", "Semikolon", id="semicolon"),
        pytest.param("Kundennummer,Name\n1,a;b\n", "Komma", id="comma"),
        pytest.param("Kundennummer\tName\n1\ta,b;c\n", "Tabulator", id="tab"),
        pytest.param("Kundennummer|Name\n1|a,b;c\n", "senkrechter Strich", id="bar"),
        pytest.param("sep=;\nKundennummer;Name\n1;a\n", "Semikolon", id="said"),
        pytest.param("sep=#\nKundennummer#Name\n1#a\n", "„#“", id="said, strange"),
    ],
)
def test_the_separator_is_found_out_and_told(text: str, name: str) -> None:
    told, found = told_of("customers", text.encode())

    assert told[1] == f"Trennzeichen {name}"
    assert [verdict.outcome.value for verdict in found] == ["new"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(GOOD.replace("\n", "\r\n"), id="crlf"),
        pytest.param(GOOD.replace("\n", "\r"), id="cr"),
        pytest.param(GOOD.rstrip("\n"), id="no last line end"),
        pytest.param(GOOD + "\n;;\n   \n;\n", id="blank lines at the end"),
        pytest.param(HEAD + '1;"Müller";Ulm\n', id="quotes"),
        pytest.param(HEAD + '1; "Müller, Söhne; Co" ;Ulm\n'.replace('" ;', '";'),
                     id="a blank before a quote"),
        pytest.param(HEAD + '1;Rohr 3" kurz;Ulm\n', id="an inch in the middle"),
        pytest.param(HEAD + '1;"3"" Rohr";Ulm\n', id="an inch doubled"),
        pytest.param(HEAD + '="1";Müller;Ulm\n', id="a number as Excel's text"),
        pytest.param(HEAD + "1;-Müller-;@Ulm\n", id="signs that begin formulas"),
        pytest.param(HEAD + "1;Müller;Ulm;zu;viel\n", id="more cells than headings"),
        pytest.param(HEAD + "1;Müller\n", id="fewer cells than headings"),
        pytest.param("\ufeffKUNDEN-NR.;firma;ORT\n1;Müller;Ulm\n", id="other heads"),
        pytest.param("Kundennummer;Name;Name\n1;Müller;x\n", id="a heading twice"),
        pytest.param("Kundennummer;Name;\n1;Müller;x\n", id="a heading left out"),
    ],
)  # fmt: skip
def test_what_is_only_untidy_is_read(text: str) -> None:
    assert verdicts("customers", text) == NEW


def test_headings_may_stand_below_a_title() -> None:
    text = "Kundenliste\nStand;01.10.2026\n\n" + HEAD + "1;Müller;Ulm\n"

    told, _found = told_of("customers", text.encode())

    assert "Überschriften in Zeile 4" in told
    assert verdicts("customers", text) == [Said(5, "new", "")]


def test_a_name_may_go_over_two_lines_and_the_next_row_keeps_its_line() -> None:
    text = HEAD + '1;"Müller\nund Söhne";Ulm\n2;;Ulm\n'

    assert verdicts("customers", text) == [
        Said(2, "new", ""),
        Said(4, "refused", "„Name“ fehlt."),
    ]


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        pytest.param("1;;Ulm", "„Name“ fehlt.", id="a name missing"),
        pytest.param(";Müller;Ulm", "„Kundennummer“ fehlt.", id="no number"),
        pytest.param("1;Mü\0ller;Ulm", "„Name“: enthält Zeichen", id="nul"),
        pytest.param("1;Mü\x07ller;Ulm", "„Name“: enthält Zeichen", id="a bell"),
        pytest.param("1;=HYPERLINK(A1);Ulm", "enthält eine Formel", id="a formula"),
        pytest.param(f"1;{'x' * 201};Ulm", "„Name“: ", id="a name too long"),
        pytest.param(f"{'1' * 61};Müller;Ulm", "„Kundennummer“: ", id="number long"),
        pytest.param(
            f"1;{'x' * (LONGEST_CELL + 1)};Ulm", "ist länger als", id="a novel"
        ),
    ],
)
def test_a_row_that_cannot_be_taken_is_refused_with_its_column(
    rows: str, why: str
) -> None:
    [said] = verdicts("customers", HEAD + rows + "\n")

    assert (said.line, said.outcome) == (2, "refused")
    assert why in said.why


@pytest.mark.parametrize(
    ("head", "cell", "why"),
    [
        pytest.param("Land", "Absurdistan", "nicht bekannt", id="no such country"),
        pytest.param("Telefon", "123", "kann keine Rufnummer sein", id="no number"),
        pytest.param("E-Mail", "muster(at)firma", "E-Mail", id="no address"),
        pytest.param("USt-IdNr.", "123", "keine USt-IdNr.", id="no vat id"),
        pytest.param("Sprache", "fr", "gibt es hier nicht", id="no such language"),
        pytest.param("Tarif", "Gold", "Einen Tarif „Gold“ gibt es", id="no tariff"),
        pytest.param("kostenpflichtig ab", "31.02.2026", "gibt es nicht", id="no day"),
        pytest.param("kostenpflichtig ab", "31.02.", "kein Datum", id="no year"),
        pytest.param("kostenpflichtig ab", "03/04/2026", "kein Datum", id="two ways"),
        pytest.param("kostenpflichtig ab", "heute", "kein Datum", id="no date at all"),
        pytest.param("Kontingentaufstellung", "vielleicht", "weder ja", id="maybe"),
    ],
)
def test_a_cell_that_means_nothing_is_quoted(head: str, cell: str, why: str) -> None:
    [said] = verdicts("customers", f"Nr.;Name;{head}\n1;Müller;{cell}\n")

    assert said.outcome == "refused"
    assert why in said.why


def test_a_key_that_stands_twice_is_refused_the_second_time() -> None:
    text = HEAD + "1;Müller;Ulm\n2;Meier;Köln\n1;Müller;Ulm\n"

    assert [said.outcome for said in verdicts("customers", text)] == [
        "new", "new", "refused",
    ]  # fmt: skip
    assert verdicts("customers", text)[-1].why == "Steht schon in Zeile 2."


@pytest.mark.parametrize(
    ("content", "why"),
    [
        pytest.param(b"", "Die Datei ist leer.", id="nothing"),
        pytest.param(b"\n \n;;\n", "steht nichts", id="only blanks"),
        pytest.param(
            (HEAD + '1;"Müller;Ulm\n2;Meier;Köln\n').encode(),
            "Zeile 2: Hier beginnt ein Anführungszeichen, das nicht endet.",
            id="half a quote",
        ),
        pytest.param(
            (HEAD + '1;"Müller" Söhne;Ulm\n').encode(), "Zeile 2: Nach", id="then more"
        ),
        pytest.param(
            (HEAD + '1;Meier;Köln\n2;"' + "Müller;Ulm\n" * 20_000).encode(),
            "Zeile 3: Hier beginnt eine Zelle, die viel zu lang ist.",
            id="half a quote in a long file",
        ),
        pytest.param(
            HEAD.encode() + b"x" * (LONGEST_LINE + 1), "Zeile 2: ", id="an endless line"
        ),
        pytest.param((";" * 250 + "x\n").encode(), "Spalten", id="250 columns"),
        pytest.param(b"\xef\xbb\xbf" + b"Nr.;\xff\xfe", "UTF-8", id="a false mark"),
        pytest.param(b"\xd0\xcf\x11\xe0rest", "alte XLS-Datei", id="xls"),
        pytest.param(b"%PDF-1.7 rest", "PDF ist keine Tabelle", id="pdf"),
        pytest.param(b"\x1f\x8brest", "GZIP ist keine Tabelle", id="gzip"),
        pytest.param(b"<html><table>", "HTML/XML ist keine", id="a page named xls"),
        pytest.param(b"<?xml version='1.0'?>", "HTML/XML ist keine", id="xml"),
        pytest.param(b"\x89PNG\r\n", "PNG ist keine Tabelle", id="a picture"),
        pytest.param(b"Name;Ort\nx;y\n", "Kundennummer", id="no column of numbers"),
        pytest.param(b"just some text\n", "Kundennummer", id="a letter"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused_as_a_whole(
    content: bytes, why: str
) -> None:
    with pytest.raises(Refusal) as refusal:
        verdicts("customers", content)

    assert why in str(refusal.value)


def test_sheets_are_asked_of_workbooks_only() -> None:
    with pytest.raises(Unreadable, match="nur in XLSX"):
        verdicts("customers", GOOD, sheet="Kunden")
