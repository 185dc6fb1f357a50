"""Scenarios as JSON documents: read with every fault named, and written again.

A tariff version is one document in the engine's vocabulary, the same here, in the
database and in the tariff editor.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any, NoReturn

from .checks import check_rate_deck, check_scenario, check_version
from .facts import Scenario
from .faults import Fault, InvalidScenario
from .reading import Key, ListOf, Path, Reading, Repeated, Shape, shown
from .scalars import BOOLEAN, DATE, FORM_VERSION, TEXT, TIMEZONE, fault_of
from .shapes import (
    BILLED_FEE,
    CALL,
    CASE,
    CONTRACT,
    CUSTOMER,
    PLANT,
    RATE_DECK,
    SESSION,
    TARIFF,
    TARIFF_VERSION,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from .terms import RateDeck, TariffVersion

_LONGEST_INTEGER = 100  # digits; any longer number is refused by its field


@dataclass(frozen=True, slots=True)
class _Period:
    since: date
    until: date


@dataclass(frozen=True, slots=True)
class _Policy:
    require_consent: bool = False


@dataclass(frozen=True, slots=True)
class _Document:
    """The top of a scenario as it is written."""

    timezone: str
    default_tariff: str
    tariffs: tuple[Any, ...]
    customers: tuple[Any, ...]
    cases: tuple[Any, ...]
    sessions: tuple[Any, ...]
    version: int = 1
    special_days: Mapping[date, str] | None = None
    period: _Period | None = None
    policy: _Policy = _Policy()
    rate_decks: tuple[Any, ...] = ()
    plants: tuple[Any, ...] = ()
    contracts: tuple[Any, ...] = ()
    calls: tuple[Any, ...] = ()
    billed_fees: tuple[Any, ...] = ()


class _SpecialDays:
    """Dates with the label that stands for their day of the week."""

    def read(self, value: object, path: Path, reading: Reading) -> Any:
        if not isinstance(value, dict):
            reading.fault(path, f"must map dates to labels, not {shown(value)}")
            return None
        found = {}
        for day, label in value.items():
            place = (*path, str(day))
            if sentence := fault_of(DATE.take, day):
                reading.fault(place, sentence)
            if sentence := fault_of(TEXT.take, label):
                reading.fault(place, sentence)
            elif not fault_of(DATE.take, day):
                found[DATE.take(day)] = label
        for day in getattr(value, "keys_twice", ()):
            reading.fault((*path, day), "stands here twice")
        return found

    def write(self, value: Mapping[date, str]) -> dict[str, str]:
        return {day.isoformat(): value[day] for day in sorted(value)}


SPECIAL_DAYS = _SpecialDays()

_PERIOD = Shape(
    "a period",
    _Period,
    {
        "from": Key(DATE, "since", required=True),
        "until": Key(DATE, required=True),
    },
)

_POLICY = Shape("a policy", _Policy, {"require_consent": Key(BOOLEAN)})

SCENARIO = Shape(
    "a scenario",
    _Document,
    {
        "version": Key(FORM_VERSION),
        "timezone": Key(TIMEZONE, required=True),
        "special_days": Key(SPECIAL_DAYS),
        "period": Key(_PERIOD),
        "policy": Key(_POLICY),
        "default_tariff": Key(TEXT, required=True),
        "tariffs": Key(ListOf(TARIFF), required=True),
        "rate_decks": Key(ListOf(RATE_DECK)),
        "customers": Key(ListOf(CUSTOMER), required=True),
        "plants": Key(ListOf(PLANT)),
        "contracts": Key(ListOf(CONTRACT)),
        "cases": Key(ListOf(CASE), required=True),
        "sessions": Key(ListOf(SESSION), required=True),
        "calls": Key(ListOf(CALL)),
        "billed_fees": Key(ListOf(BILLED_FEE)),
    },
)


def parse_scenario(document: object) -> Scenario:
    """Read a scenario; `InvalidScenario` names every fault by its path."""
    reading = Reading(document)
    read = SCENARIO.read(document, (), reading)
    check_scenario(read, reading)
    _raise_for(reading)
    return Scenario(
        timezone=read.timezone,
        default_tariff=read.default_tariff,
        tariffs=read.tariffs,
        customers=read.customers,
        cases=read.cases,
        sessions=read.sessions,
        special_days=read.special_days or {},
        period=read.period and (read.period.since, read.period.until),
        require_consent=read.policy.require_consent,
        rate_decks=read.rate_decks,
        plants=read.plants,
        contracts=read.contracts,
        calls=read.calls,
        billed_fees=read.billed_fees,
    )


def scenario_document(scenario: Scenario) -> dict[str, Any]:
    """Return the document from which `parse_scenario` makes the same scenario."""
    period = scenario.period
    return SCENARIO.write(
        _Document(
            timezone=scenario.timezone,
            default_tariff=scenario.default_tariff,
            tariffs=scenario.tariffs,
            customers=scenario.customers,
            cases=scenario.cases,
            sessions=scenario.sessions,
            special_days=scenario.special_days or None,
            period=None if period is None else _Period(*period),
            policy=_Policy(scenario.require_consent),
            rate_decks=scenario.rate_decks,
            plants=scenario.plants,
            contracts=scenario.contracts,
            calls=scenario.calls,
            billed_fees=scenario.billed_fees,
        )
    )


def parse_tariff_version(document: object, path: str = "$") -> TariffVersion:
    """Read one version of a tariff; that its rate deck exists is not looked at."""
    reading = Reading(document, path)
    version = TARIFF_VERSION.read(document, (), reading)
    check_version(version, (), reading)
    _raise_for(reading)
    return version  # type: ignore[no-any-return]


def tariff_version_document(version: TariffVersion) -> dict[str, Any]:
    return TARIFF_VERSION.write(version)


def parse_rate_deck(document: object, path: str = "$") -> RateDeck:
    reading = Reading(document, path)
    deck = RATE_DECK.read(document, (), reading)
    check_rate_deck(deck, (), reading)
    _raise_for(reading)
    return deck  # type: ignore[no-any-return]


def rate_deck_document(deck: RateDeck) -> dict[str, Any]:
    return RATE_DECK.write(deck)


def parse_special_days(document: object, path: str = "$") -> dict[date, str]:
    reading = Reading(document, path)
    days = SPECIAL_DAYS.read(document, (), reading)
    _raise_for(reading)
    return days  # type: ignore[no-any-return]


def _raise_for(reading: Reading) -> None:
    if faults := reading.faults():
        raise InvalidScenario(faults)


def load_scenario(path: FilePath | str) -> Scenario:
    """Read a scenario from a file of UTF-8 JSON."""
    try:
        text = FilePath(path).read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        _refuse(f"is not UTF-8 text: byte {error.start} cannot be read")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        _refuse(f"{str(path)!r} cannot be read: {reason}")
    return parse_scenario(load_json(text))


def load_json(text: str) -> Any:
    """Read JSON with its numbers as the decimals they are written as."""
    try:
        return json.loads(
            text,
            parse_float=_exact,
            parse_int=_integer,
            object_pairs_hook=_object,
        )
    except RecursionError:
        _refuse("is nested too deeply")
    except ValueError as error:
        _refuse(f"is not JSON: {error}")


def _refuse(sentence: str) -> NoReturn:
    raise InvalidScenario((Fault("$", sentence),)) from None


def _exact(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal("Infinity")  # an exponent beyond all bounds


def _integer(text: str) -> int | Decimal:
    return int(text) if len(text) <= _LONGEST_INTEGER else Decimal(text)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    keys = [key for key, _ in pairs]
    repeated = Repeated(found)
    repeated.keys_twice = tuple(key for key in found if keys.count(key) > 1)
    return repeated
