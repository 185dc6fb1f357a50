"""Workbooks as they really come, and as nobody should send them."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from fernkladde.customers.models import Customer
from fernkladde.imports.tables.limits import Unreadable
from tests import make

from .books import MAIN, RELATIONS, archive, book, by_hand, row
from .judged import Said, taken, told_of, verdicts

if TYPE_CHECKING:
    from collections.abc import Sequence

pytestmark = pytest.mark.django_db

HEAD: Sequence[str] = ("Kundennummer", "Name", "kostenpflichtig ab")
NEW = [Said(2, "new", "")]


def read_back(content: bytes) -> Customer:
    taken("customers", content, name="kunden.xlsx")
    return Customer.objects.get()


def test_numbers_dates_and_texts_arrive_as_what_they_are() -> None:
    content = book([HEAD, (10001, "Müller", date(2026, 3, 1))])

    customer = read_back(content)

    assert (customer.number, customer.name) == ("10001", "Müller")
    assert customer.charging_from == date(2026, 3, 1)


def test_a_date_that_is_formatted_as_a_number_is_its_serial() -> None:
    content = book([HEAD, ("1", "Müller", 46082)])

    assert read_back(content).charging_from == date(2026, 3, 1)


def test_what_excel_counted_in_binary_is_no_other_number() -> None:
    content = by_hand(
        row(1, "Nr.", "Name") + '<row r="2"><c r="A2"><v>10001.000000000002</v></c>'
        '<c r="B2" t="inlineStr"><is><t>Müller</t></is></c></row>'
    )

    assert read_back(content).number == "10001"


def test_a_macintosh_counts_its_days_from_1904() -> None:
    workbook = (
        f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><workbookPr date1904="1"/>'
        '<sheets><sheet name="Eins" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    styles = '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
    content = by_hand(
        row(1, *HEAD)
        + '<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="str"><v>M</v></c>'
        '<c r="C2" s="1"><v>44620</v></c></row>',
        workbook=workbook,
        styles=styles,
    )

    assert read_back(content).charging_from == date(2026, 3, 1)


@pytest.mark.parametrize(
    ("code", "cell", "seconds"),
    [
        ("[h]:mm", "1.0625", 91_800),
        ("h:mm", "0.0173611111111111", 1_500),
        ('0" min"', "25", 1_500),
        ("General", "22.5", 1_350),
    ],
)
def test_a_span_is_read_by_its_format(code: str, cell: str, seconds: int) -> None:
    make.customer(number="1")
    styles = (
        f"<numFmts><numFmt numFmtId='164' formatCode='{code}'/></numFmts>"
        "<cellXfs><xf numFmtId='0'/><xf numFmtId='164'/></cellXfs>"
    )
    content = by_hand(
        row(1, "Datum", "Kunde", "Dauer")
        + '<row r="2"><c t="str"><v>5.3.2024</v></c><c><v>1</v></c>'
        f'<c s="1"><v>{cell}</v></c></row>',
        styles=styles,
    )

    taken("history", content)

    [found] = Customer.objects.get().past_calls.values_list("seconds", flat=True)
    assert found == seconds


def test_shared_texts_are_found_with_their_runs_and_without_how_they_are_spoken() -> (
    None
):
    shared = (
        "<si><t>Kundennummer</t></si><si><t>Name</t></si>"
        "<si><r><t>Mül</t></r><r><t>ler_x0020_KG</t></r><rPh><t>mu</t></rPh></si>"
    )
    content = by_hand(
        '<row r="1"><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row>'
        '<row r="2"><c><v>1</v></c><c t="s"><v>2</v></c></row>',
        shared=shared,
    )

    assert read_back(content).name == "Müller KG"


def test_cells_without_references_and_rows_without_numbers_are_counted() -> None:
    content = by_hand(row(None, "Nr.", "Name") + row(None, "1", "M") + row(None, "2"))

    assert verdicts("customers", content) == [
        Said(2, "new", ""),
        Said(3, "refused", "„Name“ fehlt."),
    ]


def test_blank_rows_are_left_out_and_the_others_keep_their_lines() -> None:
    content = by_hand(row(1, "Nr.", "Name") + row(5000, "1", "M"))

    assert verdicts("customers", content) == [Said(5000, "new", "")]


def test_the_first_sheet_that_is_shown_is_read_and_the_others_are_told() -> None:
    content = io.BytesIO(book([HEAD, (1, "Müller")]))
    workbook = (
        f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>'
        '<sheet name="Geheim" sheetId="2" state="hidden" r:id="rId1"/>'
        '<sheet name="Kunden" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    with zipfile.ZipFile(content) as made:
        parts = {name: made.read(name) for name in made.namelist()}

    told, _found = told_of(
        "customers", archive({**parts, "xl/workbook.xml": workbook.encode()})
    )

    assert told[:2] == ["Tabellenblatt „Kunden“", "1 weiteres Blatt bleibt ungelesen"]


def test_a_sheet_is_chosen_by_its_name() -> None:
    content = book([HEAD, (1, "Müller")], sheet="Liste 2")

    assert verdicts("customers", content, sheet="liste 2") == NEW
    with pytest.raises(Unreadable, match="„Liste 3“ gibt es nicht; es gibt: Liste 2"):
        verdicts("customers", content, sheet="Liste 3")


def test_a_formula_is_not_computed_its_saved_value_counts_and_that_is_told() -> None:
    content = by_hand(
        row(1, "Nr.", "Name") + '<row r="2"><c t="str"><f>"1"&amp;""</f><v>1</v></c>'
        '<c t="str"><f>HYPERLINK("http://x")</f><v>Müller</v></c></row>'
    )

    told, found = told_of("customers", content)

    assert found[0].subject == "1 Müller"
    assert "2 Formeln: gelesen ist ihr zuletzt gespeicherter Wert" in told


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        pytest.param("<c><f>1+1</f></c>", "nie gespeichert", id="never computed"),
        pytest.param('<c t="e"><v>#REF!</v></c>', "Fehler von Excel (#REF!)", id="ref"),
        pytest.param('<c t="e"><v>#NV</v></c>', "Fehler von Excel (#NV)", id="n/a"),
        pytest.param(
            '<c t="str"><v>Mü_x0007_ller</v></c>', "keine Schrift", id="an escaped bell"
        ),
    ],
)
def test_a_cell_without_a_value_is_refused_with_its_column(cell: str, why: str) -> None:
    content = by_hand(row(1, "Nr.", "Name") + f'<row r="2"><c><v>1</v></c>{cell}</row>')

    [said] = verdicts("customers", content)

    assert said.outcome == "refused"
    assert said.why.startswith("„Name“")
    assert why in said.why


BOMB = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
HARMLESS = row(1, "Nr.", "Name") + row(2, "1", "M")


def locked() -> bytes:
    """Return an archive that says of a part that it is encrypted."""
    content = bytearray(by_hand(HARMLESS))
    for place in _headers(content):
        content[place] |= 1
    return bytes(content)


def _headers(content: bytearray) -> list[int]:
    places, start = [], 0
    while (found := content.find(b"PK\x01\x02", start)) >= 0:
        places.append(found + 8)
        start = found + 4
    return places


@pytest.mark.parametrize(
    ("content", "why"),
    [
        pytest.param(
            by_hand(HARMLESS, head=f"<?xml version='1.0'?>{BOMB}"),
            "Dokumenttyp",
            id="an entity bomb in the sheet",
        ),
        pytest.param(
            by_hand("", shared="", head=f"<?xml version='1.0'?>{OUTSIDE}"),
            "Dokumenttyp",
            id="a reference to a file of the server",
        ),
        pytest.param(
            by_hand(HARMLESS, more={"xl/media/x.png": b"\0" * 30_000_000}),
            "viel zu groß",
            id="a part that grows a thousandfold",
        ),
        pytest.param(
            by_hand(HARMLESS, more={f"x/{n}": b"" for n in range(2500)}),
            "viel zu groß",
            id="2500 parts",
        ),
        pytest.param(locked(), "Passwort geschützt", id="encrypted parts"),
        pytest.param(by_hand(HARMLESS)[:-30], "beschädigt", id="cut off"),
        pytest.param(b"PK\x03\x04" + b"x" * 200, "beschädigt", id="not an archive"),
        pytest.param(by_hand(row(1, "Nr.", "Name") + "<row>"), "beschädigt", id="xml"),
        pytest.param(
            by_hand('<row><c t="s"><v>7</v></c></row>', shared="<si><t>a</t></si>"),
            "beschädigt",
            id="a shared text that is not there",
        ),
        pytest.param(
            by_hand('<row><c t="s"><v>-1</v></c></row>', shared=""),
            "beschädigt",
            id="a shared text below nothing",
        ),
        pytest.param(
            by_hand(row(1, "Nr.", "Name") + row(9_999_999, "1", "M")),
            "beschädigt",
            id="a row far beyond the sheet",
        ),
        pytest.param(
            by_hand('<row r="1"><c r="XFD1"><v>1</v></c></row>'),
            "Mehr als 200 Spalten",
            id="a cell in the last column",
        ),
        pytest.param(by_hand(""), "steht nichts", id="an empty sheet"),
        pytest.param(
            by_hand(
                HARMLESS,
                workbook=f'<workbook xmlns="{MAIN}"><sheets></sheets></workbook>',
            ),
            "kein Tabellenblatt",
            id="no sheet",
        ),
        pytest.param(
            archive({"mimetype": b"x", "content.xml": b"<x/>"}), "ODS wird", id="ods"
        ),
        pytest.param(archive({"xl/workbook.bin": b"x"}), "XLSB wird nicht", id="xlsb"),
        pytest.param(
            archive({"Index/Document.iwa": b"x"}), "Numbers wird nicht", id="numbers"
        ),
        pytest.param(archive({"kunden.csv": b"Nr.;Name"}), "Archiv", id="zipped csv"),
    ],
)
def test_a_broken_or_hostile_workbook_is_refused_in_one_sentence(
    content: bytes, why: str
) -> None:
    with pytest.raises(Unreadable) as refusal:
        verdicts("customers", content)

    assert why in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_workbook_with_macros_is_read_and_they_are_not() -> None:
    content = by_hand(HARMLESS, more={"xl/vbaProject.bin": b"Auto_Open"})

    assert verdicts("customers", content) == NEW


def test_a_time_beside_the_day_is_taken_from_one_cell() -> None:
    make.customer(number="1")
    head = ("Datum", "Kunde", "Minuten")
    when = datetime(2024, 3, 5, 14, 10, tzinfo=UTC).replace(tzinfo=None)
    content = book([head, (when, "1", 25)])

    taken("history", content)

    call = Customer.objects.get().past_calls.get()
    assert call.called_on == date(2024, 3, 5)
    assert f"{call.began:%H:%M}" == "14:10"
