"""Around a case, on its page: urgency, tags, links, merging, target times."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.urls import reverse

from fernkladde.accounts.roles import Role
from fernkladde.cases.models import Case, CaseState, Rules
from fernkladde.contracts.models import Policy
from fernkladde.journal.models import Entry
from tests import make

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

    from fernkladde.accounts.models import User

pytestmark = pytest.mark.django_db

NOW = make.NOW + timedelta(hours=2)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    make.policy()
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def jonas() -> User:
    return make.user(username="jonas", full_name="Jonas Weber")


@pytest.fixture
def desk(client: Client, jonas: User) -> Client:
    client.force_login(jonas)
    return client


def shown(client: Client, name: str, *arguments: str, query: str = "") -> str:
    return client.get(reverse(name, args=arguments) + query).content.decode()


def post(client: Client, name: str, case: Case, **given: object) -> str:
    answer = client.post(reverse(name, args=[case.number]), given, follow=True)
    return answer.content.decode()


def test_urgency_tags_and_watching_are_set_on_the_case_and_filter_the_list(
    desk: Client,
) -> None:
    case, other = make.case(subject="Presse steht"), make.case(subject="Anderes")

    post(desk, "case-priority", case, priority=40, reason="Linie steht")
    post(desk, "case-tags", case, words="SPS, Anlauf")
    post(desk, "case-watch", case, watch="1")

    said = shown(desk, "case", case.number)
    for words in ("Produktion steht", "SPS", "Anlauf", "Nicht mehr beobachten"):
        assert words in said
    for query in ("?priority=40", "?tag=SPS", "?person=watched"):
        listed = shown(desk, "case-list", query=query)
        assert case.subject in listed
        assert other.subject not in listed


def test_two_cases_are_linked_and_each_shows_the_other(desk: Client) -> None:
    case, other = make.case(subject="Erster"), make.case(subject="Zweiter")

    post(desk, "case-link", case, other=other.number, kind="duplicate")

    assert "doppelt von" in shown(desk, "case", case.number)
    assert "hat ein Doppel in" in shown(desk, "case", other.number)
    post(desk, "case-unlink", other, other=case.number)
    assert "doppelt von" not in shown(desk, "case", case.number).split("Verknüpfen")[0]


def test_merging_shows_what_came_from_where_and_tells_what_it_came_to(
    desk: Client, jonas: User
) -> None:
    customer = make.customer()
    case = make.case(customer=customer, subject="Doppelt gemeldet")
    into = make.case(customer=customer, subject="Geber defekt")
    make.session(case=case, technician=jonas, started_at=make.NOW)
    make.session(
        case=into,
        technician=jonas,
        started_at=make.NOW - timedelta(minutes=20),
        ended_at=make.NOW - timedelta(minutes=10),
    )

    said = post(desk, "case-merge", case, into=into.number, reason="Dasselbe")

    assert f"aus Fall {case.number}" in said
    assert "Doppelt gemeldet" in said
    pointer = shown(desk, "case", case.number)
    assert f"{into.number} Geber defekt" in pointer
    assert reverse("start-timer", args=[case.number]) not in pointer
    facts = Entry.objects.of_kind("cases.case-merged").in_order()[0].facts
    assert facts["value_before"][case.number]["net"] == "50.00"
    assert facts["value_before"][into.number]["net"] == "25.00"
    assert facts["value_after"][into.number]["net"] == "75.00"


def test_cases_of_two_customers_are_not_merged_and_the_form_says_why(
    desk: Client,
) -> None:
    case, into = make.case(), make.case()

    said = post(desk, "case-merge", case, into=into.number, reason="Dasselbe")

    assert "gehören verschiedenen Kunden" in said
    assert 'value="Dasselbe"' in said


def test_a_case_is_split_along_what_is_ticked(desk: Client, jonas: User) -> None:
    case = make.case()
    moves = make.session(case=case, technician=jonas)
    billed = make.session(case=case)
    make.claim(session=billed)
    note = make.note(case=case, text="Zweite Sache am Telefon")
    page = shown(desk, "case-split", case.number)
    assert moves.number in page
    assert billed.number not in page

    said = post(
        desk,
        "case-split",
        case,
        subject="Schulung",
        sessions=[moves.number],
        notes=[note.pk],
        reason="Zwei Sachen",
    )

    moves.refresh_from_db()
    assert moves.case.subject == "Schulung"
    assert "abgetrennt von" in said
    assert "Zweite Sache am Telefon" in said


def test_what_was_done_too_long_ago_gets_a_case_that_follows(desk: Client) -> None:
    case = make.case(
        state=CaseState.CLOSED, closed_at=NOW - timedelta(days=60), subject="Geber"
    )
    page = shown(desk, "case", case.number)
    assert "Folgefall anlegen" in page
    assert reverse("start-timer", args=[case.number]) not in page

    said = post(desk, "case-follow-up", case, client_key="page-1")

    assert "folgt auf" in said
    assert Case.objects.exclude(pk=case.pk).get().subject == "Geber"


def test_what_is_overdue_stands_out_in_the_list_and_on_the_start_page(
    desk: Client,
) -> None:
    late = make.case(subject="Zu spät", due_at=NOW - timedelta(minutes=1))
    make.case(subject="Gleich", due_at=NOW + timedelta(minutes=30))
    make.case(subject="Nächste Woche", due_at=NOW + timedelta(days=7))

    start = shown(desk, "start")
    listed = shown(desk, "case-list", query="?due=on&sort=due")

    assert "Zu spät" in start
    assert "Gleich" in start
    assert "Nächste Woche" not in start.split("Neu und niemandem")[0]
    assert "überfällig seit" in listed
    assert listed.index("Zu spät") < listed.index("Gleich")
    assert late.number in listed


def test_target_times_are_agreed_in_the_contract(client: Client) -> None:
    chief = make.user(Role.ADMINISTRATOR)
    client.force_login(chief)
    contract = make.contract()

    client.post(
        reverse("contract-edit", args=[contract.number]),
        {
            "name": contract.name,
            "valid_from": "2026-01-01",
            "covers": "everything",
            "carry_over": "none",
            "priority": "100",
            "surcharge_on_covered": "ignore",
            "respond_minutes": "4:00",
            "respond_minutes_down": "1",
        },
    )

    contract.refresh_from_db()
    assert (contract.respond_minutes, contract.respond_minutes_down) == (240, 60)
    assert "Antwort binnen" in shown(client, "contract", contract.number)


def test_the_firm_sets_its_limits_and_its_hours(client: Client) -> None:
    client.force_login(make.user(Role.ADMINISTRATOR))

    client.post(
        reverse("settings-rules"),
        {"remind_minutes": "3:00", "stop_minutes": "10:00", "reopen_days": "30"},
    )
    client.post(
        reverse("settings-hours"),
        {
            "mon_from": "07:00",
            "mon_until": "16:00",
            "half_day_from": "07:00",
            "half_day_until": "12:00",
        },
    )

    rules = Rules.objects.get()
    assert (rules.remind_minutes, rules.stop_minutes, rules.reopen_days) == (
        180,
        600,
        30,
    )
    assert Policy.objects.get().business_hours == {
        "mon": ["07:00", "16:00"],
        "half_day": ["07:00", "12:00"],
    }
    assert 'value="07:00"' in shown(client, "settings-rules")


def test_half_an_opening_time_is_refused_at_its_field(client: Client) -> None:
    client.force_login(make.user(Role.ADMINISTRATOR))

    answer = client.post(reverse("settings-hours"), {"mon_from": "07:00"})

    assert "Bitte beide Zeiten angeben" in answer.content.decode()


def test_more_around_a_case_costs_no_more_queries(
    desk: Client, django_assert_max_num_queries: object
) -> None:
    case = make.case()
    address = reverse("case", args=[case.number])

    def counted() -> int:
        with django_assert_max_num_queries(30) as queries:  # type: ignore[operator]
            desk.get(address)
        return len(queries)

    make.case_tag(case=case)
    make.watcher(case=case)
    make.case_link(one=case)
    few = counted()
    for _n in range(5):
        make.case_tag(case=case)
        make.watcher(case=case)
        make.case_link(one=case)
        make.case_link(other=case)

    assert counted() == few
