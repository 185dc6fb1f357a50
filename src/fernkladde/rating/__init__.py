"""Rating: facts and terms in, lines with their reasons out. Pure."""

from .engine import rate
from .faults import CannotRate, Fault, InvalidScenario, Refused
from .result import Result
from .scenario import (
    load_scenario,
    parse_rate_deck,
    parse_scenario,
    parse_special_days,
    parse_tariff_version,
    rate_deck_document,
    scenario_document,
    tariff_version_document,
)

__all__ = [
    "CannotRate",
    "Fault",
    "InvalidScenario",
    "Refused",
    "Result",
    "load_scenario",
    "parse_rate_deck",
    "parse_scenario",
    "parse_special_days",
    "parse_tariff_version",
    "rate",
    "rate_deck_document",
    "scenario_document",
    "tariff_version_document",
]
