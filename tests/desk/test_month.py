"""Monatslauf: the funnel, the stages, the customers, and two clerks at once."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.urls import reverse

from fernkladde.accounts.roles import Role
from fernkladde.billing import issue as issuing
from fernkladde.billing.models import Invoice, Preview, PreviewState, Run
from fernkladde.cases.actions import record_session
from fernkladde.contracts.models import Covers
from fernkladde.desk.month import stages
from tests import make
from tests.billing import month
from tests.billing.month import AT, OCTOBER, local, preview_of, work

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpResponse
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries
    from pytest_django.fixtures import Settings

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """Let it be the 2nd of December 2026, in the morning."""
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def desk(client: Client) -> Client:
    month.firm()
    client.force_login(make.user(Role.BILLING))
    return client


def get(desk: Client, name: str = "month", *arguments: str, query: str = "") -> str:
    response = desk.get(reverse(name, args=["2026-10", *arguments]) + query)
    assert response.status_code == 200
    return response.content.decode()


def post(desk: Client, name: str, **data: Any) -> HttpResponse:
    return desk.post(reverse(name, args=["2026-10"]), data)  # type: ignore[return-value]


def preview(desk: Client) -> None:
    assert post(desk, "month-preview").status_code == 302


def seen() -> str:
    made = Run.objects.get(period="2026-10").previewed_at
    assert made is not None
    return made.isoformat()


def approve(desk: Client, *customers: str) -> HttpResponse:
    chosen: dict[str, Any] = {"customer": customers} if customers else {"all": "1"}
    return post(desk, "month-approve", seen=seen(), **chosen)


def issue(desk: Client, **more: Any) -> HttpResponse:
    return post(desk, "month-issue", **{"all": "1", "issued_on": "2026-12-02"} | more)


def step(page: str, label: str) -> str:
    """Return one step of the funnel as text."""
    steps = (
        page.split('<ol class="funnel">')[1].split("</ol>", maxsplit=1)[0].split("<li")
    )
    [found] = [one for one in steps if f">{label}<" in one]
    return re.sub(r"<[^>]+>|\s+", " ", found)


class TestTheList:
    def test_shows_two_years_with_what_each_came_to(self, desk: Client) -> None:
        work()
        month.bill()

        response = desk.get(reverse("month-list"))

        page = response.content.decode()
        assert page.count("<tr") == 25
        assert "Dezember 2026" in page
        assert "Januar 2025" in page
        row = page.split("Oktober 2026")[1].split("</tr>")[0]
        assert "ausgestellt" in row
        assert "50,00\xa0€" in row

    def test_asks_a_fixed_number_of_questions(
        self, desk: Client, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        for _ in range(3):
            work()
            work(start=local(3, month=9))
        month.bill(month.SEPTEMBER)
        month.bill()

        with django_assert_max_num_queries(15):
            desk.get(reverse("month-list"))

    def test_a_month_that_is_none_is_not_found(self, desk: Client) -> None:
        for period in ("2026-13", "morgen"):
            address = reverse("month", args=[period])
            assert desk.get(address).status_code == 404


class TestTheFunnel:
    def test_begins_with_a_preview(self, desk: Client) -> None:
        page = get(desk)

        assert "Noch keine Vorschau" in page
        assert "jetzt dran" in step(page, "Vorschau")

    def test_goes_step_by_step_to_the_documents(self, desk: Client) -> None:
        work()
        work()
        states = []

        for act in (preview, approve, issue):
            act(desk)
            page = get(desk)
            states.append([step(page, label).split() for label in STEPS])

        [previewed, approved, issued] = [
            [" ".join(words) for words in row] for row in states
        ]
        assert "0/2" in previewed[1]
        assert "jetzt dran" in previewed[1]
        assert "gemacht" in approved[1]
        assert "jetzt dran" in approved[2]
        assert "2/2" in issued[2]
        assert "0/2 werden erstellt" in issued[3]

    def test_names_what_is_open_with_the_way_to_settle_it(self, desk: Client) -> None:
        plant = make.plant(customer=month.customer(), warranty_until=local(30).date())
        unclear = make.case(plant=plant, number="F-2")
        work(case=unclear)
        running = make.running(case=make.case(number="F-1"), started_at=local(31, 22))
        preview(desk)

        page = get(desk)

        assert "2 Punkte offen" in step(page, "Klären")
        assert "Die Ursache ist noch unklar" in page
        assert f'href="{reverse("case", args=["F-2"])}#decision"' in page
        assert f'href="{reverse("case", args=["F-1"])}#sessions"' in page
        assert running.technician.full_name in page

    def test_says_while_the_month_still_runs(self, desk: Client) -> None:
        with time_machine.travel(local(20), tick=False):
            assert "Der Monat läuft noch bis 31.10.2026" in get(desk)

        assert "Der Monat läuft noch" not in get(desk)


STEPS = ("Vorschau", "Freigabe", "Ausstellung", "Dokumente")


class TestThePreviews:
    def test_show_sum_change_and_state_of_each_customer(self, desk: Client) -> None:
        payer = month.customer(name="Brandl Umformtechnik")
        case = make.case(customer=payer)
        work(case=case)
        preview(desk)
        work(case=case, start=local(7), minutes=15)
        preview(desk)

        page = get(desk)

        row = page.split("Brandl Umformtechnik</a>")[1].split("</tr>")[0]
        assert "75,00\xa0€" in row
        assert "+25,00\xa0€" in row
        assert ">Vorschau<" in row

    def test_a_parked_customer_says_why_and_where_to_mend_it(
        self, desk: Client
    ) -> None:
        payer = month.customer(city="", name="Ohne Ort KG")
        work(payer)
        preview(desk)

        page = get(desk, query="?show=parked")

        assert "In der Anschrift des Kunden fehlt der Ort." in page
        assert reverse("customer-edit", args=[payer.number]) in page
        assert 'name="customer"' not in page

    def test_work_changed_since_is_marked(self, desk: Client) -> None:
        payer = month.customer()
        case = make.case(customer=payer)
        work(case=case)
        preview(desk)
        for each in (case, make.case(customer=month.customer())):
            record_session(
                case=each,
                technician=make.user(),
                service="remote",
                started_at=local(8),
                ended_at=local(8, 10),
                reason="vergessen",
                by=None,
                at=AT,
            )

        page = get(desk)

        assert "seither geändert" in page
        assert "Arbeit eines Kunden wurde geändert." in page
        assert "Ein Kunde ist dazugekommen." in page

    def test_work_of_a_closed_customer_comes_with_the_next_run(
        self, desk: Client
    ) -> None:
        payer = month.customer(name="Brandl")
        work(payer)
        month.bill()
        work(payer, local(28))

        page = get(desk)

        assert "Kommt mit dem nächsten Lauf" in page
        assert re.search(r"Brandl</a>:\s+ein Einsatz", page)

    def test_more_customers_ask_no_more_questions(
        self, desk: Client, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        make.policy(require_consent=True)
        for number in range(40):
            payer = month.customer(city="" if number % 3 else "Ulm")
            agreed = local(1) if number % 2 else None
            work(case=make.case(customer=payer, consented_at=agreed))
        preview(desk)

        with django_assert_max_num_queries(30):
            get(desk)

    def test_without_a_default_tariff_a_sentence_says_so(self, desk: Client) -> None:
        make.policy(default_tariff=None)

        response = desk.post(reverse("month-preview", args=["2026-10"]), follow=True)

        assert "noch kein allgemeiner Tarif" in response.content.decode()


class TestApproving:
    def test_freezes_the_chosen(self, desk: Client) -> None:
        chosen, other = month.customer(), month.customer()
        work(chosen)
        work(other)
        preview(desk)

        approve(desk, chosen.number)

        assert preview_of(chosen).state == PreviewState.APPROVED
        assert preview_of(other).state == PreviewState.PREVIEWED

    def test_nobody_chosen_approves_nobody(self, desk: Client) -> None:
        work()
        preview(desk)

        response = desk.post(
            reverse("month-approve", args=["2026-10"]), {"seen": seen()}, follow=True
        )

        assert "Kein Kunde ist angekreuzt." in response.content.decode()
        assert not Preview.objects.filter(state=PreviewState.APPROVED).exists()

    def test_another_clerks_newer_preview_must_be_looked_at_first(
        self, desk: Client
    ) -> None:
        payer = month.customer()
        case = make.case(customer=payer)
        work(case=case)
        preview(desk)
        looked_at = seen()
        with time_machine.travel(AT + timedelta(minutes=1), tick=False):
            work(case=case, start=local(9))
            preview(desk)

        response = post(desk, "month-approve", seen=looked_at, customer=[payer.number])

        page = response.content.decode()
        assert "Inzwischen gibt es eine neuere Vorschau" in page
        assert "checked" in page
        assert preview_of(payer).state == PreviewState.PREVIEWED

    def test_can_be_taken_back(self, desk: Client) -> None:
        payer = month.customer()
        work(payer)
        preview(desk)
        approve(desk)

        post(desk, "month-withdraw", customer=[payer.number])

        assert preview_of(payer).state == PreviewState.PREVIEWED


class TestIssuing:
    @pytest.fixture
    def short_steps(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let a step be over after two customers."""
        monkeypatch.setattr(stages, "SECONDS_PER_STEP", 0.0)
        monkeypatch.setattr(stages, "SECONDS_PER_CLICK", 0.0)
        monkeypatch.setattr(issuing, "AT_ONCE", 2)

    def approved(self, desk: Client, customers: int) -> None:
        for _ in range(customers):
            work()
        preview(desk)
        approve(desk)

    def test_writes_the_invoices_with_the_chosen_date(self, desk: Client) -> None:
        self.approved(desk, 2)

        response = issue(desk, issued_on="2026-11-30")

        assert response.headers["Location"].endswith("?show=settled")
        days = {i.issued_on.isoformat() for i in Invoice.objects.all()}
        assert days == {"2026-11-30"}

    def test_says_how_many_were_billed_and_how_many_were_not(
        self, desk: Client
    ) -> None:
        changed = work()
        self.approved(desk, 2)
        changed.service = "phone"
        changed.save()

        issue(desk)

        page = get(desk)
        assert "2 Kunden abgerechnet." in page
        assert "Einer war nicht möglich" in page
        assert preview_of(changed.case.customer).state == PreviewState.OUTDATED

    @pytest.mark.usefixtures("short_steps")
    def test_goes_on_step_by_step_and_shows_how_far_it_is(self, desk: Client) -> None:
        self.approved(desk, 5)

        first = issue(desk).content.decode()
        second = issue(desk, of="5", settled="2", refused="0").content.decode()
        last = issue(desk, of="5", settled="4", refused="0")

        assert "2 von 5" in first
        assert 'name="settled" value="2"' in first
        assert "4 von 5" in second
        assert last.status_code == 302
        assert Invoice.objects.count() == 5

    @pytest.mark.usefixtures("short_steps")
    def test_with_htmx_only_the_progress_comes_back_and_then_the_page(
        self, desk: Client
    ) -> None:
        self.approved(desk, 3)
        address = reverse("month-issue", args=["2026-10"])
        data = {"all": "1", "issued_on": "2026-12-02", "of": "3"}

        part = desk.post(address, data, HTTP_HX_REQUEST="true")
        end = desk.post(address, data, HTTP_HX_REQUEST="true")

        assert part.content.decode().lstrip().startswith("<form")
        assert end.headers["HX-Redirect"].endswith("/2026-10/?show=settled")

    @pytest.mark.usefixtures("short_steps")
    def test_whoever_leaves_in_the_middle_goes_on_later(self, desk: Client) -> None:
        self.approved(desk, 3)
        issue(desk)

        page = get(desk)
        issue(desk)

        assert "2/3" in step(page, "Ausstellung")
        assert Invoice.objects.count() == 3

    def test_a_double_click_bills_once(self, desk: Client) -> None:
        self.approved(desk, 2)

        issue(desk)
        issue(desk)

        assert Invoice.objects.count() == 2

    def test_only_the_chosen_are_issued(self, desk: Client) -> None:
        chosen, other = month.customer(), month.customer()
        work(chosen)
        work(other)
        preview(desk)
        approve(desk)

        post(desk, "month-issue", customer=[chosen.number], issued_on="2026-12-02")

        assert Invoice.objects.get().customer == chosen
        assert preview_of(other).state == PreviewState.APPROVED

    @pytest.mark.parametrize("day", ["", "gestern", "2025-12-02", "2027-02-02"])
    def test_a_date_that_cannot_be_meant_is_refused_at_its_field(
        self, desk: Client, day: str
    ) -> None:
        self.approved(desk, 1)

        response = issue(desk, issued_on=day)

        page = response.content.decode()
        assert response.status_code == 200
        assert 'aria-invalid="true"' in page
        assert not Invoice.objects.exists()

    def test_a_database_that_may_forget_issues_nothing_and_says_why(
        self, desk: Client, settings: Settings
    ) -> None:
        self.approved(desk, 1)
        settings.DATABASE_MAY_FORGET = False

        issue(desk)

        assert "Stromausfall" in get(desk)
        assert not Invoice.objects.exists()

    def test_a_date_before_the_last_service_day_parks_the_customer(
        self, desk: Client
    ) -> None:
        payer = month.customer()
        work(payer, local(30))
        with time_machine.travel(local(5, month=11), tick=False):
            preview(desk)
            approve(desk)
            issue(desk, issued_on="2026-10-29")

        assert preview_of(payer).state == PreviewState.PARKED
        assert not Invoice.objects.exists()


