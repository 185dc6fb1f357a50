"""What was given away in a month, in money."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from fernkladde.billing import facts
from fernkladde.billing.models import Settlement
from fernkladde.rating import CannotRate, rate

if TYPE_CHECKING:
    from fernkladde.billing.period import Month

# What is a present, and not a duty or part of what a contract pays for.
PRESENTS = ("goodwill", "unannounced")


@dataclass(frozen=True, slots=True)
class GivenAway:
    """The list value of a month's presents, settled or not; `by_basis` has all."""

    value: Decimal
    by_basis: dict[str, Decimal]
    by_customer: dict[str, Decimal]


def given_away(month: Month) -> GivenAway:
    """Add up what a month's work gave away: goodwill, discounts, before charging."""
    bases: dict[str, Decimal] = defaultdict(lambda: Decimal("0.00"))
    people: dict[str, Decimal] = defaultdict(lambda: Decimal("0.00"))
    for customer, basis, value in [*_settled_gifts(month), *_open_gifts(month)]:
        bases[basis] += value
        if basis in PRESENTS:
            people[customer] += value
    value = sum(people.values(), Decimal("0.00"))
    return GivenAway(value, dict(bases), dict(people))


Gift = tuple[str, str, Decimal]


def _settled_gifts(month: Month) -> list[Gift]:
    rows = Settlement.objects.filter(run__period=str(month), released_by=None)
    gifts: list[Gift] = []
    for customer, text in rows.values_list("customer__number", "content"):
        content = json.loads(text)
        gifts += [(customer, r["basis"], Decimal(r["value"])) for r in content["free"]]
        discounts = (Decimal(line["discount"]) for line in content["lines"])
        gifts += [(customer, "goodwill", value) for value in discounts if value]
    return gifts


def _open_gifts(month: Month) -> list[Gift]:
    scenario = facts.month_scenario(facts.load_terms(), month.last)
    try:
        result = rate(replace(scenario, period=(month.first, month.last)))
    except CannotRate:
        return []
    owner = {case.id: case.customer for case in scenario.cases}
    gifts = [(owner[row.case], row.basis, row.value) for row in result.free]
    gifts += [
        (line.customer, "goodwill", line.discount)
        for line in result.lines
        if line.discount
    ]
    return gifts
