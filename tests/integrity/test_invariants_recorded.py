"""What was recorded first, and by whom, is as the Kladde tells it (T3, K5)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.db.models import F

from fernkladde.cases import actions
from fernkladde.cases.models import Session, SessionVersion
from fernkladde.integrity.invariants import check_invariants
from fernkladde.journal.models import Entry
from tests import make

from .tampering import guards_lifted

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytest_django.fixtures import Settings

pytestmark = pytest.mark.django_db

LATER = make.NOW + timedelta(hours=3)
WHY: dict[str, Any] = {"reason": "Irrtum", "by": None, "at": LATER}


@pytest.fixture(autouse=True)
def no_documents(tmp_path: Path, settings: Settings) -> None:
    settings.DOCUMENTS = tmp_path


def correct() -> None:
    actions.correct_session(session=make.session(), service="phone", **WHY)


def confirm() -> None:
    end = make.NOW + timedelta(minutes=10)
    session = make.session(confirmed_at=None)
    actions.confirm_session(session=session, ended_at=end, by=None, at=LATER)


def void() -> None:
    actions.void_session(session=make.session(), **WHY)


def split() -> None:
    cut = make.NOW + timedelta(minutes=10)
    actions.split_session(session=make.session(), cut_at=cut, **WHY)


def move() -> None:
    actions.move_session(session=make.session(), to=make.case(), **WHY)


def merge() -> None:
    session = make.session()
    into = make.case(customer=session.case.customer)
    actions.merge_cases(case=session.case, into=into, **WHY)


def split_case() -> None:
    session = make.session()
    actions.split_case(
        case=session.case,
        sessions=[session],
        notes=(),
        new_subject="Zweite Sache",
        **WHY,
    )


def start_late() -> None:
    actions.start_timer_late(
        case=make.case(),
        technician=make.user(),
        started_at=LATER - timedelta(minutes=20),
        **WHY,
    )


CHANGES = [correct, confirm, void, split, move, merge, split_case, start_late]


def bad() -> list[tuple[str, str]]:
    return [(one.rule, one.table) for one in check_invariants()]


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize("change", CHANGES)
def test_every_way_to_change_a_session_tells_what_it_was(
    change: Callable[[], None],
) -> None:
    change()

    kept = SessionVersion.objects.select_related("session").get()
    pinned = [
        (one["session"], one["revision"])
        for entry in Entry.objects.all()
        for one in entry.facts.get("versions", ())
    ]
    assert set(pinned) == {(kept.session.number, kept.revision)}
    assert bad() == []


@pytest.mark.parametrize(
    "changed",
    [
        {"values": {"service": "remote"}},
        {"reason": "Ganz anders"},
        {"changed_at": F("changed_at") + timedelta(seconds=1)},
    ],
)
def test_a_version_that_was_changed_later_is_named(changed: dict[str, Any]) -> None:
    correct()
    kept = SessionVersion.objects.get()

    with guards_lifted("cases_sessionversion"):
        SessionVersion.objects.update(**changed)

    [violation] = check_invariants()
    assert violation[:3] == ("T3", "cases_sessionversion", str(kept.pk))


def test_another_person_cannot_be_put_to_a_version() -> None:
    correct()
    other = make.user()

    with guards_lifted("cases_sessionversion"):
        SessionVersion.objects.update(changed_by=other)

    assert bad() == [("T3", "cases_sessionversion")]


def test_a_version_that_the_kladde_tells_of_must_be_there() -> None:
    correct()

    with guards_lifted("cases_sessionversion"):
        run("DELETE FROM cases_sessionversion")
    Session.objects.update(revision=1)

    assert bad() == [("T3", "cases_sessionversion")]


def test_a_note_may_be_erased_from_a_version() -> None:
    actions.correct_session(
        session=make.session(note="Rief Frau Schulz an"), note="", **WHY
    )
    values = SessionVersion.objects.get().values

    with guards_lifted("cases_sessionversion"):
        SessionVersion.objects.update(values={**values, "note": ""})

    assert bad() == []


def test_a_version_from_before_versions_were_pinned_is_believed() -> None:
    make.session_version(session=make.session(revision=2))

    assert bad() == []


def test_work_is_not_put_to_another_person_past_the_kladde() -> None:
    correct()
    session, other = Session.objects.get(), make.user()

    with guards_lifted("cases_session"):
        Session.objects.update(technician=other)

    [violation] = check_invariants()
    assert violation[:3] == ("K5", "cases_session", session.number)
