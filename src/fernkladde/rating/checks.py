"""What the form alone cannot see: ids that fit together, and sense (section 7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .agreements import ALLOWANCE
from .allowances import starts_period
from .fees import kinds_of_fees

if TYPE_CHECKING:
    from .reading import Path, Reading

# Everything that has an id of its own, with the word for one of its kind.
SECTIONS = {
    "tariffs": "tariff",
    "rate_decks": "rate deck",
    "customers": "customer",
    "plants": "plant",
    "contracts": "contract",
    "cases": "case",
    "sessions": "session",
    "calls": "call",
}


class Ids:
    """The ids of a scenario; a section that could not be read knows every id."""

    def __init__(self, document: Any, reading: Reading) -> None:
        self._reading = reading
        self._known = {section: self._of(document, section) for section in SECTIONS}

    def _of(self, document: Any, section: str) -> set[str] | None:
        items = getattr(document, section)
        if items is None:
            return None
        known: set[str] = set()
        for index, item in enumerate(items):
            if item.id in known:
                word = SECTIONS[section]
                sentence = f"another {word} has the id {item.id!r} already"
                self._reading.fault((section, index, "id"), sentence)
            elif item.id is not None:
                known.add(item.id)
        return known

    def need(self, section: str, wanted: str | None, path: Path) -> None:
        """Note a fault where an id that is given does not exist."""
        known = self._known[section]
        if wanted is not None and known is not None and wanted not in known:
            self._reading.fault(path, f"there is no {SECTIONS[section]} {wanted!r}")


def check_scenario(document: Any, reading: Reading) -> None:
    ids = Ids(document, reading)
    ids.need("tariffs", document.default_tariff, ("default_tariff",))
    _check_period(document.period, reading)
    for index, tariff in enumerate(document.tariffs or ()):
        check_tariff(tariff, ("tariffs", index), reading, ids)
    for index, deck in enumerate(document.rate_decks or ()):
        check_rate_deck(deck, ("rate_decks", index), reading)
    for index, contract in enumerate(document.contracts or ()):
        _check_contract(contract, ("contracts", index), reading, ids)
    _check_references(document, ids)
    for index, session in enumerate(document.sessions or ()):
        if None not in (session.start, session.end) and session.end <= session.start:
            sentence = f"session {session.id!r} must end after its start"
            reading.fault(("sessions", index, "end"), sentence)
    _check_billed_fees(document, reading)


def _check_references(document: Any, ids: Ids) -> None:
    for index, customer in enumerate(document.customers or ()):
        ids.need("tariffs", customer.tariff, ("customers", index, "tariff"))
    for index, plant in enumerate(document.plants or ()):
        ids.need("customers", plant.customer, ("plants", index, "customer"))
        ids.need("tariffs", plant.tariff, ("plants", index, "tariff"))
    for index, case in enumerate(document.cases or ()):
        ids.need("customers", case.customer, ("cases", index, "customer"))
        ids.need("plants", case.plant, ("cases", index, "plant"))
    for index, session in enumerate(document.sessions or ()):
        ids.need("cases", session.case, ("sessions", index, "case"))
    for index, call in enumerate(document.calls or ()):
        ids.need("sessions", call.session, ("calls", index, "session"))
    for index, fee in enumerate(document.billed_fees or ()):
        ids.need("tariffs", fee.tariff, ("billed_fees", index, "tariff"))


def _check_period(period: Any, reading: Reading) -> None:
    if period is not None and _ends_early(period.since, period.until):
        reading.fault(("period", "until"), "the period must not end before it starts")


def _ends_early(start: Any, end: Any) -> bool:
    return start is not None and end is not None and bool(end < start)


def check_tariff(tariff: Any, path: Path, reading: Reading, ids: Ids) -> None:
    starts = set()
    for index, version in enumerate(tariff.versions or ()):
        where = (*path, "versions", index)
        if version.valid_from in starts:
            sentence = "another version of this tariff begins on the same day"
            reading.fault((*where, "valid_from"), sentence)
        elif version.valid_from is not None:
            starts.add(version.valid_from)
        check_version(version, where, reading)
        if version.connection is not None:
            deck = version.connection.deck
            ids.need("rate_decks", deck, (*where, "connection", "deck"))


def check_version(version: Any, path: Path, reading: Reading) -> None:
    rows: set[tuple[str, str]] = set()
    for index, row in enumerate(version.prices or ()):
        pair = (row.service, row.skill)
        if None not in pair and pair in rows:
            sentence = (
                f"there is a price for service {row.service!r}"
                f" with skill {row.skill!r} already"
            )
            reading.fault((*path, "prices", index), sentence)
        rows.add(pair)
    connection = version.connection
    if connection is None:
        return
    for mode, key in (("deck", "deck"), ("flat", "amount")):
        given = reading.keys((*path, "connection"))
        if connection.mode == mode and key not in given:
            sentence = f"is missing; connections by {mode!r} need it"
            reading.fault((*path, "connection", key), sentence)


def check_rate_deck(deck: Any, path: Path, reading: Reading) -> None:
    prefixes = set()
    for index, rate in enumerate(deck.rates or ()):
        if rate.prefix in prefixes:
            sentence = f"there is a rate for the prefix {rate.prefix!r} already"
            reading.fault((*path, "rates", index, "prefix"), sentence)
        elif rate.prefix is not None:
            prefixes.add(rate.prefix)


def _check_contract(contract: Any, path: Path, reading: Reading, ids: Ids) -> None:
    ids.need("customers", contract.customer, (*path, "customer"))
    ids.need("tariffs", contract.tariff, (*path, "tariff"))
    for index, customer in enumerate(contract.shared_with or ()):
        ids.need("customers", customer, (*path, "shared_with", index))
    for index, plant in enumerate(contract.plants or ()):
        ids.need("plants", plant, (*path, "plants", index))
    if _ends_early(contract.valid_from, contract.valid_until):
        sentence = "the contract must not end before it starts"
        reading.fault((*path, "valid_until"), sentence)
    if contract.covers == ALLOWANCE and "allowance" not in reading.keys(path):
        sentence = "is missing; to cover an allowance takes one"
        reading.fault((*path, "allowance"), sentence)
    else:
        _check_used(contract, path, reading)


def _check_used(contract: Any, path: Path, reading: Reading) -> None:
    starts = set()
    for index, row in enumerate(contract.used or ()):
        where = (*path, "used", index)
        if row.period_start in starts:
            sentence = "there is a row for this period already"
            reading.fault((*where, "period_start"), sentence)
        elif row.period_start is not None:
            starts.add(row.period_start)
        _check_used_row(contract, row, where, reading)


def _check_used_row(contract: Any, row: Any, path: Path, reading: Reading) -> None:
    allowance = contract.allowance
    if allowance is None:
        reading.fault(path, "the contract has no allowance that could be used")
        return
    facts = (contract.valid_from, allowance.period, row.period_start)
    if None not in facts and not starts_period(contract, allowance, row.period_start):
        sentence = f"no period of the contract begins on {row.period_start}"
        reading.fault((*path, "period_start"), sentence)
    wrong = _USED_IN["seconds" if allowance.minutes is None else "cases"]
    if (allowance.minutes is None) != (allowance.cases is None):
        for key in wrong & reading.keys(path):
            unit = "cases" if allowance.minutes is None else "minutes"
            reading.fault((*path, key), f"the contract's allowance counts {unit}")
    ids = row.case_ids or ()
    if len(set(ids)) < len(ids):
        reading.fault((*path, "case_ids"), "names a case twice")


_USED_IN = {
    "seconds": {"seconds", "handed_seconds"},
    "cases": {"cases", "case_ids"},
}


def _check_billed_fees(document: Any, reading: Reading) -> None:
    kinds = kinds_of_fees(document.tariffs or ())
    for index, row in enumerate(document.billed_fees or ()):
        per = kinds.get((row.tariff, row.fee), set())
        # Where a `case` fee has the same name, a row without a date is that one.
        dated = "date" in reading.keys(("billed_fees", index))
        if "day" in per and "case" not in per and not dated:
            sentence = f"is missing; {row.fee!r} is charged per day"
            reading.fault(("billed_fees", index, "date"), sentence)
