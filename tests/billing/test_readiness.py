"""Who is parked, and the sentence and field that say why."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from fernkladde.billing.models import Company, PreviewState
from fernkladde.billing.preview import preview_month
from fernkladde.cases.actions.decisions import set_cost_cap
from tests import make

from . import month
from .month import AT, NOVEMBER, OCTOBER, local, preview_of, work

if TYPE_CHECKING:
    from fernkladde.cases.models import Case
    from fernkladde.customers.models import Customer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def firm() -> None:
    month.firm()


def reasons(payer: Customer, of: Any = OCTOBER) -> list[dict[str, str]]:
    preview_month(month=of, by=None, at=AT)
    preview = preview_of(payer, of)
    assert (preview.state == PreviewState.PARKED) == bool(preview.reasons)
    found: list[dict[str, str]] = preview.reasons
    return found


def test_a_customer_with_everything_is_not_parked() -> None:
    payer = month.customer()
    work(payer)

    assert reasons(payer) == []


def test_a_missing_address_is_named_with_the_field_to_fill() -> None:
    payer = month.customer(street="", postcode="")
    work(payer)

    [reason] = reasons(payer)

    assert reason["text"] == (
        "In der Anschrift des Kunden fehlt die Straße und die Postleitzahl."
    )
    assert (reason["place"], reason["subject"]) == ("customer", payer.number)
    assert reason["field"] == "street"


def test_a_customer_abroad_waits_for_a_tax_case() -> None:
    payer = month.customer(country="AT")
    work(payer)

    [reason] = reasons(payer)

    assert "Ausland (AT)" in reason["text"]
    assert reason["field"] == "country"


def test_what_the_check_of_the_document_finds_parks_before_a_number_is_drawn() -> None:
    payer = month.customer(postcode="7017")
    work(payer)

    [reason] = reasons(payer)

    assert "nicht fünf Ziffern" in reason["text"]
    assert (reason["place"], reason["field"]) == ("customer", "postcode")


def test_a_firm_without_its_own_data_issues_nothing() -> None:
    Company.objects.update(iban="", name="", vat_id="")
    payer = month.customer()
    work(payer)

    [reason] = reasons(payer)

    assert reason["text"] == (
        "In den Angaben zur eigenen Firma fehlt der Name, die IBAN"
        " und die USt-IdNr. oder Steuernummer."
    )
    assert reason["place"] == "company"


def test_whoever_pays_nothing_needs_no_address() -> None:
    payer = month.customer(street="")
    work(payer, billable=False)

    assert reasons(payer) == []


def test_work_before_the_first_tariff_version_parks_and_stops_nobody_else() -> None:
    early, other = month.customer(), month.customer()
    session = work(early, local(31, 23, month=12).replace(year=2025))
    work(other)

    [reason] = reasons(early)

    assert session.number in reason["text"]
    assert "keine Tariffassung in Kraft" in reason["text"]
    assert reason["place"] == "tariffs"
    assert preview_of(other).state == PreviewState.PREVIEWED


def test_a_service_without_a_price_is_named() -> None:
    only_remote = {"service": "remote", "price": "100.00", "per_minutes": 60}
    document = {"valid_from": "2026-01-01", "prices": [only_remote]}
    make.policy(default_tariff=make.tariff(document))
    payer = month.customer()
    work(payer, service="onsite")

    [reason] = reasons(payer)

    assert "keinen Preis für „onsite“" in reason["text"]


class TestCostCap:
    """A case over its cap waits until somebody agreed to more, later."""

    @pytest.fixture
    def case(self) -> Case:
        return make.case(customer=month.customer(), cost_cap=Decimal("60.00"))

    def test_up_to_the_cap_nobody_is_asked(self, case: Case) -> None:
        work(case=case, minutes=30)

        assert reasons(case.customer) == []

    def test_above_it_the_customer_is_parked(self, case: Case) -> None:
        work(case=case, minutes=45)

        [reason] = reasons(case.customer)

        assert reason["text"] == (
            f"Fall {case.number}: 75,00 € liegen über der Kostengrenze von 60,00 €; "
            "beim Kunden klären oder den Rest als Kulanz geben."
        )
        assert (reason["place"], reason["subject"]) == ("case", case.number)

    def test_a_consent_from_before_the_work_began_does_not_lift_it(
        self, case: Case
    ) -> None:
        session = work(case=case, minutes=45)
        make.consent(case=case, asked_at=session.started_at - timedelta(minutes=1))

        assert len(reasons(case.customer)) == 1

    def test_a_later_consent_lifts_it(self, case: Case) -> None:
        session = work(case=case, minutes=45)
        make.consent(case=case, asked_at=session.started_at + timedelta(minutes=31))

        assert reasons(case.customer) == []

    def test_a_refusal_lifts_nothing(self, case: Case) -> None:
        session = work(case=case, minutes=45)
        later = session.started_at + timedelta(minutes=31)
        make.consent(case=case, asked_at=later, given=False)

        assert len(reasons(case.customer)) == 1

    def test_a_cap_set_after_the_consent_counts_again(self, case: Case) -> None:
        session = work(case=case, minutes=45)
        agreed = session.started_at + timedelta(minutes=31)
        make.consent(case=case, asked_at=agreed)
        set_cost_cap(
            case=case, amount=Decimal(70), by=None, at=agreed + timedelta(hours=1)
        )

        assert len(reasons(case.customer)) == 1

    def test_what_an_earlier_invoice_took_counts_too(self, case: Case) -> None:
        work(case=case, minutes=30)
        month.bill()
        work(case=case, start=local(3, month=11), minutes=15)

        [reason] = reasons(case.customer, NOVEMBER)

        assert "75,00 €" in reason["text"]
