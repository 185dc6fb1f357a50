"""Section 4 for the model: steps, bands and prices of billed time, run by run."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .facts import Facts

Row = dict[str, Any]
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def half_up(amount: Fraction, digits: int) -> Fraction:
    """Round half away from zero; no amount here is below it."""
    return Fraction(int(amount * 10**digits + Fraction(1, 2)), 10**digits)


def exact(value: Any) -> Fraction:
    return Fraction(str(value))


def billed_units(price: Row, worked: int) -> list[int]:
    """Return the lengths of what is billed: M, I, I, … in seconds."""
    step = int(price.get("next_minutes") or price["per_minutes"]) * 60
    units = [price["first_minutes"] * 60 if "first_minutes" in price else step]
    free = price.get("free_minutes", 0) * 60
    if worked <= free:
        return []
    wanted = worked - _taken_off(price)
    while sum(units) + price.get("tolerance_minutes", 0) * 60 < wanted:
        units.append(step)
    return units


def _taken_off(price: Row) -> int:
    """Return the free seconds that come off the beginning; a cliff takes none off."""
    deducts = price.get("free_mode", "deduct") == "deduct"
    return int(price.get("free_minutes", 0)) * 60 if deducts else 0


def runs_of(facts: Facts, group: Row) -> list[Row]:
    """Return the billed time in order: seconds, band, unit price and its base."""
    price = group["price"]
    worked = sum(s["end"] - s["start"] for s in group["sessions"])
    at = _taken_off(price)
    runs: list[Row] = []
    for place, seconds in enumerate(billed_units(price, worked)):
        band = _band(facts, group, _moment(group, at))
        unit, per = exact(price["price"]), int(price["per_minutes"])
        if place == 0 and "first_price" in price:
            unit = exact(price["first_price"])
            per = price.get("first_minutes", price.get("next_minutes", per))
        if band:
            unit = half_up(unit * (100 + exact(band["percent"])) / 100, 4)
        name = band["name"] if band else None
        runs.append({"seconds": seconds, "band": name, "unit": unit, "per": per})
        at += seconds
    group |= {"worked": worked, "billed": sum(run["seconds"] for run in runs)}
    return runs


def _moment(group: Row, offset: int) -> int:
    """Return the instant of a worked second; breaks between sessions are free."""
    for session in group["sessions"]:
        length = session["end"] - session["start"]
        if offset < length:
            return int(session["start"] + offset)
        offset -= length
    raise AssertionError("a unit begins after all work")


def _band(facts: Facts, group: Row, moment: int) -> Row | None:
    local = datetime.fromtimestamp(moment, facts.zone)
    day, time = WEEKDAYS[local.weekday()], f"{local:%H:%M}"
    best: Row | None = None
    for band in group["version"].get("bands", ()):
        late, early = time >= band["from"], time < band["until"]
        wraps = band["until"] <= band["from"]
        inside = (late or early) if wraps else (late and early)
        higher = best is None or exact(band["percent"]) > exact(best["percent"])
        if day in band["days"] and inside and higher:
            best = band
    return best
