"""The way each group was reached, in the words of the rules."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given

from fernkladde.rating import parse_scenario, rate

from . import make
from .examples import examples
from .scenarios import scenarios


def told(*sessions: make.Doc, **keys: Any) -> list[str]:
    result = make.rated(*sessions, **keys)
    return [line for entry in result.explain() for line in entry["sentences"]]


EXPLAINED = """\
Rounded together: S1 (all of a day together; 2026-03-04).
Row 4 decides: the work fits contract C1.
Tariff std, version 2020-01-01, price for service * with skill *: 120 per 60 min.
61:00 min worked, 75 min billed (a first block of 15 min and 4 × 15 min): \
75 min in evening at 180 per 60 min.
45 min covered by contract C1: 5 min of the period from 2026-02-01, carried over, \
40 min of the period from 2026-03-01.
On 5 min of it the surcharge of evening is charged: 60 per 60 min.
On 40 min of it the surcharge of evening is charged: 60 per 60 min.
30 min are charged (overage) less 10 %.
Fee dial-in per group: 1 × 5.
Call A1, 1:01 min: 0.5 (overage).
"""


def test_a_group_is_explained_from_its_sessions_to_what_is_charged() -> None:
    contract = make.contract(
        allowance=make.minutes(40, surcharge_on_covered="charge", carry_over_periods=1),
        used=[{"period_start": "2026-02-01", "seconds": 2100}],
    )
    fee = {"name": "dial-in", "amount": "5.00", "per": "group"}
    session = make.session("17:00", "18:01", id="S1", goodwill_percent=10)

    sentences = told(
        session,
        tariff=make.version(
            bands=[make.EVENING], fees=[fee],
            connection={"mode": "flat", "amount": "0.50"},
        ),
        contracts=[contract],
        calls=[
            {"id": "A1", "session": "S1", "start": session["start"],
             "number": "+49", "seconds": 61}
        ],
    )  # fmt: skip

    assert sentences == EXPLAINED.splitlines()


def test_each_row_of_the_bases_has_its_reason() -> None:
    plants = [{"id": "M1", "customer": "K1", "warranty_until": "2026-12-31"}]
    work = make.session("09:00", "09:10")
    scenarios_by_row: dict[int, make.Doc] = {
        1: {"sessions": [{**work, "billable": False}]},
        2: {"plants": plants, "cases": [make.case(plant="M1", cause="defect")]},
        3: {"cases": [make.case(goodwill_percent=100)]},
        4: {"contracts": [make.contract(covers="everything")]},
        5: {"customers": [{"id": "K1", "charging_from": "2027-01-01"}]},
        6: {"policy": {"require_consent": True}},
        7: {},
    }
    reasons = {
        1: "the work is marked as not billable",
        2: "reported on 2026-03-04, the plant M1 is in warranty until 2026-12-31,"
        " and the cause is defect",
        3: "goodwill is 100 %",
        4: "the work fits contract C1",
        5: "charging was announced from 2027-01-01 on",
        6: "there is no consent yet; nothing is billed and nothing is lost",
        7: "nothing else applies, the tariff does",
    }

    for row, keys in scenarios_by_row.items():
        doc = make.scenario(work) | keys
        entry = rate(parse_scenario(doc)).explain()[0]

        assert entry["basis_row"] == row
        assert entry["sentences"][1] == f"Row {row} decides: {reasons[row]}."


def test_free_minutes_and_cases_are_told() -> None:
    contract = make.contract(allowance={"cases": 1, "period": "month"})

    free = told(
        make.session("09:00", "09:05"), tariff=make.version(make.price(free_minutes=5))
    )
    case = told(make.session("09:00", "09:05"), contracts=[contract])

    assert free[3] == "5:00 min worked, within 5 free min: nothing is billed."
    assert case[4] == (
        "15 min covered by contract C1: a case of the period from 2026-03-01."
    )


@given(scenarios(least_sessions=1))
@examples(40)
def test_the_explanation_adds_up_to_the_groups(doc: dict[str, Any]) -> None:
    result = rate(parse_scenario(doc))

    entries = result.explain()

    assert [entry["sessions"] for entry in entries] == [
        list(group.sessions) for group in result.groups
    ]
    for entry, group in zip(entries, result.groups, strict=True):
        assert entry["worked_seconds"] == group.worked
        assert sum(part["seconds"] for part in entry["worked"]) == group.worked
        assert float(entry["billed_minutes"]) == round(group.billed / 60, 4)
        taken = [row for cover in entry["covered"] for row in cover["taken"]]
        assert len(taken) == len(group.postings)
    json.dumps(entries)
