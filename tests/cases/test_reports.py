"""What was done, texts used again, and files: written once, kept, told."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import pytest

from fernkladde.cases import actions
from fernkladde.cases.actions.attaching import LARGEST, path_of
from fernkladde.cases.attached import kind_of
from fernkladde.cases.models import Attachment, Case, CaseTemplate, WorkReport
from fernkladde.customers.records import NumberTaken
from fernkladde.integrity.invariants import check_invariants
from fernkladde.journal.models import Entry, PersonalValue
from fernkladde.plants.secrets import LooksLikeASecret
from tests import make

if TYPE_CHECKING:
    from pathlib import Path

    from fernkladde.accounts.models import User

pytestmark = pytest.mark.django_db

NOW = make.NOW
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


@pytest.fixture
def petra() -> User:
    return make.user()


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.DOCUMENTS = tmp_path
    return tmp_path


def attach(case: Case, by: User, content: bytes = PNG, name: str = "a.png") -> Any:
    return actions.attach_file(case=case, name=name, chunks=[content], by=by, at=NOW)


def test_what_was_done_is_written_down_also_for_billed_work(petra: User) -> None:
    session = make.session()
    make.claim(session=session)

    actions.report_work(
        session=session,
        by=petra,
        at=NOW,
        changes="Geber getauscht",
        program_before="V3.1",
        program_after="V3.2",
        released_by="Frau Schulz",
    )

    report = WorkReport.objects.get()
    assert (report.program_before, report.program_after) == ("V3.1", "V3.2")
    assert report.released_by == "Frau Schulz"
    entry = Entry.objects.get()
    assert entry.facts["changes"]["program_after"] == ["", "V3.2"]
    assert "Schulz" not in str(entry.facts)
    assert PersonalValue.objects.get(field="released_by").value == "Frau Schulz"


def test_a_changed_report_says_in_the_kladde_what_it_said_before(petra: User) -> None:
    session = make.session()
    actions.report_work(session=session, by=petra, at=NOW, program_after="V3.2")

    actions.report_work(session=session, by=petra, at=NOW, program_after="V3.3")
    again = actions.report_work(session=session, by=petra, at=NOW, program_after="V3.3")

    assert not again
    last = Entry.objects.in_order().last()
    assert last.facts["changes"]["program_after"] == ["V3.2", "V3.3"]  # type: ignore[union-attr]


def test_a_report_keeps_no_password(petra: User) -> None:
    with pytest.raises(LooksLikeASecret):
        actions.report_work(
            session=make.session(), by=petra, at=NOW, changes="Passwort: geheim123"
        )

    assert not WorkReport.objects.exists()


def test_a_new_call_begins_as_its_template_says(petra: User) -> None:
    about = actions.NewCase(
        customer=make.customer(),
        subject="Störung am Antrieb",
        cause="wear",
        priority=40,
        text="Fehlercode erfragen",
    )

    taken = actions.take_call(about=about, technician=petra, by=petra, at=NOW)

    case = taken.case
    assert (case.cause, case.priority) == ("wear", 40)
    assert case.notes.get().text == "Fehlercode erfragen"


def test_templates_are_written_changed_and_removed(petra: User) -> None:
    template = actions.save_template(
        name="Geber", subject="Geber defekt", by=petra, at=NOW
    )

    actions.save_template(template=template, subject="Geber tot", by=petra, at=NOW)
    with pytest.raises(NumberTaken):
        actions.save_template(name="Geber", subject="Zwei", by=petra, at=NOW)
    actions.remove_text(text=template, by=petra, at=NOW)

    assert not CaseTemplate.objects.exists()
    kinds = [entry.kind for entry in Entry.objects.in_order()]
    assert kinds == [
        "cases.template-written",
        "cases.template-changed",
        "cases.template-removed",
    ]


def test_a_file_lies_under_its_hash_before_its_row_speaks_of_it(
    petra: User, folder: Path
) -> None:
    row = attach(make.case(), petra, name="C:\\Bilder\\presse?.png")

    assert row.sha256 == hashlib.sha256(PNG).hexdigest()
    assert path_of(row).read_bytes() == PNG
    assert (row.name, row.kind, row.size) == ("presse_.png", "image/png", len(PNG))
    assert not list(folder.rglob("*.part"))
    assert check_invariants() == []


def test_the_same_content_is_kept_once(petra: User, folder: Path) -> None:
    attach(make.case(), petra)
    attach(make.case(), petra, name="b.png")

    assert Attachment.objects.count() == 2
    assert len([path for path in folder.rglob("*") if path.is_file()]) == 1


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "leer"),
        (b"MZ\x90\x00", "Programme"),
        (b"#!/bin/sh\n", "Programme"),
        (b"0" * (LARGEST + 1), "größer als 25 MB"),
    ],
)
def test_what_is_no_file_for_a_case_is_refused_and_leaves_nothing(
    petra: User, folder: Path, content: bytes, why: str
) -> None:
    with pytest.raises(actions.FileRefused, match=why):
        attach(make.case(), petra, content)

    assert not Attachment.objects.exists()
    assert not [path for path in folder.rglob("*") if path.is_file()]


def test_a_merged_case_takes_no_file(petra: User, folder: Path) -> None:
    case = make.case(merged_into=make.case())

    with pytest.raises(actions.CaseMerged):
        attach(case, petra)

    assert not Attachment.objects.exists()


@pytest.mark.parametrize(
    ("beginning", "kind"),
    [
        (b"%PDF-1.7", "application/pdf"),
        (b"PK\x03\x04", "application/zip"),
        ("Störung".encode(), "text/plain"),
        ("Störung ü".encode()[:-1], "text/plain"),
        (b"RIFF\x00\x00\x00\x00WEBP", "image/webp"),
        (b"\x00\x01\x02", "application/octet-stream"),
        (b"<html>", "text/plain"),
        (b"\x7fELF", None),
    ],
)
def test_a_file_is_what_its_content_says(beginning: bytes, kind: str | None) -> None:
    assert kind_of(beginning) == kind


@pytest.mark.parametrize("damage", ["changed", "gone"])
def test_verify_names_a_file_that_is_not_what_was_put_there(
    petra: User, folder: Path, damage: str
) -> None:
    path = path_of(attach(make.case(), petra))
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(PNG + b"1")

    [violation] = check_invariants()

    assert violation.table == "cases_attachment"
