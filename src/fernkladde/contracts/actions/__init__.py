"""What can be done with contracts, tariffs and the firm's own rules."""

from .contracts import ContractInUse, change_contract, create_contract
from .firm import (
    GERMAN_STATES,
    fill_holidays,
    remove_special_day,
    set_policy,
    set_special_day,
)
from .rates import InvalidDeck, save_rate_deck
from .tariffs import (
    InvalidTerms,
    VersionExists,
    VersionInUse,
    VersionTooEarly,
    add_tariff_version,
    change_tariff_version,
    create_tariff,
    rename_tariff,
)

__all__ = [
    "GERMAN_STATES",
    "ContractInUse",
    "InvalidDeck",
    "InvalidTerms",
    "VersionExists",
    "VersionInUse",
    "VersionTooEarly",
    "add_tariff_version",
    "change_contract",
    "change_tariff_version",
    "create_contract",
    "create_tariff",
    "fill_holidays",
    "remove_special_day",
    "rename_tariff",
    "save_rate_deck",
    "set_policy",
    "set_special_day",
]
