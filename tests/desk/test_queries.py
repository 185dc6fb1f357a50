"""No page asks the database more often because there is more to show."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fernkladde.billing.period import Month
from fernkladde.billing.preview import preview_month
from fernkladde.cases.models import Cause
from fernkladde.contracts.models import Covers
from fernkladde.journal.actions import Note, record_many
from tests import make
from tests.downloads import put_away

from .matrix import ANY_PERSON, PUBLIC, ROUTES
from .test_access import World

if TYPE_CHECKING:
    from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

MOST = 30
# It rates the customer's month as the run does, and the clock's customer beside.
MORE: dict[str, int] = {}
PERIOD = "2026-10"
PAGES = [
    name
    for name, route in ROUTES.items()
    if route.get == 200 and route.need not in {PUBLIC, ANY_PERSON}
]


def write_rows(world: World, number: int) -> None:
    """Write so many of all that a page lists, at the world's own records too."""
    for n in range(number):
        technician = make.user()
        contract = make.contract(
            customer=world.customer,
            covers=Covers.ALLOWANCE,
            allowance_period="month",
            allowance_minutes=60,
            priority=n,
            shared_with=[make.customer()],
            plants=[world.plant],
        )
        make.contact(customer=world.customer)
        plant = make.plant(customer=world.customer, plant_type=make.plant_type())
        make.past_call(plant=world.plant)
        make.batch(given_by=technician)
        make.access_path(plant=world.plant)
        make.access_path(plant=plant)
        for case in (
            make.case(plant=plant, assigned_to=technician, cause=Cause.WEAR),
            make.case(customer=contract.shared_with.get(), reported_by="Frau Schulz"),
            world.case,
        ):
            begun = make.NOW + timedelta(days=n % 14, hours=case.pk % 9)
            work = make.session(
                case=case, technician=make.user(), started_at=begun, skill="plc"
            )
            make.call(session=work)
            make.note(case=case, author=technician)
            make.consent(case=case, recorded_by=technician)
        unsure = make.session(confirmed_at=None, case=world.case)
        make.session_version(session=unsure)
        make.running(case=world.case, technician=technician, confirmed_at=None)
        make.tariff()
        make.rate_deck()
        make.special_day(date=date(2027, 1, 1) + timedelta(days=number + n))
        make.invoice()
        tell(world, technician.pk)


def tell(world: World, number: int) -> None:
    record_many(
        Note(
            kind="cases.note-added",
            subject=subject,
            by=world.administrator,
            at=make.NOW,
            facts={"n": number},
        )
        for subject in (f"case/{world.case.number}", f"plant/{world.plant.number}")
    )


def counted(desk: Client, world: World) -> dict[str, int]:
    """Return how many queries each page needs."""
    preview_month(month=Month.parse(PERIOD), by=None, at=datetime.now(UTC))
    found = {}
    for name in PAGES:
        with CaptureQueriesContext(connection) as queries:
            answer = desk.get(world.address(name))
            assert answer.status_code == 200, name
            put_away(answer)
            found[name] = len(queries)
    return found


@pytest.fixture
def world() -> World:
    """Return a world in which a clock runs, at a customer that no page shows."""
    world = World()
    elsewhere = make.contract(
        covers=Covers.ALLOWANCE, allowance_period="month", allowance_minutes=600
    )
    make.running(
        case=make.case(plant=make.plant(customer=elsewhere.customer)),
        technician=world.administrator,
        confirmed_at=None,
    )
    return world


def test_no_page_asks_more_often_than_it_may_however_much_there_is_to_show(
    client: Client, world: World
) -> None:
    client.force_login(world.administrator)

    write_rows(world, 2)
    few = counted(client, world)
    write_rows(world, 12)
    many = counted(client, world)

    too_many = {
        name: number for name, number in many.items() if number > MORE.get(name, MOST)
    }
    growing = {
        name: (few[name], number) for name, number in many.items() if number > few[name]
    }
    assert (too_many, growing) == ({}, {})
