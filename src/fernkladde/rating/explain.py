"""How each group came about, in the words of the rating rules; made on demand."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from fernkladde.values.rounding import from_ten_thousandths

from .bands import blocks, total
from .basis import CONTRACT, FREE, GOODWILL, HELD, NOT_BILLABLE, UNANNOUNCED, WARRANTY
from .document import minutes, number
from .records import told_basis
from .serving import calls_basis
from .zone import date_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .bands import Run
    from .fees import DueFee
    from .groups import Gathered
    from .prices import Plan, Price
    from .result import Result
    from .rows import Posting
    from .serving import Cover, Served

_ROWS = {
    NOT_BILLABLE: 1, WARRANTY: 2, GOODWILL: 3, CONTRACT: 4, UNANNOUNCED: 5, HELD: 6
}  # fmt: skip
_LAST_ROW = 7

_TOGETHER = {
    "session": "each session by itself, or with those that follow within the gap",
    "day": "all of a day together",
    "case": "all of the case together",
}


def explanation(result: Result) -> list[dict[str, Any]]:
    return [explain(served) for served in result.served]


def explain(served: Served) -> dict[str, Any]:
    """Tell how one group came about: as fields, and as sentences to read."""
    return {**way(served), "sentences": list(_sentences(served))}


def way(served: Served) -> dict[str, Any]:
    """Tell it as fields alone."""
    group, plan, worked = served.group, served.group.plan, served.worked
    return {
        "group": group.number,
        "customer": group.matter.customer.id,
        "case": group.matter.case.id,
        "sessions": [session.id for session in group.sessions],
        "service_date": date_of(group.day).isoformat(),
        "group_by": plan.edition.version.group_by,
        "basis": told_basis(served),
        "basis_row": _ROWS.get(group.basis, _LAST_ROW),
        "contracts": [agreement.contract.id for agreement in group.agreements],
        "discount_percent": number(group.discount) if group.discount else "0",
        "tariff": plan.edition.tariff,
        "version": plan.edition.version.valid_from.isoformat(),
        "price_row": _price_row(plan),
        "worked_seconds": total(worked),
        "worked": [{"seconds": part, "band": entry.name} for part, entry in worked],
        "billed_minutes": minutes(total(served.billed)),
        "billed": [_run(run) for run in served.billed],
        "covered": [_cover(cover) for cover in served.covers],
        "rest": [_run(run) for run in served.rest],
        "fees": [_fee(due) for due in served.fees],
        "calls": [
            {"call": call.id, "seconds": call.seconds, "amount": _unit(amount)}
            for call, amount in served.calls
        ],
    }


def _price_row(plan: Plan) -> dict[str, Any]:
    row = plan.row
    return {
        "service": row.service,
        "skill": row.skill,
        "price": number(row.price),
        "per_minutes": row.per_minutes,
        "first_minutes": plan.first // 60,
        "next_minutes": plan.next // 60,
        "first_price": None if row.first_price is None else number(row.first_price),
        "tolerance_minutes": row.tolerance_minutes,
        "free_minutes": row.free_minutes,
        "free_mode": row.free_mode,
        "band_rule": plan.edition.version.band_rule,
    }


def _run(run: Run) -> dict[str, Any]:
    seconds, price = run
    return {
        "minutes": minutes(seconds),
        "band": price.band,
        "unit_price": _unit(price.unit),
        "per_minutes": price.per,
    }


def _cover(cover: Cover) -> dict[str, Any]:
    return {
        "contract": cover.agreement.contract.id,
        "basis": cover.basis,
        "parts": [
            {**_run(part), "surcharge": _unit(cover.surcharge(part[1]))}
            for part in cover.parts
        ],
        "taken": [_posting(posting) for posting in cover.postings],
    }


def _posting(posting: Posting) -> dict[str, Any]:
    amount = {"cases": posting.cases} if posting.cases else {"seconds": posting.seconds}
    return {
        "period_start": posting.period_start.isoformat(),
        "for_period": posting.for_period.isoformat(),
        **amount,
    }


def _fee(due: DueFee) -> dict[str, Any]:
    return {
        "name": due.fee.name,
        "per": due.fee.per,
        "amount": _unit(due.amount),
        "count": due.times,
    }


@lru_cache(maxsize=4096)
def _unit(parts: int) -> str:
    return number(from_ten_thousandths(parts))


def _sentences(served: Served) -> Iterator[str]:
    group, plan = served.group, served.group.plan
    ids = ", ".join(session.id for session in group.sessions)
    yield (
        f"Rounded together: {ids}"
        f" ({_TOGETHER[plan.edition.version.group_by]}; {date_of(group.day)})."
    )
    yield f"Row {_ROWS.get(group.basis, _LAST_ROW)} decides: {_reason(group)}."
    yield (
        f"Tariff {plan.edition.tariff}, version {plan.edition.version.valid_from},"
        f" price for service {plan.row.service} with skill {plan.row.skill}:"
        f" {number(plan.row.price)} per {plan.row.per_minutes} min."
    )
    yield _billed_sentence(served)
    yield from _rest_sentences(served)
    yield from _extras(served)


def _reason(group: Gathered) -> str:  # noqa: PLR0911 - one for each row of section 2
    matter, basis = group.matter, group.basis
    case, plant, customer = matter.case, matter.plant, matter.customer
    if basis == NOT_BILLABLE:
        return "the work is marked as not billable"
    if basis == WARRANTY and plant is not None:
        return (
            f"reported on {case.reported_on}, the plant {plant.id} is in warranty"
            f" until {plant.warranty_until}, and the cause is {case.cause}"
        )
    if basis == GOODWILL:
        return "goodwill is 100 %"
    if basis == CONTRACT:
        ids = ", then ".join(a.contract.id for a in group.agreements)
        return f"the work fits contract {ids}"
    if basis == UNANNOUNCED:
        return f"charging was announced from {customer.charging_from} on"
    if basis == HELD:
        return "there is no consent yet; nothing is billed and nothing is lost"
    return "nothing else applies, the tariff does"


def _billed_sentence(served: Served) -> str:
    plan, stretches = served.group.plan, served.worked
    worked = _clock(total(stretches))
    billed = total(served.billed)
    if not billed:
        return f"{worked} worked, within {plan.free // 60} free min: nothing is billed."
    first, steps = blocks(plan, stretches, served.billed)
    parts = f"a first block of {first // 60} min"
    if steps:
        parts += f" and {steps} × {plan.next // 60} min"
    runs = "; ".join(_run_words(seconds, price) for seconds, price in served.billed)
    return f"{worked} worked, {minutes(billed)} min billed ({parts}): {runs}."


def _rest_sentences(served: Served) -> Iterator[str]:
    group = served.group
    for cover in served.covers:
        taken = ", ".join(_taken_words(posting) for posting in cover.postings)
        yield (
            f"{minutes(cover.seconds)} min covered by contract"
            f" {cover.agreement.contract.id}" + (f": {taken}." if taken else ".")
        )
        for seconds, price in cover.parts:
            if surcharge := cover.surcharge(price):
                yield (
                    f"On {minutes(seconds)} min of it the surcharge of {price.band}"
                    f" is charged: {_unit(surcharge)} per {price.per} min."
                )
    rest = total(served.rest)
    if rest and group.basis in FREE:
        yield f"{minutes(rest)} min are free ({group.basis})."
    elif rest and group.basis == HELD:
        yield f"{minutes(rest)} min are held until a consent or goodwill."
    elif rest:
        discount = f" less {number(group.discount)} %" if group.discount else ""
        yield f"{minutes(rest)} min are charged ({group.money_basis}){discount}."


def _extras(served: Served) -> Iterator[str]:
    for due in served.fees:
        amount = _unit(due.amount)
        yield f"Fee {due.fee.name} per {due.fee.per}: {due.times} × {amount}."
    terms = served.group.plan.edition.version.connection
    for call, cents in served.calls:
        basis = calls_basis(served.group, always=terms is not None and terms.always)
        yield f"Call {call.id}, {_clock(call.seconds)}: {_unit(cents)} ({basis})."


def _run_words(seconds: int, price: Price) -> str:
    band = "" if price.band is None else f" in {price.band}"
    return f"{minutes(seconds)} min{band} at {_unit(price.unit)} per {price.per} min"


def _taken_words(posting: Posting) -> str:
    if posting.cases:
        return f"a case of the period from {posting.period_start}"
    carried = "" if posting.period_start == posting.for_period else ", carried over"
    taken = minutes(posting.seconds)
    return f"{taken} min of the period from {posting.period_start}{carried}"


def _clock(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02} min"
