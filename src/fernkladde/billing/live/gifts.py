"""What was given away in a month, in money."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from fernkladde.billing import facts
from fernkladde.billing.models import Settlement
from fernkladde.billing.shares import rate_who_can_be
from fernkladde.rating.faults import Refused

if TYPE_CHECKING:
    from collections.abc import Collection

    from fernkladde.billing.period import Month
    from fernkladde.rating.facts import Scenario

# What is a present, and not a duty or part of what a contract pays for.
PRESENTS = ("goodwill", "unannounced")


# The list value of what was free, by customer and basis.
Gifts = dict[str, dict[str, Decimal]]


@dataclass(frozen=True, slots=True)
class GivenAway:
    """The list value of a month's presents, settled or not; `by_basis` has all."""

    value: Decimal
    by_basis: dict[str, Decimal]
    by_customer: dict[str, Decimal]


def given_away(month: Month) -> GivenAway:
    """Add up what a month's work gave away: goodwill, discounts, before charging."""
    return summed_up(gifts_of(month))


def summed_up(gifts: Gifts) -> GivenAway:
    bases: dict[str, Decimal] = defaultdict(lambda: Decimal("0.00"))
    people: dict[str, Decimal] = defaultdict(lambda: Decimal("0.00"))
    for customer, by_basis in gifts.items():
        for basis, value in by_basis.items():
            bases[basis] += value
            if basis in PRESENTS:
                people[customer] += value
    value = sum(people.values(), Decimal("0.00"))
    return GivenAway(value, dict(bases), dict(people))


def gifts_of(
    month: Month,
    customers: Collection[str] | None = None,
    around: Scenario | None = None,
) -> Gifts:
    """Return what a month's work gave these customers; None stands for all.

    Whoever shares an allowance with one of them must be named as well: they are
    rated together. `around` is their unbilled work, where it was read already.
    """
    if around is None:
        agreed = facts.load_terms(None if customers is None else frozenset(customers))
        around = facts.month_scenario(agreed, month.last, customers)
    gifts: Gifts = defaultdict(lambda: defaultdict(lambda: Decimal("0.00")))
    found = [*_settled_gifts(month, customers), *_open_gifts(month, around)]
    for customer, basis, value in found:
        gifts[customer][basis] += value
    return {customer: dict(by_basis) for customer, by_basis in gifts.items()}


Gift = tuple[str, str, Decimal]


def _settled_gifts(month: Month, customers: Collection[str] | None) -> list[Gift]:
    rows = Settlement.objects.filter(run__period=str(month), released_by=None)
    if customers is not None:
        rows = rows.filter(customer__number__in=customers)
    gifts: list[Gift] = []
    for customer, text in rows.values_list("customer__number", "content"):
        content = json.loads(text)
        gifts += [(customer, r["basis"], Decimal(r["value"])) for r in content["free"]]
        discounts = (Decimal(line["discount"]) for line in content["lines"])
        gifts += [(customer, "goodwill", value) for value in discounts if value]
    return gifts


def _open_gifts(month: Month, scenario: Scenario) -> list[Gift]:
    scenario = replace(scenario, period=(month.first, month.last))
    try:
        result, _who_cannot_be = rate_who_can_be(scenario)
    except Refused:
        return []
    owner = {case.id: case.customer for case in scenario.cases}
    gifts = [(owner[row.case], row.basis, row.value) for row in result.free]
    gifts += [
        (line.customer, "goodwill", line.discount)
        for line in result.lines
        if line.discount
    ]
    return gifts
