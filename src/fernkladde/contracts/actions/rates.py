"""Rate decks: what telephone connections cost by prefix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from fernkladde.contracts.models import RateDeck
from fernkladde.customers import records
from fernkladde.journal.actions import record
from fernkladde.rating.faults import Fault, InvalidScenario
from fernkladde.rating.scenario import parse_rate_deck, rate_deck_document
from fernkladde.values.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from fernkladde.accounts.models import User


class InvalidDeck(Refusal):
    """The rates break the rating rules; `faults` name every place."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        sentence = _("Der Verbindungstarif ist so nicht möglich: %(fault)s")
        super().__init__(sentence % {"fault": faults[0]}, field="rates")


@transaction.atomic
def save_rate_deck(
    *,
    code: str,
    name: str,
    rates: Sequence[Mapping[str, Any]],
    by: User | None,
    at: datetime,
) -> RateDeck:
    """Take in a deck, or replace the rates of the one with this code."""
    try:
        deck = parse_rate_deck({"id": code, "name": name, "rates": list(rates)})
    except InvalidScenario as error:
        raise InvalidDeck(error.faults) from None
    document: list[dict[str, Any]] = rate_deck_document(deck)["rates"]
    row = RateDeck.objects.select_for_update(no_key=True).filter(code=code).first()
    is_new = row is None
    row = row or RateDeck(code=code)
    before = {rate["prefix"]: rate for rate in row.rates}
    row.name, row.rates = name.strip(), document
    records.check(row)
    row.save()
    after = {rate["prefix"]: rate for rate in document}
    differing = sorted(
        prefix
        for prefix in before.keys() | after.keys()
        if before.get(prefix) != after.get(prefix)
    )
    record(
        kind="contracts.deck-created" if is_new else "contracts.deck-replaced",
        subject=f"deck/{row.code}",
        by=by,
        at=at,
        facts={
            "code": row.code,
            "name": row.name,
            "count": len(document),
            "rates": {p: [before.get(p), after.get(p)] for p in differing},
        },
    )
    return row
