"""The live example: one piece of work, rated by the engine with a typed version.

No second copy of a price: a small scenario is built, and `rate` answers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from fernkladde.desk.templatetags.formats import minutes, money, price, quantity
from fernkladde.desk.words import WEEKDAYS
from fernkladde.rating import facts, rate
from fernkladde.rating.faults import CannotRate
from fernkladde.rating.terms import ConnectionTerms, PriceRow, Tariff, TariffVersion

from .week import usual_work

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fernkladde.rating.result import Result
    from fernkladde.rating.rows import Line
    from fernkladde.rating.serving import Served
    from fernkladde.rating.terms import RateDeck

ASKED = "asked"
LENGTHS = (5, 15, 20, 45, 90)
TARIFF = "example"


@dataclass(frozen=True, slots=True)
class Sum:
    """What a length of work comes to."""

    worked: int
    billed: int
    net: Decimal


@dataclass(frozen=True, slots=True)
class Example:
    """The answer; `steps` is the way of calculation, `fault` why there is none."""

    asked: Sum | None
    steps: Sequence[str]
    others: Sequence[Sum]
    currency: str
    fault: str = ""


def example_of(
    version: TariffVersion,
    asked: dict[str, Any],
    *,
    timezone: str,
    decks: Sequence[RateDeck] = (),
) -> Example:
    """Compute what was asked, and beside it the same call at other lengths."""
    scenario = _scenario(version, asked, timezone=timezone, decks=decks)
    try:
        result = rate(scenario)
    except CannotRate:
        fault = _("Für diese Leistungsart und Qualifikation steht kein Preis da.")
        return Example(None, (), (), version.currency, fault)
    sums = {case.id: _sum(case.id, result) for case in scenario.cases}
    served = next(s for s in result.served if s.group.matter.case.id == ASKED)
    return Example(
        asked=sums.pop(ASKED),
        steps=tuple(_steps(served, result)),
        others=tuple(sums.values()),
        currency=version.currency,
    )


def _scenario(
    version: TariffVersion,
    asked: dict[str, Any],
    *,
    timezone: str,
    decks: Sequence[RateDeck],
) -> facts.Scenario:
    day = _a_day_like(asked["day"], version.valid_from, ZoneInfo(timezone))
    label = None if asked["day"] in WEEKDAYS else asked["day"]
    start = _instant(day, asked["start"], ZoneInfo(timezone))
    lengths = {ASKED: asked["minutes"], **{str(n): n for n in LENGTHS}}
    sessions = tuple(
        _session(case, start, length, asked, version)
        for case, length in lengths.items()
    )
    return facts.Scenario(
        timezone=timezone,
        default_tariff=TARIFF,
        tariffs=(Tariff(id=TARIFF, versions=(version,)),),
        customers=(facts.Customer(TARIFF),),
        cases=tuple(facts.Case(case, TARIFF, day) for case in lengths),
        sessions=sessions,
        special_days={} if label is None else {day: label},
        rate_decks=tuple(decks),
        calls=_calls(sessions, asked.get("number", ""), decks, version),
    )


def _session(
    case: str,
    start: int,
    length: int,
    asked: dict[str, Any],
    version: TariffVersion,
) -> facts.Session:
    service, skill = usual_work(version)
    return facts.Session(
        id=case,
        case=case,
        service=asked.get("service") or service,
        start=start,
        end=start + length * 60,
        skill=asked.get("skill") or skill,
        connection=asked.get("connection") or "none",
    )


def _calls(
    sessions: Sequence[facts.Session],
    number: str,
    decks: Sequence[RateDeck],
    version: TariffVersion,
) -> tuple[facts.Call, ...]:
    """Let one call last as long as the work, where a number was dialled."""
    terms = version.connection
    known = {deck.id for deck in decks}
    if not number or (terms and terms.mode == "deck" and terms.deck not in known):
        return ()
    return tuple(
        facts.Call(s.id, s.id, s.start, number, s.end - s.start) for s in sessions
    )


def _a_day_like(word: str, since: date, zone: ZoneInfo) -> date:
    """Return a day of this kind on which no clock changes."""
    weekday = list(WEEKDAYS).index(word) if word in WEEKDAYS else 2
    day = since + timedelta(days=(weekday - since.weekday()) % 7)
    while _offset(day, zone) != _offset(day + timedelta(days=2), zone):
        day += timedelta(days=7)
    return day


def _offset(day: date, zone: ZoneInfo) -> timedelta | None:
    return datetime.combine(day, time(), zone).utcoffset()


def _instant(day: date, clock: str, zone: ZoneInfo) -> int:
    hour, minute = map(int, clock.split(":"))
    moment = datetime.combine(day, time(), zone) + timedelta(hours=hour, minutes=minute)
    return int(moment.timestamp())


def _sum(case: str, result: Result) -> Sum:
    group = next(group for group in result.groups if group.case == case)
    nets = (line.net for line in result.lines if line.case == case)
    return Sum(group.worked, group.billed, sum(nets, Decimal("0.00")))


def _steps(served: Served, result: Result) -> list[str]:
    lines = [line for line in result.lines if line.case == ASKED]
    steps = [_rounding(served)]
    steps += [_line(line) for line in lines]
    if not lines:
        steps.append(_("nichts zu berechnen"))
    if any(warning.code == "no_rate_for_number" for warning in result.warnings):
        steps.append(_("Der Verbindungstarif hat für diese Nummer keinen Preis."))
    if any(warning.code == "call_without_cost" for warning in result.warnings):
        steps.append(_("Die Verbindung kommt mit ihren wirklichen Kosten hinzu."))
    return steps


def _rounding(served: Served) -> str:
    plan = served.group.plan
    worked = sum(seconds for seconds, _entry in served.worked)
    billed = sum(seconds for seconds, _price in served.billed)
    parts = [_("Takt %(minutes)s") % {"minutes": minutes(plan.next)}]
    if plan.first != plan.next:
        parts.append(_("Mindestzeit %(minutes)s") % {"minutes": minutes(plan.first)})
    if plan.tolerance:
        parts.append(_("Toleranz %(minutes)s") % {"minutes": minutes(plan.tolerance)})
    if plan.free:
        words = _("bis %(minutes)s frei") if plan.cliff else _("%(minutes)s frei")
        parts.append(words % {"minutes": minutes(plan.free)})
    return _("%(worked)s gearbeitet, %(billed)s angerechnet (%(rule)s)") % {
        "worked": minutes(worked),
        "billed": minutes(billed),
        "rule": ", ".join(parts),
    }


def _line(line: Line) -> str:
    net = money(line.net, line.currency)
    if line.kind == "fee":
        return f"{line.name}: {net}"
    if line.kind == "connection":
        return _("Verbindungskosten: %(net)s") % {"net": net}
    amount = quantity(Decimal(line.seconds or 0) / 60, "min")
    unit = price(line.unit_price, line.currency)
    told = _("%(amount)s × %(price)s je %(per)s min = %(net)s") % {
        "amount": amount,
        "price": unit,
        "per": line.per_minutes,
        "net": net,
    }
    return f"{line.band}: {told}" if line.band else told


def number_price(deck: RateDeck, number: str, seconds: int) -> tuple[str, Decimal]:
    """Return the prefix that fits and what a call costs; raises LookupError."""
    fitting = [rate for rate in deck.rates if number.startswith(rate.prefix)]
    if not fitting:
        raise LookupError(number)
    prefix = max((rate.prefix for rate in fitting), key=len)
    version = _by_deck(deck)
    asked = {"day": "mon", "start": "10:00", "minutes": 1, "number": number}
    scenario = _scenario(version, asked, timezone="UTC", decks=(deck,))
    calls = tuple(replace(c, seconds=seconds) for c in scenario.calls if c.id == ASKED)
    result = rate(replace(scenario, calls=calls))
    lines = (x.net for x in result.lines if x.kind == "connection" and x.case == ASKED)
    return prefix, sum(lines, Decimal("0.00"))


def _by_deck(deck: RateDeck) -> TariffVersion:
    """Return a version that costs nothing but the connection by this deck."""
    return TariffVersion(
        valid_from=date(2026, 1, 5),
        prices=(PriceRow(Decimal(0), 60),),
        connection=ConnectionTerms("deck", deck=deck.id),
    )
