"""The pages for data from tables: give, look, name columns, take, take back."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from fernkladde.accounts.roles import Role
from fernkladde.customers.models import Customer
from fernkladde.imports.models import Batch
from fernkladde.imports.tables import duty
from fernkladde.imports.tables.at_once import read_table
from fernkladde.imports.tables.kinds import KINDS
from tests import make

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

pytestmark = pytest.mark.django_db

TWO = "Nr.;Name;Ort\n1;Müller;Ulm\n2;Meier;Köln\n"


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make.user(Role.DISPATCHER, full_name="Petra Lang"))
    return client


def give(desk: Client, text: str | bytes, **more: Any) -> HttpResponse:
    content = text.encode() if isinstance(text, str) else text
    file = SimpleUploadedFile("kunden.csv", content)
    given = {"kind": "customers", "file": file, "sheet": ""} | more
    return desk.post(reverse("import-list"), given)  # type: ignore[return-value]


def post(desk: Client, step: str, **fields: Any) -> HttpResponse:
    key = Batch.objects.latest("pk").pk
    return desk.post(reverse(step, args=[key]), fields)  # type: ignore[return-value]


def page(desk: Client, query: str = "") -> str:
    key = Batch.objects.latest("pk").pk
    return desk.get(reverse("import", args=[key]) + query).content.decode()


def test_a_table_goes_from_upload_to_taken_and_back(desk: Client) -> None:
    given = give(desk, TWO)
    assert given.headers["Location"] == reverse("import", args=[Batch.objects.get().pk])
    assert "Spalten zuordnen" in page(desk)

    post(desk, "import-check", number=0, name=1, city=2)
    looked = page(desk)
    assert "1 Müller" in looked
    assert "Alles oder nichts" in looked
    assert not Customer.objects.exists()

    post(desk, "import-take")
    assert "Übernommen am" in page(desk)
    assert Customer.objects.count() == 2

    post(desk, "import-undo")
    assert "Zurückgenommen am" in page(desk)
    assert not Customer.objects.exists()


def test_what_cannot_be_read_is_said_in_the_form(desk: Client) -> None:
    shown = give(desk, b"%PDF-1.7").content.decode()

    assert "PDF ist keine Tabelle. Gelesen werden CSV und XLSX." in shown
    assert not Batch.objects.exists()


def test_a_file_is_needed_and_a_kind_that_there_is(desk: Client) -> None:
    shown = desk.post(reverse("import-list"), {"kind": "cars"}).content.decode()

    assert "Welche Datei?" in shown
    assert "cars" in shown


def test_a_needed_column_is_asked_for(desk: Client) -> None:
    give(desk, "Schlüssel;Name\n1;Müller\n")

    shown = post(desk, "import-check", name=1).content.decode()
    assert "Ohne diese Spalte geht es nicht." in shown

    post(desk, "import-check", number=0, name=1)
    assert Batch.objects.get().new == 1


def test_a_column_that_the_table_has_not_is_refused(desk: Client) -> None:
    give(desk, TWO)

    shown = post(desk, "import-check", number=9, name=1).content.decode()

    assert Batch.objects.get().state == "given"
    assert "9" in shown


def test_refused_rows_come_first_and_stand_in_the_way(desk: Client) -> None:
    give(desk, TWO + "3;;\n")
    post(desk, "import-check", number=0, name=1, city=2)

    looked = page(desk)
    assert "„Name“ fehlt." in looked
    assert "1 Zeile ist abgelehnt; darum wird nichts übernommen." in looked
    assert reverse("import-take", args=[Batch.objects.get().pk]) not in looked

    refused = post(desk, "import-take").content.decode()
    assert "Das geht jetzt nicht" in refused
    assert "1 Müller" in page(desk, "?show=new")


def test_verdicts_are_turned_over_by_the_page(desk: Client) -> None:
    rows = "".join(f"{n};Kunde {n}\n" for n in range(1, 251))
    give(desk, "Nr.;Name\n" + rows)
    post(desk, "import-check", number=0, name=1)

    assert "Kunde 100<" in page(desk, "?page=1")
    assert "Kunde 101<" not in page(desk, "?page=1")
    assert "Kunde 250<" in page(desk, "?page=3")
    assert "Kunde 250<" in page(desk, "?page=99&show=nonsense")


def test_a_large_table_is_left_to_the_worker_and_its_progress_is_shown(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duty, "SMALL_BYTES", 10)
    give(desk, TWO)

    post(desk, "import-check", number=0, name=1, city=2)
    batch = Batch.objects.get()
    working = page(desk)
    assert batch.state == "checking"
    assert "<progress" in working
    assert "Stand aktualisieren" in working

    address = reverse("import", args=[batch.pk])
    partial = desk.get(address, headers={"HX-Request": "true"})
    assert "<html" not in partial.content.decode()
    assert duty.fulfil_due(clock=lambda: make.NOW.replace(year=2099)) == 1
    done = desk.get(address, headers={"HX-Request": "true"})
    assert done.headers["HX-Refresh"] == "true"


def test_what_rests_on_a_record_is_told_when_it_is_taken_back(desk: Client) -> None:
    give(desk, TWO)
    post(desk, "import-check", number=0, name=1)
    post(desk, "import-take")
    make.plant(customer=Customer.objects.get(number="1"))

    post(desk, "import-undo")

    assert "1 Müller: darauf beziehen sich Anlagen." in page(desk)
    assert Customer.objects.count() == 2


def test_a_draft_is_discarded(desk: Client) -> None:
    give(desk, TWO)

    answer = post(desk, "import-discard")

    assert answer.headers["Location"] == reverse("import-list")
    assert not Batch.objects.exists()


def test_the_list_says_who_gave_what_and_what_came_of_it(desk: Client) -> None:
    give(desk, TWO)
    post(desk, "import-check", number=0, name=1)
    post(desk, "import-take")

    shown = desk.get(reverse("import-list")).content.decode()

    assert "kunden.csv" in shown
    assert "übernommen" in shown
    assert "Petra Lang" in shown


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_template_is_a_download_and_a_table_of_its_kind(
    desk: Client, kind: str, ending: str
) -> None:
    answer = desk.get(reverse("import-sample", args=[kind, ending]))

    disposition = answer.headers["Content-Disposition"]
    assert disposition == f'attachment; filename="fernkladde-{kind}.{ending}"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    file = io.BytesIO(answer.content)
    read = read_table(kind=kind, file=file, wishes=(), sheet="", at=make.NOW)
    assert len(read.columns) == len(KINDS[kind].fields)


@pytest.mark.parametrize("address", ["cars.csv", "customers.pdf"])
def test_there_is_no_template_of_anything_else(desk: Client, address: str) -> None:
    assert desk.get(f"/uebernahme/vorlage/{address}").status_code == 404


def test_a_table_is_never_shown_inline_nor_given_out_again(desk: Client) -> None:
    """What was given is only read: no page answers with the file itself."""
    give(desk, "Nr.;Name\n1;<script>alert(1)</script>\n")
    post(desk, "import-check", number=0, name=1)

    shown = page(desk)

    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert(1)" in shown
