"""What was used of allowances before: opened, put right, taken back."""

from __future__ import annotations

from datetime import date

import pytest

from fernkladde.billing.live.balances import balances_of
from fernkladde.billing.marks import terms_changed_since
from fernkladde.billing.models import AllowancePosting
from fernkladde.contracts.models import Contract
from fernkladde.integrity.invariants import check_invariants
from fernkladde.journal.models import Head
from tests import make

from .judged import Said, given, taken, undone, verdicts

pytestmark = pytest.mark.django_db


@pytest.fixture
def contract() -> Contract:
    make.policy()
    return make.contract(
        number="V1",
        valid_from=date(2025, 4, 1),
        covers="allowance",
        allowance_period="year",
        allowance_minutes=600,
    )


def used(contract: Contract) -> list[tuple[date, int]]:
    rows = AllowancePosting.objects.filter(contract=contract).order_by("pk")
    return list(rows.values_list("period_start", "seconds"))


def test_minutes_used_before_are_gone_from_the_balance(contract: Contract) -> None:
    taken("opening-balances", "Vertrag;Stichtag;Minuten\nV1;31.10.2026;125\n")

    now = balances_of([contract], on=date(2026, 11, 2))["V1"].now
    assert now is not None
    assert (now.used, now.left) == (125 * 60, 475 * 60)
    assert used(contract) == [(date(2026, 4, 1), 7500)]


def test_any_day_of_a_period_means_that_period(contract: Contract) -> None:
    found = verdicts(
        "opening-balances",
        "Vertrag;Tag im Zeitraum;Minuten\nV1;1.4.2025;10\nV1;31.3.2026;20\n",
    )

    assert found == [Said(2, "new", ""), Said(3, "refused", "Steht schon in Zeile 2.")]


def test_a_corrected_figure_posts_the_difference(contract: Contract) -> None:
    taken("opening-balances", "Vertrag;Datum;Minuten\nV1;1.4.2026;125\n")
    text = "Vertrag;Datum;Minuten\nV1;1.4.2026;100\n"

    assert verdicts("opening-balances", text) == [
        Said(2, "changed", "125 min → 100 min")
    ]
    taken("opening-balances", text)

    assert [seconds for _start, seconds in used(contract)] == [7500, -1500]
    assert verdicts("opening-balances", text) == [Said(2, "same", "")]
    assert check_invariants() == []


def test_taking_back_posts_the_opposite_and_the_ledger_only_grows(
    contract: Contract,
) -> None:
    batch = taken("opening-balances", "Vertrag;Datum;Minuten\nV1;1.4.2026;125\n")

    assert undone(batch).state == "undone"

    assert [seconds for _start, seconds in used(contract)] == [7500, -7500]
    assert check_invariants() == []


def test_where_invoices_have_drawn_nothing_is_opened_nor_taken_back(
    contract: Contract,
) -> None:
    batch = taken("opening-balances", "Vertrag;Datum;Minuten\nV1;1.4.2026;125\n")
    settlement = make.settlement(customer=contract.customer)
    AllowancePosting.objects.create(
        contract=contract,
        settlement=settlement,
        period_start=date(2026, 4, 1),
        for_period=date(2026, 4, 1),
        seconds=60,
    )

    [said] = verdicts("opening-balances", "Vertrag;Datum;Minuten\nV1;1.4.2026;9\n")
    refused = undone(batch)

    assert "schon abgerechnet" in said.why
    assert refused.state == "taken"
    assert refused.faults == ["Aus Vertrag V1 ist schon abgerechnet."]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("V1;1.4.2026;601;", "„verbrauchte Minuten“: Mehr als die 600 Minuten"),
        ("V1;1.4.2026;;3", "„verbrauchte Fälle“: Vertrag V1 zählt Minuten"),
        ("V1;1.4.2026;;", "Es fehlt, wie viel verbraucht ist"),
        ("V1;1.3.2025;5;", "An diesem Tag gilt Vertrag V1 nicht."),
        ("V1;1.4.2027;5;", "hat noch nicht begonnen"),
        ("V2;1.4.2026;5;", "Vertrag V2 hat kein Kontingent."),
        ("V3;1.4.2026;5;", "„verbrauchte Minuten“: Vertrag V3 zählt Fälle"),
        ("V3;1.4.2026;;9", "„verbrauchte Fälle“: Mehr als die 8 Fälle"),
        ("V9;1.4.2026;5;", "Einen Vertrag „V9“ gibt es nicht."),
        ("V1;31.4.2026;5;", "gibt es nicht"),
    ],
)
def test_what_no_allowance_can_have_given_is_refused(
    contract: Contract, row: str, why: str
) -> None:
    make.contract(number="V2")
    make.contract(
        number="V3", covers="allowance", allowance_period="year", allowance_cases=8
    )

    [said] = verdicts("opening-balances", f"Vertrag;Datum;Minuten;Fälle\n{row}\n")

    assert said.outcome == "refused"
    assert why in said.why


def test_cases_are_opened_where_cases_are_counted(contract: Contract) -> None:
    by_case = make.contract(
        number="V3", covers="allowance", allowance_period="year", allowance_cases=8
    )

    taken("opening-balances", "Vertrag;Datum;Fälle\nV3;1.4.2026;3\n")

    now = balances_of([by_case], on=date(2026, 11, 2))["V3"].now
    assert now is not None
    assert (now.used, now.left) == (3, 5)


def test_who_carries_over_is_reminded_of_the_periods_before(
    contract: Contract,
) -> None:
    Contract.objects.update(carry_over_periods=1)

    [said] = verdicts("opening-balances", "Vertrag;Datum;Minuten\nV1;1.4.2026;5\n")

    assert said.outcome == "new"
    assert said.why.startswith("Reste werden übertragen")


def test_a_preview_made_before_is_known_to_be_outdated(contract: Contract) -> None:
    seen = Head.objects.get().sequence

    given("opening-balances", "Vertrag;Datum;Minuten\nV1;1.4.2026;5\n")
    assert not terms_changed_since(seen)
    taken("opening-balances", "Vertrag;Datum;Minuten\nV1;1.4.2026;5\n")

    assert terms_changed_since(seen)
