"""The rows of the product beside those of the model, as exact numbers."""

from __future__ import annotations

import json
from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from fernkladde.billing.models import AllowancePosting, Claim, Line, Settlement
from fernkladde.cases.models import Session

from .allowance import period_start

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .expected import Expected, Share
    from .facts import Facts, Row


def number(text: object) -> Fraction | None:
    return None if text is None else Fraction(str(text))


def rows_of_share(share: Share) -> dict[str, Counter[tuple[Any, ...]]]:
    return {
        "lines": Counter(_line(key, row) for key, row in share.lines.items()),
        "free": Counter(_given(key, row) for key, row in share.free.items()),
        "held": Counter(_given(key, row) for key, row in share.held.items()),
        "groups": Counter(_group(group) for group in share.groups),
    }


def _line(key: tuple[Any, ...], row: Row) -> tuple[Any, ...]:
    case, kind, basis, contract, tariff, _version, service, band, name, *rest = key
    unit, per, discount = rest
    return (
        case, kind, basis, contract, tariff, service, band, name, discount,
        None if kind == "fee" else row["minutes"],
        None if kind == "time" else row["count"],
        unit, per, row["gross"], row["discount"], row["net"],
    )  # fmt: skip


def _given(key: tuple[Any, ...], row: Row) -> tuple[Any, ...]:
    return (*key, row["minutes"], row["value"])


def _group(group: Row) -> tuple[Any, ...]:
    return (
        group["case"],
        group["told"],
        tuple(contract["id"] for contract in group["contracts"]),
        group["day"].isoformat(),
        tuple(session["number"] for session in group["sessions"]),
        *(group[name] for name in ("worked", "billed", "covered", "charged")),
    )


def rows_of_content(content: Mapping[str, Any]) -> dict[str, Counter[tuple[Any, ...]]]:
    """Read a share's content, as the product keeps it."""
    given = ("case", "basis", "contract", "kind")
    return {
        "lines": Counter(_read_line(row) for row in content["lines"]),
        "free": _read_given(content["free"], given),
        "held": _read_given(content["held"], ("case", "kind")),
        "groups": Counter(_read_group(row) for row in content["groups"]),
    }


def _read_line(row: Row) -> tuple[Any, ...]:
    names = ("case", "kind", "basis", "contract", "tariff", "service", "band", "name")
    return (
        *(row[name] for name in names),
        number(row["discount_percent"]),
        number(row["minutes"]),
        row["count"],
        number(row["unit_price"]),
        row["per_minutes"],
        *(number(row[name]) for name in ("gross", "discount", "net")),
    )


def _read_given(
    rows: Iterable[Row], names: tuple[str, ...]
) -> Counter[tuple[Any, ...]]:
    return Counter(
        (*(row[name] for name in names), number(row["minutes"]), number(row["value"]))
        for row in rows
        if row["minutes"] != "0"
    )


def _read_group(row: Row) -> tuple[Any, ...]:
    return (
        row["case"],
        row["basis"],
        tuple(row["contracts"]),
        row["service_date"],
        tuple(row["sessions"]),
        *(row[name] for name in ("worked", "billed", "covered", "charged")),
    )


def insist_on_shares(
    found: Mapping[str, Mapping[str, Any]], shares: Mapping[str, Share]
) -> None:
    """Want the same customers, and of each the same rows."""
    assert found.keys() == shares.keys()
    for name, share in shares.items():
        ours, theirs = rows_of_share(share), rows_of_content(found[name])
        for kind, rows in ours.items():
            assert theirs[kind] == rows, (
                name,
                kind,
                theirs[kind] - rows,
                rows - theirs[kind],
            )


def insist_on_rated(document: Mapping[str, Any] | None, expected: Expected) -> None:
    """Want of a scenario that was given out the rows that a preview has."""
    assert document is not None
    found = rows_of_content({**document, "groups": ()})
    for kind in ("lines", "free", "held"):
        rows = sum(
            (rows_of_share(share)[kind] for share in expected.shares.values()),
            start=Counter[tuple[Any, ...]](),
        )
        assert found[kind] == rows, (kind, found[kind] - rows, rows - found[kind])


