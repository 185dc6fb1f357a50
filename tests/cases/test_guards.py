"""What the database itself refuses, told in raw SQL, on both engines."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, connection, transaction

from fernkladde.cases import actions
from fernkladde.cases.models import Consent, Session, SessionVersion
from fernkladde.journal.guards import missing_guards
from tests import make

if TYPE_CHECKING:
    from fernkladde.accounts.models import User

pytestmark = pytest.mark.django_db

NOW = make.NOW
OVERLAP = "sessions_of_one_technician_do_not_overlap"


def sql(statement: str, *values: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def span(technician: User, start: int, end: int | None, **fields: Any) -> Session:
    """Insert a session from one minute of the day to another, without any action."""
    ended_at = None if end is None else NOW + timedelta(minutes=end)
    with transaction.atomic():
        return make.session(
            technician=technician,
            started_at=NOW + timedelta(minutes=start),
            ended_at=ended_at,
            **fields,
        )


@pytest.mark.parametrize(
    ("start", "end"),
    [(0, 10), (-5, 1), (9, 20), (2, 3), (-5, 20), (-5, None), (5, None)],
)
def test_sessions_of_one_technician_do_not_overlap(start: int, end: int | None) -> None:
    jonas = make.user()
    span(jonas, 0, 10)

    with pytest.raises(IntegrityError, match=OVERLAP):
        span(jonas, start, end)


@pytest.mark.parametrize(("start", "end"), [(-5, 0), (10, 20), (10, None)])
def test_touching_sessions_do_not_overlap(start: int, end: int | None) -> None:
    jonas = make.user()
    span(jonas, 0, 10)

    span(jonas, start, end)

    assert Session.objects.count() == 2


def test_an_overlap_is_found_among_many_earlier_and_later_sessions() -> None:
    jonas = make.user()
    for hour in range(0, 600, 60):
        span(jonas, hour, hour + 30)

    with pytest.raises(IntegrityError, match=OVERLAP):
        span(jonas, 95, 185)

    span(jonas, 90, 120)


def test_a_running_timer_reaches_over_everything_that_follows() -> None:
    jonas = make.user()
    span(jonas, 0, None)

    with pytest.raises(IntegrityError, match=OVERLAP):
        span(jonas, 600, 610)

    span(jonas, -10, 0)


def test_other_technicians_parallel_and_struck_out_sessions_may_overlap() -> None:
    jonas = make.user()
    span(jonas, 0, 10)

    span(make.user(), 0, 10)
    span(jonas, 0, 10, parallel=True)
    span(jonas, 0, 10, voided_at=NOW)

    assert Session.objects.count() == 4


def test_an_overlap_by_update_is_refused_as_well() -> None:
    jonas = make.user()
    span(jonas, 0, 10)
    later = span(jonas, 10, 20)
    earlier = NOW + timedelta(minutes=5)

    with pytest.raises(IntegrityError, match=OVERLAP):
        sql(
            "UPDATE cases_session SET started_at = %s WHERE id = %s",
            earlier,
            later.pk,
        )

    sql("UPDATE cases_session SET note = 'x' WHERE id = %s", later.pk)


def test_taking_parallel_back_needs_room() -> None:
    jonas = make.user()
    span(jonas, 0, 10)
    beside = span(jonas, 5, 15, parallel=True)

    with pytest.raises(IntegrityError, match=OVERLAP), transaction.atomic():
        Session.objects.filter(pk=beside.pk).update(parallel=False)


def test_one_technician_has_one_running_timer_even_in_parallel() -> None:
    jonas = make.user()
    span(jonas, 0, None)

    with pytest.raises(IntegrityError):
        span(jonas, 0, None, parallel=True)


def test_a_session_ends_after_it_starts() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make.session(ended_at=NOW)


def test_a_session_is_never_deleted() -> None:
    session = make.session()

    with pytest.raises(IntegrityError, match="never deleted"):
        sql("DELETE FROM cases_session WHERE id = %s", session.pk)

    with pytest.raises(IntegrityError), transaction.atomic():
        session.delete()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="INSERT OR REPLACE")
def test_a_session_is_never_replaced() -> None:
    session = make.session()

    with pytest.raises(IntegrityError, match="never"):
        sql(
            "INSERT OR REPLACE INTO cases_session"
            " SELECT * FROM cases_session WHERE id = %s",
            session.pk,
        )


def test_what_a_session_said_before_is_kept_for_ever() -> None:
    session = make.session()
    actions.correct_session(
        session=session, reason="Notiz fehlte", note="Geber", by=None, at=NOW
    )
    version = SessionVersion.objects.get()

    for statement in (
        "UPDATE cases_sessionversion SET reason = 'anders' WHERE id = %s",
        "DELETE FROM cases_sessionversion WHERE id = %s",
    ):
        with pytest.raises(IntegrityError, match="rows are never"):
            sql(statement, version.pk)


def test_a_consent_is_kept_for_ever() -> None:
    actions.record_consent(
        case=make.case(),
        given=False,
        person="Meier",
        channel="phone",
        sentence="28,00 € je Viertelstunde",
        by=None,
        at=NOW,
    )
    consent = Consent.objects.get()

    for statement in (
        "UPDATE cases_consent SET given = %s WHERE id = %s",
        "DELETE FROM cases_consent WHERE given <> %s AND id = %s",
    ):
        with pytest.raises(IntegrityError, match="rows are never"):
            sql(statement, True, consent.pk)


def test_all_guards_are_in_force() -> None:
    assert missing_guards(connection) == []
