"""Invoices: what was printed, what it rests on, and the files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.http import FileResponse
from django.test import override_settings
from django.urls import reverse

from fernkladde.accounts.roles import Role
from fernkladde.billing.models import Invoice, Rendering, RenderingState
from fernkladde.contracts.models import Covers
from tests import make
from tests.billing import month
from tests.billing.month import AT, local, work

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make.user(Role.BILLING))
    return client


@pytest.fixture
def invoice() -> Invoice:
    """Bill 90 minutes, of which an allowance covers 20."""
    month.firm()
    contract = make.contract(
        number="V-7",
        customer=month.customer(name="Brandl Umformtechnik", number="K-7"),
        covers=Covers.ALLOWANCE,
        allowance_period="month",
        allowance_minutes=20,
    )
    case = make.case(customer=contract.customer, number="F-1", subject="Achse X steht")
    make.call(session=work(case=case, minutes=90))
    month.bill()
    return Invoice.objects.get()


@pytest.fixture
def documents(tmp_path: Path) -> Iterator[Path]:
    with override_settings(DOCUMENTS=tmp_path):
        yield tmp_path


def shown(desk: Client, name: str, *arguments: object, query: str = "") -> str:
    response = desk.get(reverse(name, args=arguments) + query)
    assert response.status_code == 200
    return response.content.decode()


class TestTheList:
    def test_sums_what_the_filter_keeps(self, desk: Client) -> None:
        month.firm()
        brandl = month.customer(name="Brandl")
        work(brandl)
        work(month.customer(name="Oberland"), minutes=60)
        month.bill()

        everything = shown(desk, "invoice-list")
        one = shown(desk, "invoice-list", query="?customer=brandl")

        assert "Summe von 2 Rechnungen" in everything
        assert "150,00\xa0€" in everything
        assert "Summe von einer Rechnung" in one
        assert "Oberland" not in one

    def test_keeps_the_invoices_of_one_run(self, desk: Client) -> None:
        month.firm()
        work(month.customer(name="Brandl"))
        month.bill()
        work(month.customer(name="Oberland"), local(3, month=11))
        month.bill(month.NOVEMBER)

        page = shown(desk, "invoice-list", query="?month=2026-11")

        assert "Oberland" in page
        assert "Brandl" not in page

    def test_an_empty_one_leads_to_the_month(self, desk: Client) -> None:
        page = shown(desk, "invoice-list")

        assert "Noch keine Rechnung" in page
        assert reverse("month-list") in page

    def test_more_invoices_ask_no_more_questions(
        self, desk: Client, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        for _ in range(12):
            make.invoice()

        with django_assert_max_num_queries(15):
            shown(desk, "invoice-list")


class TestThePage:
    def test_shows_facts_lines_sessions_and_what_proves_them(
        self, desk: Client, invoice: Invoice
    ) -> None:
        page = shown(desk, "invoice", invoice.number)

        assert "Brandl Umformtechnik" in page
        assert "116,67\xa0€" in page
        assert "Achse X steht" in page
        assert "1 Einsatz, 1 Verbindung" in page
        assert invoice.document_sha256 in page
        assert "stellt Rechnung" in page

    def test_tells_the_way_of_calculation_as_it_was_kept(
        self, desk: Client, invoice: Invoice
    ) -> None:
        page = shown(desk, "invoice", invoice.number)

        assert "Die Arbeit fällt unter Vertrag V-7." in page
        assert "90:00 min gearbeitet, in einem Einsatz." in page
        assert (
            "20\xa0min aus dem Kontingent von V-7: 20\xa0min im Zeitraum ab 01.10.2026."
        ) in page
        assert "70\xa0min × 100,00\xa0€ je 60\xa0min = 116,67\xa0€." in page

    def test_shows_what_was_taken_from_the_allowance(
        self, desk: Client, invoice: Invoice
    ) -> None:
        page = shown(desk, "invoice", invoice.number)

        assert "Buchungen im Kontingent" in page
        assert "00:20:00" in page

    def test_is_not_for_whoever_may_not_see_money(
        self, client: Client, invoice: Invoice
    ) -> None:
        client.force_login(make.user(Role.TECHNICIAN))

        assert client.get(reverse("invoice", args=[invoice.number])).status_code == 403

    def test_an_auditor_reads_it(self, client: Client, invoice: Invoice) -> None:
        client.force_login(make.user(Role.AUDITOR))

        assert client.get(reverse("invoice", args=[invoice.number])).status_code == 200

    def test_an_invoice_of_many_lines_asks_a_fixed_number_of_questions(
        self, desk: Client, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        month.firm()
        payer = month.customer()
        for day in range(1, 21):
            work(payer, local(day))
        month.bill()

        with django_assert_max_num_queries(20):
            shown(desk, "invoice", Invoice.objects.get().number)


class TestTheFiles:
    def done(self, invoice: Invoice, documents: Path) -> None:
        for kind in ("pdf", "xml"):
            (documents / f"file.{kind}").write_bytes(kind.encode())
        Rendering.objects.filter(invoice=invoice).update(
            state=RenderingState.DONE, pdf="file.pdf", xml="file.xml"
        )

    @pytest.mark.parametrize("kind", ["pdf", "xml"])
    def test_are_handed_out_as_they_are_stored(
        self, desk: Client, invoice: Invoice, documents: Path, kind: str
    ) -> None:
        self.done(invoice, documents)

        response = desk.get(reverse(f"invoice-{kind}", args=[invoice.number]))

        assert isinstance(response, FileResponse)
        assert b"".join(response.streaming_content) == kind.encode()
        assert response.headers["Content-Type"] == f"application/{kind}"
        disposition = f'attachment; filename="RE-2026-0001.{kind}"'
        assert response.headers["Content-Disposition"] == disposition

    def test_one_that_is_still_due_says_so_and_looks_again(
        self, desk: Client, invoice: Invoice
    ) -> None:
        response = desk.get(reverse("invoice-pdf", args=[invoice.number]))

        assert response.headers["Refresh"] == "2"
        assert "wird gerade erstellt" in response.content.decode()

    def test_one_that_failed_says_why_and_waits_no_longer(
        self, desk: Client, invoice: Invoice
    ) -> None:
        Rendering.objects.update(state=RenderingState.FAILED, error="Schrift fehlt")

        response = desk.get(reverse("invoice-pdf", args=[invoice.number]))

        assert "Refresh" not in response.headers
        assert "Schrift fehlt" in response.content.decode()

    def test_one_that_failed_is_made_once_more_by_whoever_bills(
        self, desk: Client, invoice: Invoice
    ) -> None:
        Rendering.objects.update(state=RenderingState.FAILED, error="Schrift fehlt")
        page = shown(desk, "invoice", invoice.number)

        answer = desk.post(reverse("invoice-repeat", args=[invoice.number]))

        assert "Schrift fehlt" in page
        assert reverse("invoice-repeat", args=[invoice.number]) in page
        assert answer["Location"] == reverse("invoice-pdf", args=[invoice.number])
        assert Rendering.objects.get().state == RenderingState.DUE
        assert "noch einmal machen" in shown(desk, "invoice", invoice.number)

    def test_a_statement_that_failed_is_made_once_more_as_well(
        self, desk: Client
    ) -> None:
        month.firm()
        payer = month.customer(number="K-9", wants_statement=True)
        work(payer, billable=False)
        month.bill()
        Rendering.objects.update(state=RenderingState.FAILED, error="Schrift fehlt")
        page = shown(desk, "statement-pdf", "2026-10", "K-9")

        answer = desk.post(reverse("statement-repeat", args=["2026-10", "K-9"]))

        assert "Schrift fehlt" in page
        assert reverse("statement-repeat", args=["2026-10", "K-9"]) in page
        assert answer["Location"] == reverse("statement-pdf", args=["2026-10", "K-9"])
        assert Rendering.objects.get().state == RenderingState.DUE

    def test_who_only_reads_is_told_why_but_has_no_button(
        self, client: Client, invoice: Invoice
    ) -> None:
        client.force_login(make.user(Role.AUDITOR))
        Rendering.objects.update(state=RenderingState.FAILED, error="Schrift fehlt")

        page = shown(client, "invoice", invoice.number)

        assert "Schrift fehlt" in page
        assert reverse("invoice-repeat", args=[invoice.number]) not in page

    def test_one_that_is_gone_from_the_folder_is_not_found(
        self, desk: Client, invoice: Invoice, documents: Path
    ) -> None:
        self.done(invoice, documents)
        (documents / "file.pdf").unlink()

        response = desk.get(reverse("invoice-pdf", args=[invoice.number]))

        assert response.status_code == 404

    def test_they_are_not_for_whoever_may_not_see_money(
        self, client: Client, invoice: Invoice
    ) -> None:
        client.force_login(make.user(Role.TECHNICIAN))

        for name in ("invoice-pdf", "invoice-xml"):
            assert client.get(reverse(name, args=[invoice.number])).status_code == 403


def test_the_time_of_issue_is_shown_in_the_firms_zone(
    desk: Client, invoice: Invoice
) -> None:
    assert AT.hour == 9

    assert "02.12.2026 10:00" in shown(desk, "invoice", invoice.number)
