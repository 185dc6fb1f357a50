"""What all lists share: chosen columns, kept filters, and giving them out."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import IO, TYPE_CHECKING
from zipfile import ZipFile

import pytest
from django.urls import reverse
from django.utils import translation

from fernkladde.accounts.models import KeptView
from fernkladde.desk.listings.all import LISTINGS
from fernkladde.desk.listings.writing import csv_file, sheet
from fernkladde.imports.tables.workbook import Workbook
from fernkladde.journal.models import Entry
from tests import make

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from django.http.response import HttpResponseBase
    from django.test import Client

    from fernkladde.accounts.models import User
    from fernkladde.desk.listings.listing import Cell

pytestmark = pytest.mark.django_db

HOSTILE = [
    "=1+1",
    "+49 711",
    "-2",
    "@SUM(A1)",
    "\tx",
    "\rx",
    "\nx",
    "=cmd|' /C calc'!A0",
]


@pytest.fixture
def petra() -> User:
    make.policy()
    return make.user("dispatcher")


@pytest.fixture
def desk(client: Client, petra: User) -> Client:
    client.force_login(petra)
    return client


def content(answer: HttpResponseBase) -> bytes:
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def exported(desk: Client, place: str, query: str = "") -> list[list[str]]:
    answer = desk.get(f"{reverse(f'{place}-export')}?{query}")
    text = content(answer).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))


def read(file: IO[bytes]) -> list[list[Any]]:
    with file:
        return [list(row.cells) for row in Workbook(file).rows()]


def text_of(file: IO[bytes]) -> str:
    with file:
        return file.read().decode("utf-8-sig")


def test_an_export_is_what_the_list_shows_all_pages_in_its_order(desk: Client) -> None:
    for number in range(60):
        make.customer(number=f"K{number:03}", name=f"Presse {number:03}")
    make.customer(number="X", name="Anderer")
    make.searchable()

    rows = exported(desk, "customer-list", "q=presse&sort=-name")

    assert rows[0][:3] == ["Nr.", "Name", "Ort"]
    assert len(rows) == 61
    assert rows[1][1] == "Presse 059"
    assert rows[-1][1] == "Presse 000"


def test_a_sheet_holds_dates_and_numbers_as_such(desk: Client) -> None:
    case = make.case(number="26-1", subject="=1+1", opened_at=make.NOW)
    make.session(case=case, ended_at=make.NOW + timedelta(minutes=100))

    answer = desk.get(reverse("case-list-export") + "?as=xlsx")
    head, row = read(io.BytesIO(content(answer)))

    shown = dict(zip(head, row, strict=True))
    assert shown["Betreff"] == "=1+1"
    assert str(shown["Gemeldet"]) == "2026-10-06 10:00:00"
    assert isinstance(shown["Gearbeitet"], timedelta)
    assert ".xlsx" in answer.headers["Content-Disposition"]


TEXTS = [("A1", "inlineStr"), ("A2", "inlineStr")]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_can_become_a_formula(text: str) -> None:
    in_csv = text_of(csv_file(["=Kopf"], [[text]]))
    with sheet("Blatt", ["=Kopf"], [[text]]) as file, ZipFile(file) as parts:
        page = parts.read("xl/worksheets/sheet1.xml").decode()

    head, row = csv.reader(io.StringIO(in_csv, newline=""), delimiter=";")
    assert head == ["'=Kopf"]
    assert row == [f"'{text}"]
    assert re.findall(r'<c r="(A\d)"[^>]* t="(\w+)"', page) == TEXTS
    assert "<f" not in page


CELLS: list[Cell] = [
    Decimal("-1234.50"), 7, date(2026, 3, 1), datetime(2026, 3, 1, 8, tzinfo=UTC),
    timedelta(hours=26, minutes=5), None, "Süß; \"zitiert\"",
]  # fmt: skip


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("de", '-1234,50;7;2026-03-01;2026-03-01 08:00;26:05;;"Süß; ""zitiert"""'),
        ("en", '-1234.50,7,2026-03-01,2026-03-01 08:00,26:05,,"Süß; ""zitiert"""'),
    ],
)
def test_csv_is_written_as_the_language_reads_it(language: str, line: str) -> None:
    with translation.override(language):
        text = text_of(csv_file(["a"] * len(CELLS), [CELLS]))

    assert text.splitlines()[1] == line


