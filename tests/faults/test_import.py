"""The import of a scenario, broken at every event: all of it is there, or nothing."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest

from fernkladde.imports.scenario import NotEmpty, load_scenario
from fernkladde.rating import parse_scenario

from .harness import KINDS
from .survival import all_or_nothing, all_points, chosen_points, report, undisturbed

pytestmark = pytest.mark.slow
every_kind = pytest.mark.parametrize("kind", KINDS)

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
PRICE = {"price": "120.00", "per_minutes": 60, "next_minutes": 15}
# One of each list that a scenario can have.
SCENARIO: dict[str, Any] = {
    "timezone": "Europe/Berlin",
    "default_tariff": "std",
    "special_days": {"2026-03-06": "holiday"},
    "rate_decks": [
        {"id": "netz", "rates": [{"prefix": "+49", "price_per_minute": "0.10"}]}
    ],
    "tariffs": [
        {
            "id": "std",
            "versions": [{"valid_from": "2026-01-01", "prices": [PRICE]}],
        }
    ],
    "customers": [{"id": "K1"}],
    "plants": [{"id": "P1", "customer": "K1"}],
    "contracts": [
        {
            "id": "V1",
            "customer": "K1",
            "valid_from": "2026-01-01",
            "covers": "allowance",
            "allowance": {"period": "month", "minutes": 60},
            "used": [{"period_start": "2026-02-01", "seconds": 1800}],
        }
    ],
    "cases": [
        {
            "id": "F1",
            "customer": "K1",
            "plant": "P1",
            "reported_on": "2026-03-02",
            "goodwill_percent": "50",
            "consented_at": "2026-03-02T09:00:00+01:00",
        }
    ],
    "sessions": [
        {
            "id": "S1",
            "case": "F1",
            "technician": "anna",
            "service": "remote",
            "start": "2026-03-02T10:00:00+01:00",
            "end": "2026-03-02T10:40:00+01:00",
        },
        {
            "id": "S2",
            "case": "F1",
            "technician": "ben",
            "service": "remote",
            "start": "2026-03-03T10:00:00+01:00",
            "end": "2026-03-03T10:40:00+01:00",
            "goodwill_percent": "0",
        },
    ],
    "calls": [
        {
            "id": "C1",
            "session": "S1",
            "start": "2026-03-02T10:00:00+01:00",
            "number": "+4971112345",
            "seconds": 60,
        }
    ],
    "billed_fees": [{"case": "F1", "fee": "Einwahl", "tariff": "std"}],
}


def load() -> None:
    """Load as often as wanted: what is loaded already is refused, and stays."""
    with suppress(NotEmpty):
        load_scenario(parse_scenario(SCENARIO), at=AT)


@every_kind
def test_an_import_broken_at_chosen_events_leaves_all_or_nothing(
    own_database: None, kind: str
) -> None:
    whole = undisturbed(load)

    points = chosen_points(whole.counted, every=25)
    all_or_nothing(load, points, kind, whole)

    assert len(points) > 10
    report("import scenario", kind, len(points))


@pytest.mark.long
@every_kind
def test_an_import_broken_at_any_event_leaves_all_or_nothing(
    own_database: None, kind: str
) -> None:
    whole = undisturbed(load)

    all_or_nothing(load, all_points(whole.counted), kind, whole)

    assert len(whole.counted.commits) == 2
    report("import scenario", kind, whole.counted.seen)
