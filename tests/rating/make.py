"""The smallest valid scenarios, every part open to a test."""

from __future__ import annotations

from typing import Any

from fernkladde.rating import Result, parse_scenario, rate

Doc = dict[str, Any]


def price(amount: str = "120.00", per: int = 60, **keys: Any) -> Doc:
    return {"price": amount, "per_minutes": per, "next_minutes": 15, **keys}


def version(*prices: Doc, valid_from: str = "2020-01-01", **keys: Any) -> Doc:
    return {"valid_from": valid_from, "prices": list(prices) or [price()], **keys}


def session(start: str, end: str, **keys: Any) -> Doc:
    """Make a session of case F1; times of 2026-03-04 in Berlin may be short."""
    whole = {
        "id": f"S-{start}-{keys.get('case', 'F1')}",
        "case": "F1",
        "service": "remote",
        "start": _moment(start),
        "end": _moment(end),
    }
    return whole | keys


def _moment(text: str) -> str:
    return text if "T" in text else f"2026-03-04T{text}+01:00"


def contract(name: str = "C1", covers: str = "allowance", **keys: Any) -> Doc:
    whole = {"id": name, "customer": "K1", "valid_from": "2026-01-01", "covers": covers}
    return whole | keys


def minutes(amount: int, **keys: Any) -> Doc:
    return {"minutes": amount, "period": "month", **keys}


EVENING = {"name": "evening", "days": ["mon", "tue", "wed", "thu", "fri"],
           "from": "17:00", "until": "20:00", "percent": 50}  # fmt: skip


def scenario(*sessions: Doc, tariff: Doc | None = None, **keys: Any) -> Doc:
    """Make a scenario of one customer, one case and one tariff of one version."""
    whole: Doc = {
        "timezone": "Europe/Berlin",
        "default_tariff": "std",
        "tariffs": [{"id": "std", "versions": [tariff or version()]}],
        "customers": [{"id": "K1"}],
        "cases": [case()],
        "sessions": list(sessions),
    }
    return whole | keys


def case(name: str = "F1", **keys: Any) -> Doc:
    whole = {
        "id": name,
        "customer": "K1",
        "reported_on": "2026-03-04",
        "cause": "operator_error",
    }
    return whole | keys


def rated(*sessions: Doc, tariff: Doc | None = None, **keys: Any) -> Result:
    return rate(parse_scenario(scenario(*sessions, tariff=tariff, **keys)))


def nets(result: Result) -> list[str]:
    """Return the lines in short: kind, band or name, minutes, net."""
    rows = (row for row in result.document()["lines"])
    return sorted(
        " ".join(
            str(part)
            for part in (
                row["kind"], row["band"] or row["name"], row["minutes"], row["net"]
            )
            if part is not None
        )
        for row in rows
    )  # fmt: skip
