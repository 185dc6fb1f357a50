"""What was done, files and texts, on their pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from fernkladde.accounts.roles import Role
from fernkladde.cases.models import Attachment, CannedAnswer, Case, CaseTemplate
from tests import make

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client

    from fernkladde.accounts.models import User

pytestmark = pytest.mark.django_db

SCRIPT = b"<html><script>alert(1)</script></html>"


@pytest.fixture
def jonas() -> User:
    make.policy()
    return make.user(full_name="Jonas Weber")


@pytest.fixture
def desk(client: Client, jonas: User) -> Client:
    client.force_login(jonas)
    return client


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> None:
    settings.DOCUMENTS = tmp_path


def send(client: Client, case: Case, content: bytes, name: str) -> str:
    file = SimpleUploadedFile(name, content, content_type="text/html")
    answer = client.post(
        reverse("case-files", args=[case.number]), {"file": file}, follow=True
    )
    return answer.content.decode()


def test_what_was_done_stands_at_the_session(desk: Client, jonas: User) -> None:
    session = make.session(technician=jonas)

    desk.post(
        reverse("session-report", args=[session.number]),
        {
            "changes": "Geber getauscht",
            "program_before": "V3.1",
            "program_after": "V3.2",
            "released_by": "Frau Schulz",
        },
    )

    shown = desk.get(reverse("session", args=[session.number])).content.decode()
    for words in ("Geber getauscht", "V3.1 → V3.2", "Frau Schulz"):
        assert words in shown


def test_the_work_of_another_is_not_reported_by_whoever(desk: Client) -> None:
    session = make.session()

    address = reverse("session-report", args=[session.number])
    answer = desk.post(address, {"changes": "Anderes"})

    assert answer.status_code == 403

    shown = desk.get(reverse("session", args=[session.number])).content.decode()
    assert "Noch nicht aufgeschrieben." in shown


def test_a_file_is_handed_out_to_be_kept_and_never_shown(desk: Client) -> None:
    case = make.case()

    shown = send(desk, case, SCRIPT, "seite.html")

    assert "seite.html" in shown
    row = Attachment.objects.get()
    answer = desk.get(reverse("case-file", args=[row.pk, case.number]))
    assert b"".join(answer.streaming_content) == SCRIPT  # type: ignore[attr-defined]
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_a_program_is_refused_at_its_field(desk: Client) -> None:
    shown = send(desk, make.case(), b"MZ\x90\x00", "hilfe.pdf")

    assert "Programme werden nicht angenommen." in shown
    assert not Attachment.objects.exists()


def test_a_file_of_one_case_is_not_found_at_another(desk: Client) -> None:
    row = make.attachment()

    answer = desk.get(reverse("case-file", args=[row.pk, make.case().number]))

    assert answer.status_code == 404


def test_a_canned_answer_stands_in_the_note_to_be_changed(desk: Client) -> None:
    case = make.case()
    make.canned_answer(name="Neustart", text="Bitte neu starten.")

    shown = desk.get(
        reverse("case-answers", args=[case.number]), {"answer": "Neustart"}
    ).content.decode()

    assert "Bitte neu starten.</textarea>" in shown
    assert f'action="{reverse("case-note", args=[case.number])}"' in shown


def test_texts_are_kept_in_the_settings(client: Client) -> None:
    client.force_login(make.user(Role.DISPATCHER))

    client.post(
        reverse("settings-template-new"),
        {
            "name": "Geber",
            "subject": "Geber defekt",
            "cause": "wear",
            "priority": "30",
            "text": "Fehlercode?",
        },
    )
    client.post(
        reverse("settings-answer-new"), {"name": "Neustart", "text": "Bitte neu."}
    )
    answer = CannedAnswer.objects.get()
    client.post(
        reverse("settings-answer", args=[answer.pk]),
        {"name": "Neustart", "text": "Bitte neu starten."},
    )

    shown = client.get(reverse("settings-texts")).content.decode()
    assert "Geber defekt" in shown
    assert "Bitte neu starten." in shown
    template = CaseTemplate.objects.get()
    client.post(reverse("settings-text-remove", args=["vorlage", template.pk]))
    assert not CaseTemplate.objects.exists()


def test_a_name_that_is_taken_is_refused_at_its_field(client: Client) -> None:
    client.force_login(make.user(Role.DISPATCHER))
    make.canned_answer(name="Neustart")

    answer = client.post(
        reverse("settings-answer-new"), {"name": "Neustart", "text": "Nochmal"}
    )

    assert "gibt es schon" in answer.content.decode()


def test_a_new_call_takes_its_template(desk: Client) -> None:
    make.case_template(name="Geber", subject="Geber defekt", text="Fehlercode?")
    customer = make.customer()
    look = desk.get(reverse("new-call"), {"customer": customer.number})
    assert "ohne Vorlage" in look.content.decode()

    desk.post(
        reverse("take-call"),
        {
            "customer": customer.number,
            "template": "Geber",
            "answer": "free",
            "service": "remote",
            "connection": "none",
        },
    )

    case = Case.objects.get()
    assert case.subject == "Geber defekt"
    assert case.notes.get().text == "Fehlercode?"