def test_a_sheet_keeps_what_cells_are() -> None:
    _head, row = read(sheet("Blatt", ["a"] * len(CELLS), [CELLS]))

    assert row[:4] == [
        Decimal("-1234.5"),
        Decimal(7),
        datetime(2026, 3, 1),  # noqa: DTZ001  a day is its midnight
        datetime(2026, 3, 1, 8),  # noqa: DTZ001  cells know no time zone
    ]
    assert row[4] == timedelta(hours=26, minutes=5)
    assert row[6] == 'Süß; "zitiert"'


@pytest.mark.parametrize("place", sorted(LISTINGS))
def test_more_rows_cost_no_more_queries(
    desk: Client,
    petra: User,
    place: str,
    django_assert_max_num_queries: Callable[[int], Any],
) -> None:
    if place == "invoice-list":
        petra.role = "manager"
        petra.save()
    listing = LISTINGS[place]
    make.invoice()
    for _ in range(12):
        plant = make.plant()
        make.case(plant=plant, assigned_to=petra)
        make.contract(customer=plant.customer)
    KeptView.objects.create(
        person=petra, place=place, columns=[each.key for each in listing.columns]
    )

    with django_assert_max_num_queries(22):
        assert len(exported(desk, place)) > 1
    with django_assert_max_num_queries(30):
        assert desk.get(reverse(place)).status_code == 200


def test_columns_are_chosen_by_each_person(desk: Client, client: Client) -> None:
    make.customer(number="K1", name="Brandl", city="Esslingen", email="a@brandl.de")
    chosen = {"place": "customer-list", "column": ["email"], "query": "q="}

    answer = desk.post(reverse("columns-choose"), chosen)

    mine = desk.get(reverse("customer-list")).content.decode()
    assert answer.headers["Location"] == reverse("customer-list") + "?q="
    assert "a@brandl.de" in mine
    assert "Esslingen" not in mine
    assert exported(desk, "customer-list")[0] == ["Nr.", "Name", "E-Mail"]
    client.force_login(make.user("dispatcher"))
    theirs = client.get(reverse("customer-list")).content.decode()
    assert "a@brandl.de" not in theirs
    assert "Esslingen" in theirs


def test_the_usual_columns_come_back(desk: Client) -> None:
    make.customer(name="Brandl", city="Esslingen")
    place = {"place": "customer-list"}
    desk.post(reverse("columns-choose"), place | {"column": ["email"]})

    desk.post(reverse("columns-choose"), place | {"usual": ""})

    assert "Esslingen" in desk.get(reverse("customer-list")).content.decode()
    assert not KeptView.objects.exists()


@pytest.mark.parametrize("place", sorted(LISTINGS))
def test_every_column_can_be_shown_alone_and_with_all_others(
    client: Client, place: str
) -> None:
    make.policy()
    person = make.user("administrator")
    client.force_login(person)
    plant = make.plant()
    make.case(plant=plant)
    make.contract(customer=plant.customer)
    make.invoice()
    keys = [column.key for column in LISTINGS[place].columns]

    for columns in ([], keys, *([key] for key in keys)):
        KeptView.objects.update_or_create(
            person=person, place=place, name="", defaults={"columns": columns}
        )
        shown = client.get(reverse(place)).content.decode()
        head, body = shown.split("<thead>")[1].split("</thead>")
        row = body.split("<tbody>")[1].split("</tr>")[0]
        assert head.count("<th") == row.count("<td"), columns


