"""Terms and scenarios as documents: written, they read back as they were."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from fernkladde.rating import (
    InvalidScenario,
    parse_rate_deck,
    parse_scenario,
    parse_special_days,
    parse_tariff_version,
    rate_deck_document,
    scenario_document,
    tariff_version_document,
)

from . import make
from .examples import examples
from .scenarios import DECKS, made, scenarios, tariff_versions
from .test_refusals import FORM

Doc = dict[str, Any]


@given(scenarios())
@examples(80)
def test_a_scenario_reads_back_as_it_was(doc: Doc) -> None:
    scenario = parse_scenario(doc)

    written = scenario_document(scenario)

    FORM.validate(written)
    assert parse_scenario(written) == scenario


@given(made(lambda hand: tariff_versions(hand, "2026-01-01")))
@examples(80)
def test_a_tariff_version_reads_back_as_it_was(doc: Doc) -> None:
    version = parse_tariff_version(doc)

    assert parse_tariff_version(tariff_version_document(version)) == version


def test_a_version_is_written_without_what_goes_without_saying() -> None:
    doc = make.version(
        {"price": 120.5, "per_minutes": 60, "skill": "*", "tolerance_minutes": 0},
        group_by="day",
        bands=[make.EVENING],
        fees=[],
        currency="EUR",
    )

    assert tariff_version_document(parse_tariff_version(doc)) == {
        "valid_from": "2020-01-01",
        "prices": [{"price": "120.5", "per_minutes": 60}],
        "bands": [
            {
                "name": "evening",
                "days": ["mon", "tue", "wed", "thu", "fri"],
                "from": "17:00",
                "until": "20:00",
                "percent": "50",
            }
        ],
    }


def test_a_version_is_refused_by_paths_below_its_own() -> None:
    doc = make.version(make.price(), make.price(), connection={"mode": "flat"})
    doc["prices"][0]["price"] = "x"

    with pytest.raises(InvalidScenario) as refusal:
        parse_tariff_version(doc, "$.versions[2]")

    assert [fault.path for fault in refusal.value.faults] == [
        "$.versions[2].prices[0].price",
        "$.versions[2].prices[1]",
        "$.versions[2].connection.amount",
    ]


def test_a_rate_deck_reads_back_as_it_was() -> None:
    for doc in DECKS:
        deck = parse_rate_deck(doc)

        assert parse_rate_deck(rate_deck_document(deck)) == deck


def test_special_days_are_read_by_date() -> None:
    days = parse_special_days({"2026-12-25": "holiday"})

    assert {str(day): label for day, label in days.items()} == {"2026-12-25": "holiday"}
    with pytest.raises(InvalidScenario) as refusal:
        parse_special_days({"Christmas": ""}, "$.days")
    assert [fault.path for fault in refusal.value.faults] == [
        "$.days.Christmas",
        "$.days.Christmas",
    ]
