"""Both nights on which the clocks change, with a timer running."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fernkladde.cases import actions
from fernkladde.cases.clock import whole_second
from fernkladde.cases.models import Session
from fernkladde.cases.queries import case_rows
from fernkladde.contracts.queries import local_date
from tests import make

BERLIN = ZoneInfo("Europe/Berlin")
# Wall clocks: hypothesis wants them without a zone.
SPRING = datetime.fromisoformat("2026-03-28")
AUTUMN = datetime.fromisoformat("2026-10-26")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("evening", "morning", "hours"),
    [
        ("2026-03-28T22:00", "2026-03-29T06:00", 7),
        ("2026-10-24T22:00", "2026-10-25T06:00", 9),
        ("2026-10-25T01:30", "2026-10-25T03:30", 3),
        ("2026-03-29T01:30", "2026-03-29T03:30", 1),
    ],
)
def test_a_session_lasts_its_elapsed_time(
    evening: str, morning: str, hours: int
) -> None:
    jonas = make.user()
    start = datetime.fromisoformat(evening).replace(tzinfo=BERLIN)
    end = datetime.fromisoformat(morning).replace(tzinfo=BERLIN)

    running = actions.start_timer(
        case=make.case(), technician=jonas, by=jonas, at=start
    )
    actions.stop_timer(session=running, by=jonas, at=end)

    saved = Session.objects.select_related("case").get()
    assert saved.seconds == hours * 3600
    assert saved.confirmed_at is not None
    [row] = case_rows(type(saved.case).objects.filter(pk=saved.case.pk))
    assert row.worked_seconds == hours * 3600


@pytest.mark.django_db
def test_the_repeated_hour_is_told_apart() -> None:
    jonas = make.user()
    first = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=0)
    second = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=1)

    running = actions.start_timer(
        case=make.case(), technician=jonas, by=jonas, at=first
    )
    actions.stop_timer(session=running, by=jonas, at=second)

    assert Session.objects.get().seconds == 3600


@pytest.mark.django_db
@pytest.mark.parametrize("day", ["2026-03-28", "2026-10-24"])
def test_a_timer_forgotten_over_the_night_ends_after_twelve_elapsed_hours(
    day: str,
) -> None:
    jonas = make.user()
    evening = datetime.fromisoformat(f"{day}T20:00").replace(tzinfo=BERLIN)
    actions.start_timer(case=make.case(), technician=jonas, by=jonas, at=evening)

    [stopped] = actions.stop_forgotten_timers(
        at=whole_second(evening) + timedelta(days=1)
    )

    saved = Session.objects.get(pk=stopped.pk)
    assert saved.seconds == 12 * 3600
    assert saved.confirmed_at is None


@pytest.mark.django_db
def test_the_service_date_is_the_local_date_of_the_start() -> None:
    make.policy()

    assert local_date(datetime(2026, 10, 31, 22, 59, tzinfo=ZoneInfo("UTC"))).day == 31
    assert local_date(datetime(2026, 10, 31, 23, 0, tzinfo=ZoneInfo("UTC"))).day == 1


@given(
    st.datetimes(SPRING, AUTUMN),
    st.sampled_from(
        ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"]
    ),
    st.integers(1, 100_000),
)
def test_worked_time_is_elapsed_time_in_any_zone(
    wall: datetime, zone: str, seconds: int
) -> None:
    start = whole_second(wall.replace(tzinfo=ZoneInfo(zone)))
    end = (start + timedelta(seconds=seconds)).astimezone(ZoneInfo(zone))

    session = Session(started_at=start, ended_at=whole_second(end))

    assert session.seconds == seconds
