"""The firm's own rules: zone, asking first, special days, rate decks."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from fernkladde.contracts import actions
from fernkladde.contracts.models import RateDeck, SpecialDay
from fernkladde.contracts.queries import policy, zone
from fernkladde.customers.records import InvalidRecord
from fernkladde.journal.models import Entry
from tests import make

pytestmark = pytest.mark.django_db

NOW = make.NOW
DAY = date(2026, 12, 24)


def test_a_new_firm_has_rules_before_it_sets_any() -> None:
    assert policy().timezone == "Europe/Berlin"
    assert zone().key == "Europe/Berlin"
    assert not policy().require_consent


def test_rules_are_set_one_by_one_and_told_before_and_after() -> None:
    tariff = make.tariff(code="standard")

    actions.set_policy(default_tariff=tariff, by=None, at=NOW)
    actions.set_policy(require_consent=True, timezone="Europe/Vienna", by=None, at=NOW)
    actions.set_policy(require_consent=True, by=None, at=NOW)

    rules = policy()
    assert (rules.default_tariff, rules.require_consent) == (tariff, True)
    assert zone().key == "Europe/Vienna"
    first, second = Entry.objects.in_order()
    assert first.facts["changes"] == {"default_tariff": [None, "standard"]}
    assert second.facts["changes"] == {
        "require_consent": [False, True],
        "timezone": ["Europe/Berlin", "Europe/Vienna"],
    }


def test_a_zone_that_does_not_exist_is_refused() -> None:
    with pytest.raises(InvalidRecord) as refused:
        actions.set_policy(timezone="Europe/Bonn", by=None, at=NOW)

    assert refused.value.field == "timezone"


def set_day(label: str, name: str = "") -> SpecialDay:
    return actions.set_special_day(date=DAY, label=label, name=name, by=None, at=NOW)


def test_a_special_day_is_set_changed_and_removed() -> None:
    set_day("half_day", "Heiligabend")
    set_day("half_day", "Heiligabend")
    set_day("holiday", "Heiligabend")

    assert SpecialDay.objects.get().label == "holiday"
    assert actions.remove_special_day(date=DAY, by=None, at=NOW)
    assert not actions.remove_special_day(date=DAY, by=None, at=NOW)
    assert not SpecialDay.objects.exists()
    kinds = Entry.objects.in_order().values_list("kind", flat=True)
    assert list(kinds) == [
        "contracts.day-set",
        "contracts.day-set",
        "contracts.day-removed",
    ]


@pytest.mark.parametrize("label", ["", "mon", "x" * 61])
def test_a_label_is_a_word_of_its_own(label: str) -> None:
    with pytest.raises(InvalidRecord) as refused:
        set_day(label)

    assert refused.value.field == "label"


def test_the_holidays_of_a_state_are_filled_in_around_what_is_set() -> None:
    actions.set_special_day(
        date=date(2026, 12, 25), label="closed", name="", by=None, at=NOW
    )

    added = actions.fill_holidays(year=2026, state="BW", by=None, at=NOW)

    labels = dict(SpecialDay.objects.values_list("date", "label"))
    assert labels[date(2026, 1, 6)] == "holiday"
    assert labels[date(2026, 12, 25)] == "closed"
    assert SpecialDay.objects.get(date=date(2026, 6, 4)).name == "Fronleichnam"
    assert len(added) == len(labels) - 1
    entry = Entry.objects.newest_first()[0]
    assert ["2026-10-03", "Tag der Deutschen Einheit"] in entry.facts["days"]
    assert actions.fill_holidays(year=2026, state="BW", by=None, at=NOW) == []
    assert Entry.objects.count() == 2


def test_epiphany_is_no_holiday_in_hamburg() -> None:
    actions.fill_holidays(year=2026, state="HH", label="feiertag", by=None, at=NOW)

    days = dict(SpecialDay.objects.values_list("date", "label"))
    assert date(2026, 1, 6) not in days
    assert days[date(2026, 1, 1)] == "feiertag"


def test_a_state_that_does_not_exist_is_refused() -> None:
    with pytest.raises(InvalidRecord) as refused:
        actions.fill_holidays(year=2026, state="XX", by=None, at=NOW)

    assert "BW" in str(refused.value)


def save(rates: list[dict[str, Any]], **fields: Any) -> RateDeck:
    values = {"code": "fern", "name": "Fernverbindungen"}
    return actions.save_rate_deck(rates=rates, by=None, at=NOW, **values | fields)


def test_a_deck_is_taken_in_and_replaced_with_what_differs() -> None:
    save([{"prefix": "+49", "price_per_minute": "0.029"}])
    save(
        [
            {"prefix": "+49", "price_per_minute": "0.029"},
            {"prefix": "+41", "price_per_minute": "0.059", "connect_fee": "0.05"},
        ]
    )

    deck = RateDeck.objects.get()
    assert [rate["prefix"] for rate in deck.rates] == ["+49", "+41"]
    created, replaced = Entry.objects.in_order()
    assert (created.kind, replaced.kind) == (
        "contracts.deck-created",
        "contracts.deck-replaced",
    )
    assert list(replaced.facts["rates"]) == ["+41"]
    assert replaced.facts["rates"]["+41"][0] is None


def test_a_deck_against_the_rules_is_refused_with_every_place() -> None:
    with pytest.raises(actions.InvalidDeck) as refused:
        save([{"prefix": "49", "price_per_minute": "viel"}])

    paths = {fault.path for fault in refused.value.faults}
    assert "$.rates[0].price_per_minute" in paths
    assert not RateDeck.objects.exists()
