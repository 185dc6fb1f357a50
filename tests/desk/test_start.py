"""The start page: what is mine, what waits, what was given away."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.db import transaction
from django.urls import reverse

from fernkladde.accounts.roles import Role
from fernkladde.billing.live import standing
from fernkladde.billing.live.standing import keep_figures
from fernkladde.contracts.actions import change_contract
from fernkladde.contracts.models import AllowancePeriod, Covers
from fernkladde.integrity.backup.record import MADE
from fernkladde.journal.actions import record
from tests import make

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from fernkladde.accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(make.NOW, tick=False):
        yield


@pytest.fixture
def jonas() -> User:
    make.policy()
    return make.user()


def page(client: Client, person: User, name: str = "start") -> str:
    client.force_login(person)
    response = client.get(reverse(name))
    assert response.status_code == 200
    return response.content.decode()


def test_my_open_cases_stand_there_and_those_of_others_do_not(
    client: Client, jonas: User
) -> None:
    make.case(subject="Achse X steht", assigned_to=jonas, state="in_progress")
    make.case(subject="Längst gelöst", assigned_to=jonas, state="solved")
    make.case(subject="Fremde Sache", assigned_to=make.user(), state="in_progress")

    shown = page(client, jonas)

    assert "Achse X steht" in shown
    assert "Längst gelöst" not in shown
    assert "Fremde Sache" not in shown


def test_new_cases_of_nobody_and_what_waits_for_us_stand_out(
    client: Client, jonas: User
) -> None:
    make.case(subject="Neu im Haus")
    make.case(subject="Kunde drängt", state="waiting_us", assigned_to=make.user())

    shown = page(client, jonas)

    assert "Neu im Haus" in shown
    assert "Kunde drängt" in shown


def test_a_doubtful_end_is_asked_of_its_technician_and_of_who_decides(
    client: Client, jonas: User
) -> None:
    make.session(technician=jonas, confirmed_at=None)

    assert "Wann war Schluss?" in page(client, jonas)
    assert "Stimmt das Ende?" in page(client, make.user(Role.DISPATCHER))
    other = page(client, make.user())
    assert "Stimmt das Ende?" not in other
    assert "Wann war Schluss?" not in other


def test_an_empty_start_says_what_to_do(client: Client, jonas: User) -> None:
    shown = page(client, jonas)

    assert "Nichts Offenes bei Ihnen" in shown
    assert reverse("new-call") in shown


def test_what_was_given_away_is_only_for_who_may_read_money(
    client: Client, jonas: User
) -> None:
    case = make.case(goodwill_percent=Decimal(100), goodwill_reason="Anlauf")
    make.session(case=case, technician=jonas)

    manager = page(client, make.user(Role.MANAGER), "start-sums")
    technician = page(client, jonas, "start-sums")

    assert "50,00\N{NO-BREAK SPACE}€" in manager
    assert "verschenkt" not in technician


def test_an_allowance_with_a_fifth_left_is_called_scarce(
    client: Client, jonas: User
) -> None:
    scarce, ample = (
        make.contract(
            name=name,
            covers=Covers.ALLOWANCE,
            allowance_period=AllowancePeriod.MONTH,
            allowance_minutes=minutes,
            valid_from=date(2026, 1, 1),
        )
        for name, minutes in (("Silber", 35), ("Gold", 300))
    )
    for contract in (scarce, ample):
        make.session(case=make.case(customer=contract.customer))

    shown = page(client, jonas, "start-sums")

    assert "Silber" in shown
    assert "0:05\N{NO-BREAK SPACE}h von 0:35\N{NO-BREAK SPACE}h" in shown
    assert "Gold" not in shown


def test_figures_that_are_not_of_this_moment_say_of_which(
    client: Client, jonas: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    contract = make.contract()
    keep_figures(at=make.NOW)
    monkeypatch.setattr(standing, "MOST_IN_A_PAGE", 0)
    before = page(client, jonas, "start-sums")
    change_contract(contract=contract, name="Gold", by=None, at=make.NOW)

    shown = page(client, jonas, "start-sums")

    assert "Stand" not in before
    assert f"Stand {make.NOW + timedelta(hours=2):%d.%m.%Y %H:%M}." in shown


def test_more_cases_cost_no_more_queries(
    client: Client,
    jonas: User,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(12):
        case = make.case(assigned_to=jonas, plant=make.plant())
        make.case(plant=make.plant())
        make.session(
            case=case,
            technician=jonas,
            started_at=make.NOW - timedelta(days=number + 1),
            confirmed_at=None,
        )
    client.force_login(jonas)

    with django_assert_max_num_queries(30):
        client.get(reverse("start"))


def backed_up(ago: timedelta) -> None:
    """Let the Kladde tell of a backup, as `fernkladde backup` does."""
    with transaction.atomic():
        record(
            kind=MADE,
            subject="backup",
            by=None,
            at=make.NOW - ago,
            facts={"name": "x.tar", "made_at": (make.NOW - ago).isoformat()},
        )


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.MANAGER])
def test_who_answers_for_it_reads_how_old_the_last_backup_is(
    client: Client, jonas: User, role: Role
) -> None:
    backed_up(timedelta(hours=3))

    shown = page(client, make.user(role))

    assert "Letzte Sicherung vor 3 Stunden" in shown
    assert "message warning" not in shown
    assert "Sicherung" not in page(client, jonas)


@pytest.mark.parametrize(
    ("ago", "sentence"),
    [
        (timedelta(days=2, hours=1), "Die letzte Sicherung war vor 2 Tagen."),
        (None, "Noch nie gesichert."),
    ],
)
def test_a_backup_too_old_or_never_made_is_a_warning_that_says_what_to_do(
    client: Client, jonas: User, ago: timedelta | None, sentence: str
) -> None:
    if ago:
        backed_up(ago)

    shown = page(client, make.user(Role.ADMINISTRATOR))

    assert "message warning" in shown
    assert sentence in shown
    assert "fernkladde backup" in shown
    assert "Sicherung" not in page(client, jonas)
