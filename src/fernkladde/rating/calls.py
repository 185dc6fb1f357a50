"""What a telephone or dial-up connection costs (section 6)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from fernkladde.values.rounding import half_up, ten_thousandths

from .rows import Warning as Notice
from .steps import stepped

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from .facts import Call, Scenario, Session
    from .terms import ConnectionTerms, Rate, RateDeck

_PARTS = 10_000  # of a currency unit: a call keeps four decimals


@dataclass(frozen=True, slots=True)
class CallRate:
    """(`fixed` + `per_second` × billed seconds) / `under`, mark-up included."""

    first: int
    next: int
    fixed: int
    per_second: int
    under: int

    def amount(self, seconds: int) -> int:
        billed = stepped(seconds, self.first, self.next)
        return half_up(self.fixed + self.per_second * billed, self.under)


def _call_rate(rate: Rate, markup: Fraction) -> CallRate:
    fixed = Fraction(rate.connect_fee or 0) * markup * _PARTS
    per_second = Fraction(rate.price_per_minute or 0) * markup * _PARTS / 60
    under = fixed.denominator * per_second.denominator
    return CallRate(
        first=rate.first_interval,
        next=rate.next_interval,
        fixed=int(fixed * under),
        per_second=int(per_second * under),
        under=under,
    )


class PricedDeck:
    """A rate deck with its mark-up; numbers are looked up by their longest prefix."""

    def __init__(self, deck: RateDeck, markup: Fraction) -> None:
        self._rates = {rate.prefix: _call_rate(rate, markup) for rate in deck.rates}
        self._lengths = sorted({len(prefix) for prefix in self._rates}, reverse=True)

    def rate(self, number: str) -> CallRate | None:
        for length in self._lengths:
            found = self._rates.get(number[:length])
            if found is not None:
                return found
        return None


class Calls:
    """The calls of a scenario by session, priced by the terms of their group."""

    def __init__(self, scenario: Scenario) -> None:
        self.notices: dict[Notice, None] = {}
        self._by_session: dict[str, list[Call]] = {}
        for call in sorted(scenario.calls, key=lambda c: (c.start, c.id)):
            self._by_session.setdefault(call.session, []).append(call)
        self._decks = {deck.id: deck for deck in scenario.rate_decks}
        self._priced: dict[tuple[str, Decimal | None], PricedDeck] = {}

    def __bool__(self) -> bool:
        return bool(self._by_session)

    def of(self, sessions: Iterable[Session]) -> list[Call]:
        calls = self._by_session
        return [c for s in sessions if s.id in calls for c in calls[s.id]]

    def priced(
        self, calls: Iterable[Call], terms: ConnectionTerms
    ) -> list[tuple[Call, int]]:
        """Return the calls that have a price, in ten-thousandths each."""
        found: list[tuple[Call, int]] = []
        if terms.mode == "none":
            return found
        for call in calls:
            if call.seconds and call.seconds >= terms.ignore_below_seconds:
                amount = self._amount(call, terms)
                if amount is not None:
                    found.append((call, amount))
        return found

    def _amount(self, call: Call, terms: ConnectionTerms) -> int | None:
        if terms.mode == "flat":
            return ten_thousandths(terms.amount) if terms.amount is not None else None
        if terms.mode == "at_cost":
            return self._at_cost(call, _markup(terms.markup_percent))
        rate = self._deck(terms.deck or "", terms.markup_percent).rate(call.number)
        if rate is None:
            self.notices[Notice("no_rate_for_number", call.id)] = None
            return None
        return rate.amount(call.seconds)

    def _at_cost(self, call: Call, markup: Fraction) -> int | None:
        if call.cost is None:
            self.notices[Notice("call_without_cost", call.id)] = None
            return None
        over, under = _ratio(call.cost)
        return half_up(over * markup.numerator * _PARTS, under * markup.denominator)

    def _deck(self, deck: str, percent: Decimal | None) -> PricedDeck:
        key = (deck, percent)
        found = self._priced.get(key)
        if found is None:
            found = PricedDeck(self._decks[deck], _markup(percent))
            self._priced[key] = found
        return found


def _markup(percent: Decimal | None) -> Fraction:
    return 1 + Fraction(percent or 0) / 100


def _ratio(amount: Decimal) -> tuple[int, int]:
    return amount.as_integer_ratio()
