"""The page of a case: facts, conversation, decisions, sessions and their sum."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.urls import reverse

from fernkladde.accounts.roles import Role
from fernkladde.cases.models import Case
from fernkladde.contracts.models import AllowancePeriod, Covers
from fernkladde.journal.models import Entry
from tests import make

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db

NBSP = "\N{NO-BREAK SPACE}"


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(make.NOW + timedelta(hours=2), tick=False):
        yield


@pytest.fixture
def desk(client: Client) -> Client:
    """Log in who decides."""
    make.policy()
    client.force_login(make.user(Role.DISPATCHER, username="petra"))
    return client


def page(client: Client, case: Case, query: str = "") -> str:
    response = client.get(reverse("case", args=[case.number]) + query)
    assert response.status_code == 200
    return response.content.decode().replace(NBSP, " ")


def act(client: Client, name: str, case: Case, **given: str) -> str:
    """Post what is done and return the page that follows."""
    response = client.post(reverse(name, args=[case.number]), given, follow=True)
    return response.content.decode().replace(NBSP, " ")


def test_real_and_billed_minutes_stand_side_by_side_with_basis_and_sum(
    desk: Client,
) -> None:
    case = make.case()
    make.session(case=case, ended_at=make.NOW + timedelta(minutes=23))

    shown = page(desk, case)

    assert "23 min" in shown
    assert "30 min" in shown
    assert "nach Tarif" in shown
    assert "50,00 €" in shown


def test_work_after_local_midnight_counts_although_the_day_in_utc_is_older(
    desk: Client,
) -> None:
    late = datetime(2026, 10, 5, 22, 5, tzinfo=UTC)  # 00:05 on the 6th in Berlin
    case = make.case()
    make.session(case=case, started_at=late, ended_at=late + timedelta(minutes=10))

    with time_machine.travel(late + timedelta(minutes=20), tick=False):
        desk.force_login(make.user())
        shown = page(desk, case)

    assert "25,00 €" in shown


def test_the_sum_is_told_by_basis_and_what_is_free_as_list_value(
    desk: Client,
) -> None:
    contract = make.contract(
        covers=Covers.ALLOWANCE,
        allowance_period=AllowancePeriod.MONTH,
        allowance_minutes=20,
    )
    case = make.case(customer=contract.customer)
    make.session(case=case)

    shown = page(desk, case)

    assert "Mehraufwand über Kontingent" in shown
    assert "20 min" in shown
    assert "33,33 €" in shown
    assert "16,67 €" in shown
    assert "übrig <b>0:00 h</b>" in shown


def test_the_way_of_calculation_can_be_opened(desk: Client) -> None:
    case = make.case()
    make.session(case=case)

    assert "Rechenweg" in page(desk, case)


def test_a_billed_session_names_its_invoice_to_who_may_read_money(
    desk: Client, client: Client
) -> None:
    case = make.case()
    settlement = make.settlement(
        customer=case.customer, content='{"lines":[],"free":[]}'
    )
    invoice = make.invoice(settlement=settlement)
    session = make.session(case=case)
    make.claim(session=session, settlement=settlement, group_billed=1800)

    assert invoice.number in page(desk, case)
    assert reverse("invoice", args=[invoice.number]) not in page(desk, case)
    client.force_login(make.user(Role.MANAGER))
    assert reverse("invoice", args=[invoice.number]) in page(client, case)


def test_a_cause_is_decided_with_its_reason_and_stands_in_the_kladde(
    desk: Client,
) -> None:
    case = make.case(plant=make.plant(warranty_until=date(2027, 1, 1)))
    make.session(case=case)
    assert "Die Ursache ist noch unklar" in page(desk, case)

    shown = act(
        desk, "case-cause", case, cause="operator_error", reason="falsch quittiert"
    )

    entry = Entry.objects.get(kind="cases.cause-decided")
    assert "Bedienfehler" in shown
    assert entry.facts["reason"] == "falsch quittiert"
    assert reverse("journal") + f"?about={case.number}" in shown


def test_goodwill_takes_percent_and_reason_and_can_be_taken_back(
    desk: Client,
) -> None:
    case = make.case()
    make.session(case=case)

    given = act(desk, "case-goodwill", case, percent="50", reason="erster Anlauf")
    assert "Kulanz 50 %: erster Anlauf" in given
    assert "25,00 €" in given
    taken = act(desk, "case-goodwill-withdraw", case, reason="Irrtum")

    case.refresh_from_db()
    assert case.goodwill_percent is None
    assert "erster Anlauf" not in taken


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"percent": "50", "reason": ""}, "Diese Angabe fehlt."),
        ({"percent": "120", "reason": "weil"}, "Kulanz bitte als Prozentsatz"),
        ({"percent": "viel", "reason": "weil"}, "„viel“ ist keine Zahl."),
    ],
)
def test_a_refused_decision_says_why_stays_open_and_keeps_what_was_typed(
    desk: Client, given: dict[str, str], sentence: str
) -> None:
    case = make.case()

    response = desk.post(reverse("case-goodwill", args=[case.number]), given)

    shown = response.content.decode()
    assert response.status_code == 422
    assert sentence in shown
    assert f'value="{given["percent"]}"' in shown
    assert '<details name="choice" open>' in shown


def test_a_cost_cap_is_set_and_lifted(desk: Client) -> None:
    case = make.case()

    assert "150,00 € netto" in act(desk, "case-cap", case, cost_cap="150")
    assert "150,00 €" not in act(desk, "case-cap", case, cost_cap="")


def test_a_case_is_solved_with_its_solution_and_given_to_a_person(
    desk: Client,
) -> None:
    case = make.case()
    make.user(username="jonas", full_name="Jonas Weber")

    act(desk, "case-assign", case, person="jonas")
    shown = act(desk, "case-state", case, state="solved", solution="Geber getauscht")

    assert "Jonas Weber" in shown
    assert "Gelöst" in shown
    assert "Geber getauscht" in shown


def test_a_case_with_a_running_clock_is_not_closed(desk: Client) -> None:
    case = make.case()
    make.running(case=case, technician=make.user(full_name="Jonas Weber"))

    shown = act(desk, "case-state", case, state="closed", solution="")

    case.refresh_from_db()
    assert case.state == "new"
    assert "Für diesen Fall läuft noch die Uhr von Jonas Weber." in shown


def test_notes_of_each_kind_stand_in_the_conversation(desk: Client) -> None:
    case = make.case()

    for kind in ("phone", "internal", "change"):
        act(desk, "case-note", case, text=f"Notiz {kind}", kind=kind)

    shown = page(desk, case)
    assert "intern, der Kunde sieht es nicht" in shown
    assert "Änderung an der Anlage" in shown
    assert all(f"Notiz {kind}" in shown for kind in ("phone", "internal", "change"))


def test_what_looks_like_a_password_is_refused_once(desk: Client) -> None:
    case = make.case()
    secret = "Passwort: Presse3!"

    refused = act(desk, "case-note", case, text=secret, kind="internal")
    assert "sieht nach einem Passwort oder Schlüssel aus" in refused
    assert case.notes.count() == 0
    act(desk, "case-note", case, text=secret, kind="internal", no_secret="on")

    assert case.notes.count() == 1


def token_of(shown: str) -> str:
    return shown.split('name="token" value="')[1].split('"', maxsplit=1)[0]


def test_a_consent_is_recorded_with_the_sentence_that_was_shown(desk: Client) -> None:
    case = make.case(reported_by="Frau Novák")
    shown = page(desk, case)
    assert (
        "„Ab jetzt 25,00 € zuzüglich Umsatzsteuer je angefangene 15 Minuten." in shown
    )

    act(
        desk,
        "case-consent",
        case,
        person="Frau Novák",
        channel="phone",
        answer="yes",
        token=token_of(shown),
    )

    consent = case.consents.get()
    assert consent.given
    assert "25,00" in consent.sentence
    assert "zugestimmt" in page(desk, case)
    assert "Vorlesen, bevor es weitergeht" not in page(desk, case)


def test_a_consent_given_earlier_frees_what_was_worked_since(desk: Client) -> None:
    """It was given on the phone and is written down only now."""
    case = make.case()
    shown = page(desk, case)
    given = {"person": "Frau Novák", "channel": "phone", "answer": "yes"}

    act(
        desk,
        "case-consent",
        case,
        **given,
        token=token_of(shown),
        asked_at="2026-01-05T09:30",
    )

    case.refresh_from_db()
    assert case.consented_at == datetime(2026, 1, 5, 8, 30, tzinfo=UTC)


def test_a_consent_to_come_is_refused(desk: Client) -> None:
    case = make.case()
    given = {"person": "Frau Novák", "channel": "phone", "answer": "yes"}
    token = token_of(page(desk, case))

    shown = act(
        desk, "case-consent", case, **given, token=token, asked_at="2099-01-05T09:30"
    )

    assert "Zukunft" in shown
    assert not case.consents.exists()


def test_a_refusal_is_recorded_as_well(desk: Client) -> None:
    case = make.case()
    given = {"person": "Herr Kunz", "channel": "phone", "answer": "no"}

    act(desk, "case-consent", case, **given, token=token_of(page(desk, case)))

    assert not case.consents.get().given
    assert "abgelehnt" in page(desk, case)


def test_a_sentence_that_nobody_has_shown_is_not_recorded(desk: Client) -> None:
    case = make.case()
    foreign = token_of(page(desk, make.case()))
    given = {"person": "Herr Kunz", "channel": "phone", "answer": "yes"}

    for token in (foreign, "erfunden"):
        shown = act(desk, "case-consent", case, **given, token=token)
        assert "Der Satz lautet jetzt anders." in shown

    assert not case.consents.exists()


def test_what_a_case_is_about_can_be_changed(desk: Client) -> None:
    plant = make.plant(name="Presse 3")
    case = make.case(customer=plant.customer)

    act(
        desk,
        "case-edit",
        case,
        subject="Achse X steht",
        plant=plant.number,
        reported_on="2026-10-05",
        reported_by="Frau Novák",
    )

    case.refresh_from_db()
    assert (case.plant, case.subject) == (plant, "Achse X steht")
    assert case.reported_on == date(2026, 10, 5)


def test_a_case_cannot_be_given_the_plant_of_another_customer(desk: Client) -> None:
    case, plant = make.case(), make.plant()

    act(
        desk,
        "case-edit",
        case,
        subject="x",
        plant=plant.number,
        reported_on="2026-10-05",
    )

    case.refresh_from_db()
    assert case.plant is None


def test_who_does_not_decide_sees_the_decision_but_no_form_for_it(
    desk: Client, client: Client
) -> None:
    case = make.case(goodwill_percent=Decimal(100), goodwill_reason="Anlauf")
    client.force_login(make.user(Role.TECHNICIAN))

    shown = page(client, case)

    assert "Kulanz 100 %: Anlauf" in shown
    assert reverse("case-goodwill", args=[case.number]) not in shown
    client.force_login(make.user(Role.AUDITOR))
    assert "<form" not in page(client, case).split("<main")[1]


def test_a_firm_without_a_tariff_sees_its_cases_all_the_same(desk: Client) -> None:
    make.policy(default_tariff=None)
    case = make.case()
    make.session(case=case)

    assert "30 min" in page(desk, case)


def test_a_number_with_a_slash_has_a_page_too(desk: Client) -> None:
    case = make.case(number="2019/17")

    assert "2019/17" in page(desk, case)
    assert "Notiz 1" in act(desk, "case-note", case, text="Notiz 1", kind="phone")


def test_texts_of_others_are_shown_as_texts(desk: Client) -> None:
    nasty = '<script>alert("x")</script>'
    case = make.case(subject=nasty, reported_by=nasty, solution=nasty)
    make.note(case=case, text=nasty)

    assert nasty not in page(desk, case)


def test_more_sessions_and_notes_cost_no_more_queries(
    desk: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    case = make.case(plant=make.plant())
    case = Case.objects.get(pk=case.pk)
    make.contract(
        customer=case.customer,
        covers=Covers.ALLOWANCE,
        allowance_period=AllowancePeriod.MONTH,
        allowance_minutes=60,
    )
    for number in range(20):
        start = make.NOW - timedelta(hours=number + 1)
        make.session(case=case, started_at=start)
        make.note(case=case, author=make.user())
        make.consent(case=case, given=False)

    with django_assert_max_num_queries(32):
        page(desk, case)
