"""A new call: found, looked at, read out, answered, started in one step."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.urls import reverse

from fernkladde.accounts.roles import Role
from fernkladde.cases.models import Case, Session
from fernkladde.contracts.models import AllowancePeriod, Covers
from tests import make

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from fernkladde.accounts.models import User
    from fernkladde.plants.models import Plant

pytestmark = pytest.mark.django_db

NBSP = "\N{NO-BREAK SPACE}"


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(make.NOW, tick=False):
        yield


@pytest.fixture
def jonas() -> User:
    make.policy()
    return make.user(full_name="Jonas Weber")


@pytest.fixture
def desk(client: Client, jonas: User) -> Client:
    client.force_login(jonas)
    return client


@pytest.fixture
def press() -> Plant:
    customer = make.customer(name="Müller Pressen", phone="+4971112345")
    kind = make.plant_type(check_first="Hauptschalter ein?\nDruckluft 6 bar?")
    plant = make.plant(
        name="Presse 3",
        serial_number="FN-77",
        customer=customer,
        plant_type=kind,
        warranty_until=date(2025, 12, 31),
    )
    make.searchable()
    return plant


def page(client: Client, **query: str) -> str:
    response = client.get(reverse("new-call"), query)
    assert response.status_code == 200
    return response.content.decode().replace(NBSP, " ")


def look(client: Client, plant: Plant, **query: str) -> str:
    return page(client, plant=plant.number, **query)


def token_of(shown: str) -> str:
    return shown.split('name="token" value="')[1].split('"', maxsplit=1)[0]


def answer(client: Client, plant: Plant, answer: str, **given: str) -> str:
    """Post the call and return the page that follows."""
    typed = {
        "customer": plant.customer.number,
        "plant": plant.number,
        "subject": "Achse X steht",
        "reported_by": "Frau Novák",
        "person": "Frau Novák",
        "service": "remote",
        "connection": "none",
        "answer": answer,
        "token": token_of(look(client, plant)),
        **given,
    }
    response = client.post(reverse("take-call"), typed, follow=True)
    return response.content.decode().replace(NBSP, " ")


@pytest.mark.parametrize("text", ["FN-77", "presse 3", "0711 12345", "mueller"])
def test_one_search_finds_plants_serial_numbers_and_telephones(
    desk: Client, press: Plant, text: str
) -> None:
    response = desk.get(reverse("new-call"), {"q": text}, follow=True)

    assert "Müller Pressen" in response.content.decode()


def test_a_single_hit_is_looked_at_at_once(desk: Client, press: Plant) -> None:
    response = desk.get(reverse("new-call"), {"q": "FN-77"})

    assert response.headers["Location"].endswith(f"?plant={press.number}")


@pytest.mark.parametrize("query", ["nummer=+4971112399", "nummer=%2B4971112399"])
def test_a_ringing_number_leads_to_its_contact_with_or_without_encoded_plus(
    desk: Client, press: Plant, query: str
) -> None:
    make.contact(customer=press.customer, name="Jana Novák", phone="+4971112399")
    make.searchable()

    response = desk.get(f"{reverse('new-call')}?{query}", follow=True)

    shown = response.content.decode()
    assert "Presse 3" in shown
    assert 'value="Jana Novák"' in shown


def test_an_unknown_number_stays_in_the_field(desk: Client) -> None:
    shown = page(desk, nummer="+4930999999")

    assert 'value="+4930999999"' in shown
    assert "ist nicht bekannt" in shown


def test_the_search_answers_while_one_types(desk: Client, press: Plant) -> None:
    response = desk.get(
        reverse("new-call"), {"q": "FN-77"}, headers={"HX-Request": "true"}
    )

    shown = response.content.decode()
    assert response.status_code == 200
    assert f"?plant={press.number}" in shown.split('id="callers"')[1]


def test_of_several_plants_one_is_asked_for_before_the_price(
    desk: Client, press: Plant
) -> None:
    make.plant(name="Presse 4", customer=press.customer)

    shown = page(desk, customer=press.customer.number)

    assert "Welche Anlage?" in shown
    assert "„Ab jetzt" not in shown
    anyway = page(desk, customer=press.customer.number, any="1")
    assert "„Ab jetzt" in anyway


def test_the_look_shows_warranty_contract_access_and_what_to_check_first(
    desk: Client, press: Plant
) -> None:
    make.access_path(plant=press, kind="vpn", identifier="gw-3", reference="KeePass")
    make.contract(
        name="Silber",
        customer=press.customer,
        covers=Covers.ALLOWANCE,
        allowance_period=AllowancePeriod.MONTH,
        allowance_minutes=100,
    )
    case = make.case(plant=press, subject="Noch offen")
    for number in range(4):
        make.case(
            plant=press,
            state="solved",
            subject=f"Früher {number}",
            solution=f"Lösung {number}",
            opened_at=make.NOW - timedelta(days=9 - number),
        )

    shown = look(desk, press)

    for words in (
        "Gewährleistung bis 31.12.2025 abgelaufen",
        "Silber",
        "übrig <b>1:40 h</b>",
        "gw-3",
        "KeePass",
        "Druckluft 6 bar?",
        case.number,
        "Lösung 3",
        "Lösung 1",
    ):
        assert words in shown
    assert "Lösung 0" not in shown
    assert '<option value="vpn" selected>' in shown


def test_consent_case_and_clock_are_one_step(desk: Client, press: Plant) -> None:
    shown = answer(desk, press, "yes")

    case, session = Case.objects.get(), Session.objects.get()
    consent = case.consents.get()
    assert (case.subject, case.reported_by) == ("Achse X steht", "Frau Novák")
    assert consent.given
    assert consent.sentence.replace(NBSP, " ") == (
        "Ab jetzt 25,00 € zuzüglich Umsatzsteuer je angefangene 15 Minuten."
        " Sind Sie einverstanden?"
    )
    assert session.ended_at is None
    assert "Achse X steht" in shown


def test_a_refusal_ends_in_no_work_and_stays_in_the_case(
    desk: Client, press: Plant
) -> None:
    shown = answer(desk, press, "no")

    assert not Session.objects.exists()
    assert not Case.objects.get().consents.get().given
    assert "Keine Arbeit" in shown


def test_a_refusal_ends_in_goodwill_with_a_reason_for_who_decides(
    client: Client, jonas: User, press: Plant
) -> None:
    client.force_login(make.user(Role.DISPATCHER))

    missing = answer(client, press, "goodwill")
    assert "Kulanz braucht einen Grund." in missing
    answer(client, press, "goodwill", goodwill_reason="Anlauf beim Kunden")

    case = Case.objects.get()
    assert case.goodwill_percent == Decimal(100)
    assert not case.consents.get().given
    assert Session.objects.running().count() == 1


def test_goodwill_is_not_for_who_does_not_decide(desk: Client, press: Plant) -> None:
    assert "Kulanz, weil" not in look(desk, press)

    answer(desk, press, "goodwill", goodwill_reason="einfach so")

    assert not Case.objects.exists()


def test_work_may_begin_without_an_answer_and_is_then_held(
    desk: Client, press: Plant
) -> None:
    make.policy(require_consent=True)

    answer(desk, press, "later", person="")

    assert Session.objects.running().count() == 1
    assert not Case.objects.get().consents.exists()


def test_a_double_click_makes_one_case_and_one_clock(
    desk: Client, press: Plant
) -> None:
    answer(desk, press, "yes", client_key="seite")
    answer(desk, press, "yes", client_key="seite")

    assert (Case.objects.count(), Session.objects.count()) == (1, 1)


def test_another_kind_of_work_needs_its_own_sentence_read_out(
    desk: Client, press: Plant
) -> None:
    old = token_of(look(desk, press))

    shown = answer(desk, press, "yes", service="phone", token=old)

    assert "Für diese Arbeit lautet der Satz anders." in shown
    assert 'value="Achse X steht"' in shown
    assert not Case.objects.exists()
    answer(desk, press, "yes", service="phone", token=token_of(shown))
    assert Session.objects.get().service == "phone"


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [("subject", "Worum geht es? Ein paar Worte"), ("person", "Wer hat geantwortet?")],
)
def test_what_is_missing_is_said_and_nothing_typed_is_lost(
    desk: Client, press: Plant, missing: str, sentence: str
) -> None:
    shown = answer(desk, press, "yes", **{missing: ""})

    assert sentence in shown
    assert 'value="Frau Novák"' in shown
    assert not Case.objects.exists()


def test_a_clock_that_runs_elsewhere_is_paused_only_as_the_page_has_said(
    desk: Client, jonas: User, press: Plant
) -> None:
    other = make.running(technician=jonas, started_at=make.NOW - timedelta(minutes=9))
    assert f"Die Uhr an {other.case.number} wird dabei angehalten." in look(desk, press)

    refused = answer(desk, press, "yes")
    assert "läuft schon eine Uhr" in refused
    answer(desk, press, "yes", pause_running="1")

    other.refresh_from_db()
    assert other.is_paused
    assert Session.objects.running().get().case.subject == "Achse X steht"


def test_one_goes_on_at_an_open_case_without_a_second_one(
    desk: Client, press: Plant
) -> None:
    case = make.case(plant=press, subject="Noch offen")
    shown = page(desk, case=case.number)
    assert "Weiter an" in shown

    answer(desk, press, "yes", case=case.number, subject="", token=token_of(shown))

    assert Case.objects.count() == 1
    assert Session.objects.get().case == case


def test_the_sentence_follows_the_chosen_kind_of_work(
    desk: Client, press: Plant
) -> None:
    rows = [
        {"service": "remote", "price": "100", "per_minutes": 60, "next_minutes": 15},
        {"service": "phone", "price": "60", "per_minutes": 60, "next_minutes": 10},
    ]
    make.policy(default_tariff=make.tariff(make.terms(prices=rows)))

    shown = look(desk, press, service="phone")

    assert "10,00 € zuzüglich Umsatzsteuer je angefangene 10 Minuten" in shown


def test_without_a_price_the_time_is_written_down_all_the_same(
    desk: Client, press: Plant
) -> None:
    make.policy(default_tariff=None)
    shown = look(desk, press)
    assert "steht noch kein Preis im Tarif" in shown

    answer(desk, press, "free", token="")

    assert Session.objects.running().count() == 1


def test_more_cases_cost_no_more_queries(
    desk: Client, press: Plant, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(15):
        make.case(plant=press)
        make.case(plant=press, state="solved", solution="gereinigt")
        make.plant(customer=press.customer)
        make.access_path(plant=press)

    with django_assert_max_num_queries(32):
        look(desk, press)
