"""The sentence that is read out: correct German for every basis."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.utils import timezone

from fernkladde.contracts.models import AllowancePeriod, Covers
from fernkladde.desk.notices import Spoken, Work, sentence_shown, spoken_notice
from tests import make

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fernkladde.customers.models import Customer
    from fernkladde.plants.models import Plant

pytestmark = pytest.mark.django_db

NBSP = "\N{NO-BREAK SPACE}"
STEP = "25,00 € zuzüglich Umsatzsteuer je angefangene 15 Minuten"
ASKS = " Sind Sie einverstanden?"


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with (
        time_machine.travel(make.NOW, tick=False),
        timezone.override("Europe/Berlin"),
    ):
        make.policy()
        yield


def work(
    customer: Customer | None = None, plant: Plant | None = None, **more: Any
) -> Work:
    customer = customer or (plant.customer if plant else make.customer())
    given = {"service": "remote", "connection": "none", **more}
    return Work(customer=customer, plant=plant, **given)


def notice(about: Work) -> Spoken:
    spoken = spoken_notice(about, at=make.NOW)
    assert spoken is not None
    return spoken


def sentence(about: Work) -> str:
    return notice(about).sentence.replace(NBSP, " ")


def terms(**row: Any) -> None:
    base = {"price": "112.00", "per_minutes": 60, "next_minutes": 15}
    make.policy(default_tariff=make.tariff(make.terms(prices=[base | row])))


def allowance(customer: Customer, minutes: int, **more: Any) -> None:
    given = {
        "covers": Covers.ALLOWANCE,
        "allowance_period": AllowancePeriod.MONTH,
        "allowance_minutes": minutes,
        **more,
    }
    make.contract(customer=customer, **given)


def test_by_tariff_the_price_of_a_step_is_asked() -> None:
    terms()

    spoken = notice(work())

    assert spoken.asks
    assert spoken.sentence.replace(NBSP, " ") == (
        "Ab jetzt 28,00 € zuzüglich Umsatzsteuer je angefangene 15 Minuten."
        " Sind Sie einverstanden?"
    )


@pytest.mark.parametrize(
    ("step", "words"),
    [(1, "je angefangene Minute"), (60, "je angefangene 60 Minuten")],
)
def test_the_step_is_named_as_it_is(step: int, words: str) -> None:
    terms(next_minutes=step)

    assert words in sentence(work())


def test_a_first_block_and_free_minutes_are_said() -> None:
    terms(first_minutes=30, free_minutes=5)

    assert sentence(work()) == (
        "Ab jetzt nach 5 freien Minuten für die ersten 30 Minuten 56,00 €, danach"
        " 28,00 € zuzüglich Umsatzsteuer je angefangene 15 Minuten." + ASKS
    )


def test_a_band_is_named_with_its_price() -> None:
    band = {
        "name": "Vormittag",
        "days": ["tue"],
        "from": "08:00",
        "until": "12:00",
        "percent": "50",
    }
    make.policy(default_tariff=make.tariff(make.terms(bands=[band])))

    assert "37,50 €" in sentence(work())
    assert "(Vormittag)" in sentence(work())


def test_abroad_the_price_is_net() -> None:
    customer = make.customer(country="SK", language="de")

    assert "25,00 € netto je angefangene" in sentence(work(customer))


def test_in_warranty_it_costs_nothing_unless_the_cause_is_another() -> None:
    plant = make.plant(warranty_until=date(2027, 1, 31))

    spoken = notice(work(plant=plant))

    assert not spoken.asks
    assert spoken.sentence.replace(NBSP, " ") == (
        "Das fällt unter die Gewährleistung und kostet nichts. Liegt die Ursache"
        f" nicht an der Anlage, kostet es {STEP}."
    )


def test_an_allowance_says_how_far_it_reaches_as_one_speaks() -> None:
    customer = make.customer()
    allowance(customer, 100)

    spoken = notice(work(customer))

    assert not spoken.asks
    assert spoken.sentence.replace(NBSP, " ") == (
        "Das ist in Ihrem Vertrag enthalten, das Kontingent reicht noch für"
        f" 1 Stunde 40 Minuten. Danach kostet es {STEP}."
    )


def test_a_running_clock_of_another_is_not_promised_to_the_next_caller() -> None:
    customer = make.customer()
    allowance(customer, 100)
    make.running(
        case=make.case(customer=customer), started_at=make.NOW - timedelta(minutes=50)
    )

    assert "reicht noch für 40 Minuten." in sentence(work(customer))


def test_a_rest_smaller_than_the_first_step_is_asked() -> None:
    customer = make.customer()
    allowance(customer, 5)

    assert sentence(work(customer)) == (
        f"Ihr Kontingent reicht noch für 5 Minuten, danach {STEP}." + ASKS
    )


def test_a_used_up_allowance_is_said_and_asked() -> None:
    customer = make.customer()
    allowance(customer, 15)
    make.session(
        case=make.case(customer=customer),
        started_at=make.NOW - timedelta(hours=3),
        ended_at=make.NOW - timedelta(hours=2),
    )

    assert sentence(work(customer)) == (
        f"Ihr Kontingent ist verbraucht. Ab jetzt {STEP}." + ASKS
    )


def test_an_allowance_in_cases_counts_cases() -> None:
    customer = make.customer()
    allowance(customer, 0, allowance_minutes=None, allowance_cases=2)

    assert "reicht noch für 2 Fälle." in sentence(work(customer))


def test_an_all_inclusive_contract_costs_nothing() -> None:
    contract = make.contract(covers=Covers.EVERYTHING)

    assert sentence(work(contract.customer)) == (
        "Das ist in Ihrem Vertrag enthalten und kostet nichts."
    )


def test_before_the_announced_day_it_costs_nothing_yet() -> None:
    customer = make.customer(charging_from=date(2027, 1, 1))

    assert sentence(work(customer)) == (
        f"Das kostet heute noch nichts. Ab dem 01.01.2027 berechnen wir {STEP}."
    )


def test_goodwill_for_the_whole_case_goes_on_us() -> None:
    case = make.case(goodwill_percent=Decimal(100), goodwill_reason="Anlauf")

    assert sentence(work(case.customer, case=case)) == (
        "Das geht auf uns und kostet nichts."
    )


def test_a_part_of_goodwill_is_said_with_the_price() -> None:
    case = make.case(goodwill_percent=Decimal(50), goodwill_reason="Anlauf")

    assert "(abzüglich 50 % Kulanz)" in sentence(work(case.customer, case=case))


def test_a_framework_consent_is_named_and_nothing_is_asked() -> None:
    customer = make.customer(consent_from=date(2026, 1, 1))

    spoken = notice(work(customer))

    assert (spoken.asks, spoken.agreed) == (False, "Rahmenzustimmung seit 01.01.2026")
    assert spoken.sentence.replace(NBSP, " ") == f"Ab jetzt {STEP}."


def test_who_has_agreed_for_the_case_is_not_asked_again() -> None:
    case = make.case(consented_at=make.NOW - timedelta(hours=1))

    assert not notice(work(case.customer, case=case)).asks


def test_the_sentence_speaks_the_customers_language() -> None:
    customer = make.customer(language="en")

    assert sentence(work(customer)) != sentence(work())


def test_only_a_sentence_that_was_shown_for_this_work_comes_back() -> None:
    about = work()
    spoken = notice(about)

    assert sentence_shown(spoken.token, about) == spoken.sentence
    assert sentence_shown(spoken.token, work(about.customer, service="phone")) is None
    assert sentence_shown(spoken.token, work()) is None
    assert sentence_shown("erfunden", about) is None


def test_a_sentence_of_yesterday_does_not_count_any_more() -> None:
    about = work()
    token = notice(about).token

    with time_machine.travel(make.NOW + timedelta(days=2), tick=False):
        assert sentence_shown(token, about) is None


def test_without_a_price_there_is_no_sentence() -> None:
    make.policy(default_tariff=None)

    assert spoken_notice(work(), at=make.NOW) is None
