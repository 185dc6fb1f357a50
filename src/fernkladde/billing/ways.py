"""The way of calculation of each group: what rating did, as plain rows.

No words in here: pages and papers tell it in the reader's language. The same rows
are kept with a settlement, so that every figure can be explained years later.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from fernkladde.rating.document import number
from fernkladde.rating.records import told_basis
from fernkladde.rating.serving import calls_basis
from fernkladde.rating.zone import date_of
from fernkladde.values.rounding import from_ten_thousandths

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from fernkladde.rating.bands import Run
    from fernkladde.rating.prices import Plan, Price
    from fernkladde.rating.serving import Cover, Served

Row = dict[str, Any]


def ways(groups: Iterable[int], served: Sequence[Served]) -> list[Row]:
    """Return the ways of these groups; lengths in seconds, prices as text."""
    return [_way(served[group]) for group in groups]


def _way(served: Served) -> Row:
    group, plan = served.group, served.group.plan
    version = plan.edition.version
    always = version.connection is not None and version.connection.always
    return {
        "group": group.number,
        "case": group.matter.case.id,
        "basis": told_basis(served),
        "date": date_of(group.day).isoformat(),
        "service": plan.service,
        "skill": plan.skill,
        "tariff": plan.edition.tariff,
        "version": version.valid_from.isoformat(),
        "contracts": [one.contract.id for one in group.agreements],
        "discount": number(group.discount or Decimal(0)),
        "sessions": [session.id for session in group.sessions],
        "worked": [[seconds, entry.name] for seconds, entry in served.worked],
        "steps": _steps(plan),
        "band_rule": version.band_rule,
        "billed": _runs(served.billed),
        "covers": [_cover(cover) for cover in served.covers],
        "rest": _runs(served.rest),
        "fees": [[due.fee.name, due.times, _price(due.amount)] for due in served.fees],
        "calls": [
            [call.id, call.number, call.seconds, _price(amount)]
            for call, amount in served.calls
        ],
        "calls_basis": calls_basis(group, always=always) if served.calls else None,
    }


def _steps(plan: Plan) -> Row:
    return {
        "first": plan.first,
        "next": plan.next,
        "tolerance": plan.tolerance,
        "free": plan.free,
        "cliff": plan.cliff,
    }


def _runs(runs: Iterable[Run]) -> list[list[Any]]:
    return [[seconds, *_priced(price)] for seconds, price in runs]


def _priced(price: Price) -> tuple[str | None, str, int]:
    return price.band, _price(price.unit), price.per


def _price(parts: int) -> str:
    return number(from_ten_thousandths(parts))


def _cover(cover: Cover) -> Row:
    return {
        "contract": cover.agreement.contract.id,
        "basis": cover.basis,
        "parts": [
            [seconds, *_priced(price), _price(cover.surcharge(price))]
            for seconds, price in cover.parts
        ],
        "postings": [
            {
                "period": post.period_start.isoformat(),
                "for": post.for_period.isoformat(),
                "seconds": post.seconds,
                "cases": post.cases,
            }
            for post in cover.postings
        ],
    }