def insist_on_sessions(facts: Facts) -> None:
    """Want of every session what the model knows of it."""
    rows = Session.objects.values_list(
        "number", "case__number", "technician__username", "service", "started_at",
        "ended_at", "is_paused", "confirmed_at", "voided_at", "billable",
        "goodwill_percent", "parallel",
    )  # fmt: skip
    found = {}
    for n, case, who, service, start, end, paused, yes, no, *rest in rows:
        span = [None if at is None else int(at.timestamp()) for at in (start, end)]
        billable, goodwill, parallel = rest
        found[n] = (case, who, service, *span, paused, yes is not None,
                    no is not None, billable, number(goodwill), parallel)  # fmt: skip
    names = ("case", "technician", "service", "start", "end", "paused", "confirmed",
             "voided", "billable", "goodwill", "parallel")  # fmt: skip
    expected = {
        n: tuple(row[name] for name in names) for n, row in facts.sessions.items()
    }
    assert found == expected


def insist_on_books(facts: Facts) -> None:
    """Want the claims and the ledger of all months to be those of the model."""
    claims = Claim.objects.filter(released_by=None)
    sessions = claims.filter(session__isnull=False).values_list(
        "session__number", "basis", "group_worked", "group_billed"
    )
    assert {n: tuple(row) for n, *row in sessions} == {
        n: (group["told"], group["worked"], group["billed"])
        for n, group in facts.claimed.items()
    }
    calls = claims.filter(call__isnull=False).values_list("call__number", flat=True)
    assert set(calls) == facts.claimed_calls
    fees = claims.filter(fee__isnull=False).values_list("fee", flat=True)
    assert {tuple(json.loads(text or "")) for text in fees} == {
        (case, name, tariff, day and day.isoformat())
        for case, name, tariff, day in facts.fees
    }
    assert _posted() == _taken(facts)


def _posted() -> Counter[tuple[Any, ...]]:
    found: Counter[tuple[Any, ...]] = Counter()
    rows = AllowancePosting.objects.filter(released_by=None).values_list(
        "contract__number", "period_start", "seconds", "cases", "handed_seconds"
    )
    for contract, start, seconds, cases, handed in rows:
        found[contract, start, "used"] += seconds + cases
        found[contract, start, "handed"] += handed
    return +found


def _taken(facts: Facts) -> Counter[tuple[Any, ...]]:
    found: Counter[tuple[Any, ...]] = Counter()
    for name, books in (("used", facts.used), ("handed", facts.handed)):
        for (contract, index), taken in books.items():
            start = period_start(facts.contracts[contract], index)
            found[contract, start, name] += taken
    return +found


def insist_on_paper(settlement: Settlement, share: Share) -> None:
    """Want rows, lines and sums of what was settled to be those of the model."""
    insist_on_shares({share.customer: json.loads(settlement.content)},
                     {share.customer: share})  # fmt: skip
    invoice = getattr(settlement, "invoice", None)
    assert (invoice is None) == (share.net == 0)
    if invoice is None:
        return
    tax = Fraction(int(share.net * 19 + Fraction(1, 2)), 100)
    assert number(f"{invoice.net:.2f}") == share.net
    assert number(f"{invoice.tax:.2f}") == tax
    assert number(f"{invoice.gross:.2f}") == share.net + tax
    expected = Counter((*k[:2], k[5], row["net"]) for k, row in share.lines.items())
    rows = Line.objects.filter(invoice=invoice).values_list(
        "case__number", "kind", "version__valid_from", "net"
    )
    assert expected == Counter(
        (case, kind, day.isoformat(), number(f"{net:.2f}"))
        for case, kind, day, net in rows
    )