class TestOneCustomer:
    def test_shows_every_line_with_its_way_of_calculation(self, desk: Client) -> None:
        payer = month.customer()
        contract = make.contract(
            number="V-7",
            customer=payer,
            covers=Covers.ALLOWANCE,
            allowance_period="month",
            allowance_minutes=20,
        )
        work(case=make.case(customer=payer, number="F-1"), minutes=40)
        preview(desk)

        page = get(desk, "month-customer", payer.number)

        assert "F-1" in page
        assert "40:00 min gearbeitet" in page
        assert "20\xa0min aus dem Kontingent von V-7" in page
        assert "25\xa0min darüber werden berechnet" in page
        assert f"{contract.number}, Zeitraum ab 01.10.2026" in page

    def test_shows_free_and_held_work_with_its_list_value(self, desk: Client) -> None:
        make.policy(require_consent=True)
        payer = month.customer()
        work(payer, billable=False)
        work(payer, local(8), minutes=60)
        preview(desk)

        page = get(desk, "month-customer", payer.number)

        assert "Listenwert 50,00\xa0€" in page
        assert "Listenwert 100,00\xa0€" in page
        assert "60\xa0min warten auf eine Zustimmung oder Kulanz." in page

    def test_a_part_of_goodwill_is_named_in_the_formula(self, desk: Client) -> None:
        payer = month.customer()
        work(payer, goodwill_percent=Decimal(30))
        preview(desk)

        page = get(desk, "month-customer", payer.number)

        assert "abzüglich 30\xa0% Kulanz 15,00\xa0€ = 35,00\xa0€." in page

    def test_an_outdated_preview_says_so_and_cannot_be_approved(
        self, desk: Client
    ) -> None:
        payer = month.customer()
        case = make.case(customer=payer)
        work(case=case)
        preview(desk)
        work(case=case, start=local(9))

        page = get(desk, "month-customer", payer.number)

        assert "100,00\xa0€ statt 50,00\xa0€" in page
        assert reverse("month-approve", args=["2026-10"]) not in page
        assert reverse("month-preview", args=["2026-10"]) in page

    def test_a_new_preview_names_the_cases_that_changed(self, desk: Client) -> None:
        payer = month.customer()
        case = make.case(customer=payer)
        work(case=case)
        preview(desk)
        work(case=case, start=local(9))
        preview(desk)

        page = get(desk, "month-customer", payer.number)

        assert f"Fall {case.number} 100,00\xa0€ statt 50,00\xa0€." in page

    def test_a_settled_month_shows_what_was_kept(self, desk: Client) -> None:
        payer = month.customer()
        work(payer)
        month.bill()
        make.policy(default_tariff=make.tariff(make.terms(price="999.00")))

        page = get(desk, "month-customer", payer.number)

        assert "RE-2026-0001" in page
        assert "30\xa0min × 100,00\xa0€ je 60\xa0min = 50,00\xa0€." in page

    def test_a_customer_without_work_has_nothing_to_bill(self, desk: Client) -> None:
        payer = month.customer()

        assert "Nichts abzurechnen" in get(desk, "month-customer", payer.number)

    def test_much_work_asks_a_fixed_number_of_questions(
        self, desk: Client, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        payer = month.customer()
        plant = make.plant(customer=payer)
        for day in range(1, 25):
            case = make.case(customer=payer, plant=plant)
            make.call(session=work(case=case, start=local(day)))
        preview(desk)

        with django_assert_max_num_queries(30):
            get(desk, "month-customer", payer.number)


class TestWhoMay:
    def test_an_auditor_looks_and_finds_no_buttons(self, client: Client) -> None:
        month.firm()
        work()
        month.approve()
        client.force_login(make.user(Role.AUDITOR))

        page = get(client)

        assert "Freigegeben" in page
        assert reverse("month-preview", args=[str(OCTOBER)]) not in page
        assert reverse("month-issue", args=[str(OCTOBER)]) not in page

    def test_a_technician_sees_no_sums(self, client: Client) -> None:
        client.force_login(make.user(Role.TECHNICIAN))

        assert client.get(reverse("month-list")).status_code == 403