def test_a_filter_is_kept_under_a_name_and_leads_back(desk: Client) -> None:
    query = "state=new&person=me&sort=-opened"

    desk.post(
        reverse("view-keep"), {"place": "case-list", "name": " Meine ", "query": query}
    )

    shown = desk.get(reverse("case-list")).content.decode()
    assert 'href="?state=new&amp;person=me&amp;sort=-opened">Meine</a>' in shown
    entry = Entry.objects.newest_first()[0]
    assert entry.kind == "accounts.view-kept"
    assert "Meine" not in str(entry.facts)


def test_the_same_name_replaces_the_filter(desk: Client) -> None:
    for query in ("state=new", "state=solved"):
        desk.post(
            reverse("view-keep"), {"place": "case-list", "name": "A", "query": query}
        )

    assert KeptView.objects.get().query == "state=solved"


def test_a_filter_is_seen_by_others_only_if_it_is_shared(
    desk: Client, client: Client
) -> None:
    for name, more in (("Eigener", {}), ("Gemeinsamer", {"shared": "on"})):
        given = {"place": "case-list", "name": name, "query": "state=new"} | more
        desk.post(reverse("view-keep"), given, follow=True)
    client.force_login(make.user("technician"))

    shown = client.get(reverse("case-list")).content.decode()

    assert "Gemeinsamer" in shown
    assert "Eigener" not in shown


def test_who_keeps_no_master_data_shares_nothing_and_drops_nothing_shared(
    client: Client,
) -> None:
    make.policy()
    technician, dispatcher = make.user("technician"), make.user("dispatcher")
    shared = KeptView.objects.create(
        person=dispatcher, place="case-list", name="A", query="", is_shared=True
    )
    client.force_login(technician)
    given = {"place": "case-list", "name": "B", "query": "", "shared": "on"}

    client.post(reverse("view-keep"), given)
    client.post(reverse("view-drop"), {"place": "case-list", "view": shared.pk})

    assert list(KeptView.objects.values_list("name", flat=True)) == ["A"]


def test_nobody_drops_what_another_keeps_alone(desk: Client) -> None:
    theirs = KeptView.objects.create(
        person=make.user(), place="case-list", name="A", query=""
    )

    answer = desk.post(reverse("view-drop"), {"place": "case-list", "view": theirs.pk})

    assert answer.status_code == 404
    assert KeptView.objects.filter(pk=theirs.pk).exists()


def test_ones_own_filter_goes_when_it_is_dropped(desk: Client, petra: User) -> None:
    mine = KeptView.objects.create(person=petra, place="case-list", name="A", query="")

    desk.post(reverse("view-drop"), {"place": "case-list", "view": mine.pk})

    assert not KeptView.objects.exists()


@pytest.mark.parametrize("name", ["", "x" * 61])
def test_a_filter_needs_a_short_name(desk: Client, name: str) -> None:
    given = {"place": "case-list", "name": name, "query": "state=new"}

    shown = desk.post(reverse("view-keep"), given, follow=True).content.decode()

    assert not KeptView.objects.exists()
    assert "Name" in shown.split('<li class="message')[1][:400]


def test_a_list_that_one_may_not_see_has_no_tools(client: Client) -> None:
    make.policy()
    client.force_login(make.user("technician"))
    given = {"place": "invoice-list", "name": "A", "query": ""}

    assert client.post(reverse("view-keep"), given).status_code == 404
    assert client.post(reverse("columns-choose"), given).status_code == 404
    assert client.post(reverse("view-keep"), given | {"place": "x"}).status_code == 404


def test_kept_filters_cost_a_list_one_query(
    desk: Client, petra: User, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    with django_assert_max_num_queries(30) as without:
        desk.get(reverse("plant-list"))
    for number in range(9):
        KeptView.objects.create(
            person=petra, place="plant-list", name=f"Filter {number}", query="q=x"
        )

    with django_assert_max_num_queries(len(without)):
        desk.get(reverse("plant-list"))
